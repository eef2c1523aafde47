internal import KafkaClient
public import Monitoring
internal import Records
public import Rules

/// Silences of a monitor, as they are written to its control topic and listed.
///
/// One owner.
public struct SilenceTopic {
  private let monitor: String
  private let topic: ControlTopic

  /// A topic that is not yet looked at.
  ///
  /// - Parameters:
  ///   - plan: The monitor to silence.
  ///   - topic: Its control topic.
  public init(_ plan: Plan, _ topic: ControlTopic) {
    (monitor, self.topic) = (plan.monitor, topic)
  }

  /// All silences, those that are over, too.
  ///
  /// - Returns: In the order in which they were made; what could not be read.
  /// - Throws: `KafkaError`.
  public func list() throws -> (silences: [Silence], problems: [String]) {
    try topic.check()
    let log = try topic.read()
    return (log.silences(of: monitor), log.problems)
  }

  /// Begins a silence.
  ///
  /// - Parameters:
  ///   - name: A rule, a field or a trigger; nil for all of the monitor.
  ///   - second: From which on, since 1970.
  ///   - length: For how long.
  ///   - reason: Why.
  /// - Returns: The silence as it stands in the topic now.
  /// - Throws: `KafkaError`.
  public func begin(
    _ name: String?,
    at second: Int64,
    for length: Duration,
    reason: String
  ) throws -> Silence {
    try topic.check()
    let silence = Silence(
      id: ControlRecords.newID(),
      offset: 0,
      name: name,
      from: second,
      until: second + length.components.seconds,
      reason: reason
    )
    let record = ControlRecords.record(of: silence, monitor: monitor, topic: topic.name)
    try topic.append([record])
    guard let found = try topic.read().silences(of: monitor).last(where: { $0.id == silence.id })
    else {
      throw KafkaError(.notDelivered, "a silence was written to \(topic.name), and is not there")
    }
    return found
  }

  /// Ends a silence before its time.
  ///
  /// - Parameter id: Of the silence, or its first digits.
  /// - Returns: The silence; nil where there is none, or more than one that begins so.
  /// - Throws: `KafkaError`.
  public func end(_ id: String) throws -> Silence? {
    let found = try list().silences.filter { $0.id.hasPrefix(id) }
    guard let silence = found.first, found.count == 1 else { return nil }
    guard silence.endOffset == nil else { return silence }
    let record = ControlRecords.record(ofEnd: silence.id, monitor: monitor, topic: topic.name)
    try topic.append([record])
    return silence
  }
}
