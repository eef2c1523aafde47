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
    _ = try Self.existing(plan.source.topics, admin, settings)
    try Self.check(TopicPolicy.all(plan), admin)
  }

  /// Waits for a broker, and says what topics are that somebody is to read.
  ///
  /// - Parameters:
  ///   - names: The topics.
  ///   - admin: Asks the brokers.
  ///   - settings: What `admin` was made with.
  /// - Returns: One for each topic.
  /// - Throws: `brokerUnreachable`; `unknownTopic` naming the first that is missing.
  static func existing(
    _ names: [String],
    _ admin: borrowing Admin,
    _ settings: KafkaSettings
  ) throws(KafkaError) -> [TopicDescription] {
    try admin.waitForBroker()
    let answers = try described(names) { names throws(KafkaError) in try admin.describe(names) }
    if let missing = zip(names, answers).first(where: { $0.1 == nil })?.0 {
      throw KafkaError(.unknownTopic, "topic \(missing) does not exist at \(settings.brokers)")
    }
    return answers.compactMap(\.self)
  }

  /// Makes sure of some of a monitor's own topics.
  ///
  /// - Throws: `unknownTopic` naming those that are missing; `badSetting`.
  static func check(
    _ policies: [TopicPolicy],
    _ admin: borrowing Admin
  ) throws(KafkaError) {
    let topics = try described(policies.map(\.name)) { names throws(KafkaError) in
      try admin.describe(names)
    }
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

  /// What is known of topics, all of which should be there.
  ///
  /// Brokers hear of a new topic one after the other: what one of them does not know yet is asked
  /// for again, some seconds long.
  ///
  /// - Parameters:
  ///   - names: The topics.
  ///   - clock: Lets time pass.
  ///   - ask: Asks some broker; nil for a topic that it does not know.
  /// - Returns: One for each topic; nil for one that does not exist.
  /// - Throws: What asking throws.
  static func described<Description>(
    _ names: [String],
    clock: StageClock = .ofMachine(),
    ask: ([String]) throws(KafkaError) -> [Description?]
  ) throws(KafkaError) -> [Description?] {
    let end = clock.now() + .seconds(3)
    while true {
      let answers = try ask(names)
      guard answers.contains(where: { $0 == nil }), clock.now() < end else { return answers }
      clock.sleep(.milliseconds(250))
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
