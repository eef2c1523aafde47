import KafkaClient
import TestSupport
import Testing

@testable import Service

/// Topics that were created a moment ago.
@Suite(.ownThreads) struct NewTopicTests {
  private final class Time {
    var now = Duration.zero

    var clock: StageClock {
      StageClock(now: { self.now }, wallSecond: { 0 }, sleep: { self.now += $0 })
    }
  }

  @Test func whatABrokerDoesNotKnowYetIsAskedForAgain() throws {
    let time = Time()
    var asked = 0
    let found = try TopicCheck.described(["a", "b"], clock: time.clock) {
      names throws(KafkaError) -> [String?] in
      asked += 1
      return names.map { $0 == "a" || asked > 2 ? $0 : nil }
    }
    #expect(found == ["a", "b"] && asked == 3)
    #expect(time.now == .milliseconds(500))
  }

  @Test func whatNobodyKnowsAfterSomeSecondsDoesNotExist() throws {
    let time = Time()
    let found = try TopicCheck.described(["a", "b"], clock: time.clock) {
      names throws(KafkaError) -> [String?] in
      names.map { $0 == "a" ? $0 : nil }
    }
    #expect(found == ["a", nil] && time.now == .seconds(3))
  }
}
