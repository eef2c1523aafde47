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

    /// A process of a name; of one made up, when there is none or an empty one.
    public init(group: String? = nil, instance: String? = nil) {
      self.group = group
      let given = instance ?? ""
      self.instance = given.isEmpty ? String(UInt64.random(in: .min ... .max), radix: 36) : given
    }

    /// Bytes that a name may have.
    public static var instanceLimit: Int { CollectorName.nameLimit }
  }

  private let plan: Plan
  private let references: References
  private let settings: KafkaSettings
  private let identity: Identity
  private let stopsAtEnd: Bool
  private let report: (Event) -> Void
  private let board: MonitorBoard
  private let earlier: RunSummary
  private var read: UInt64 = 0

  /// A monitor that is not yet connected.
  ///
  /// - Parameters:
  ///   - plan: Checked against the references.
  ///   - references: Of its model versions.
  ///   - settings: Brokers and the user's properties.
  ///   - identity: Who this process is.
  ///   - board: Shows it to others; nil for nobody to look.
  ///   - stopsAtEnd: Whether to end where the partitions end when it begins, closing all windows.
  ///   - earlier: What happened in a run before, for the summary of both; nil for one of totals
  ///     only, which does not grow with time.
  ///   - report: Hears what happens, on the thread of `run`.
  public init(
    plan: Plan,
    references: References,
    settings: KafkaSettings,
    identity: Identity = Identity(),
    board: MonitorBoard? = nil,
    stopsAtEnd: Bool = false,
    after earlier: RunSummary? = nil,
    report: @escaping (Event) -> Void = { _ in }
  ) {
    self.plan = plan
    self.references = references
    self.settings = settings
    self.identity = identity
    self.board = board ?? MonitorBoard(plan: plan, references: references)
    self.stopsAtEnd = stopsAtEnd
    self.earlier = earlier ?? RunSummary(ofTotals: true)
    self.report = report
  }

  /// Runs until it is told to stop, or to the ends of the partitions.
  ///
  /// The stages look at the signal themselves: whoever reads what is reported may keep this thread
  /// waiting, and never them.
  ///
  /// - Parameter stop: Tells it to stop; a stage that fails requests it too.
  /// - Returns: What happened.
  /// - Throws: `KafkaError` when the brokers cannot be reached at the beginning, a topic is missing
  ///   or wrong, or another process of the same name has taken over; `StateDamage`. Of two stages
  ///   that fail, the error of the first.
  public mutating func run(until stop: StopSignal) throws -> RunSummary {
    let names = StageTopics(plan, group: identity.group)
    let mailbox = StageMailbox(names, board: board, after: earlier)
    try TopicCheck(plan, settings: settings).run()
    let stages = StageRunner(
      plan: plan,
      references: references,
      settings: settings,
      identity: identity,
      stopsAtEnd: stopsAtEnd,
      mailbox: mailbox
    )
    let outcome = StageOutcome(stopping: stop)
    let threads = [
      StageThread("collect", outcome) { try stages.collect(until: stop) },
      StageThread("evaluate", outcome) { try stages.evaluate(until: stop) },
    ]
    let readers = BoardReaders(board, names, settings, outcome)
    while threads.contains(where: { !$0.hasEnded }) {
      take(mailbox)
      if stop.isRequested { board.stop() }
      StageClock.ofMachine().sleep(.milliseconds(20))
    }
    if stop.isRequested { board.stop() }
    board.rest()
    readers.finish()
    let summary = take(mailbox)
    if let error = outcome.firstError { throw error }
    return summary
  }

  /// Passes on what the stages had to say.
  @discardableResult
  private mutating func take(_ mailbox: StageMailbox) -> RunSummary {
    let contents = mailbox.take()
    for message in contents.messages { report(message) }
    if let omission = Event.omission(of: contents.omitted) { report(omission) }
    if contents.read != read {
      read = contents.read
      report(.read(read))
    }
    return contents.summary
  }
}
