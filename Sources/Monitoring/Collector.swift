public import Records
public import Reference
public import Rules
import Drift
import Sketches
public import Windowing

/// Stage 1: turns records into deltas and forgets them at each commit.
///
/// A pure state machine: what it holds after a batch is a function of each partition's log alone.
/// Every record read is counted exactly once, as accepted, late, rejected or filtered.
public struct Collector: Sendable {
  /// The columns `ingest` expects.
  public let layout: RecordLayout

  private let recorders: [FieldRecorder]
  private let emptyPane: PaneState
  private let time: TimeField
  private let grid: PaneGrid
  private let makeClock: @Sendable (PartitionClock.Trust) -> PartitionClock
  private var partitions: [PartitionState] = []
  private var panes: [(pane: Int64, state: PaneState)] = []
  private var beforeFirst = Accounting()
  private var deadLetters: [DeadLetter] = []

  private struct PartitionState {
    var topic: Int
    var partition: Int
    var clock: PartitionClock
    var time: TimeField
    var openings = PaneOpenings()
    var from: Int64
    var to: Int64
    var hasEnded = false
    var isIdle = false
    var catchUp: CatchUp?
  }

  /// Consecutive accepted records of one pane and version: counted together, field by field.
  private struct Run {
    var pane: Int64
    var version: ModelVersion?
    /// Positions of the pane and of the version's entry in it.
    var paneIndex: Int
    var entryIndex: Int
    var rows: [Int] = []
  }

  private var run: Run?

  /// A collector that has read nothing.
  public init(plan: Plan, profile: ReferenceProfile, limits: Limits = Limits()) {
    layout = RecordLayout(plan: plan, referenceFields: profile.fields.map(\.name))
    let fields = plan.fields.map { profile.fields[$0.referenceIndex] }
    recorders = fields.map { FieldRecorder(field: $0) }
    emptyPane = PaneState(layouts: fields.map(\.reference.layout), limits: limits)
    let grid = PaneGrid(plan.windows)
    self.grid = grid
    time = TimeField(
      path: plan.roles.time,
      unit: plan.roles.time.source == .timestamp ? .milliseconds : plan.roles.timeUnit
    )
    let (lateness, maxFuture) = (plan.lateness, plan.maxFuture)
    makeClock = { trust in
      PartitionClock(
        grid: grid,
        lateness: lateness,
        maxFuture: maxFuture,
        trust: trust,
        limits: limits
      )
    }
  }

  /// Takes a partition in charge before its first record.
  ///
  /// - Parameters:
  ///   - topic: Position in the plan's topics.
  ///   - partition: Partition of the topic.
  ///   - point: The next record, and what is known there.
  ///   - trust: Whether the broker vouches for its times.
  ///   - catchUp: Where the partition fell silent and the others went on; nil when it did not.
  /// - Returns: A handle for `ingest`.
  public mutating func assign(
    topic: Int,
    partition: Int,
    from point: ResumePoint = .beginning,
    trust: PartitionClock.Trust = .producers,
    catchUp: CatchUp? = nil
  ) -> Int {
    var clock = makeClock(trust)
    clock.memory = point.clock
    partitions.append(
      PartitionState(
        topic: topic,
        partition: partition,
        clock: clock,
        time: TimeField(path: time.path, unit: time.unit ?? point.timeUnit),
        from: point.offset,
        to: point.offset,
        catchUp: catchUp
      )
    )
    return partitions.count - 1
  }

  /// Where a partition must be read from to count again what is not finished.
  public func resumePoint(of handle: Int) -> ResumePoint {
    let state = partitions[handle]
    return state.openings.earliest
      ?? ResumePoint(offset: state.to, clock: state.clock.memory, timeUnit: state.time.unit)
  }

  /// Where a partition is, or was, silent while windows closed without it; nil where it holds them.
  ///
  /// - Parameters:
  ///   - handle: As `assign` returned it.
  ///   - end: End of the last window closed.
  /// - Returns: The first offset after the silence, and what had closed by then.
  public func catchUp(of handle: Int, closedThrough end: Timestamp) -> CatchUp? {
    let state = partitions[handle]
    return state.isIdle ? CatchUp(offset: state.to, closedThrough: end) : state.catchUp
  }

  /// Notes that nothing reaches back before a pane any more.
  public mutating func finish(before pane: Int64) {
    for index in partitions.indices { partitions[index].openings.finish(before: pane) }
  }

  /// Counts a batch of one partition's records, in their order.
  ///
  /// - Parameters:
  ///   - columns: The batch as decoded with `layout`.
  ///   - records: The same batch as read: offsets and broker times.
  ///   - handle: As `assign` returned it.
  /// - Complexity: O(records · fields · log points).
  public mutating func ingest(_ columns: ColumnBatch, of records: RecordBatch, handle: Int) {
    for row in 0..<columns.rowCount {
      place(row, columns, records, handle)
      partitions[handle].to = records.offset(row) + 1
    }
    countRun(columns)
    run = nil
  }

  /// Panes touched since the last delta: what a delta weighs.
  public var touchedPanes: Int { panes.count }

  /// Partitions in charge.
  public var partitionCount: Int { partitions.count }

  /// Notes that a partition, a file, has been read to its end.
  public mutating func end(_ handle: Int) { partitions[handle].hasEnded = true }

  /// Notes that a partition has been silent for long, or that it speaks again.
  ///
  /// - Parameters:
  ///   - isIdle: While it is, it holds no window open.
  ///   - handle: As `assign` returned it.
  ///   - end: End of the last window closed: what the partition says of it after its silence is
  ///     late.
  public mutating func setIdle(_ isIdle: Bool, _ handle: Int, closedThrough end: Timestamp?) {
    guard partitions[handle].isIdle != isIdle else { return }
    partitions[handle].isIdle = isIdle
    if !isIdle, let end { partitions[handle].clock.catchUp(toEnd: end) }
  }

  /// Says who gives a partition's records their times; heard before its first record only.
  public mutating func setTrust(_ trust: PartitionClock.Trust, _ handle: Int) {
    let clock = partitions[handle].clock
    guard clock.memory == ResumePoint.beginning.clock else { return }
    partitions[handle].clock = makeClock(trust)
  }

  /// How far a partition's event time has come; nil before its watermark exists.
  public func watermark(of handle: Int) -> Timestamp? { partitions[handle].clock.watermark }

  /// Hands over everything counted since the last call and forgets it.
  public mutating func takeDelta() -> Delta {
    var delta = Delta()
    delta.panes = panes.sorted { $0.pane < $1.pane }
    delta.beforeFirst = beforeFirst
    delta.deadLetters = deadLetters
    for index in partitions.indices {
      delta.progress.append(
        Progress(
          topic: partitions[index].topic,
          partition: partitions[index].partition,
          from: partitions[index].from,
          to: partitions[index].to,
          watermark: partitions[index].clock.watermark,
          hasEnded: partitions[index].hasEnded,
          isIdle: partitions[index].isIdle
        )
      )
      partitions[index].from = partitions[index].to
    }
    (panes, beforeFirst, deadLetters) = ([], Accounting(), [])
    return delta
  }

  /// Decides what becomes of one record.
  private mutating func place(
    _ row: Int,
    _ columns: ColumnBatch,
    _ records: RecordBatch,
    _ handle: Int
  ) {
    let offset = records.offset(row)
    if let catchUp = partitions[handle].catchUp, offset >= catchUp.offset {
      partitions[handle].clock.catchUp(toEnd: catchUp.closedThrough)
      partitions[handle].catchUp = nil
    }
    switch columns.status(row) {
    case .tombstone:
      return account(offset, handle) { $0.recordFiltered() }
    case .rejected(let reason):
      return reject(reason, offset, handle)
    case .ok:
      break
    }
    for filter in layout.filters
    where !columns.hasText(filter.value, column: filter.column, row: row) {
      return account(offset, handle) { $0.recordFiltered() }
    }
    switch partitions[handle].time.read(columns, column: layout.time, row: row) {
    case .failure(let rejection):
      reject(rejection.reason, offset, handle)
    case .success(let time):
      admit(time, row, columns, records, handle)
    }
  }

  private mutating func admit(
    _ time: Timestamp,
    _ row: Int,
    _ columns: ColumnBatch,
    _ records: RecordBatch,
    _ handle: Int
  ) {
    let offset = records.offset(row)
    let watermark = partitions[handle].clock.watermark
    // Only a pane's first record is worth a copy of the clock.
    let isOpen = partitions[handle].openings.contains(grid.pane(at: time))
    let before = isOpen ? nil : partitions[handle].clock.memory
    let brokerTime = records.brokerMilliseconds(row).map {
      Timestamp(microseconds: $0.multipliedReportingOverflow(by: 1_000).partialValue)
    }
    switch partitions[handle].clock.admit(time, brokerTime: brokerTime) {
    case .late:
      account(offset, handle) { $0.recordLate() }
    case .rejected(let reason):
      reject(reason, offset, handle, before)
    case .accepted(let pane):
      let cover = OffsetCover(
        topic: partitions[handle].topic,
        partition: partitions[handle].partition,
        start: offset,
        end: offset + 1,
        watermark: watermark
      )
      if let before { open(pane, offset, handle, before) }
      accept(row, columns, pane: pane, cover: cover)
    }
  }

  /// Adds a record to the run of its pane and version, beginning a new one where they change.
  private mutating func accept(
    _ row: Int,
    _ columns: ColumnBatch,
    pane: Int64,
    cover: OffsetCover
  ) {
    let column = layout.modelVersion
    if run?.pane != pane || !columns.hasVersion(run?.version, column: column, row: row) {
      countRun(columns)
      let version = column.flatMap {
        columns.scalarText(column: $0, row: row).map(ModelVersion.init)
      }
      let paneIndex = index(of: pane)
      let entryIndex = panes[paneIndex].state.entry(of: version)
      run = Run(pane: pane, version: version, paneIndex: paneIndex, entryIndex: entryIndex)
    }
    guard let paneIndex = run?.paneIndex, let entryIndex = run?.entryIndex else { return }
    run?.rows.append(row)
    panes[paneIndex].state.entries[entryIndex].population
      .add(cover, isUnexpected: columns.unexpectedFields(row) > 0)
  }

  /// Counts the fields of the run's records, one field after the other.
  private mutating func countRun(_ columns: ColumnBatch) {
    guard let run else { return }
    for field in recorders.indices {
      for row in run.rows {
        recorders[field].record(
          columns,
          column: field,
          row: row,
          into: &panes[run.paneIndex].state.entries[run.entryIndex].population.fields[field]
        )
      }
    }
    self.run?.rows.removeAll(keepingCapacity: true)
  }

  /// Position of a pane's state, made when it does not exist.
  private mutating func index(of pane: Int64) -> Int {
    if let index = panes.lastIndex(where: { $0.pane == pane }) { return index }
    panes.append((pane, emptyPane))
    return panes.count - 1
  }

  /// Notes the first record that a pane holds of a partition, and the clock before it.
  private mutating func open(
    _ pane: Int64,
    _ offset: Int64,
    _ handle: Int,
    _ before: PartitionClock.Memory
  ) {
    let unit = partitions[handle].time.unit
    let point = ResumePoint(offset: offset, clock: before, timeUnit: unit)
    partitions[handle].openings.open(pane, at: point)
  }

  /// Counts a record that was not accepted where its partition's watermark stands.
  private mutating func account(
    _ offset: Int64,
    _ handle: Int,
    _ before: PartitionClock.Memory? = nil,
    _ record: (inout Accounting) -> Void
  ) {
    guard let pane = partitions[handle].clock.currentPane else { return record(&beforeFirst) }
    if !partitions[handle].openings.contains(pane) {
      open(pane, offset, handle, before ?? partitions[handle].clock.memory)
    }
    record(&panes[index(of: pane)].state.accounting)
  }

  private mutating func reject(
    _ reason: Rejection,
    _ offset: Int64,
    _ handle: Int,
    _ before: PartitionClock.Memory? = nil
  ) {
    account(offset, handle, before) { $0.record(reason) }
    deadLetters.append(
      DeadLetter(
        topic: partitions[handle].topic,
        partition: partitions[handle].partition,
        offset: offset,
        reason: reason
      )
    )
  }
}
