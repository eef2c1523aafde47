internal import ArgumentParser
internal import Foundation
internal import KafkaClient
internal import Records
internal import Reference
internal import Rules
internal import Service

/// `leeway init-monitor`: a topic that nobody has described → a monitor's file and its reference.
struct InitializeMonitor: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init-monitor",
    abstract: "Propose a monitor for a topic, and learn its reference from the first records.",
    discussion: """
      Reads the first records of the topic, or --input files of its records, writes monitor.yaml \
      with what each guess was made from, and reference.json beside it. Nothing is overwritten, \
      and nothing is written to Kafka. Says which commands come next. Exits 66 when there is no \
      record to look at.
      """
  )

  @Option(name: .shortAndLong, help: "The topic that is to be watched.")
  var topic: String

  @Option(
    parsing: .upToNextOption,
    help: "Files of its records in place of the topic (CSV, or newline-delimited JSON).",
    completion: .file()
  )
  var input: [String] = []

  @OptionGroup var kafka: KafkaOptions

  @Option(help: "Records of the topic to look at, from the beginnings of all partitions.")
  var records = 100_000

  @Option(name: [.short, .long], help: "Where to write the monitor's file.", completion: .file())
  var output = "monitor.yaml"

  @OptionGroup var rows: RowOptions

  /// Beside the monitor's file, named from where this command runs as that is.
  private var referencePath: String {
    (output.lastIndex(of: "/").map { output[...$0] } ?? "") + "reference.json"
  }

  func validate() throws {
    try requireOneStandardInput(input)
    guard records > 0 else { throw ValidationError("--records \(records): at least 1") }
    if !input.isEmpty, kafka.brokers != nil || !kafka.properties.isEmpty {
      throw ValidationError("--input reads files; -b and -X are of topics")
    }
    if input.isEmpty { _ = try kafka.settings() }
    let folder = OutputFile.url(of: output).deletingLastPathComponent().path
    guard FileManager.default.fileExists(atPath: folder) else {
      throw ValidationError("there is no folder \(folder): make it, or name another place with -o")
    }
    guard !FileManager.default.fileExists(atPath: output) else {
      throw ValidationError("\(output) is there already: name another place with -o")
    }
    guard !FileManager.default.fileExists(atPath: referencePath) else {
      throw ValidationError(
        "\(referencePath) is there already, and the reference lies beside the monitor's file: name "
          + "a place in another folder with -o"
      )
    }
  }

  func run() throws {
    try reportingErrors {
      let format: InputFormat? = input.isEmpty ? .ndjson : nil
      var source = try RowSource(try files(), options: rows.sourceOptions(format: format))
      let (proposal, result) = try Talk.showingProgress(of: &source) { try propose($0) }
      let origin =
        input.isEmpty
        ? "the first \(proposal.rows) records of \(topic)" : "\(proposal.rows) records in files"
      let text = proposal.text(
        MonitorProposal.Surroundings(
          topic: topic,
          origin: origin,
          reference: "reference.json",
          rules: RulePacks.paths(beside: output),
          command: command(for: proposal)
        )
      )
      try write(result.profile.json, to: referencePath)
      try write(Array(text.utf8), to: output)
      for warning in result.warnings { Talk.say("warning: \(warning)") }
      let loaded = try readMonitor(output)
      try Talk.output("\(output), \(referencePath): from \(origin)\n".utf8)
      guard loaded.plan != nil else { throw ExitCodes.badConfiguration }
      let next = [
        Shell.command("check", output), Shell.command("init", output, kafka),
        Shell.command("run", output, kafka),
      ]
      try Talk.output(("next:\n  " + next.joined(separator: "\n  ") + "\n").utf8)
    }
  }

  private func files() throws -> [InputFile] {
    guard input.isEmpty else { return input.map { InputFile($0) } }
    var file: InputFile?
    try Talk.showingRecords { progress in
      var rows = TopicRows(topic: topic, settings: try kafka.settings())
      rows.most = Int64(records)
      rows.progress = progress
      file = try rows.input(ReplayBounds(), name: topic)
    }
    return [file].compactMap(\.self)
  }

  private func propose(
    _ source: RowSource
  ) throws -> (proposal: MonitorProposal, result: ProfileLearner.Result) {
    let fields = try rows.fields(of: source)
    let survey = try StreamSurvey(source, fields)
    guard survey.rows > 0 else { throw nothing(survey.notes) }
    let proposal = MonitorProposal(survey)
    let excluded = rows.excluded + proposal.excluded
    let known = excluded + [proposal.timeField].compactMap(\.self)
    let learned = fields.filter { !$0.path.isAt(orBelow: known) }
    let (result, _) = try source.learn(
      learned,
      known: known,
      time: proposal.timeField,
      window: proposal.timeField == nil ? nil : proposal.window,
      prediction: learned.firstIndex { $0.path == proposal.prediction }
    )
    return (proposal, result)
  }

  /// Why nothing can be proposed.
  private func nothing(_ notes: RowNotes) -> InputError {
    let place = input.isEmpty ? "topic \(topic)" : "what --input names"
    guard let example = notes.examples.first else {
      return InputError(
        "\(place) holds no record yet: come back when it does, or give files of its records with "
          + "--input"
      )
    }
    return InputError(
      "\(place) holds no record that can be read: the first is \(example.reason.rawValue) "
        + "(\(example.place)); events are JSON objects"
    )
  }

  /// What learns the reference of more rows; nil where an option cannot say a name.
  private func command(for proposal: MonitorProposal) -> String? {
    let excluded = (rows.excluded + proposal.excluded).map(\.description)
    guard excluded.allSatisfy({ !$0.contains(",") }) else { return nil }
    var words = ["leeway", "profile"]
    words += input.isEmpty ? ["-t", topic] : input
    words += ["-o", referencePath]
    if let time = proposal.timeField {
      words += ["--time", time.description, "--window", DurationText.text(of: proposal.window)]
    }
    if let prediction = proposal.prediction { words += ["--prediction", prediction.description] }
    if !excluded.isEmpty { words += ["--exclude", excluded.joined(separator: ",")] }
    for kind in rows.kind { words += ["--kind", kind] }
    let quoted = words.compactMap { Shell.quoted($0) }
    guard quoted.count == words.count else { return nil }
    return quoted.joined(separator: " ") + (input.isEmpty ? " -b …" : "")
  }

  /// Writes a file that is not there.
  private func write(_ bytes: [UInt8], to path: String) throws {
    do {
      try Data(bytes).write(to: OutputFile.url(of: path), options: .withoutOverwriting)
    } catch {
      throw InputError("\(path): cannot be written: \(OutputFile.reason(for: error))")
    }
  }
}

/// Words of a command line.
enum Shell {
  /// A command about a monitor, at the brokers that this one was given.
  static func command(_ name: String, _ monitor: String, _ kafka: KafkaOptions? = nil) -> String {
    ["leeway", name, quoted(monitor) ?? monitor, kafka?.repeated ?? ""]
      .filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// A word as a shell reads it back; nil for one that does not stand on one line.
  static func quoted(_ word: String) -> String? {
    let isPrintable = word.unicodeScalars.allSatisfy {
      ![.control, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory)
    }
    guard isPrintable else { return nil }
    let plain = word.unicodeScalars.allSatisfy {
      $0.isASCII && (Character($0).isLetter || Character($0).isNumber)
        || "._-/,=:".unicodeScalars.contains($0)
    }
    return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
