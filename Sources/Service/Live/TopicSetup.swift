public import KafkaClient
public import Rules

/// Creates the topics a monitor writes, and makes sure of those that are there.
public enum TopicSetup {
  /// What became of one topic, as a line for people.
  public struct Outcome: Sendable {
    /// The topic.
    public let topic: String
    /// What became of it.
    public let result: String
    /// Whether the monitor can use it.
    public let isUsable: Bool
  }

  /// Creates what is missing; nothing that is there is changed.
  ///
  /// - Parameters:
  ///   - plan: Whose topics.
  ///   - settings: Brokers and the user's properties.
  ///   - partitions: Of each topic.
  ///   - replication: Copies of each; nil for the cluster's default.
  /// - Returns: What became of each topic.
  /// - Throws: `KafkaError` when the brokers cannot be reached.
  public static func create(
    _ plan: Plan,
    settings: KafkaSettings,
    partitions: Int,
    replication: Int?
  ) throws -> [Outcome] {
    let admin = try Admin(settings: settings)
    try admin.waitForBroker()
    let topics = OutputTopics(plan)
    let existing = try admin.describe(topics.names)
    var outcomes: [Outcome] = []
    var missing: [NewTopic] = []
    for (definition, topic) in zip(
      topics.definitions(partitions: partitions, replication: replication),
      existing
    ) {
      guard let topic else {
        missing.append(definition)
        continue
      }
      let result = "exists with \(topic.partitions) partitions"
      outcomes.append(Outcome(topic: definition.name, result: result, isUsable: true))
    }
    for (definition, outcome) in zip(missing, try admin.create(missing)) {
      outcomes.append(Outcome(definition.name, outcome))
    }
    return outcomes
  }
}

extension TopicSetup.Outcome {
  fileprivate init(_ topic: String, _ outcome: NewTopic.Outcome) {
    switch outcome {
    case .created: self.init(topic: topic, result: "created", isUsable: true)
    case .exists: self.init(topic: topic, result: "exists", isUsable: true)
    case .failed(let error): self.init(topic: topic, result: error.message, isUsable: false)
    }
  }
}
