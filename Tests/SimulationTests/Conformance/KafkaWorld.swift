import Foundation
import KafkaClient
import Rules
import Service
import Testing

/// Real brokers as a world; `LEEWAY_TEST_BROKERS` names them, as in `127.0.0.1:29092`.
///
/// They have to be Kafka 3 or newer that lets sessions be as short as six seconds, as it does
/// unless told otherwise. What scenarios make there stays there.
final class KafkaWorld: LogWorld {
  static let brokers = ProcessInfo.processInfo.environment["LEEWAY_TEST_BROKERS"]

  let sessionTimeout = Duration.seconds(6)
  let maxPollInterval = Duration.seconds(6)
  let transactionTimeout = Duration.seconds(10)

  private let settings: KafkaSettings
  /// A name for all that is made here.
  private let name = "leeway-\(UUID().uuidString.prefix(8).lowercased())"
  private let admin: Admin
  private var upstream: Producer
  private let start = ContinuousClock.now

  init(_ brokers: String) throws {
    var settings = KafkaSettings(brokers: brokers)
    for text in [
      "session.timeout.ms=6000", "heartbeat.interval.ms=300", "max.poll.interval.ms=6000",
      "topic.metadata.refresh.interval.ms=1000", "linger.ms=0",
    ] {
      try settings.override(text)
    }
    self.settings = settings
    admin = try Admin(settings: settings)
    upstream = try Producer(settings: settings)
    try admin.waitForBroker()
  }

  func createTopic(
    _ name: String,
    partitions: Int,
    timestamps: TopicTable.Timestamps
  ) throws -> String {
    let topic = NewTopic(
      "\(self.name)-\(name)",
      partitions: partitions,
      configuration: [
        // Records of scenarios are years old.
        .init("retention.ms", "-1"),
        .init(
          "message.timestamp.type",
          timestamps == .broker ? "LogAppendTime" : "CreateTime"
        ),
      ]
    )
    for outcome in try admin.create([topic]) {
      if case .failed(let error) = outcome { throw error }
    }
    try wait(until: "topic \(topic.name)") { try count(of: topic.name) == partitions }
    return topic.name
  }

  /// The number of a topic's partitions; nil while none of it, or not all, can be used.
  private func count(of topic: String) throws -> Int? {
    do throws(KafkaError) { return try admin.describe([topic])[0]?.partitions } catch {
      guard error.isRetriable else { throw error }
      return nil
    }
  }

  func append(_ record: UpstreamRecord, to partition: TopicPartition) throws {
    let (key, value) = (record.key ?? [], record.value ?? [])
    try upstream.produce(
      to: partition.topic,
      partition: partition.partition,
      key: record.key == nil ? nil : key.span,
      payload: record.value == nil ? nil : value.span,
      headers: record.headers,
      timestampMilliseconds: record.timestamp
    )
    try upstream.flush(within: .seconds(30))
  }

  func member(
    group: String,
    topics: [String],
    producer: String,
    delivery: FakeBroker.Delivery
  ) throws -> Member {
    var log = try KafkaLog(
      settings: settings,
      group: "\(name)-\(group)",
      topics: topics,
      transactionalID: "\(name)-\(producer)",
      delivery: delivery == .exactlyOnce ? .exactlyOnce : .atLeastOnce,
      readsHeaders: true
    ) { _ in }
    log.limits.transaction = transactionTimeout
    log.limits.scan = .seconds(4)
    return Member(log)
  }

  var now: Duration { ContinuousClock.now - start }

  func pass(_ time: Duration) {
    let (seconds, attoseconds) = time.components
    Thread.sleep(forTimeInterval: Double(seconds) + Double(attoseconds) / 1e18)
  }
}

/// Says so where no brokers are named.
@Suite(
  "Scenarios with real brokers",
  .enabled(if: KafkaWorld.brokers != nil, "LEEWAY_TEST_BROKERS names no brokers")
)
struct KafkaWorldTests {
  @Test func brokersMakeAWorld() throws { #expect(World.real.count == 1) }
}
