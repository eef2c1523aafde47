import Foundation
import KafkaClient
import TestSupport
import Testing

/// `leeway replay -b`: what a stretch of a topic says is what files of it say.
@Suite(.serialized, .ownThreads) struct ReplayTopicTests {
  private static let outputs = ["windows", "alerts", "retraining", "dead-letters"]

  /// A monitor, its files, and the same lines in a topic.
  private struct Bench: ~Copyable {
    let files: MonitorBench
    let cluster: MockCluster

    init(_ partitions: [[String]]) throws {
      let files = try MonitorBench()
      try files.learn(PlainStream.reference)
      let cluster = try MockCluster()
      try cluster.createTopic("events", partitions: partitions.count)
      try TestTopic.produce(partitions, to: "events", at: cluster.brokers)
      self.files = files
      self.cluster = cluster
    }

    func replay(_ arguments: String...) throws -> Command.Outcome {
      try Command.run(
        ["replay", try files.writeMonitor(), "-b", cluster.brokers]
          + ["-o", "\(files.folder.path)/topic"] + arguments
      )
    }

    func read(_ name: String, in folder: String) throws -> Data {
      Data(try files.folder.read("\(folder)/\(name).ndjson"))
    }
  }

  /// Changed from hour 30 on, with a blank line, a broken one and a late one.
  private static func lines(_ hours: Range<Int>, seed: UInt64) -> [String] {
    var lines = PlainStream.lines(hours: hours, seed: seed) { record in
      if (record.members["t"].flatMap { Int($0) } ?? 0) >= PlainStream.time(hour: 30) {
        record.members["x"] = "999"
      }
    }
    lines.insert(contentsOf: ["", "{\"t\":", lines[0]], at: lines.count / 2)
    return lines
  }

  @Test func topicsAndFilesSayTheSame() throws {
    let partitions = [Self.lines(24..<36, seed: 5), Self.lines(24..<35, seed: 6)]
    let bench = try Bench(partitions)
    let files = try bench.files.replay(partitions[0], partitions[1])
    #expect(files.transitions.contains { $0.hasPrefix("firing FeatureStable(x)") })
    let topic = try bench.replay()
    #expect(topic.status == 0, "\(topic.errors)")
    for name in Self.outputs {
      #expect(try bench.read(name, in: "topic") == bench.read(name, in: "out"), "\(name)")
    }
    #expect(try !bench.read("dead-letters", in: "topic").isEmpty)
  }

  /// A partition that is months ahead waits, whichever comes first from the broker.
  @Test func partitionsFarApartAreReadSideBySide() throws {
    let ahead = [24, 25, 3_000, 3_001].flatMap { hour in
      PlainStream.lines(hours: hour..<hour + 1, seed: UInt64(hour))
    }
    var stream = PlainStream(seed: 9)
    let behind = stream.records(hours: 24..<2_900, perHour: 2).map(\.line)
    let bench = try Bench([ahead, behind])
    let files = try bench.files.replay(ahead, behind)
    files.expectConservation(read: ahead.count + behind.count)
    let topic = try bench.replay()
    #expect(topic.status == 0, "\(topic.errors)")
    #expect(try bench.read("windows", in: "topic") == bench.read("windows", in: "out"))
  }

  @Test func aStretchIsReadAndNoMore() throws {
    let lines = PlainStream.lines(hours: 24..<27, seed: 5)
    let bench = try Bench([lines, []])
    func records(_ arguments: String...) throws -> [String] {
      let run = try Command.run(
        ["replay", try bench.files.writeMonitor(), "-b", bench.cluster.brokers]
          + ["-o", bench.files.folder.path + "/part"] + arguments
      )
      #expect(run.status == 0, "\(run.errors)")
      let text = String(decoding: try bench.read("windows", in: "part"), as: UTF8.self)
      return text.matches(of: /"records":(\d+),.*?"start":(\d+),"end":(\d+)/).map {
        "\($0.1) in \($0.2)..<\($0.3)"
      }
    }
    let whole = ["200 in 0..<200", "200 in 200..<400", "200 in 400..<600"]
    #expect(try records() == whole)
    #expect(try records("--from", "0", "--to", "9999") == whole)
    #expect(
      try records("--from", "150", "--to", "410") == [
        "50 in 150..<200", "200 in 200..<400", "10 in 400..<410",
      ]
    )
    #expect(try records("--from", "9999") == [])
  }

  @Test(arguments: [
    ([], "name what to read: --input FILE…, or -b host:port for the topics"),
    (["--input", "x", "-b", "y"], "--input reads files; -b, -X, --from and --to are of topics"),
    (
      ["-b", "y", "--from", "soon"],
      "--from soon: write earliest, latest, an offset, or an instant such as 2026-03-01T00:00:00Z"
    ),
    (["-b", "y", "--from", "500", "--to", "100"], "there is nothing between --from and --to"),
    (["-b", "y", "--from", "latest"], "there is nothing between --from and --to"),
  ])
  func whatIsWrongIsSaid(arguments: [String], message: String) throws {
    let run = try Command.run(["replay", "monitor.yaml", "-o", "out"] + arguments)
    #expect(run.status == 64 && run.errors.hasPrefix("Error: \(message)\n"), "\(run.errors)")
  }

  @Test func aTopicThatIsNotThereIsNamed() throws {
    let bench = try Bench([[]])
    var files = bench.files
    files.source = ["where: { a: b }"]
    let monitor = try files.writeMonitor()
    let text = try String(contentsOfFile: monitor, encoding: .utf8)
    _ = try files.folder.write(text.replacing("[events]", with: "[evnets]"), to: "monitor.yaml")
    let run = try Command.run([
      "replay", monitor, "-b", bench.cluster.brokers, "-o", files.folder.path + "/none",
    ])
    #expect(run.status == 66)
    #expect(run.errors.contains("evnets"), "\(run.errors)")
  }
}
