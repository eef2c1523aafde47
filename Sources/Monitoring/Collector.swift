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

  private let recorders: ByVersion<PopulationRecorder>
  /// Summaries of fields that any of them counts in.
  private let fieldCount: Int
  private let emptyPane: PaneState
  /// What the records of one model version in one pane take at most.
  public let populationBytes: Int
  private let weight: PopulationWeight
  private let segmentCount: Int
  /// What others take that count the same records, and are handed over with it.
  public var otherBytes = 0
  private let limits: Limits
  /// Whether so much state was touched since the last delta that it should be handed over.
  public private(set) var isHeavy = false
  private let admission: RecordAdmission
  /// Partitions of each of the plan's topics, all of them: whoever reads the others is waited for.
  public var partitionCounts: [Int]
  /// Milliseconds for which each of the plan's topics keeps its records; see `Delta`.
  public var retention: [Int64?] = []
  private var partitions: [PartitionState] = []
  private var panes: [(pane: Int64, state: PaneState)] = []
  private var beforeFirst = Accounting()
  private var deadLetters: [DeadLetter] = []
  /// Whether a record of the batch has said how far time has come.
  private var saysTime = false

  private var groups = RowGroups()
  private var numbers: [Double] = []
  private var segmentMemory = SegmentRecorder.Memory()
  /// Nil for a monitor without segments.
  private var backlog: SegmentBacklog?

  /// A collector that has read nothing.
  public init(plan: Plan, references: References, limits: Limits = Limits()) {
    let layout = RecordLayout(plan: plan, references: references)
    self.layout = layout
    recorders = ByVersion(each: references) {
      PopulationRecorder(plan, $0, beside: $1, layout)
    }
    fieldCount = recorders.values.map(\.fieldCount).max() ?? 0
    let layouts = ByVersion(plan, references)
    emptyPane = PaneState(layouts: layouts, limits: limits)
    populationBytes = layouts.values.map(\.bytes).max() ?? 0
    weight = PopulationWeight(layouts.values)
    backlog =
      layout.segments.isEmpty ? nil : SegmentBacklog(layout, fields: plan.fields.count)
    segmentCount = plan.segmentFields.reduce(0) { $0 + $1.segmentCount }
    self.limits = limits
    partitionCounts = plan.source.topics.map { _ in 0 }
    admission = RecordAdmission(plan: plan, layout: layout, limits: limits)
  }

  /// Takes a partition in charge before its first record.
  ///
  /// - Parameters:
  ///   - topic: Position in the plan's topics.
  ///   - partition: Partition of the topic.
  ///   - place: The next record, and what is known there.
  /// - Returns: A handle for `ingest`.
  public mutating func assign(
    topic: Int,
    partition: Int,
    from place: SourcePlace = .beginning
  ) -> Int {
    partitions.append(admission.partition(partition, of: topic, from: place))
    return partitions.count - 1
  }

  /// Takes over the partitions of another collector, each where it stands; before any of its own,
  /// and when the other has just handed over what it counted.
  ///
  /// - Parameter other: Of a plan with the same source, time, lateness and panes.
  public mutating func `continue`(_ other: Collector) {
    precondition(partitions.isEmpty, "a collector in the middle of its work cannot take over")
    (partitions, partitionCounts) = (other.partitions, other.partitionCounts)
    retention = other.retention
  }

  /// Where a partition has been read to, and all that is needed to go on from there.
  public func place(of handle: Int) -> SourcePlace {
    let state = partitions[handle]
    return SourcePlace(
      offset: state.to,
      clock: state.clock.memory,
      timeUnit: state.time.unit,
      trust: state.trust
    )
  }

  /// Counts the records of a batch, each partition's in their order.
  ///
  /// - Parameters:
  ///   - columns: The batch as decoded with `layout`.
  ///   - records: The same batch as read: offsets and broker times.
  ///   - runs: Those that count, by increasing rows.
  ///   - stopsWhenHeavy: Whether to leave records, all but one, that come when enough is counted.
  /// - Returns: What became of each run, up to the one that is not whole.
  /// - Complexity: O(records · fields · log points).
  public mutating func ingest(
    _ columns: ColumnBatch,
    of records: RecordBatch,
    _ runs: [PartitionRun],
    stopsWhenHeavy: Bool
  ) -> [RunCounted] {
    var counted: [RunCounted] = []
    for run in runs {
      if let trust = run.trust { setTrust(trust, run.handle) }
      counted.append(place(run, columns, records, stopsWhenHeavy: stopsWhenHeavy))
      if stopsWhenHeavy, isHeavy { break }
    }
    countGroups(columns)
    return counted
  }

  /// Counts a batch of one partition's records.
  ///
  /// - Parameters:
  ///   - columns: The batch as decoded with `layout`.
  ///   - records: The same batch as read: offsets and broker times.
  ///   - handle: As `assign` returned it.
  ///   - stopsWhenHeavy: Whether to leave records, all but one, that come when enough is counted.
  /// - Returns: How many it has counted, and whether any of them says how far time has come.
  @discardableResult
  public mutating func ingest(
    _ columns: ColumnBatch,
    of records: RecordBatch,
    handle: Int,
    stopsWhenHeavy: Bool = false
  ) -> RunCounted {
    let run = PartitionRun(handle: handle, rows: 0..<columns.rowCount)
    let counted = place(run, columns, records, stopsWhenHeavy: stopsWhenHeavy)
    countGroups(columns)
    return counted
  }

  /// Decides what becomes of each record of a run.
  private mutating func place(
    _ run: PartitionRun,
    _ columns: ColumnBatch,
    _ records: RecordBatch,
    stopsWhenHeavy: Bool
  ) -> RunCounted {
    groups.beginRun()
    saysTime = false
    var row = run.rows.lowerBound
    while row < run.rows.upperBound {
      place(row, columns, records, run.handle)
      row += 1
      if stopsWhenHeavy, isHeavy { break }
    }
    let count = row - run.rows.lowerBound
    if count > 0 { partitions[run.handle].to = records.offset(row - 1) + 1 }
    partitions[run.handle].read += UInt64(count)
    if saysTime { partitions[run.handle].isIdle = false }
    return (count, saysTime)
  }

  /// Notes that more was touched than before; nothing else makes it heavier.
  private mutating func weigh() {
    if let backlog, weight.segment > 0 {
      // What waits is counted only where it could make the difference.
      let most = backlog.segments(of: segmentCount) * weight.segment
      if isHeavy(beside: most) { countSegments() }
    }
    isHeavy = isHeavy(beside: 0)
  }

  /// Whether what was touched, and so many bytes beside it, fill a commit.
  private func isHeavy(beside more: Int) -> Bool {
    let populations = panes.reduce(0) { $0 + $1.state.entries.count }
    let least = weight.whole + otherBytes
    let bytes = panes.reduce(populations * otherBytes + more) { $0 + weight.bytes(of: $1.state) }
    return panes.count >= limits.commitPanes || deadLetters.count >= Self.heavyLetters
      || populations >= CommitLimits.fewest && bytes + least > limits.commitBytes
  }

  private static let heavyLetters = 20_000

  /// Partitions in charge.
  public var partitionCount: Int { partitions.count }

  /// Notes that records are no longer there, or were never visible: reading goes on at an offset.
  public mutating func skip(to offset: Int64, _ handle: Int) {
    partitions[handle].to = max(partitions[handle].to, offset)
  }

  /// Notes that a partition, a file, has been read to its end.
  public mutating func end(_ handle: Int) { partitions[handle].hasEnded = true }

  /// Notes that a partition has been silent for so long that it holds no window open; its next
  /// record that says how far time has come ends that.
  ///
  /// - Returns: Whether this is news.
  @discardableResult
  public mutating func setIdle(_ handle: Int) -> Bool {
    defer { partitions[handle].isIdle = true }
    return !partitions[handle].isIdle
  }

  /// Notes whether a record stands behind the last one of a partition.
  public mutating func setAtEnd(_ isAtEnd: Bool, _ handle: Int) {
    partitions[handle].isAtEnd = isAtEnd
  }

  /// Says who gives a partition's records their times; heard before its first record only.
  public mutating func setTrust(_ trust: PartitionClock.Trust, _ handle: Int) {
    admission.setTrust(trust, of: &partitions[handle])
  }

  /// How far a partition's event time has come; nil before its watermark exists.
  public func watermark(of handle: Int) -> Timestamp? { partitions[handle].clock.watermark }

  /// Hands over everything counted since the last call and forgets it.
  public mutating func takeDelta() -> Delta {
    countSegments()
    var delta = Delta()
    delta.panes = panes.sorted { $0.pane < $1.pane }
    delta.beforeFirst = beforeFirst
    delta.deadLetters = deadLetters
    (delta.partitionCounts, delta.retention) = (partitionCounts, retention)
    for index in partitions.indices { delta.progress.append(partitions[index].takeProgress()) }
    (panes, beforeFirst, deadLetters, isHeavy) = ([], Accounting(), [], false)
    return delta
  }

  /// Decides what becomes of one record.
  private mutating func place(
    _ row: Int,
    _ columns: ColumnBatch,
    _ records: RecordBatch,
    _ handle: Int
  ) {
    switch admission.fate(row, columns, of: records, &partitions[handle]) {
    case .filtered: account(handle) { $0.recordFiltered() }
    case .rejected(let reason): reject(reason, records.offset(row), handle)
    case .timed(let time, let brokerTime, let decision):
      switch decision.admission {
      case .late:
        account(handle) { $0.recordLate() }
      case .rejected(let reason):
        // One beyond the limit of panes moves the watermark all the same.
        partitions[handle].clock.advance(by: decision)
        if reason == .paneLimit { saysTime = true }
        reject(reason, records.offset(row), handle)
      case .accepted(let pane):
        saysTime = true
        partitions[handle].latest = max(time, partitions[handle].latest ?? time)
        accept(row, columns, records, pane, handle, lag: brokerTime.map { $0.lag(of: time) })
        partitions[handle].clock.advance(by: decision)
      }
    }
  }

  /// Adds a record to the group of its pane and version; their state is made with the group, so
  /// that what one commit holds is known before more of the batch is taken.
  private mutating func accept(
    _ row: Int,
    _ columns: ColumnBatch,
    _ records: RecordBatch,
    _ pane: Int64,
    _ handle: Int,
    lag: Int64?
  ) {
    let column = layout.modelVersion
    let isKnown = groups.choose(pane: pane) { version in
      columns.hasVersion(version, column: column, row: row)
    }
    if !isKnown {
      let version = column.flatMap {
        columns.scalarText(column: $0, row: row).map(ModelVersion.init)
      }
      let index = index(of: pane)
      let known = panes[index].state.entries.count
      _ = panes[index].state.entry(of: version)
      if panes[index].state.entries.count > known { weigh() }
      let cover = partitions[handle].cover(of: records, row)
      groups.begin(pane: pane, version: version, cover: cover)
    }
    groups.append(row, offset: records.offset(row), lag: lag)
  }

  /// Counts the fields of the batch's accepted records.
  ///
  /// One field after the other through all groups: what a field's values are looked up in stays in
  /// the processor's cache, and the groups of a batch that goes fast through time are small.
  private mutating func countGroups(_ columns: ColumnBatch) {
    for number in groups.filled.indices {
      let group = groups.filled[number]
      let pane = index(of: group.pane)
      // a version may have been folded since its group was begun
      let entry = panes[pane].state.entry(of: group.version)
      panes[pane].state.entries[entry].population.add(
        group,
        unexpected: group.rows.count { columns.unexpectedFields($0) > 0 }
      )
      groups.locate(number, pane: pane, entry: entry)
    }
    for field in 0..<fieldCount {
      for group in groups.filled {
        recorders[group.version].record(
          field: field,
          columns,
          rows: group.rows,
          into: &panes[group.place.pane].state.entries[group.place.entry].population,
          numbers: &numbers
        )
      }
    }
    for group in groups.filled {
      recorders[group.version].recordRest(
        columns,
        rows: group.rows,
        into: &panes[group.place.pane].state.entries[group.place.entry].population
      )
    }
    for group in groups.filled { backlog?.append(group, of: columns) }
    if backlog?.isFull ?? false { countSegments() }
    groups.removeAll()
  }

  /// Counts the rows that wait for it in the segments that they belong to.
  private mutating func countSegments() {
    guard var rows = backlog.take() else { return }
    for group in rows.groups {
      let pane = index(of: group.pane)
      let entry = panes[pane].state.entry(of: group.version)
      recorders[group.version].recordSegments(
        rows.columns,
        rows: group.rows,
        into: &panes[pane].state.entries[entry].population,
        &segmentMemory,
        numbers: &numbers
      )
    }
    rows.removeAll()
    backlog = rows
  }

  /// Position of a pane's state, made when it does not exist.
  private mutating func index(of pane: Int64) -> Int {
    if let index = panes.lastIndex(where: { $0.pane == pane }) { return index }
    panes.append((pane, emptyPane))
    weigh()
    return panes.count - 1
  }

  /// Counts a record that was not accepted where its partition's watermark stands.
  private mutating func account(_ handle: Int, _ record: (inout Accounting) -> Void) {
    guard let pane = partitions[handle].clock.currentPane else { return record(&beforeFirst) }
    record(&panes[index(of: pane)].state.accounting)
  }

  private mutating func reject(_ reason: Rejection, _ offset: Int64, _ handle: Int) {
    account(handle) { $0.record(reason) }
    deadLetters.append(
      DeadLetter(
        topic: partitions[handle].topic,
        partition: partitions[handle].partition,
        offset: offset,
        reason: reason
      )
    )
    if deadLetters.count == Self.heavyLetters { weigh() }
  }
}

extension Timestamp {
  /// Whole milliseconds from an event's time to this one, rounded down.
  fileprivate func lag(of event: Timestamp) -> Int64 {
    let microseconds = self.microseconds.subtractingReportingOverflow(event.microseconds)
    return microseconds.overflow
      ? .max
      : microseconds.partialValue >= 0
        ? microseconds.partialValue / 1_000 : -1
  }
}
