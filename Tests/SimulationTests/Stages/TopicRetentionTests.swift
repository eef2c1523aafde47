import KafkaClient
import TestSupport
import Testing

@testable import Service

/// How long a topic keeps its records: what its configuration means, and how often it is asked for.
@Suite struct TopicRetentionTests {
  @Test(
    arguments: [
      (["cleanup.policy": "delete", "retention.ms": "604800000"], 604_800_000),
      (["retention.ms": "1"], 1), (["retention.ms": "0"], 0),
      (["cleanup.policy": "compact,delete", "retention.ms": "5"], 5),
      (["cleanup.policy": "compact", "retention.ms": "5"], nil),
      (["cleanup.policy": "delete", "retention.ms": "-1"], nil),
      (["cleanup.policy": "delete"], nil), (["retention.ms": "a week"], nil), ([:], nil),
      (nil, nil),
    ] as [([String: String]?, Int64?)]
  )
  func aConfigurationSaysIt(configuration: [String: String]?, milliseconds: Int64?) {
    #expect(TopicRetention.milliseconds(configuration) == milliseconds)
  }

  /// Once an hour; after a minute where nobody answered, and what was known stays known.
  @Test func brokersAreAskedNowAndThen() throws {
    let bench = StageBench(try Stream(seed: 1, partitions: 1, lines: 1))
    let loop = bench.collector()
    var (retention, notes): (TopicRetention, [String]) = (TopicRetention(), [])
    func known(at seconds: Int, _ answer: Result<Int64?, KafkaError>) -> [Int64?] {
      bench.broker.retention = answer
      retention.refresh([bench.source], loop.log, now: .seconds(seconds)) {
        if case .note(let text) = $0 { notes.append(text) }
      }
      return retention.milliseconds
    }
    #expect(known(at: 0, .success(7)) == [7])
    #expect(known(at: 3_599, .success(8)) == [7])
    #expect(known(at: 3_600, .success(8)) == [8])
    #expect(known(at: 7_200, .failure(KafkaError(.timedOut, "no answer"))) == [8])
    #expect(known(at: 7_259, .success(9)) == [8])
    #expect(known(at: 7_260, .success(nil)) == [nil])
    let forbidden = KafkaError(.unauthorized, "not allowed")
    #expect(known(at: 10_860, .failure(forbidden)) == [nil])
    #expect(known(at: 10_920, .success(9)) == [nil])
    #expect(known(at: 14_460, .failure(forbidden)) == [nil])
    #expect(known(at: 18_060, .failure(KafkaError(.unsupported, "too old"))) == [nil])
    #expect(notes == ["not allowed"])
  }
}
