internal import Monitoring
internal import Records
internal import Reference
internal import Rules
internal import Windowing

/// The two stages joined directly: collector and evaluator in one process.
///
/// This is the seam where a topic of deltas will come between them: `commit` hands the collector's
/// delta over, and nothing else passes from one to the other.
struct JoinedStages: ~Copyable {
  /// What became of the records so far.
  private(set) var summary: RunSummary
  private let writer: EventWriter
  private var collector: Collector
  private var evaluator: Evaluator
  private var decoder: JSONRecordDecoder
  private var columns = ColumnBatch()

  /// Stages that have seen nothing of these partitions.
  init(plan: Plan, profile: ReferenceProfile, partitions: [(topic: Int, partition: Int)]) {
    writer = EventWriter(plan: plan, profile: profile)
    collector = Collector(plan: plan, profile: profile)
    evaluator = Evaluator(plan: plan, profile: profile, partitions: partitions)
    summary = RunSummary(plan: plan)
    decoder = JSONRecordDecoder(fields: collector.layout.requests, known: collector.layout.known)
  }

  /// Takes a partition in charge; see `Collector.assign`.
  mutating func assign(
    topic: Int,
    partition: Int,
    from point: ResumePoint = .beginning,
    trust: PartitionClock.Trust = .producers,
    catchUp: CatchUp? = nil
  ) -> Int {
    collector.assign(
      topic: topic,
      partition: partition,
      from: point,
      trust: trust,
      catchUp: catchUp
    )
  }

  /// What records are decoded into.
  var requests: [FieldRequest] { collector.layout.requests }

  /// Continues after windows that an earlier run has written.
  mutating func resume(closedThrough end: Timestamp, isSamePlan: Bool) {
    evaluator.resume(closedThrough: end, isSamePlan: isSamePlan)
  }

  /// Decodes and counts a batch of one partition.
  mutating func ingest(_ batch: RecordBatch, handle: Int) {
    decoder.decode(batch, into: &columns)
    collector.ingest(columns, of: batch, handle: handle)
    summary.totals.read += UInt64(columns.rowCount)
  }

  /// Hands the delta over, closes what can be closed, and writes what comes of it.
  ///
  /// - Returns: The outcomes, as they were written.
  @discardableResult
  mutating func commit(into sink: inout some OutputSink & ~Copyable) throws -> [Outcome] {
    let delta = collector.takeDelta()
    summary.note(delta)
    for letter in delta.deadLetters { try sink.write(writer.record(letter)) }
    evaluator.fold(delta)
    let outcomes = evaluator.advance()
    for outcome in outcomes {
      summary.note(outcome, writer: writer)
      try sink.write(writer.record(outcome))
    }
    if let pane = evaluator.firstOpenPane { collector.finish(before: pane) }
    return outcomes
  }

  /// Notes that a partition has been read to its end and will not go on.
  mutating func end(_ handle: Int) { collector.end(handle) }

  /// Says whether a partition has been silent for so long that it holds no window open.
  mutating func setIdle(_ isIdle: Bool, _ handle: Int) {
    collector.setIdle(isIdle, handle, closedThrough: evaluator.closedThrough)
  }

  /// Says who gives a partition's records their times; heard before its first record only.
  mutating func setTrust(_ trust: PartitionClock.Trust, _ handle: Int) {
    collector.setTrust(trust, handle)
  }

  /// Whether so many panes were touched that a commit is due: each holds counters of all fields.
  var isHeavy: Bool { collector.touchedPanes >= 64 }

  /// How far a partition's event time has come.
  func watermark(of handle: Int) -> Timestamp? { collector.watermark(of: handle) }

  /// Where a partition must be read from by whoever comes after this process.
  func resumePoint(of handle: Int) -> ResumePoint { collector.resumePoint(of: handle) }

  /// Where a partition is, or was, silent while windows closed without it.
  func catchUp(of handle: Int) -> CatchUp? {
    evaluator.closedThrough.flatMap { collector.catchUp(of: handle, closedThrough: $0) }
  }

  /// End of the last window written; nil before any.
  var closedThrough: Timestamp? { evaluator.closedThrough }
}
