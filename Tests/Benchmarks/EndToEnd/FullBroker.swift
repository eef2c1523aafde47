import Foundation
import KafkaClient
import Service

/// Librdkafka's own small broker with events in it.
struct FullBroker: ~Copyable {
  private let cluster: MockCluster

  /// Starts it on a free port of the loopback interface, and fills it.
  ///
  /// - Parameters:
  ///   - prefix: Of all topics.
  ///   - events: In each topic of events; 5 MiB a partition are kept.
  ///   - runs: Of a monitor, each with topics of its own, `PREFIX-RUN.windows` and so on.
  /// - Throws: `KafkaError`.
  init(prefix: String, events: Int, runs: Int) throws {
    let cluster = try MockCluster()
    let stop = StopSignal()
    Self.nudge(cluster.brokers, until: stop)
    for codec in Filling.codecs {
      try cluster.createTopic(
        Filling.topic(codec, prefix: prefix),
        partitions: Filling.partitions
      )
    }
    let outputs = [
      "windows", "alerts", "retraining", "dead-letters", "bench.partials", "bench.state", "control",
    ]
    for run in 0..<runs {
      for output in outputs { try cluster.createTopic("\(prefix)-\(run).\(output)", partitions: 1) }
    }
    stop.request()
    try Filling.fill(brokers: cluster.brokers, prefix: prefix, events: events)
    self.cluster = cluster
  }

  /// Its address.
  var brokers: String { cluster.brokers }

  /// Keeps asking: the broker looks whether a topic is to be created once a second, or whenever it
  /// has answered somebody.
  private static func nudge(_ brokers: String, until stop: StopSignal) {
    Thread.detachNewThread {
      guard let admin = try? Admin(settings: KafkaSettings(brokers: brokers)) else { return }
      while !stop.isRequested { _ = try? admin.describe([]) }
    }
  }
}
