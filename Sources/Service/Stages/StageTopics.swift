internal import KafkaClient
internal import Monitoring
public import Rules

/// The names that a monitor's topics, groups and producers go by.
public struct StageTopics: Sendable {
  private let prefix: String
  private let monitor: String
  private let group: String?

  /// The names of a monitor.
  ///
  /// - Parameters:
  ///   - plan: Its plan.
  ///   - group: What replaces `<prefix>.<monitor>` in the names of its groups.
  public init(_ plan: Plan, group: String? = nil) {
    prefix = plan.outputPrefix
    monitor = plan.monitor
    self.group = group
  }

  /// Topics of the outputs, shared by monitors, in a fixed order.
  public var outputs: [String] { Output.allCases.map(name) }

  /// Deltas, from the collectors to the evaluator: one partition.
  public var partials: String { "\(prefix).\(monitor).partials" }

  /// Snapshots of the evaluator's state: one partition.
  public var state: String { "\(prefix).\(monitor).state" }

  /// Versions of all monitors of a prefix, and which of them is in force: one partition.
  public var control: String { "\(prefix).control" }

  /// All topics that are written.
  var all: [String] { outputs + [partials, state, control] }

  /// What the names of the groups begin with.
  public var groupBase: String { group ?? "\(prefix).\(monitor)" }

  /// The group of the collectors, which share the source's partitions.
  public var collectors: String { "\(groupBase).collect" }

  /// The group of the evaluator and its standbys.
  public var evaluators: String { "\(groupBase).evaluate" }

  func name(_ output: Output) -> String { "\(prefix).\(output.rawValue)" }

  /// The transactional id of a stage of one process: those of two groups may have one name, and do
  /// not fence each other.
  ///
  /// No monitor's name has a colon: `shop` in the group `eu` is not the monitor `shop.eu`.
  func producer(_ stage: String, instance: String) -> String {
    let base = "\(prefix).\(monitor)" + (group.map { ":\($0)" } ?? "")
    return "\(base).\(stage).\(instance)"
  }

  /// The record of an output, on its way.
  func outgoing(_ record: OutputRecord) -> OutgoingRecord {
    OutgoingRecord(
      topic: name(record.output),
      key: Array(record.key.utf8),
      value: record.value,
      headers: record.headers.map { RecordHeader($0.name, $0.value) }
    )
  }
}
