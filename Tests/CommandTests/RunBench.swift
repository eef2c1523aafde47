import Foundation
import KafkaClient
import TestSupport
import Testing

/// A monitor of one rule, and a broker.
struct RunBench: ~Copyable {
  let folder: Folder
  let monitor: String
  let cluster: MockCluster

  init(triggers: String = "") throws {
    let folder = try Folder()
    try folder.learnReference()
    let rules = """
      version: 1
      rules:
        - name: AmountPresent
          expect: missing(amount) < 10%
      """
    _ = try folder.write(rules + triggers, to: "rules.yaml")
    // The embedded broker's transactions promise nothing.
    let text = HostileStream.monitor + "\nrules: [rules.yaml]\ndelivery: at_least_once\n"
    let monitor = try folder.write(text, to: "monitor.yaml")
    let cluster = try MockCluster()
    try cluster.createTopic("orders", partitions: 1)
    for name in [
      "windows", "alerts", "retraining", "dead-letters", "control", "shop.partials", "shop.state",
    ] {
      try cluster.createTopic("leeway.\(name)", partitions: 1)
    }
    (self.folder, self.monitor) = (folder, monitor)
    self.cluster = cluster
  }

  func start(output: FileHandle) throws -> Process {
    let session = ["-X", "session.timeout.ms=4000"]
    return try Command.start(["run", monitor, "-b", cluster.brokers] + session, output: output)
  }

  /// Sixty events from a second on, and as many of the window behind the next, which close it.
  func produce(from second: Int, amount: String, until later: Int) throws {
    let events = (0..<60).map { Self.event(second + $0, amount) }
    let closing = (0..<5).map { Self.event(later + $0, "1") }
    try TestTopic.produce([events + closing], to: "orders", at: cluster.brokers)
  }

  private static func event(_ second: Int, _ amount: String) -> String {
    HostileStream.event(second: second, amount: amount, color: "\"red\"", model: "\"1\"")
  }

  /// Waits for so many records of a topic.
  func wait(for count: Int, in topic: String) throws {
    var reader = try TopicReader(topic, at: cluster.brokers)
    let isThere = try comesTrue {
      try reader.read()
      return reader.values.count >= count
    }
    try #require(isThere, "\(reader.values)")
  }
}
