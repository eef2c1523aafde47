internal import KafkaClient
public import Monitoring
internal import Records
public import Rules

/// What is said to a monitor's triggers, and what they have said.
///
/// One owner.
public struct RetrainTopic {
  private let plan: Plan
  private let control: ControlTopic

  /// Topics that are not yet looked at.
  ///
  /// - Parameters:
  ///   - plan: The monitor.
  ///   - control: Its control topic.
  public init(_ plan: Plan, _ control: ControlTopic) {
    (self.plan, self.control) = (plan, control)
  }

  /// All requests that are still there, and what became of each.
  ///
  /// - Returns: The requests; what of the control topic could not be read.
  /// - Throws: `KafkaError`.
  public func list() throws -> (history: RetrainHistory, problems: [String]) {
    try control.check()
    let log = try control.read()
    return (try Self.history(of: plan, log, settings: control.settings), log.problems)
  }

  /// Asks for training.
  ///
  /// - Parameters:
  ///   - trigger: Name of the trigger that is to ask.
  ///   - reason: Why.
  /// - Returns: What stands in the topic now.
  /// - Throws: `KafkaError`.
  public func ask(_ trigger: String, reason: String) throws -> TrainingAsk {
    try control.check()
    let ask = TrainingAsk(id: ControlRecords.newID(), trigger: trigger, reason: reason)
    try control.append([
      ControlRecords.record(of: ask, monitor: plan.monitor, topic: control.name)
    ])
    return ask
  }

  /// Says that the training of a request has ended.
  ///
  /// - Throws: `KafkaError`.
  public func complete(_ completion: TrainingCompletion) throws {
    try control.append([
      ControlRecords.record(of: completion, monitor: plan.monitor, topic: control.name)
    ])
  }

  /// The event of a request, as it stands in the topic.
  ///
  /// - Parameter id: Whole.
  /// - Returns: Its JSON; nil where it is not there.
  /// - Throws: `KafkaError`.
  public func event(of id: String) throws -> [UInt8]? {
    var event: [UInt8]?
    let topic = StageTopics(plan).name(.retraining)
    try StoredRecords.read(topic: topic, control.settings) { payload in
      var history = RetrainHistory()
      history.take(payload, of: plan.monitor)
      if history.requests.first?.id == id { event = payload }
    }
    return event
  }

  /// What a monitor has asked for, by all partitions of its retraining topic.
  static func history(
    of plan: Plan,
    _ log: ControlLog,
    settings: KafkaSettings
  ) throws -> RetrainHistory {
    var history = RetrainHistory()
    try StoredRecords.read(topic: StageTopics(plan).name(.retraining), settings) { json in
      history.take(json, of: plan.monitor)
    }
    history.take(log.messages(of: plan.monitor))
    return history
  }
}
