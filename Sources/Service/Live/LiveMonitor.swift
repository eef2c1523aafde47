public import KafkaClient
internal import Monitoring
internal import Records
public import Reference
public import Rules

/// A monitor attached to Kafka: reads topics, writes windows, alerts and retraining requests.
///
/// Exactly once, unless the plan asks for less: deltas and source offsets are committed in one
/// transaction, outputs and the offset of the deltas they follow from in another. Any number of
/// processes may run the same monitor: collectors share the source's partitions, one process
/// evaluates, the others wait to take over.
public struct LiveMonitor: ~Copyable {
  /// What the owner hears while the monitor runs.
  public enum Event: Sendable {
    /// So many records were read and committed so far by this process.
    case read(UInt64)
    /// An alert or a retraining request has become visible: its JSON.
    case written(topic: String, json: [UInt8])
    /// Something an operator should know.
    case note(String)
  }

  /// Who a process is among those of the same monitor.
  public struct Identity: Sendable {
    /// Replaces `<prefix>.<monitor>` in the names of the groups.
    public var group: String?
    /// The name of this process, the same from start to start where somebody gives it one.
    public var instance: String

    /// A process of a name; of one made up, when there is none.
    public init(group: String? = nil, instance: String? = nil) {
      self.group = group
      self.instance = instance ?? String(UInt64.random(in: .min ... .max), radix: 36)
    }
  }

  private let plan: Plan
  private let references: References
  private let settings: KafkaSettings
  private let identity: Identity
  private let stopsAtEnd: Bool
  private let report: (Event) -> Void
  /// Made once: it takes the digests of all references.
  private var summary: RunSummary
  private var read: UInt64 = 0
  /// What was measured so far.
  public private(set) var metrics = RunMetrics()

  /// A monitor that is not yet connected.
  ///
  /// - Parameters:
  ///   - plan: Checked against the references.
  ///   - references: Of its model versions.
  ///   - settings: Brokers and the user's properties.
  ///   - identity: Who this process is.
  ///   - stopsAtEnd: Whether to end where the partitions end when it begins, closing all windows.
  ///   - report: Hears what happens, on the thread of `run`.
  public init(
    plan: Plan,
    references: References,
    settings: KafkaSettings,
    identity: Identity = Identity(),
    stopsAtEnd: Bool = false,
    report: @escaping (Event) -> Void = { _ in }
  ) {
    self.plan = plan
    self.references = references
    self.settings = settings
    self.identity = identity
    self.stopsAtEnd = stopsAtEnd
    self.report = report
    summary = RunSummary()
  }

  /// Runs until it is told to stop, or to the ends of the partitions.
  ///
  /// - Returns: What happened.
  /// - Throws: `KafkaError` when the brokers cannot be reached at the beginning, a topic is missing
  ///   or wrong, or another process of the same name has taken over; `StateDamage`.
  public mutating func run(until stop: StopSignal) throws -> RunSummary {
    let mailbox = StageMailbox()
    try TopicCheck(plan, settings: settings).run()
    let stages = StageRunner(
      plan: plan,
      references: references,
      settings: settings,
      identity: identity,
      stopsAtEnd: stopsAtEnd,
      mailbox: mailbox
    )
    let halt = StopSignal()
    let threads = [
      StageThread("collect") { try stages.collect(until: halt) },
      StageThread("evaluate") { try stages.evaluate(until: halt) },
    ]
    while threads.contains(where: { $0.result == nil }) {
      if stop.isRequested || threads.contains(where: \.hasFailed) { halt.request() }
      take(mailbox)
      StageClock.ofMachine().sleep(.milliseconds(20))
    }
    take(mailbox)
    for thread in threads { try thread.result?.get() }
    return summary
  }

  /// Passes on what the stages had to say.
  private mutating func take(_ mailbox: StageMailbox) {
    for event in mailbox.take() {
      metrics.note(event)
      switch event {
      case .note(let text): report(.note(text))
      case .collected(let count):
        read += count
        report(.read(read))
      case .tally(let tally): summary.note(tally)
      case .written(let outcomes, let records): note(outcomes, records)
      case .committed, .aborted, .restored, .lag, .eventLag: break
      }
    }
  }

  private mutating func note(_ outcomes: [Judged], _ records: [OutputRecord]) {
    for outcome in outcomes { summary.note(outcome) }
    let names = StageTopics(plan)
    for record in records where record.output == .alerts || record.output == .retraining {
      guard let json = record.value else { continue }
      report(.written(topic: names.name(record.output), json: json))
    }
  }
}

extension StageThread {
  fileprivate var hasFailed: Bool { if case .failure = result { true } else { false } }
}
