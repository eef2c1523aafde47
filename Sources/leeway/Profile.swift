public import ArgumentParser
internal import Drift
internal import Foundation
internal import Records
internal import Reference
internal import Rules
public import Service

/// `leeway profile`: rows → reference profile.
struct Profile: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Learn a reference profile from rows.",
    discussion: """
      Reads CSV (with a header) or newline-delimited JSON, gzip too, of any size. Fields whose \
      every value is a number are numeric, all others categorical. With --time it also learns how \
      many rows come at each hour of the week, for `count_change`; with --window too, how much the \
      reference differs from itself: `natural`. With --segment each value of a field is learned by \
      itself, for monitors with `segments`. With --prediction it learns, by another way through \
      the rows, where the prediction stands for each bin of each field, for `explains` in alerts.

      With -b the rows are events: of a topic (-t), or of a monitor's topics where its `where` \
      holds (--monitor), from --from up to --to: earliest, latest, an offset, or an instant, \
      compared with the records' times as the broker keeps them. With --trigger they are the \
      records that a request to train names, as `leeway export` finds them. They are copied to a \
      temporary file.
      """
  )

  @Argument(help: "Files of rows; - is standard input.", completion: .file())
  var inputs: [String] = []

  @Option(
    name: [.short, .long],
    help: "Where to write the profile; - is standard output.",
    completion: .file()
  )
  var output: String

  @Option(help: "csv or ndjson; by default the file's name says it, or its first byte.")
  var format: InputFormat?

  @OptionGroup var request: RequestOptions

  @Option(name: .shortAndLong, help: "A topic of events (JSON) in place of files.")
  var topic: String?

  @Option(
    help: ArgumentHelp("A monitor's file: its events in place of files.", valueName: "file"),
    completion: .file()
  )
  var monitor: String?

  @OptionGroup var stretch: StretchOptions

  @Option(
    help: ArgumentHelp(
      "A request to train, as `export` takes it: its records in place of files.",
      valueName: "file"
    ),
    completion: .file()
  )
  var trigger: String?

  @OptionGroup var rows: RowOptions

  @Option(help: "Most points of a numeric field; with fewer distinct values nothing is lost.")
  var points = 1000

  @Option(help: ArgumentHelp("The field with the event's time.", valueName: "field"))
  var time: String?

  @Option(help: ArgumentHelp("Length of the windows that `natural` is learned from: 7d, 6h."))
  var window: String?

  @Option(
    name: .customLong("segment"),
    help: ArgumentHelp(
      "A categorical field whose values get distributions of their own; again for another field.",
      valueName: "field"
    )
  )
  var segments: [String] = []

  @Option(
    help: ArgumentHelp(
      "The numeric prediction; alerts then say how much of its shift a field `explains`.",
      valueName: "field"
    )
  )
  var prediction: String?

  func validate() throws {
    try requireOneStandardInput(inputs)
    let pointLimits = ProfileLearner.fewestPoints...ProfileLearner.mostPoints
    guard pointLimits.contains(points) else {
      throw ValidationError(
        "--points \(points): from \(pointLimits.lowerBound) to \(pointLimits.upperBound)"
      )
    }
    guard window == nil || time != nil else { throw ValidationError("--window needs --time") }
    _ = try windowLength
    let isOfTopic = topic != nil || monitor != nil && trigger == nil
    let sources = [!inputs.isEmpty, isOfTopic, trigger != nil]
    guard sources.count(where: { $0 }) == 1, topic == nil || monitor == nil else {
      throw ValidationError("name one source of rows: files, a topic, or a request")
    }
    if stretch.isGiven, !isOfTopic {
      throw ValidationError("--from and --to are of a topic: -t, or --monitor")
    }
    if let trigger { return try request.validate(trigger, monitor: monitor) }
    if !request.input.isEmpty { throw ValidationError("--input is of a request: --trigger") }
    guard isOfTopic else { return }
    try stretch.check()
    _ = try request.kafka.settings()
  }

  /// The rows, and how they are written.
  private func files() throws -> (files: [InputFile], format: InputFormat?) {
    guard inputs.isEmpty else { return (inputs.map { InputFile($0) }, format) }
    var file: InputFile?
    try Talk.showingRecords { progress in
      if let trigger {
        file = try request.export(trigger, monitor: monitor) { export, _, _ in
          export.progress = progress
          return try export.input()
        }
      } else {
        var rows = try topicRows()
        rows.progress = progress
        file = try rows.input(stretch.bounds, name: topic ?? "the monitor's events")
      }
    }
    return ([file].compactMap(\.self), .ndjson)
  }

  private func topicRows() throws -> TopicRows {
    let settings = try request.kafka.settings()
    if let topic { return TopicRows(topic: topic, settings: settings) }
    let (plan, references) = try loadMonitor(monitor ?? "")
    return TopicRows(plan, references, settings: settings)
  }

  func run() throws {
    try reportingErrors {
      let read = inputs + [trigger, monitor].compactMap(\.self) + request.input
      try OutputFile.check(output, inputs: read.map { InputFile($0) })
      let (files, format) = try files()
      var source = try RowSource(files, options: rows.sourceOptions(format: format))
      let length = try windowLength
      let (result, notes) = try Talk.showingProgress(of: &source) { source in
        try learn(from: source, window: length)
      }
      for warning in result.warnings { Talk.say("warning: \(warning)") }
      for example in notes.examples {
        Talk.say("\(example.place): first row rejected as \(example.reason.rawValue)")
      }
      guard result.profile.rows > 0 else {
        let how = time.map { " (--time \($0))" } ?? ""
        throw InputError("no row could be used\(how): \(output) is left as it was")
      }
      try write(result.profile)
      let summary = ProfileSummary(profile: result.profile).text
      if output == "-" { Talk.say(summary) } else { try Talk.output((summary + "\n").utf8) }
    }
  }

  private var windowLength: Duration? {
    get throws {
      guard let window else { return nil }
      guard let length = DurationText.parse(window), length > .zero else {
        throw ValidationError("--window \(window): write a duration such as 7d or 6h")
      }
      return length
    }
  }

  private func learn(
    from source: RowSource,
    window: Duration?
  ) throws -> (ProfileLearner.Result, RowNotes) {
    let time = time.map { FieldPath($0) }
    let known = rows.excluded + [time].compactMap(\.self)
    let fields = try rows.fields(of: source, time: time, isJob: trigger != nil)
    let ranked = try prediction.map { try place(ofPrediction: $0, in: fields) }
    return try source.learn(
      fields,
      known: known,
      time: time,
      window: window,
      segments: try places(ofSegments: fields),
      prediction: ranked,
      points: points
    )
  }

  /// Where the field of `--prediction` stands among those that are learned.
  private func place(ofPrediction name: String, in fields: [FieldSchema]) throws -> Int {
    guard let place = fields.firstIndex(where: { $0.path == FieldPath(name) }) else {
      throw ValidationError("--prediction \(name): there is no field \(name)")
    }
    guard fields[place].kind == .numeric else {
      throw ValidationError(
        "--prediction \(name): only numbers can be ranked, and this field is categorical"
      )
    }
    return place
  }

  /// Where the fields of `--segment` stand among those that are learned.
  private func places(ofSegments fields: [FieldSchema]) throws -> [Int] {
    var places: [Int] = []
    for name in segments {
      guard let place = fields.firstIndex(where: { $0.path == FieldPath(name) }) else {
        throw ValidationError("--segment \(name): there is no field \(name)")
      }
      guard fields[place].kind == .categorical else {
        throw ValidationError(
          "--segment \(name): segments are of categorical fields, and this one is numeric; "
            + "where its values are names, add --kind \(name)=categorical"
        )
      }
      if !places.contains(place) { places.append(place) }
    }
    return places
  }

  /// Writes the file in one step: it is there as a whole or not at all.
  private func write(_ profile: ReferenceProfile) throws {
    if output == "-" { return try Talk.output(profile.json) }
    try OutputFile.write(profile.json, to: output)
  }
}

extension InputFormat: ExpressibleByArgument {}
