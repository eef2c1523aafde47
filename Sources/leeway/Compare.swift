internal import ArgumentParser
internal import Drift
internal import Foundation
internal import Records
internal import Reference
internal import Service

/// `leeway compare`: two files → every statistic.
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare two files of rows, or rows with a reference profile.",
    discussion: """
      Prints a line for each field; --format json has every statistic. It is a report: the exit \
      code is 0 also when something has drifted.

      --compat gives another tool's numbers instead: the statistic that it chooses for each \
      field, on its scale, with its default threshold and verdict, for comparing while you move \
      over. JSON has the other statistics it offers, too. It needs two files of rows, and memory \
      for the distinct values of the largest field.
      """
  )

  /// How the result is written.
  enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json
  }

  @Argument(help: "A reference profile or a file of rows.", completion: .file())
  var reference: String

  @Argument(help: "A file of rows; - is standard input.", completion: .file())
  var current: String

  @Option(help: "table or json.")
  var format = OutputFormat.table

  @Flag(help: "Compare value by value; nothing is compressed, memory stays bounded.")
  var exact = false

  @Option(help: ArgumentHelp("Give this tool's numbers.", valueName: "tool"))
  var compat: CompatibleTool?

  @OptionGroup var rows: RowOptions

  func validate() throws {
    try requireOneStandardInput([reference, current])
    guard compat == nil || !exact else {
      throw ValidationError("--exact: --compat compares value by value anyhow")
    }
  }

  func run() throws {
    try reportingErrors {
      let file = try InputFile(reference).rereadable()
      let profile = try self.profile(in: file)
      let options = rows.sourceOptions()
      let currentFile = try InputFile(current).rereadable()
      guard try beginning(of: currentFile) == nil else {
        throw ValidationError("\(currentFile.name): is a profile; the second file holds rows")
      }
      var currentSource = try RowSource([currentFile], options: options)
      if let compat {
        guard profile == nil else {
          throw ValidationError("--compat: \(file.name) has no rows; give what it was learned from")
        }
        let source = try RowSource([file], options: options)
        return try write(compatibleReport(of: compat, source, currentSource))
      }
      let report = try Talk.showingProgress(of: &currentSource) { currentSource in
        if let profile { return try compare(profile, with: currentSource) }
        var source = try RowSource([file], options: options)
        return try Talk.showingProgress(of: &source) { try compare($0, with: currentSource) }
      }
      switch format {
      case .json: try Talk.output(report.json)
      case .table: try Talk.output((ComparisonTable(report: report).text + "\n").utf8)
      }
    }
  }

  /// The profile that a file holds; nil when it holds rows.
  private func profile(in file: InputFile) throws -> ReferenceProfile? {
    guard var (bytes, input) = try beginning(of: file) else { return nil }
    while let chunk = try input.next() { bytes += chunk }
    let profile = try ReferenceProfile(json: bytes, name: file.name, limits: .comparison)
    guard rows.kind.isEmpty else {
      throw ValidationError("--kind: the profile \(file.name) has its kinds already")
    }
    guard !exact || profile.isExact else {
      throw ValidationError(
        "--exact: the profile \(file.name) is compressed; give the file it was learned from"
      )
    }
    return profile
  }

  /// The first bytes of a file that is a profile, and what follows them; nil for any other.
  private func beginning(of file: InputFile) throws -> (bytes: [UInt8], rest: InputReader)? {
    var input = try file.open()
    guard let bytes = try input.next(), ReferenceProfile.isProfile(beginning: bytes) else {
      return nil
    }
    return (bytes, input)
  }

  private func compare(
    _ profile: ReferenceProfile,
    with source: RowSource
  ) throws -> ComparisonReport {
    var profile = profile
    let excluded = rows.excluded
    profile.fields.removeAll { $0.schema.path.isAt(orBelow: excluded) }
    let known = excluded + [profile.time?.path].compactMap(\.self)
    var counter = CurrentCounter(profile: profile)
    let requests = profile.fields.map(\.schema.request)
    let notes = try source.forEachBatch(of: requests, known: known) { batch, columns in
      counter.record(batch, columns: columns)
    }
    return report(profile.rows, counter.rows, counter.fields, notes)
  }

  private func compare(
    _ source: RowSource,
    with currentSource: RowSource
  ) throws -> ComparisonReport {
    let excluded = rows.excluded
    let fields = try rows.fields(of: source, or: currentSource)
    var (collector, notes) = try source.collect(fields, known: excluded)
    warn(notes)
    guard exact else {
      let learned = try ProfileLearner().learn(from: &collector)
      return try compare(learned.profile, with: currentSource)
    }
    var (current, currentNotes) = try currentSource.collect(fields, known: excluded)
    let compared = try ExactComparison.compare(reference: &collector, current: &current)
    return report(collector.rows, current.rows, compared, currentNotes)
  }

  private func report(
    _ referenceRows: UInt64,
    _ currentRows: UInt64,
    _ fields: [ComparedField],
    _ notes: RowNotes
  ) -> ComparisonReport {
    warn(notes)
    return ComparisonReport(
      referenceRows: referenceRows,
      currentRows: currentRows,
      fields: fields,
      unexpected: notes.unexpected
    )
  }

  func warn(_ notes: RowNotes) {
    for example in notes.examples {
      Talk.say("warning: \(example.place): first row rejected as \(example.reason.rawValue)")
    }
  }
}
