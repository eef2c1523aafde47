internal import KafkaClient
internal import Rules

/// Makes sure that all topics are there and will do, before anything is read.
struct TopicCheck {
  private let plan: Plan
  private let settings: KafkaSettings

  init(_ plan: Plan, settings: KafkaSettings) {
    self.plan = plan
    self.settings = settings
  }

  /// - Throws: `brokerUnreachable`; `unknownTopic` naming those that are missing; `badSetting`
  ///   naming the setting of one that is wrong.
  func run() throws(KafkaError) {
    let admin = try Admin(settings: settings)
    try admin.waitForBroker()
    for (name, topic) in zip(plan.source.topics, try admin.describe(plan.source.topics))
    where topic == nil {
      throw KafkaError(.unknownTopic, "topic \(name) does not exist at \(settings.brokers)")
    }
    try Self.check(TopicPolicy.all(plan), admin)
  }

  /// Makes sure of some of a monitor's own topics.
  ///
  /// - Throws: `unknownTopic` naming those that are missing; `badSetting`.
  static func check(
    _ policies: [TopicPolicy],
    _ admin: borrowing Admin
  ) throws(KafkaError) {
    let topics = try admin.describe(policies.map(\.name))
    let missing = zip(policies, topics).filter { $0.1 == nil }.map(\.0.name)
    guard missing.isEmpty else {
      let names = missing.joined(separator: ", ")
      throw KafkaError(
        .unknownTopic,
        missing.count == 1
          ? "the topic \(names) does not exist; create it with `leeway init`"
          : "the topics \(names) do not exist; create them with `leeway init`"
      )
    }
    let configurations = try Self.configurations(of: policies, admin)
    for (index, policy) in policies.enumerated() {
      guard let topic = topics[index],
        let problem = policy.problem(topic, configurations[index])
      else { continue }
      throw KafkaError(.badSetting, "topic \(policy.name) \(problem)")
    }
  }

  /// The settings of each; nil where the brokers do not tell, or this user may not ask.
  static func configurations(
    of policies: [TopicPolicy],
    _ admin: borrowing Admin
  ) throws(KafkaError) -> [[String: String]?] {
    // A broker that is just going away or coming back may leave the question without an answer:
    // that is no reason to end.
    for isLast in [false, false, true] {
      do throws(KafkaError) {
        return try admin.configuration(of: policies.map(\.name))
      } catch {
        if error.code == .unsupported || error.code == .unauthorized { break }
        guard error.isRetriable || error.code == .timedOut else { throw error }
        if isLast { break }
      }
    }
    return policies.map { _ in nil }
  }
}
