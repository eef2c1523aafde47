import KafkaClient
import Rules
@testable import Service
import Testing

/// What topics must be like.
@Suite struct TopicPolicyTests {
  private static func policies() throws -> [TopicPolicy] {
    TopicPolicy.all(try HostilePlan.load())
  }

  @Test func everyTopicIsMadeForRecordsOfEightMebibytes() throws {
    for policy in try Self.policies() {
      let topic = policy.topic(partitions: 1, replication: nil)
      #expect(topic.configuration.contains(.init("max.message.bytes", "8388608")), "\(topic.name)")
    }
  }

  @Test(
    arguments: [
      ("1048588", "has max.message.bytes=1048588, and must have at least 8388608"),
      ("8388608", nil), ("16777216", nil),
    ] as [(String, String?)]
  )
  func aTopicOfSmallRecordsWillNotDo(size: String, problem: String?) throws {
    let admin = try MockCluster()
    try admin.createTopic("t", partitions: 1)
    let description = try Admin(settings: KafkaSettings(brokers: admin.brokers)).describe(["t"])[0]
    let topic = try #require(description)
    let windows = try #require(try Self.policies().first)
    #expect(
      windows.problem(topic, ["max.message.bytes": size, "cleanup.policy": "delete"]) == problem
    )
    #expect(
      windows.problem(topic, ["max.message.bytes": size, "cleanup.policy": "compact"])
        == "has cleanup.policy=compact, and must have delete"
    )
  }
}
