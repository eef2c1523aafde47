import KafkaClient
import Records
import Rules
@testable import Service
import TestSupport
import Testing
import Windowing

/// What passes while a monitor runs, and what does not.
@Suite(.serialized, .ownThreads) struct PassingTroubleTests {
  private static let place = TopicPartition("orders", 0)

  private static func cluster() throws -> MockCluster {
    let cluster = try MockCluster()
    try cluster.createTopic("orders", partitions: 1)
    return cluster
  }

  private static func log(_ cluster: borrowing MockCluster) throws -> KafkaLog {
    try KafkaLog(
      settings: KafkaSettings(brokers: cluster.brokers),
      group: "g",
      topics: ["orders"],
      transactionalID: "a",
      delivery: .atLeastOnce
    ) { _ in }
  }

  @Test func aPartitionThatIsMissingPassesUntilItHasBeenForLong() throws {
    let absences = Absences()
    func ask(_ limit: Duration, _ answer: Result<Int, KafkaError>) -> KafkaError? {
      do throws(KafkaError) {
        _ = try absences.pass([Self.place], limit) { () throws(KafkaError) in try answer.get() }
      } catch {
        return error
      }
      return nil
    }
    let missing = Result<Int, KafkaError>.failure(KafkaError(.unknownTopic, "gone"))
    #expect(ask(.seconds(60), missing)?.isRetriable == true)
    #expect(ask(.zero, missing)?.isRetriable == false)
    #expect(ask(.zero, missing)?.code == .unknownTopic)
    let refused = Result<Int, KafkaError>.failure(KafkaError(.unauthorized, "no"))
    #expect(ask(.seconds(60), refused)?.isRetriable == false)
    #expect(ask(.zero, .success(1)) == nil)
  }

  @Test func aRefusalEndsTheStageWhenItHasStoodForLong() {
    let refusal = ConsumerEvent.failed(KafkaError(.unauthorized, "no right to read"), Self.place)
    var final = KafkaError(.unauthorized, "no right to read")
    final.isFatal = true
    var refusals = Refusals()
    #expect(refusals.judge([refusal], .seconds(60)) == [refusal])
    #expect(refusals.judge([], .seconds(60)) == [])
    // Librdkafka says it once only.
    #expect(refusals.judge([], .zero) == [.failed(final, nil)])
    for sign in [
      ConsumerEvent.reachedEnd(Self.place, offset: 1), .assigned([Self.place]), .revoked([]),
    ] {
      _ = refusals.judge([refusal], .seconds(60))
      #expect(refusals.judge([sign], .zero) == [sign])
    }
    _ = refusals.judge([refusal], .seconds(60))
    refusals.end(of: Self.place)
    #expect(refusals.judge([], .zero) == [])
  }

  @Test func refusedCredentialsHaveToBeRefusedAgain() {
    let refusal = ConsumerEvent.failed(KafkaError(.authentication, "who are you"), nil)
    var final = KafkaError(.authentication, "who are you")
    final.isFatal = true
    var refusals = Refusals()
    #expect(refusals.judge([refusal], .seconds(60)) == [refusal])
    #expect(refusals.judge([], .zero) == [])
    #expect(refusals.judge([refusal], .zero) == [.failed(final, nil), refusal])
    refusals.end(of: Self.place)
    #expect(refusals.judge([refusal], .seconds(60)) == [refusal])
  }

  /// 29 is TOPIC_AUTHORIZATION_FAILED: the broker says it of every fetch.
  @Test func whoMayNotReadDoesNotWaitForEver() throws {
    let cluster = try Self.cluster()
    var log = try Self.log(cluster)
    log.limits.trouble = .milliseconds(200)
    var records = PolledRecords()
    var last: ConsumerEvent?
    for _ in 0..<600 where last == nil {
      for event in log.poll(into: &records, within: .milliseconds(100)) {
        switch event {
        case .assigned:
          cluster.fail(.fetch, with: [Int32](repeating: 29, count: 10_000))
          try log.assign([PartitionStart(Self.place, at: .offset(0))])
        case .failed(let error, nil) where error.isFatal: last = event
        case .failed, .reachedEnd, .revoked, .lost: break
        }
      }
    }
    guard case .failed(let error, nil) = last else {
      Issue.record("it waits")
      return
    }
    #expect(error.code == .unauthorized)
    #expect(error.message.hasPrefix("reading orders[0]: "))
  }

  /// What a broker has not finished when a call returns is not begun anew by the next.
  @Test func takingANameOverGoesOnFromCallToCall() throws {
    let cluster = try Self.cluster()
    var log = try KafkaLog(
      settings: KafkaSettings(brokers: cluster.brokers),
      group: "g",
      topics: ["orders"],
      transactionalID: "a",
      delivery: .exactlyOnce
    ) { _ in }
    log.limits.call = .seconds(1)
    cluster.setResponseTime(.milliseconds(400))
    var refusals = 0
    for _ in 0..<20 {
      do throws(KafkaError) {
        try log.renewProducer()
        break
      } catch {
        #expect(error.isRetriable || error.code == .timedOut, "\(error.message)")
        refusals += 1
      }
    }
    // Connecting, asking for versions, for the coordinator and for the name take more than a call.
    #expect(refusals > 0 && refusals < 20)
    try log.begin()
  }

  @Test func aScanEndsWhenTheProcessIsToStop() throws {
    let cluster = try Self.cluster()
    let stop = StopSignal()
    var log = try KafkaLog(
      settings: KafkaSettings(brokers: cluster.brokers),
      group: "g",
      topics: ["orders"],
      transactionalID: "a",
      delivery: .atLeastOnce,
      stop: stop
    ) { _ in }
    stop.request()
    do {
      // There is nothing up to there, as if a transaction were open.
      try log.scan(Self.place, from: 0, to: 5) { _, _ in }
      Issue.record("it reached what is not there")
    } catch let error as KafkaError {
      #expect(error.message == "gave up reading orders[0] at 0 of 5")
    }
  }

  /// The first record decides who gives the times, however many come with it.
  @Test func theFirstRecordDecidesWhoGivesTheTimes() throws {
    let cluster = try Self.cluster()
    try TestTopic.produce([["{}", "{}"]], to: "orders", at: cluster.brokers)
    var log = try Self.log(cluster)
    var records = PolledRecords()
    for _ in 0..<600 where records.batch.count < 2 {
      for event in log.poll(into: &records, within: .milliseconds(100)) {
        guard case .assigned = event else { continue }
        // As a record stamped by the broker would have left it.
        records.append(slot: 0, trust: .broker) {
          $0.append(payload: nil, offset: 0, brokerMilliseconds: 0, key: nil)
        }
        try log.assign([PartitionStart(Self.place, at: .offset(0))])
      }
    }
    #expect(records.runs.map(\.trust) == [.broker])
  }
}
