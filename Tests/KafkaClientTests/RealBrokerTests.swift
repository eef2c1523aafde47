import Foundation
import Testing

@testable import KafkaClient

/// What only a real broker can show, as the mock cluster means no transaction.
///
/// Needs brokers of 2.5 or newer that create no topics by themselves; `LEEWAY_TEST_BROKERS` names
/// them, as in `127.0.0.1:29092`.
@Suite(
  "Real brokers",
  .enabled(
    if: ProcessInfo.processInfo.environment["LEEWAY_TEST_BROKERS"] != nil,
    "LEEWAY_TEST_BROKERS names no brokers"
  )
)
struct RealBrokerTests {
  private let settings: KafkaSettings
  /// A name for all that a test makes.
  private let name = "leeway-\(UUID().uuidString.prefix(8).lowercased())"
  private var input: TopicPartition { TopicPartition("\(name)-in", 0) }
  private var output: TopicPartition { TopicPartition("\(name)-out", 0) }

  init() throws {
    let brokers = ProcessInfo.processInfo.environment["LEEWAY_TEST_BROKERS"] ?? ""
    var settings = KafkaSettings(brokers: brokers)
    try settings.override("session.timeout.ms=6000")
    try settings.override("heartbeat.interval.ms=300")
    self.settings = settings
    let admin = try Admin(settings: settings)
    try admin.waitForBroker()
    let size = KafkaSettings.Property("max.message.bytes", "2000")
    let topics = [
      NewTopic(input.topic, partitions: 2),
      NewTopic(output.topic, partitions: 1, configuration: [size]),
    ]
    #expect(try admin.create(topics) == [.created, .created])
    try wait("the topics") { try admin.describe(topics.map(\.name)).allSatisfy { $0 != nil } }
    var producer = try Producer(settings: settings)
    for number in 0..<4 { try producer.produce("\(number)", to: input.topic, Int32(number % 2)) }
    try producer.flush(within: patience)
  }

  private func producer(timeout: Duration = .seconds(30)) throws -> Producer {
    var producer = try Producer(settings: settings, transactionalID: name, timeout: timeout)
    try producer.waitForCoordinator()
    return producer
  }

  /// A member of the group that has read all records of both partitions.
  private func member() throws -> Consumer {
    var member = try Consumer(group: name, settings: settings)
    try member.subscribe(to: [input.topic])
    var records: [Record] = []
    try wait("all records") {
      _ = try member.take(into: &records)
      return records.count == 4
    }
    return member
  }

  /// The group's offset, not waiting for open transactions.
  private func committed() throws -> CommittedOffset? {
    var settings = settings
    settings.set("isolation.level", "read_uncommitted")
    return try Consumer(group: name, settings: settings).committed([input])[0]
  }

  /// What a reader sees of the output, up to its end.
  private func texts(within limit: Duration = patience) throws -> [String] {
    try KafkaClientTests.texts(in: output, settings, within: limit)
  }

  @Test func aCommitShowsRecordsAndOffsetsTogether() throws {
    var producer = try producer()
    let member = try member()
    let offset = CommittedOffset(input, offset: 2, metadata: "seven")
    try producer.beginTransaction()
    try producer.produce("a", to: output.topic, 0)
    try producer.sendOffsets([offset], of: member)
    try producer.flush(within: patience)
    let reader = try Consumer(group: nil, settings: settings)
    #expect(try reader.watermarks([output]) == [Watermarks(low: 0, high: 0)])
    #expect(try LogScan.endOffset(of: output, settings: settings) == 1)
    #expect(try committed() == nil)
    try producer.commitTransaction()
    #expect(try texts() == ["a"])
    // The brokers tell each other of the commit after they have told the producer.
    try wait("the offset") { try committed() == offset }
    // The mark of the commit is behind the last record: the end is reached without one.
    try wait("the mark") { try LogScan.endOffset(of: output, settings: settings) == 2 }
    #expect(try texts() == ["a"])
  }

  /// A commit that gives up waiting is taken up again; and where librdkafka gets entangled in so
  /// many calls, a new producer of the id finds out what became of the transaction.
  @Test func whateverBecomesOfCommitsCanBeToldAfterwards() throws {
    var producer = try producer()
    var number = 0
    while number < 40 {
      do throws(KafkaError) {
        try producer.beginTransaction()
        try producer.produce("\(number)", to: output.topic, 0)
        let end = ContinuousClock.now + .seconds(5)
        while true {
          do throws(KafkaError) {
            try producer.commit(within: .milliseconds(2))
            break
          } catch {
            guard error.isRetriable, ContinuousClock.now < end else { throw error }
          }
        }
        number += 1
      } catch {
        #expect(error.code != .fenced)
        producer = try self.producer()
        number = try texts().count
      }
    }
    #expect(try texts() == (0..<40).map { "\($0)" })
  }

  /// The brokers may still be busy with the transaction before, and know nothing of this one.
  @Test func abortsDoNotOvertakeWhatTheyAbort() throws {
    var producer = try producer()
    for number in 0..<40 {
      try producer.beginTransaction()
      try producer.produce("\(number)", to: output.topic, 0)
      if number.isMultiple(of: 2) {
        try producer.commitTransaction()
      } else {
        try producer.abortTransaction()
      }
    }
    #expect(try texts() == (0..<20).map { "\(2 * $0)" })
  }

  @Test func anAbortShowsNothing() throws {
    var producer = try producer()
    let member = try member()
    try producer.beginTransaction()
    for _ in 0..<3 { try producer.produce("no", to: output.topic, 0) }
    try producer.sendOffsets([CommittedOffset(input, offset: 2)], of: member)
    try producer.flush(within: patience)
    try producer.abortTransaction()
    #expect(try texts() == [])
    try wait("the mark") { try LogScan.endOffset(of: output, settings: settings) == 4 }
    #expect(try texts() == [])
    #expect(try committed() == nil)
    try producer.beginTransaction()
    try producer.produce("yes", to: output.topic, 0)
    try producer.commitTransaction()
    #expect(try texts() == ["yes"])
  }

  /// The second of one name ends what the first has open, and then the first itself.
  @Test(arguments: [false, true])
  func theSecondOfOneNameFencesTheFirst(producing: Bool) throws {
    var first = try producer()
    try first.beginTransaction()
    try first.produce("no", to: output.topic, 0)
    try first.flush(within: patience)
    var second = try producer()
    try second.beginTransaction()
    try second.produce("yes", to: output.topic, 0)
    try second.commitTransaction()
    if producing { try first.produce("no", to: output.topic, 0) }
    for _ in 0..<2 {
      let error = #expect(throws: KafkaError.self) { try first.commitTransaction() }
      #expect(error?.code == .fenced && error?.isFatal == true, "\(error?.message ?? "")")
    }
    #expect(try texts() == ["yes"])
    try second.beginTransaction()
    try second.commitTransaction()
  }

  /// The group goes on to another generation between the question and the sending.
  @Test func aStaleGenerationIsRefused() throws {
    var producer = try producer()
    var first = try member()
    let offset = CommittedOffset(input, offset: 2)
    try producer.beginTransaction()
    try producer.produce("no", to: output.topic, 0)
    let then = try first.member(for: [offset])
    var second = try Consumer(group: name, settings: settings)
    try second.subscribe(to: [input.topic])
    var records: [Record] = []
    try wait("both have one partition") {
      _ = try first.take(into: &records)
      _ = try second.take(into: &records)
      return first.assignment.count == 1 && second.assignment.count == 1
    }
    do throws(KafkaError) {
      try producer.sendOffsets([offset], as: then, within: .seconds(10))
      Issue.record("a stale generation was let in")
    } catch {
      #expect(error.reason == "ILLEGAL_GENERATION" && error.code == .staleMember)
      #expect(error.requiresAbort && !error.isFatal && !error.isRetriable)
    }
    try producer.abortTransaction()
    #expect(try committed() == nil)

    // The member that is there may, of what is its own.
    let place = first.assignment[0]
    try producer.beginTransaction()
    try producer.sendOffsets([CommittedOffset(place, offset: 1)], of: first)
    try producer.commitTransaction()
    #expect(try first.committed([place]) == [CommittedOffset(place, offset: 1)])
    try second.close()
    try first.close()
  }

  /// A member that the group has put out may not commit, and learns it here if not earlier.
  @Test func aMemberThatWasPutOutIsRefused() throws {
    var producer = try producer()
    var settings = settings
    try settings.override("max.poll.interval.ms=6000")
    var slow = try Consumer(group: name, settings: settings)
    try slow.subscribe(to: [input.topic])
    var records: [Record] = []
    try wait("all records") {
      _ = try slow.take(into: &records)
      return records.count == 4
    }
    var other = try Consumer(group: name, settings: settings)
    try other.subscribe(to: [input.topic])
    try wait("the other has all") {
      _ = try other.take(into: &records)
      return other.assignment.count == 2
    }
    try producer.beginTransaction()
    try producer.produce("no", to: output.topic, 0)
    do throws(KafkaError) {
      try producer.sendOffsets([CommittedOffset(input, offset: 2)], of: slow)
      Issue.record("a member that was put out was let in")
    } catch {
      #expect(error.code == .staleMember && error.requiresAbort, "\(error)")
    }
    try producer.abortTransaction()
    #expect(try committed() == nil)
  }

  @Test func aScanWaitsForAnOpenTransaction() throws {
    var producer = try producer()
    try producer.beginTransaction()
    try producer.produce("a", to: output.topic, 0)
    try producer.commitTransaction()
    try producer.beginTransaction()
    try producer.produce("b", to: output.topic, 0)
    try producer.flush(within: patience)
    let error = #expect(throws: KafkaError.self) { try texts(within: .seconds(1)) }
    #expect(error?.code == .timedOut)
    #expect(error?.message.contains("from 2 to 3") == true, "\(error?.message ?? "")")
    try producer.commitTransaction()
    #expect(try texts() == ["a", "b"])
  }

  /// Whose producer is gone: the brokers end the transaction after its timeout.
  @Test func aScanOutlastsADeadTransaction() throws {
    do {
      var producer = try producer(timeout: .seconds(3))
      try producer.beginTransaction()
      try producer.produce("a", to: output.topic, 0)
      try producer.commitTransaction()
      try producer.beginTransaction()
      try producer.produce("no", to: output.topic, 0)
      try producer.flush(within: patience)
    }
    #expect(try texts() == ["a"])
  }

  /// Librdkafka 2.0.2 takes the brokers' abort for another producer of the same id.
  @Test func aTransactionThatTookTooLongEndsTheProducer() throws {
    var slow = try producer(timeout: .seconds(1))
    try slow.beginTransaction()
    try slow.produce("no", to: output.topic, 0)
    try slow.flush(within: patience)
    #expect(try texts() == [])
    let error = #expect(throws: KafkaError.self) { try slow.commitTransaction() }
    #expect(error?.code == .fenced && error?.isFatal == true)
    var next = try producer()
    try next.beginTransaction()
    try next.produce("yes", to: output.topic, 0)
    try next.commitTransaction()
    #expect(try texts() == ["yes"])
  }

  @Test func aTransactionThatLostARecordIsNotCommitted() throws {
    var producer = try producer()
    try producer.beginTransaction()
    try producer.produce("no", to: output.topic, 0)
    try producer.flush(within: patience)
    let large = (0..<3_000).map { _ in UInt8.random(in: 0...255) }
    try producer.produce(to: output.topic, partition: 0, key: nil, payload: large.span)
    let error = #expect(throws: KafkaError.self) { try producer.commitTransaction() }
    #expect(error?.code == .tooLarge && error?.requiresAbort == true)
    try producer.abortTransaction()
    #expect(try texts() == [])
    var aborts = 0
    try wait("a transaction that is committed") {
      do throws(KafkaError) {
        try producer.beginTransaction()
        try producer.produce("yes", to: output.topic, 0)
        try producer.commitTransaction()
        return true
      } catch {
        guard error.requiresAbort else { throw error }
        try producer.abortTransaction()
        aborts += 1
        return false
      }
    }
    #expect(aborts <= 1)
    #expect(try texts() == ["yes"])
  }

  @Test func configurationsAreTold() throws {
    let admin = try Admin(settings: settings)
    let compacted = NewTopic(
      "\(name)-state",
      partitions: 1,
      configuration: [.init("cleanup.policy", "compact"), .init("min.insync.replicas", "1")]
    )
    #expect(try admin.create([compacted]) == [.created])
    try wait("the topic") { try admin.describe([compacted.name]) != [nil] }
    let names = [compacted.name, "\(name)-missing", output.topic, compacted.name]
    let found = try admin.configuration(of: names)
    #expect(found.map { $0?["cleanup.policy"] } == ["compact", nil, "delete", "compact"])
    #expect(found[1] == nil)
    #expect(found[0]?["min.insync.replicas"] == "1")
    #expect(found[2]?["max.message.bytes"] == "2000")
    #expect(found[2]?["retention.ms"] != nil)
    #expect(found[2]?["broker.id"] == nil)
  }
}
