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
  ///   - partitions: Of each output topic; those of deltas and state have one.
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
    let policies = TopicPolicy.all(plan)
    let existing = try admin.describe(policies.map(\.name))
    let configurations = try TopicCheck.configurations(of: policies, admin)
    var outcomes: [Outcome] = []
    var missing: [NewTopic] = []
    for (index, policy) in policies.enumerated() {
      guard let topic = existing[index] else {
        missing.append(policy.topic(partitions: partitions, replication: replication))
        continue
      }
      let problem = policy.problem(topic, configurations[index])
      let result = problem ?? "exists with \(topic.partitions) partitions"
      outcomes.append(Outcome(topic: policy.name, result: result, isUsable: problem == nil))
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
