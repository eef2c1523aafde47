public import Records

/// How far a monitor has come, as Kafka holds it: what its two groups have committed, and how much
/// of the topics lies behind that.
///
/// No running process is asked: it says the same whether one runs, many do, or none. Counts are
/// those of the evaluator's last commit, which is up to five seconds old where no window closes.
public struct MonitorStatus: Equatable, Sendable {
  /// How far one partition of the source is read.
  public struct Source: Equatable, Sendable {
    /// The topic.
    public var topic: String
    /// The partition.
    public var partition: Int32
    /// Offset of the next record to be read; nil when nothing was ever committed.
    public var committed: Int64?
    /// Offset behind the last record, those of open transactions included.
    public var end: Int64
    /// Offsets from the next record to be read to the end: 0 is up to date.
    public var lag: Int64
    /// How far event time has come in the records read; nil while that is not known.
    public var watermark: Timestamp?
  }

  /// What the evaluator has made of the deltas it has taken.
  public struct Evaluation: Equatable, Sendable {
    /// What became of the records.
    public var records: RunSummary.Totals
    /// Deltas that did not fit to those before, or into what may be held: records lost, counted
    /// twice or not waited for.
    public var violations: UInt64
    /// Windows written.
    public var windows: UInt64
    /// End of the last window closed; nil before any.
    public var closedThrough: Timestamp?
    /// How far event time has come in all partitions that hold windows open; nil before it is
    /// known, and when every partition is silent.
    public var watermark: Timestamp?
  }

  /// How far the deltas, which collectors write, are evaluated.
  public struct Partials: Equatable, Sendable {
    /// Their topic.
    public var topic: String
    /// Offset of the next record to be taken; nil when nothing was ever committed.
    public var committed: Int64?
    /// Offset behind the last record, those of open transactions included; 0 without the topic.
    public var end: Int64
    /// Offsets from the next record to be taken to the end; under transactions a few of them are
    /// marks and no records.
    public var lag: Int64
  }

  /// The monitor.
  public var monitor: String
  /// When the brokers were asked.
  public var time: Timestamp
  /// All partitions of the source, in the order of the plan's topics.
  public var sources: [Source]
  /// What came of the records; nil when the evaluator has not committed anything.
  public var evaluation: Evaluation?
  /// How far the evaluator is behind the collectors.
  public var partials: Partials
  /// When the last snapshot was written, by the clock of its record; nil when there is none, or
  /// the last one was given up.
  public var lastSnapshot: Timestamp?
  /// The versions that have been in force, the first of all first; empty before one was published.
  public var versions: [ActivationHistory.Entry] = []
  /// Requests to train, and what became of each.
  public var requests: [RetrainHistory.Request] = []
  /// Topics that this user could not read, each with why; what they hold is missing above.
  public var unread: [String] = []
}

extension MonitorStatus {
  /// Whether anything was ever committed.
  public var hasRun: Bool { evaluation != nil || sources.contains { $0.committed != nil } }

  /// Whether no record was lost or counted twice; what was never evaluated has lost nothing.
  public var isIntact: Bool { evaluation.map { $0.isConserved && $0.violations == 0 } ?? true }

  /// Records of all partitions that are not read and committed.
  public var lag: Int64 { sources.reduce(0) { $0 + $1.lag } }

  /// Seconds from the watermark of the evaluation to the time of asking; nil before there is one.
  ///
  /// So old is the newest instant of which results can be complete: what an operator of a live
  /// stream wants to know, and what the metric of a running process measures. It goes on growing
  /// while the source is silent. Over historical data it is years; there `delay` tells more.
  public var eventLag: Double? {
    guard let evaluation else { return nil }
    return (evaluation.watermark ?? silentSince).map { time.seconds(since: $0) }
  }

  /// How far event time came in any partition, where that is known of all and none holds windows
  /// open any more; nil otherwise.
  public var silentSince: Timestamp? {
    guard let evaluation, evaluation.watermark == nil else { return nil }
    let watermarks = sources.compactMap(\.watermark)
    return watermarks.count == sources.count ? watermarks.max() : nil
  }

  /// Seconds of event time that a partition is behind the one furthest ahead; nil where its
  /// watermark is not known.
  ///
  /// Windows close on the slowest partition: the largest delay is who holds them open.
  public func delay(of source: Source) -> Double? {
    guard let own = source.watermark, let newest = sources.compactMap(\.watermark).max() else {
      return nil
    }
    return newest.seconds(since: own)
  }
}

extension MonitorStatus.Evaluation {
  /// Whether every record read is exactly one of accepted, late, rejected and filtered.
  public var isConserved: Bool { records.read == accountedFor }

  /// Records whose fate is known.
  public var accountedFor: UInt64 {
    let rejected = records.rejected.reduce(0) { $0 &+ $1.count }
    return records.accepted &+ records.late &+ rejected &+ records.filtered
  }
}

extension Timestamp {
  /// Seconds from an earlier instant to this one, to the microsecond within some 280 years of
  /// 1970.
  func seconds(since earlier: Timestamp) -> Double {
    (Double(microseconds) - Double(earlier.microseconds)) / 1_000_000
  }
}
