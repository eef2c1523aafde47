import Foundation
import Rules
import Service
import Testing

@testable import KafkaClient

/// Real brokers as a world; `LEEWAY_TEST_BROKERS` names them, as in `127.0.0.1:29092`.
///
/// They have to be Kafka 3 or newer that lets sessions be as short as six seconds, as it does
/// unless told otherwise. What scenarios make there stays there.
///
/// With gates each process reaches the brokers through one of its own, which must stand before all
/// of them.
final class KafkaWorld: LogWorld {
  static let brokers = ProcessInfo.processInfo.environment["LEEWAY_TEST_BROKERS"]

  let sessionTimeout = Duration.seconds(6)
  let maxPollInterval = Duration.seconds(6)
  let transactionTimeout = Duration.seconds(10)
  // Cleaners look for work every fifteen seconds, and may have to come more than once.
  let patience = Duration.seconds(120)
  // By then, a call that was not answered was given up, and made again.
  let lateness = Duration.seconds(9)

  private let settings: KafkaSettings
  /// The gates by the numbers of their members, where there are any.
  private var gates: [BrokerGate] = []
  private let hasGates: Bool
  /// A name for all that is made here.
  private let name = "leeway-\(UUID().uuidString.prefix(8).lowercased())"
  private let admin: Admin
  private var upstream: Producer
  private let start = ContinuousClock.now

  init(_ brokers: String, hasGates: Bool = false) throws {
    self.hasGates = hasGates
    let settings = try Self.settings(brokers)
    self.settings = settings
    admin = try Admin(settings: settings)
    upstream = try Producer(settings: settings)
    try admin.waitForBroker()
  }

  private static func settings(_ brokers: String) throws -> KafkaSettings {
    var settings = KafkaSettings(brokers: brokers)
    for text in [
      "session.timeout.ms=6000", "heartbeat.interval.ms=300", "max.poll.interval.ms=6000",
      "topic.metadata.refresh.interval.ms=1000", "linger.ms=0", "reconnect.backoff.max.ms=500",
    ] {
      try settings.override(text)
    }
    return settings
  }

  deinit { gates.forEach { $0.close() } }

  func createTopic(
    _ name: String,
    partitions: Int,
    timestamps: TopicTable.Timestamps
  ) throws -> String {
    let type = timestamps == .broker ? "LogAppendTime" : "CreateTime"
    let topic = "\(self.name)-\(name)"
    try create(topic, partitions: partitions, ("message.timestamp.type", type))
    return topic
  }

  func createAgain(_ topic: String, partitions: Int) throws {
    try create(topic, partitions: partitions)
  }

  func createCompactedTopic(_ name: String) throws -> String {
    let topic = "\(self.name)-\(name)"
    // The segment that is written to is never cleaned: each should be full at once.
    try create(
      topic,
      partitions: 1,
      ("cleanup.policy", "compact"),
      ("segment.ms", "100"),
      ("min.cleanable.dirty.ratio", "0.001"),
      ("delete.retention.ms", "0")
    )
    return topic
  }

  private func create(
    _ name: String,
    partitions: Int,
    _ configuration: (String, String)...
  ) throws {
    var topic = NewTopic(name, partitions: partitions)
    // Records of scenarios are years old.
    topic.configuration = [.init("retention.ms", "-1")] + configuration.map { .init($0, $1) }
    try wait(until: "topic \(name)") {
      guard case .failed(let error) = try admin.create([topic])[0] else { return true }
      throw error
    }
    try wait(until: "partitions of \(name)") { try count(of: name) == partitions }
  }

  func addPartitions(_ topic: String, to count: Int) throws {
    try TopicOperator(brokers: settings.brokers).addPartitions(topic, to: count)
    try wait(until: "partitions of \(topic)") { try self.count(of: topic) == count }
  }

  func truncate(_ partition: TopicPartition, before offset: Int64) throws {
    try TopicOperator(brokers: settings.brokers).truncate(partition, before: offset)
  }

  func deleteTopic(_ topic: String) throws {
    try TopicOperator(brokers: settings.brokers).delete(topic)
    try wait(until: "the end of \(topic)") { try count(of: topic) == nil }
  }

  func compact(_ topic: String) throws {
    let filler = UpstreamRecord(
      key: Array(UUID().uuidString.utf8),
      value: Array("filler".utf8),
      timestamp: Int64(Date().timeIntervalSince1970 * 1_000)
    )
    try append(filler, to: TopicPartition(topic, 0))
    pass(.seconds(1))
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
    let number = gates.count
    var settings = settings
    if hasGates {
      let gate = try BrokerGate(settings.brokers)
      gates.append(gate)
      settings = try Self.settings(gate.brokers)
    }
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
    if hasGates { log.limits.call = .seconds(2) }
    return Member(log, number: number, delivery: delivery)
  }

  func commitAsNobody(
    _ offsets: [CommittedOffset],
    group: String,
    inTransaction: Bool
  ) throws {
    let stranger = try Consumer(group: "\(name)-\(group)", settings: settings)
    guard inTransaction else { return try stranger.commit(offsets) }
    guard let nobody = unsafe GroupMetadata(of: stranger.handle.pointer) else {
      throw Overdue(description: "nobody's name")
    }
    var producer = try Producer(settings: settings, transactionalID: "\(name)-loose")
    try producer.initTransactions()
    try producer.beginTransaction()
    try producer.sendOffsets(offsets, as: nobody, within: .seconds(10))
    try producer.commitTransaction()
  }

  func kill(_ member: Member) { gates[member.number].shut() }

  func disconnect(_ member: Member, for time: Duration) {
    let gate = gates[member.number]
    gate.shut()
    Thread.detachNewThread {
      Thread.sleep(forTimeInterval: time / .seconds(1))
      gate.open()
    }
  }

  func once(_ operation: Call.Operation, of member: Member, _ fault: Fault) {
    let request: BrokerGate.Request =
      switch operation {
      case .commit, .abort: member.delivery == .atLeastOnce ? .offsetCommit : .endTransaction
      case .send: .transactionOffsetCommit
      default: preconditionFailure("no gate loses one \(operation)")
      }
    let fate: BrokerGate.Fate =
      switch (fault.request, fault.answer) {
      case (.dropped, .timeout): .loseRequest
      case (.applied, .timeout): .loseAnswer
      case (.late(let delay, let tears), .timeout): .holdBack(delay, passingOthers: tears)
      default: preconditionFailure("no gate can do \(fault)")
      }
    gates[member.number].decide(request, fate)
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
