internal import KafkaClient
internal import Monitoring
internal import Rules
internal import Windowing

/// What a topic of a monitor must be like, for the promises to hold.
struct TopicPolicy {
  let name: String
  /// What a record may weigh at least: that of a window holds every field.
  private static let size = 8 << 20

  /// The number of partitions it must have; nil for any.
  let partitions: Int?
  /// What becomes of old records; it must be so.
  let cleanup: String
  /// Settings it is created with, beyond those.
  let suggestions: [KafkaSettings.Property]

  /// All topics a monitor writes.
  static func all(_ plan: Plan) -> [TopicPolicy] {
    let names = StageTopics(plan)
    let outputs = Output.allCases.map { output in
      TopicPolicy(
        name: names.name(output),
        partitions: nil,
        cleanup: "delete",
        // Requests are few, and answers, which stay, are shown beside them.
        suggestions: output == .retraining ? [.init("retention.ms", "-1")] : []
      )
    }
    let partials = TopicPolicy(
      name: names.partials,
      partitions: 1,
      cleanup: "delete",
      suggestions: [.init("retention.ms", "\(retention(plan).microseconds / 1_000)")]
    )
    let state = TopicPolicy(
      name: names.state,
      partitions: 1,
      cleanup: "compact",
      suggestions: [
        .init("min.cleanable.dirty.ratio", "0.2"), .init("segment.ms", "3600000"),
      ]
    )
    return outputs + [partials, state, control(named: names.control)]
  }

  /// The topic of versions: what is in it stays.
  static func control(named name: String) -> TopicPolicy {
    TopicPolicy(
      name: name,
      partitions: 1,
      cleanup: "compact",
      suggestions: []
    )
  }

  /// Deltas must outlive the longest window, lateness, and an outage over a long weekend.
  private static func retention(_ plan: Plan) -> Duration {
    (plan.windows.map(\.longest).max() ?? .zero) + plan.lateness + .seconds(4 * 86_400)
  }

  /// What is wrong with a topic that exists; nil when it will do.
  ///
  /// - Parameters:
  ///   - topic: What the cluster says of it.
  ///   - configuration: Its settings; nil when the brokers do not tell.
  /// - Returns: The setting, its value, and what it must be.
  func problem(_ topic: TopicDescription, _ configuration: [String: String]?) -> String? {
    if let partitions, topic.partitions != partitions {
      return "has \(topic.partitions) partitions, and must have \(partitions)"
    }
    if let value = configuration?["cleanup.policy"], value != cleanup {
      return "has cleanup.policy=\(value), and must have \(cleanup)"
    }
    if let value = configuration?["max.message.bytes"], let size = Int(value), size < Self.size {
      return "has max.message.bytes=\(size), and must have at least \(Self.size)"
    }
    return nil
  }

  /// The topic to create.
  func topic(partitions: Int, replication: Int?) -> NewTopic {
    NewTopic(
      name,
      partitions: self.partitions ?? partitions,
      replication: replication,
      configuration: [
        .init("cleanup.policy", cleanup), .init("max.message.bytes", "\(Self.size)"),
      ] + suggestions
    )
  }
}
