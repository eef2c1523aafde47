import Records
import Rules
import Sketches
import Windowing

// What a snapshot holds, part by part. Rules, triggers and fields go by their names.

extension EvaluatorState {
  func encode(into writer: inout ByteWriter, plan: Plan) {
    writer.optional(closedThrough) { $0.signed($1.microseconds) }
    writer.optional(succession) {
      $0.optional($1.start) { $0.signed($1.microseconds) }
      for start in $1.firstStarts { $0.signed(start) }
      $0.optional($1.resumed) { $0.signed($1.microseconds) }
    }
    tally.encode(into: &writer)
    writer.optional(begun) { $0.signed($1.microseconds) }
    writer.optional(clock.second) { $0.signed($1) }
    writer.optional(clock.minute) { $0.signed($1) }
    schedule.encode(into: &writer, plan: plan)
    writer.count(panes.count)
    for (pane, state) in panes.sorted(by: { $0.key < $1.key }) {
      writer.signed(pane)
      state.encode(into: &writer)
    }
    for accounting in unplaced { accounting.encode(into: &writer) }
    for run in emptyRuns {
      writer.count(run.count)
      writer.optional(run.gapStart) { $0.signed($1.microseconds) }
    }
    sources.encode(into: &writer)
    violations.encode(into: &writer)
    book.encode(into: &writer, plan: plan)
    governor.encode(into: &writer, plan: plan)
    ledger.encode(into: &writer)
    for windows in previous { windows.encode(into: &writer) }
  }

  /// Reads what `encode` wrote with a plan of the same layout and windows.
  init(
    from reader: inout ByteReader,
    plan: Plan,
    layout: StateLayout
  ) throws(BadEncoding) {
    self.init(plan: plan, limits: layout.limits)
    closedThrough = try reader.instant()
    succession = try reader.optional { (reader) throws(BadEncoding) in
      var succession = Succession(start: try reader.instant(), firstStarts: [])
      for _ in plan.windows { succession.firstStarts.append(try reader.time().microseconds) }
      succession.resumed = try reader.instant()
      return succession
    }
    tally = try StreamTally(from: &reader)
    begun = try reader.instant()
    clock = ClockState(
      second: try reader.optional { (reader) throws(BadEncoding) in try reader.second() },
      minute: try reader.optional { (reader) throws(BadEncoding) in try reader.second() }
    )
    try schedule.restore(from: &reader, plan: plan)
    for _ in 0..<(try reader.count(limit: .max, "panes")) {
      let pane = try reader.pane(layout)
      var state = layout.emptyPane
      try state.merge(from: &reader, layout: layout)
      panes[pane] = state
    }
    for index in unplaced.indices { unplaced[index] = try Accounting(from: &reader) }
    for index in emptyRuns.indices {
      emptyRuns[index].count = try reader.index("empty window")
      let start = reader.position
      emptyRuns[index].gapStart = try reader.instant()
      guard let gap = emptyRuns[index].gapStart else { continue }
      guard schedule.hasBegun, gap.microseconds < schedule.nextStarts[index] else {
        throw BadEncoding("a gap behind the windows closed", at: start)
      }
    }
    sources = try SourceTable(from: &reader, layout: layout)
    violations = try ViolationLog(from: &reader, layout: layout)
    try book.restore(from: &reader, plan: plan, limits: layout.limits)
    try governor.restore(from: &reader, plan: plan)
    try ledger.restore(from: &reader, layout: layout)
    for index in previous.indices {
      previous[index] = try PreviousWindows(
        from: &reader,
        layout: layout,
        fields: plan.fields(against: .previous, of: index)
      )
    }
  }
}

extension WindowSchedule {
  fileprivate func encode(into writer: inout ByteWriter, plan: Plan) {
    writer.count(nextWindows.count)
    for (specification, window) in zip(plan.windows, nextWindows) {
      writer.flag(held.contains(window.specification))
      writer.signed(window.start.microseconds)
      guard specification.minRecords != nil else { continue }
      writer.signed(window.end.microseconds)
    }
  }

  fileprivate mutating func restore(
    from reader: inout ByteReader,
    plan: Plan
  ) throws(BadEncoding) {
    let start = reader.position
    let count = try reader.count(limit: plan.windows.count, "windows")
    guard count == 0 || count == plan.windows.count else {
      throw BadEncoding("\(count) windows, the monitor has \(plan.windows.count)", at: start)
    }
    for (index, specification) in plan.windows.prefix(count).enumerated() {
      if try reader.flag() { held.insert(index) }
      let position = reader.position
      let start = try reader.time()
      let offset = start.microseconds - specification.align.microseconds
      guard offset.isMultiple(of: specification.every.microseconds) else {
        throw BadEncoding("no window begins then", at: position)
      }
      let shortest = start.microseconds + specification.size.microseconds
      let end =
        specification.minRecords == nil
        ? Timestamp(microseconds: shortest) : try reader.time()
      guard specification.canLast(.microseconds(end.microseconds - start.microseconds)) else {
        throw BadEncoding("no window ends then", at: position)
      }
      nextWindows.append(Window(specification: index, start: start, end: end))
    }
  }
}

extension SourceTable {
  fileprivate func encode(into writer: inout ByteWriter) {
    writer.count(states.count)
    for state in states {
      writer.count(state.topic)
      writer.count(state.partition)
      writer.optional(state.to) { $0.signed($1) }
      writer.optional(state.watermark) { $0.signed($1.microseconds) }
      writer.optional(state.newest) { $0.signed($1.microseconds) }
      writer.flag(state.hasEnded)
      writer.flag(state.isIdle)
      writer.flag(state.isAtEnd)
      writer.signed(state.known)
      writer.optional(state.heard) { $0.signed($1) }
    }
  }

  fileprivate init(
    from reader: inout ByteReader,
    layout: StateLayout
  ) throws(BadEncoding) {
    var states: [SourceState] = []
    for _ in 0..<(try reader.count(limit: .max, "partitions")) {
      let start = reader.position
      let state = SourceState(
        topic: try reader.index("topic", below: layout.topicCount),
        partition: try reader.index("partition", below: CommitLimits.partitions),
        to: try reader.optional { (reader) throws(BadEncoding) in try reader.signed() },
        watermark: try reader.instant(),
        newest: try reader.instant(),
        hasEnded: try reader.flag(),
        isIdle: try reader.flag(),
        isAtEnd: try reader.flag(),
        known: try reader.signed(),
        heard: try reader.optional { (reader) throws(BadEncoding) in try reader.second() }
      )
      if let last = states.last, (last.topic, last.partition) >= (state.topic, state.partition) {
        throw BadEncoding("partitions are not in order", at: start)
      }
      states.append(state)
    }
    self.init(states)
  }
}

extension ViolationLog {
  fileprivate func encode(into writer: inout ByteWriter) {
    writer.count(entries.count)
    for entry in entries {
      writer.byte(entry.violation.kind.rawValue)
      writer.count(entry.violation.topic)
      writer.count(entry.violation.partition)
      writer.signed(entry.violation.start)
      writer.signed(entry.violation.end)
      writer.signed(entry.panes.lowerBound)
      writer.signed(entry.panes.upperBound)
      writer.optional(entry.doubt) {
        $0.optional($1.watermark) { $0.signed($1.microseconds) }
        $0.signed($1.last)
      }
    }
  }

  fileprivate init(
    from reader: inout ByteReader,
    layout: StateLayout
  ) throws(BadEncoding) {
    // One more of each partition that there ever was, those that are no more included.
    let most = Self.limit + layout.topicCount * CommitLimits.partitions
    var entries: [Entry] = []
    for _ in 0..<(try reader.count(limit: most, "violations")) {
      let start = reader.position
      guard let kind = Violation.Kind(rawValue: try reader.byte()) else {
        throw BadEncoding("an unknown kind of violation", at: start)
      }
      let violation = Violation(
        kind: kind,
        topic: try reader.index("topic", below: layout.topicCount),
        partition: try reader.index("partition", below: CommitLimits.partitions),
        start: try reader.signed(),
        end: try reader.signed()
      )
      let (first, last) = (try reader.pane(layout), try reader.pane(layout))
      guard first <= last else { throw BadEncoding("panes run backwards", at: start) }
      let doubt = try reader.optional { (reader) throws(BadEncoding) in
        Doubt(watermark: try reader.instant(), last: try reader.pane(layout))
      }
      entries.append(Entry(violation: violation, panes: first...last, doubt: doubt))
    }
    self.init(entries)
  }
}

extension PaneLedger {
  fileprivate func encode(into writer: inout ByteWriter) {
    writer.count(pages.count)
    for page in pages {
      writer.signed(page.pane)
      writer.varint(page.records)
      page.covers.map(\.cover).encode(into: &writer)
      page.late.map(\.cover).encode(into: &writer)
    }
    writer.optional(firstPane) { $0.signed($1) }
    writer.count(retention.count)
    for milliseconds in retention { writer.optional(milliseconds) { $0.signed($1) } }
  }

  fileprivate mutating func restore(
    from reader: inout ByteReader,
    layout: StateLayout
  ) throws(BadEncoding) {
    for _ in 0..<(try reader.count(limit: layout.limits.rememberedPanes, "pages")) {
      let start = reader.position
      let page = Page(
        pane: try reader.pane(layout),
        records: try reader.records(),
        covers: try [OffsetCover](from: &reader, layout: layout),
        late: try [OffsetCover](from: &reader, layout: layout)
      )
      guard pages.last.map({ $0.pane < page.pane }) ?? true else {
        throw BadEncoding("panes are not in order", at: start)
      }
      restore(page)
    }
    firstPane = try reader.optional { (reader) throws(BadEncoding) in try reader.pane(layout) }
    for _ in 0..<(try reader.count(limit: layout.topicCount, "topics")) {
      retention.append(try reader.optional { (reader) throws(BadEncoding) in try reader.signed() })
    }
  }
}
