public import Monitoring
public import Records
public import Reference
public import Rules
public import Windowing

/// What both stages of a process have in common.
public struct StageSettings {
  /// What is monitored, and how.
  public let plan: Plan
  /// Of all model versions.
  public let references: References
  /// Names of topics and groups.
  public let names: StageTopics
  /// Who this process is.
  public let collector: CollectorName
  /// The time.
  public let clock: StageClock
  /// Whether to end where the partitions end when reading begins, closing all windows.
  public let stopsAtEnd: Bool

  /// Whether the evaluator makes its state anew from the log of deltas, commits it, and ends.
  public var rebuilds = false
  /// What both stages hold at most.
  public var limits = Limits()
  /// How long a turn waits for records.
  public var pollWait = Duration.milliseconds(100)
  /// Between two commits of a collector that has something to say.
  public var collectInterval = Duration.seconds(1)
  /// Between two of one that has not: how current the wall clock of the log is.
  public var heartbeat = Duration.seconds(10)
  /// Between two commits of an evaluator that has written nothing.
  public var evaluateInterval = Duration.seconds(5)
  /// Between two snapshots.
  public var snapshotInterval = Duration.seconds(60)
  /// Bytes of a snapshot in one transaction: what brokers surely take before it ends by itself.
  public var snapshotBytesPerCommit = 8 << 20
  /// Records after which a collector commits, whatever the time.
  public var recordsPerCommit = 1 << 22
  /// How long the group waits at most for a last commit of partitions that it takes away.
  public var revokeLimit = Duration.seconds(5)
  /// How long a member that was left behind waits for the group's next word.
  public var silenceLimit = Duration.seconds(120)
  /// Between two tries of what the log did not do at once.
  public var retryInterval = Duration.milliseconds(50)
  /// How long brokers that seem to have lost a topic, or the end of a log, may be mistaken.
  public var doubtLimit = Duration.seconds(10)

  /// Settings of a process.
  public init(
    plan: Plan,
    references: References,
    names: StageTopics,
    collector: CollectorName,
    clock: StageClock,
    stopsAtEnd: Bool = false
  ) {
    self.plan = plan
    self.references = references
    self.names = names
    self.collector = collector
    self.clock = clock
    self.stopsAtEnd = stopsAtEnd
  }
}

/// What an owner of a stage hears.
public enum StageEvent: Sendable {
  /// So many more records were read and committed.
  case collected(UInt64)
  /// A commit has become visible, so long after it was begun.
  case committed(after: Duration)
  /// A commit was dropped.
  case aborted
  /// State was restored, in so long.
  case restored(in: Duration)
  /// Outcomes have become visible.
  case written([Judged], [OutputRecord])
  /// What became of all records so far.
  case tally(StreamTally)
  /// Records that stand in this process' share of the source and are not committed.
  case lag(Int64)
  /// Seconds that event time is behind the wall clock.
  case eventLag(Double)
  /// The group has given the collector so many partitions.
  case collecting(partitions: Int)
  /// Whether this process has the state, or another one has it.
  case evaluating(Bool)
  /// How alerts and triggers stand.
  case standing(Standing)
  /// How far event time has come, and the end of the last window closed.
  case reached(watermark: Timestamp?, closedThrough: Timestamp?)
  /// Brokers, or the way to them, failed; the kind of error.
  case trouble(String)
  /// Something an operator should know.
  case note(String)
}
