import KafkaClient
import Testing

/// Details of the protocol that a `StageLog` does not show.
@Suite struct ProtocolScenarios {
  @Test func rangesAreCutByTopic() {
    let counts = ["t": 5, "u": 1]
    let members = [(id: "b", topics: ["t", "u"]), (id: "a", topics: ["t"])]
    let ranges = RangeAssignment.ranges(of: members) { counts[$0] }
    #expect(ranges["a"] == (0..<3).map { TopicPartition("t", $0) })
    #expect(
      ranges["b"] == [TopicPartition("t", 3), TopicPartition("t", 4), TopicPartition("u", 0)]
    )
  }

  @Test func plainCommitsWaitWhileAGenerationIsCompleted() throws {
    let broker = FakeBroker()
    broker.createTopic("t", partitions: 1)
    let group = broker.groups["g"]
    group.join("a", client: 0, topics: ["t"])
    #expect(group.phase == .completing)
    let member = MemberIdentity(id: "a", generation: 1)
    #expect(
      try failure { try group.check(member, isTransactional: false) }?.reason
        == "REBALANCE_IN_PROGRESS"
    )
    #expect(try failure { try group.check(member, isTransactional: true) } == nil)
    group.synchronise()
    #expect(try failure { try group.check(member, isTransactional: false) } == nil)
  }
}
