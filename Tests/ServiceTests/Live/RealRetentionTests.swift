import Foundation
import KafkaClient
import TestSupport
import Testing

@testable import Service

/// How long real topics keep their records, as a request's `expires` has it.
@Suite(
  "Real retention",
  .enabled(
    if: ProcessInfo.processInfo.environment["LEEWAY_TEST_BROKERS"] != nil,
    "LEEWAY_TEST_BROKERS names no brokers"
  )
)
struct RealRetentionTests {
  @Test func itIsThatOfTheTopic() throws {
    let brokers = ProcessInfo.processInfo.environment["LEEWAY_TEST_BROKERS"] ?? ""
    let name = "leeway-\(UUID().uuidString.prefix(8).lowercased())"
    let admin = try Admin(settings: KafkaSettings(brokers: brokers))
    try admin.waitForBroker()
    let topics: [(name: String, settings: [(String, String)], expected: Int64?)] = [
      ("hour", [("retention.ms", "3600000")], 3_600_000), ("ever", [("retention.ms", "-1")], nil),
      ("keys", [("cleanup.policy", "compact"), ("retention.ms", "1")], nil),
      ("both", [("cleanup.policy", "compact,delete"), ("retention.ms", "7200000")], 7_200_000),
    ]
    let created = try admin.create(
      topics.map { topic in
        NewTopic(
          "\(name)-\(topic.name)",
          partitions: 1,
          configuration: topic.settings.map { .init($0.0, $0.1) }
        )
      }
    )
    #expect(created == topics.map { _ in .created })
    let names = topics.map { "\(name)-\($0.name)" }
    #expect(try comesTrue { try admin.describe(names).allSatisfy { $0 != nil } })
    let found = try admin.retention(of: names + ["\(name)-missing"], within: .seconds(10))
    #expect(found == topics.map(\.expected) + [nil])
  }
}
