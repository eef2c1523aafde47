import Foundation
import Testing

/// A monitor with its files in a folder of its own, run by the built command.
struct MonitorBench {
  /// Where all files are.
  let folder: Folder
  /// Lines of the monitor's `fields`.
  var fields = ["time: t", "id: id"]
  /// Lines of the monitor's `source`, beside its topic.
  var source: [String] = []
  /// The monitor's `window`.
  var window = "{ size: 1h }"
  /// The monitor's `lateness`.
  var lateness = "5m"
  /// Paths of rule files.
  var rules = MonitorBench.packs

  init() throws { folder = try Folder() }

  /// The rule files that come with the program, as they are.
  static let packs = ["drift", "quality", "retraining"].map { "\(repository)/rules/\($0).yaml" }

  private static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  /// Learns the reference of the monitor, by default with the time of plain rows.
  func learn(
    _ rows: [String],
    _ options: [String] = ["--time", "t", "--window", "1h", "--exclude", "id"]
  ) throws {
    let file = try folder.write(rows.map { $0 + "\n" }.joined(), to: "reference.ndjson")
    let run = try Command.run(["profile", file, "-o", folder.path + "/reference.json"] + options)
    #expect(run.status == 0, "\(run.errors)")
  }

  /// Writes the monitor's file and gives its path.
  func writeMonitor() throws -> String {
    let text = """
      version: 1
      monitor: bench
      source:
        topics: [events]
      \(source.map { "  \($0)\n" }.joined())fields:
      \(fields.map { "  \($0)\n" }.joined())reference: reference.json
      window: \(window)
      lateness: \(lateness)
      rules: [\(rules.joined(separator: ", "))]
      """
    return try folder.write(text, to: "monitor.yaml")
  }

  /// Replays partitions of lines.
  func replay(_ partitions: [String]..., arguments: [String] = []) throws -> Replayed {
    try replay(bytes: partitions.map { $0.map { Data($0.utf8) } }, arguments: arguments)
  }

  /// Replays partitions of lines that need not be text.
  func replay(bytes partitions: [[Data]], arguments: [String] = []) throws -> Replayed {
    var files: [String] = []
    for (index, lines) in partitions.enumerated() {
      files.append(folder.path + "/events-\(index).ndjson")
      let newline = Data("\n".utf8)
      try Data(lines.map { $0 + newline }.joined()).write(to: URL(fileURLWithPath: files[index]))
    }
    return try replay(files: files, arguments: arguments)
  }

  /// Replays files.
  func replay(files: [String], arguments: [String] = []) throws -> Replayed {
    let run = try Command.run(
      ["replay", try writeMonitor(), "--input"] + files + ["--output", folder.path + "/out"]
        + arguments
    )
    return try Replayed(run, folder)
  }
}
