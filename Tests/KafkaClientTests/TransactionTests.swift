import KafkaClient
import TestSupport
import Testing

/// Transactions as far as the mock cluster shows them, which takes every call and means none.
///
/// These tests are of the client's ways through errors; what transactions do is in
/// `RealBrokerTests`.
@Suite("Transactions", .ownThreads)
struct TransactionTests {
  typealias Codes = [KafkaError.Code]

  private static func cluster() throws -> MockCluster {
    let cluster = try MockCluster()
    try cluster.createTopic("t", partitions: 2)
    return cluster
  }

  private static func settings(_ cluster: borrowing MockCluster) throws -> KafkaSettings {
    try KafkaSettings(cluster, session: 4_000)
  }

  /// A producer that may begin.
  private static func producer(
    _ settings: KafkaSettings,
    timeout: Duration = .seconds(30)
  ) throws -> Producer {
    var producer = try Producer(settings: settings, transactionalID: "one", timeout: timeout)
    try producer.initTransactions(within: patience)
    return producer
  }

  /// A member that has both partitions.
  private static func member(_ settings: KafkaSettings) throws -> Consumer {
    var member = try Consumer(group: "g", settings: settings)
    try member.subscribe(to: ["t"])
    var records: [Record] = []
    try wait("an assignment") {
      _ = try member.take(into: &records)
      return member.assignment.count == 2
    }
    return member
  }

  private static let offsets = [CommittedOffset(TopicPartition("t", 0), offset: 1)]

  @Test func oneAfterTheOther() throws {
    let cluster = try Self.cluster()
    let settings = try Self.settings(cluster)
    var producer = try Self.producer(settings)
    let member = try Self.member(settings)
    for number in 0..<3 {
      try producer.beginTransaction()
      try producer.produce("\(number)", to: "t", 0)
      try producer.sendOffsets(Self.offsets, of: member)
      if number == 1 { try producer.abortTransaction() } else { try producer.commitTransaction() }
      #expect(producer.undelivered == 0)
    }
    try producer.beginTransaction()
    try producer.sendOffsets([], of: member)
    try producer.commitTransaction()
  }

  @Test func callsOutOfOrderAreRefused() throws {
    let cluster = try Self.cluster()
    let settings = try Self.settings(cluster)
    func reason(_ call: () throws -> Void) -> String? {
      let error = #expect(throws: KafkaError.self, performing: call)
      #expect(error?.isRetriable == false && error?.requiresAbort == false)
      return error?.reason
    }
    var plain = try Producer(settings: settings)
    #expect(reason { try plain.initTransactions() } == "_NOT_CONFIGURED")
    var producer = try Producer(settings: settings, transactionalID: "one")
    #expect(reason { try producer.beginTransaction() } == "_STATE")
    try producer.initTransactions(within: patience)
    #expect(reason { try producer.commitTransaction() } == "_STATE")
    #expect(reason { try producer.abortTransaction() } == "_STATE")
    #expect(reason { try producer.produce("x", to: "t", 0) } == "_STATE")
    try producer.beginTransaction()
    #expect(reason { try producer.beginTransaction() } == "_STATE")
    try producer.produce("x", to: "t", 0)
    try producer.commitTransaction()
  }

  @Test func aCoordinatorThatComesLaterIsWaitedFor() throws {
    let cluster = try Self.cluster()
    let settings = try Self.settings(cluster)
    cluster.setReachable(false)
    var producer = try Producer(settings: settings, transactionalID: "one")
    let error = #expect(throws: KafkaError.self) {
      try producer.initTransactions(within: .milliseconds(200))
    }
    #expect(error?.isRetriable == true && error?.isFatal == false)
    cluster.setReachable(true)
    try producer.initTransactions(within: patience)
    try producer.beginTransaction()
  }

  /// A commit that has not come to its end is taken up again, and nothing else is let in.
  @Test func aCommitIsResumed() throws {
    let cluster = try Self.cluster()
    let settings = try Self.settings(cluster)
    var producer = try Self.producer(settings)
    try producer.beginTransaction()
    try producer.produce("x", to: "t", 0)
    try producer.flush(within: patience)
    cluster.setResponseTime(.seconds(3))
    let late = #expect(throws: KafkaError.self) {
      try producer.commitTransaction(within: .milliseconds(100))
    }
    #expect(late?.code == .timedOut && late?.isRetriable == true && late?.requiresAbort == false)
    let other = #expect(throws: KafkaError.self) { try producer.abortTransaction() }
    #expect(other?.reason == "_CONFLICT" && other?.isRetriable == false)
    try producer.commitTransaction(within: patience)
    cluster.setResponseTime(.zero)
    try producer.beginTransaction()
  }

  /// 51 is CONCURRENT_TRANSACTIONS, 14 COORDINATOR_LOAD_IN_PROGRESS.
  @Test func passingErrorsAreRetriedInside() throws {
    let cluster = try Self.cluster()
    let settings = try Self.settings(cluster)
    var producer = try Self.producer(settings)
    let member = try Self.member(settings)
    try producer.beginTransaction()
    cluster.fail(.addPartitionsToTransaction, with: [51, 51])
    cluster.fail(.addOffsetsToTransaction, with: [14])
    cluster.fail(.transactionOffsetCommit, with: [14])
    cluster.fail(.endTransaction, with: [51, 14])
    try producer.produce("x", to: "t", 0)
    try producer.sendOffsets(Self.offsets, of: member)
    try producer.commitTransaction()
    #expect(try texts(in: TopicPartition("t", 0), settings) == ["x"])
  }

  /// 22 is ILLEGAL_GENERATION, 25 UNKNOWN_MEMBER_ID, 12 OFFSET_METADATA_TOO_LARGE.
  @Test(arguments: zip([22, 25, 12] as [Int32], [.staleMember, .staleMember, .tooLarge] as Codes))
  func refusedOffsetsRequireAnAbort(response: Int32, code: KafkaError.Code) throws {
    let cluster = try Self.cluster()
    let settings = try Self.settings(cluster)
    var producer = try Self.producer(settings)
    let member = try Self.member(settings)
    try producer.beginTransaction()
    try producer.produce("x", to: "t", 0)
    cluster.fail(.transactionOffsetCommit, with: [response])
    let error = #expect(throws: KafkaError.self) {
      try producer.sendOffsets(Self.offsets, of: member)
    }
    #expect(error?.code == code && error?.requiresAbort == true)
    #expect(error?.isFatal == false && error?.isRetriable == false)
    let again = #expect(throws: KafkaError.self) { try producer.commitTransaction() }
    #expect(again?.requiresAbort == true)
    try producer.abortTransaction()
    try producer.beginTransaction()
    try producer.sendOffsets(Self.offsets, of: member)
    try producer.commitTransaction()
  }

  /// 47 is INVALID_PRODUCER_EPOCH, 90 PRODUCER_FENCED.
  @Test(arguments: [47, 90] as [Int32], [true, false])
  func theFencedProducerHasToGo(response: Int32, ends: Bool) throws {
    let cluster = try Self.cluster()
    let settings = try Self.settings(cluster)
    var producer = try Self.producer(settings)
    try producer.beginTransaction()
    cluster.fail(ends ? .endTransaction : .addPartitionsToTransaction, with: [response])
    try producer.produce("x", to: "t", 0)
    for _ in 0..<3 {
      let error = #expect(throws: KafkaError.self) { try producer.commitTransaction() }
      #expect(error?.code == .fenced && error?.isFatal == true)
    }
    let error = #expect(throws: KafkaError.self) { try producer.beginTransaction() }
    #expect(error?.code == .fenced && error?.isFatal == true)
  }

  /// 50 is INVALID_TRANSACTION_TIMEOUT, 53 TRANSACTIONAL_ID_AUTHORIZATION_FAILED.
  @Test(arguments: zip([90, 50, 53] as [Int32], [.fenced, .badSetting, .unauthorized] as Codes))
  func initialisingMayFailForGood(response: Int32, code: KafkaError.Code) throws {
    let cluster = try Self.cluster()
    let settings = try Self.settings(cluster)
    var producer = try Producer(settings: settings, transactionalID: "one")
    cluster.fail(.initProducerID, with: [response])
    let error = #expect(throws: KafkaError.self) { try producer.initTransactions() }
    #expect(error?.code == code && error?.isFatal == true)
  }

  /// That the failure was seen before makes no difference; 10 is MSG_SIZE_TOO_LARGE.
  @Test(arguments: [false, true])
  func aTransactionThatLostARecordIsNotCommitted(seen: Bool) throws {
    let cluster = try Self.cluster()
    let settings = try Self.settings(cluster)
    var producer = try Self.producer(settings)
    try producer.beginTransaction()
    cluster.fail(.produce, with: [10])
    try producer.produce("x", to: "t", 0)
    if seen {
      let error = #expect(throws: KafkaError.self) { try producer.flush(within: patience) }
      #expect(error?.code == .tooLarge)
    }
    let error = #expect(throws: KafkaError.self) { try producer.commitTransaction() }
    #expect(error?.code == .tooLarge && error?.requiresAbort == true)
    #expect(error?.isFatal == false && error?.isRetriable == false)
    #expect(error?.message.contains("1 records were not delivered") == !seen)
    try producer.abortTransaction()
    #expect(producer.failed == 1)
    // The lost record leaves a gap in the numbers that 2.0.2 gives to records, so that the first
    // transaction after it has to be aborted too; that abort makes the numbers begin anew.
    try producer.beginTransaction()
    try producer.produce("y", to: "t", 0)
    let gap = #expect(throws: KafkaError.self) { try producer.commitTransaction() }
    #expect(gap?.requiresAbort == true && gap?.isFatal == false)
    try producer.abortTransaction()
    try producer.beginTransaction()
    try producer.produce("z", to: "t", 0)
    try producer.commitTransaction()
    #expect(producer.accepted == 3)
  }

  @Test func recordsThatAreLateAreNotCommitted() throws {
    let cluster = try Self.cluster()
    var settings = try Self.settings(cluster)
    try settings.override("message.timeout.ms=300")
    var producer = try Self.producer(settings)
    try producer.beginTransaction()
    cluster.setReachable(false)
    for number in 0..<7 { try producer.produce("\(number)", to: "t", 0) }
    let error = #expect(throws: KafkaError.self) { try producer.commitTransaction() }
    #expect(error?.code == .notDelivered && error?.requiresAbort == true)
    #expect(error?.message.contains("7 records were not delivered") == true)
    cluster.setReachable(true)
    try producer.abortTransaction(within: patience)
  }

  /// What no broker would refuse.
  @Test func offsetsThatAreNotTheMembersAreRefused() throws {
    let cluster = try Self.cluster()
    let settings = try Self.settings(cluster)
    var producer = try Self.producer(settings)
    try producer.beginTransaction()
    try producer.produce("x", to: "t", 0)
    func refused(_ consumer: borrowing Consumer, _ place: TopicPartition, _ words: String) {
      do throws(KafkaError) {
        try producer.sendOffsets([CommittedOffset(place, offset: 1)], of: consumer)
        Issue.record("not refused: \(words)")
      } catch {
        #expect(error.code == .staleMember && error.requiresAbort && !error.isFatal)
        #expect(error.message.contains(words), "\(error)")
      }
    }
    let (mine, foreign) = (TopicPartition("t", 0), TopicPartition("t", 2))
    // It reads the partition, but is a member of no group.
    var loner = try Consumer(group: "g", settings: settings)
    try loner.assign([PartitionStart(mine, at: .beginning)])
    refused(loner, mine, "not given t[0]")
    try loner.close()
    var reader = try Consumer(group: nil, settings: settings)
    try reader.assign([PartitionStart(mine, at: .beginning)])
    refused(reader, mine, "not given t[0]")
    var member = try Self.member(settings)
    refused(member, foreign, "not given t[2]")
    try member.unassign()
    refused(member, mine, "not given t[0]")
    try producer.abortTransaction()
  }

  /// A coordinator that takes requests and says nothing.
  @Test func nothingWaitsForEver() throws {
    let cluster = try Self.cluster()
    let settings = try Self.settings(cluster)
    let member = try Self.member(settings)
    var producer = try Self.producer(settings, timeout: .seconds(6))
    try producer.beginTransaction()
    try producer.produce("x", to: "t", 0)
    try producer.flush(within: patience)
    cluster.setResponseTime(.seconds(60))
    func time(_ call: () throws -> Void) -> Duration {
      ContinuousClock().measure {
        let error = #expect(throws: KafkaError.self, performing: call)
        #expect(error?.code == .timedOut && error?.isRetriable == true)
      }
    }
    // Two seconds are the socket's timeout here.
    let sending = time { try producer.sendOffsets(Self.offsets, of: member, within: .seconds(1)) }
    #expect(sending < .seconds(4))
    let ending = time { try producer.commitTransaction(within: .milliseconds(200)) }
    #expect(ending < .seconds(3))
  }

  /// Neither records on their way nor a commit on its way keep the owner from leaving.
  @Test(arguments: [false, true])
  func leavingDoesNotWait(committing: Bool) throws {
    let cluster = try Self.cluster()
    let settings = try Self.settings(cluster)
    var start = ContinuousClock.now
    do {
      var producer = try Self.producer(settings)
      try producer.beginTransaction()
      try producer.produce("x", to: "t", 0)
      try producer.flush(within: patience)
      cluster.setResponseTime(.seconds(60))
      try producer.produce("y", to: "t", 0)
      if committing {
        #expect(throws: KafkaError.self) {
          try producer.commitTransaction(within: .milliseconds(200))
        }
      }
      start = .now
    }
    #expect(ContinuousClock.now - start < .seconds(2))
  }
}
