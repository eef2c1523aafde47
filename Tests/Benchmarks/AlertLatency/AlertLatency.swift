import BenchmarkSupport
import Foundation
import KafkaClient

/// Alert latency from the record that closes a window to the committed alert, at the default
/// cadence: on the embedded broker, and on real ones when LEEWAY_TEST_BROKERS names them.
///
/// Prints lines of JSON; exits 1 when the 99th percentile is above the limit.
@main
enum AlertLatency {
  static func main() throws {
    let cluster = try MockCluster()
    for topic in Bench.topics(prefix: "bench") { try cluster.createTopic(topic, partitions: 1) }
    // The embedded broker's transactions promise nothing.
    let embedded = try Bench(
      brokers: cluster.brokers,
      prefix: "bench",
      delivery: "at_least_once"
    )
    var rows = Row.latencies(try embedded.run(), broker: "embedded")
    if let brokers = ProcessInfo.processInfo.environment["LEEWAY_TEST_BROKERS"] {
      let prefix = "leeway-bench-\(UUID().uuidString.lowercased())"
      let real = try Bench(brokers: brokers, prefix: prefix, delivery: "exactly_once")
      try real.createTopics()
      rows += Row.latencies(try real.run(), broker: "kafka")
    }
    for row in rows { print(row.json) }
    if rows.contains(where: \.isExcessive) { exit(1) }
  }
}
