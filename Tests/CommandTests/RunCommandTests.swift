import Foundation
import KafkaClient
import TestSupport
import Testing

/// `leeway run` as a process: killed, stopped, and attached to what is not there.
@Suite(.serialized, .ownThreads) struct RunCommandTests {
  private static let outputs = [
    "windows", "alerts", "retraining", "dead-letters", "shop.partials", "shop.state",
    "control",
  ]
  /// The embedded broker hands a dead member's partitions over only after the session.
  private static let session = ["-X", "session.timeout.ms=4000"]

  /// A monitor's files, the hostile stream's events by partition, and what a replay of them says.
  private struct Stream {
    let folder: Folder
    let monitor: String
    let partitions: [[String]]
    /// Windows by id that close without the end of the input.
    let expected: [String: String]

    init() throws {
      let folder = try Folder()
      try folder.learnReference()
      _ = try folder.write(HostileStream.rules, to: "rules.yaml")
      let monitor = try folder.write(
        // The embedded broker's transactions promise nothing.
        HostileStream.monitor + "\nrules: [rules.yaml]\ndelivery: at_least_once\n",
        to: "monitor.yaml"
      )
      var partitions = [[String]](repeating: [], count: 2)
      for (index, line) in HostileStream.lines(seed: 21, count: 2_400).enumerated() {
        partitions[index % 2].append(line)
      }
      let files = try partitions.enumerated().map { number, lines in
        try folder.write(lines.joined(separator: "\n") + "\n", to: "p\(number).ndjson")
      }
      let replay = try Command.run(
        ["replay", monitor, "-o", folder.path + "/out", "--input"] + files
      )
      #expect(replay.status == 0, "\(replay.errors)")
      let text = try String(decoding: folder.read("out/windows.ndjson"), as: UTF8.self)
      // The last two hours stay open as long as more may come.
      (self.folder, self.monitor, self.partitions) = (folder, monitor, partitions)
      expected = Self.byID(text.split(separator: "\n").map(String.init)).filter {
        Self.end($0.value) <= "2020-09-13T17:00:00Z"
      }
    }

    static func byID(_ events: [String]) -> [String: String] {
      Dictionary(events.map { (member("id", $0), $0) }, uniquingKeysWith: { first, _ in first })
    }

    static func end(_ event: String) -> String { member("time", event) }

    static func member(_ name: String, _ event: String) -> String {
      let value = event.components(separatedBy: "\"\(name)\":\"").dropFirst().first ?? ""
      return value.components(separatedBy: "\"")[0]
    }
  }

  private static func start(_ stream: Stream, _ brokers: String) throws -> Process {
    try Command.start(["run", stream.monitor, "-b", brokers] + session)
  }

  /// Waits for a condition about the windows written so far; fails the test after a minute.
  private static func windows(
    at brokers: String,
    until isEnough: ([String]) -> Bool
  ) throws -> [String] {
    var reader = try TopicReader("leeway.windows", at: brokers)
    for _ in 0..<600 {
      try reader.read()
      if isEnough(reader.values) { return reader.values }
    }
    Issue.record("only \(reader.values.count) windows in a minute")
    return reader.values
  }

  private static func cluster() throws -> MockCluster {
    let cluster = try MockCluster()
    try cluster.createTopic("orders", partitions: 2)
    for output in outputs { try cluster.createTopic("leeway.\(output)", partitions: 1) }
    return cluster
  }

  @Test func aProcessKilledInMidWindowGoesOnWithTheSameWindowsAndIds() throws {
    let stream = try Stream()
    let cluster = try Self.cluster()
    let brokers = cluster.brokers
    func produce(_ range: Range<Int>) throws {
      let parts = stream.partitions.map { Array($0[range]) }
      try TestTopic.produce(parts, to: "orders", at: brokers)
    }
    try produce(0..<600)
    let first = try Self.start(stream, brokers)
    _ = try Self.windows(at: brokers) { $0.count >= 5 }
    try produce(600..<800)
    _ = try Self.windows(at: brokers) { $0.count >= 12 }
    kill(first.processIdentifier, SIGKILL)
    first.waitUntilExit()
    try produce(800..<1_200)
    let second = try Self.start(stream, brokers)
    let found = try Self.windows(at: brokers) { values in
      Set(values.map { Stream.member("id", $0) }).isSuperset(of: stream.expected.keys)
    }
    second.terminate()
    second.waitUntilExit()
    #expect(second.terminationStatus == 0)
    #expect(stream.expected.count > 20)
    for (id, event) in stream.expected { #expect(found.contains(event), "\(id)") }
    // What was written twice is the same to the last byte.
    #expect(Set(found).count == Set(found.map { Stream.member("id", $0) }).count)
  }

  @Test func twoProcessesShareTheWorkAndTheOneThatRemainsTakesOver() throws {
    let stream = try Stream()
    let cluster = try Self.cluster()
    let brokers = cluster.brokers
    let parts = [0..<600, 600..<1_200].map { range in
      stream.partitions.map { Array($0[range]) }
    }
    try TestTopic.produce(parts[0], to: "orders", at: brokers)
    let first = try Self.start(stream, brokers)
    _ = try Self.windows(at: brokers) { $0.count >= 5 }
    let second = try Self.start(stream, brokers)
    // The one that leaves in peace hands its partitions and its state over.
    first.terminate()
    first.waitUntilExit()
    #expect(first.terminationStatus == 0)
    try TestTopic.produce(parts[1], to: "orders", at: brokers)
    let found = try Self.windows(at: brokers) { values in
      Set(values.map { Stream.member("id", $0) }).isSuperset(of: stream.expected.keys)
    }
    second.terminate()
    second.waitUntilExit()
    #expect(second.terminationStatus == 0)
    for (id, event) in stream.expected { #expect(found.contains(event), "\(id)") }
    #expect(Set(found).count == Set(found.map { Stream.member("id", $0) }).count)
  }

  @Test func whatIsNotThereIsNamed() throws {
    let stream = try Stream()
    let nobody = try Command.run(["run", stream.monitor, "-b", "127.0.0.1:1"])
    #expect(nobody.status == 69)
    #expect(nobody.errors.contains("127.0.0.1:1"))
    let cluster = try MockCluster()
    let noTopic = try Command.run(["run", stream.monitor, "-b", cluster.brokers])
    #expect(noTopic.status == 66)
    #expect(noTopic.errors.contains("topic orders does not exist at \(cluster.brokers)"))
    #expect(try Command.run(["run", stream.monitor]).status == 64)
    let denied = ["-b", cluster.brokers, "-X", "plugin.library.paths=evil"]
    #expect(try Command.run(["run", stream.monitor] + denied).status == 64)
    let long = String(repeating: "é", count: 513)
    let name = ["-b", cluster.brokers, "--instance", long]
    let tooLong = try Command.run(["run", stream.monitor] + name)
    #expect(tooLong.status == 64)
    #expect(
      tooLong.errors.contains("the name of this process has 1026 bytes, and may have 1024"),
      "\(tooLong.errors)"
    )
  }
}
