import Foundation
import KafkaClient

/// Alert latency from the record that closes a window to the committed alert, at the default
/// cadence: on the embedded broker, and on real ones when LEEWAY_TEST_BROKERS names them.
///
/// Prints a line of JSON for each; exits 1 when the 99th percentile is above the limit.
@main
enum AlertLatency {
  /// What the project promises, in seconds.
  private static let limit = 3.0

  static func main() throws {
    let cluster = try MockCluster()
    for topic in Bench.topics(prefix: "bench") { try cluster.createTopic(topic, partitions: 1) }
    // The embedded broker's transactions promise nothing.
    let embedded = try Bench(
      brokers: cluster.brokers,
      prefix: "bench",
      delivery: "at_least_once"
    )
    var results = [Latencies(try embedded.run(), name: "embedded", delivery: "at_least_once")]
    print(results[0].json)
    if let brokers = ProcessInfo.processInfo.environment["LEEWAY_TEST_BROKERS"] {
      let prefix = "leeway-bench-\(UUID().uuidString.lowercased())"
      let real = try Bench(brokers: brokers, prefix: prefix, delivery: "exactly_once")
      try real.createTopics()
      results.append(Latencies(try real.run(), name: "kafka", delivery: "exactly_once"))
      print(results[1].json)
    }
    if results.contains(where: { $0.percentile(99) > limit }) {
      try FileHandle.standardError.write(
        contentsOf: Data("alert latency: the 99th percentile is above \(limit) s\n".utf8)
      )
      exit(1)
    }
  }
}
