import Drift
public import Records
public import Reference
public import Rules
import Sketches
public import Windowing

/// Stage 2: adds deltas up, closes windows on the watermark, judges rules, and says what to emit.
///
/// A pure state machine: its outcomes are a function of the deltas' sum and of how far each
/// partition has come, never of a clock, of batch borders or of the order among partitions.
public struct Evaluator: Sendable {
  let plan: Plan
  let limits: Limits
  let grid: PaneGrid
  private let emptyPane: PaneState
  /// Empty windows of each size in a row that are emitted.
  let emptyWindows: Int
  let weight: PopulationWeight
  let judge: WindowJudge
  let rules: RuleJudge
  /// Knows the ids of requests, by which they are answered.
  let writer: EventWriter
  var state: EvaluatorState
  /// Windows that begin at or after this instant are a later version's, which has taken over all
  /// that is not about a window; nil for the last version.
  var end: Timestamp?
  /// Those that were heard of and not ended.
  var silences: [Silence] = []

  /// An evaluator that has seen nothing.
  ///
  /// - Parameters:
  ///   - plan: Checked against the same references.
  ///   - references: What the windows of each model version are compared with.
  ///   - limits: What it holds at most.
  public init(plan: Plan, references: References, limits: Limits = Limits()) {
    self.plan = plan
    self.limits = limits
    writer = EventWriter(plan: plan, references: references, limits: limits)
    grid = plan.panes
    let layout = StateLayout(plan: plan, references: references, limits: limits)
    emptyPane = layout.emptyPane
    weight = layout.weight
    let empty = ByVersion(plan, references).values.map(\.emptyResultBytes).max() ?? 0
    let bytes = max(1, empty) * plan.windows.count
    emptyWindows = max(1, min(limits.emptyWindows, limits.emptyBytes / bytes))
    judge = WindowJudge(plan: plan, references: references)
    rules = RuleJudge(plan: plan)
    state = EvaluatorState(plan: plan, limits: limits)
  }

  /// End of the last window closed, nil before any.
  public var closedThrough: Timestamp? { state.closedThrough }

  /// What became of all records so far.
  public var tally: StreamTally { state.tally }

  /// The smallest watermark of the partitions that hold windows open.
  public var watermark: Timestamp? { state.sources.watermark }

  /// Adds what a collector learned.
  ///
  /// - Parameters:
  ///   - delta: What it learned.
  ///   - known: Versions of the monitor that it knew: all with lower numbers.
  /// - Complexity: O(state in the delta).
  public mutating func fold(_ delta: Delta, known: Int64 = MonitorVersion.first + 1) {
    fold(delta, known: known, refusing: refusals(of: delta), elsewhere: [])
  }

  /// Adds what a collector learned.
  ///
  /// - Parameters:
  ///   - delta: What it learned.
  ///   - known: Versions of the monitor that it knew: all with lower numbers.
  ///   - refused: Panes that there is no room for; see `refusals`.
  ///   - elsewhere: Panes that an open window of an earlier version has.
  mutating func fold(
    _ delta: Delta,
    known: Int64,
    refusing refused: Set<Int64>,
    elsewhere: Set<Int64>
  ) {
    guard refused.isEmpty else {
      mark(refused: refused, of: delta)
      var rest = delta
      rest.refuse(refused)
      return add(rest, known, elsewhere)
    }
    add(delta, known, elsewhere)
  }

  private mutating func add(_ delta: Delta, _ known: Int64, _ elsewhere: Set<Int64>) {
    for (pane, addition) in delta.panes {
      if mayHaveClosed(pane) { state.ledger.leaveOut(pane: pane, state: addition) }
      fold(addition, into: pane, isElsewhere: elsewhere.contains(pane))
    }
    for index in state.unplaced.indices where isOwn(index) {
      state.unplaced[index].merge(delta.beforeFirst)
    }
    state.tally.accounting.merge(delta.beforeFirst)
    follow(delta, known: known)
    let read = delta.progress.reduce(into: UInt64(0)) { $0.add($1.read) }
    guard read != delta.counted, let step = delta.progress.first else { return }
    let violation = Violation(
      kind: .conservation,
      topic: step.topic,
      partition: step.partition,
      start: step.from,
      end: step.to
    )
    let (touched, pane) = (touched(by: delta), earliestPane(at: step.watermark))
    let first = [touched?.lowerBound, pane].compactMap(\.self).min()
    let last = [touched?.upperBound, step.watermark.map(grid.pane(at:))].compactMap(\.self).max()
    mark(violation, from: first, to: last)
  }

  /// Notes how far a collector came that counted nothing for this version.
  mutating func follow(_ delta: Delta, known: Int64) {
    // One clock for all: what was heard of a partition is as old as it says, whoever told.
    let (second, isCorrected) = state.clock.advance(to: delta.wallSecond)
    if isCorrected, let second { correctClock(to: second) }
    state.sources.expect(delta.partitionCounts, at: second)
    if !delta.retention.isEmpty { state.ledger.retention = delta.retention }
    let touched = touched(by: delta)
    for step in delta.progress {
      state.tally.read.add(step.read)
      let (violation, before, watermark) = state.sources.note(
        step,
        known: known,
        at: second
      )
      if let violation {
        let doubt = ViolationLog.Doubt(watermark: before, last: grid.panes.lowerBound)
        mark(violation, from: earliestPane(at: before), to: grid.panes.upperBound, doubt)
      }
      let latest = [step.latest, watermark].compactMap(\.self).max()
      state.violations.follow(
        ViolationLog.Step(
          progress: step,
          watermark: watermark,
          last: latest.map(latestPane(before:)) ?? grid.panes.lowerBound,
          touched: touched
        )
      )
    }
    for gone in state.sources.forget(beyond: delta.partitionCounts, at: second) {
      forget(gone)
    }
  }

  /// What a partition held that is no more, and nobody has read, is lost.
  private mutating func forget(_ gone: SourceState) {
    let latest = [gone.watermark, state.sources.latestWatermark].compactMap(\.self).max()
    let last = latest.map(latestPane(before:))
    state.violations.settle(topic: gone.topic, partition: gone.partition, last: last)
    let violation = Violation(
      kind: .reset,
      topic: gone.topic,
      partition: gone.partition,
      start: gone.to ?? 0,
      end: gone.to ?? 0
    )
    mark(violation, from: earliestPane(at: gone.watermark), to: last)
  }

  /// Adds a pane's records; for sizes of window of which none that is open reaches back to it, they
  /// are late.
  ///
  /// Only a partition that was idle while windows closed has such records: its own watermark did
  /// not know. What stands between the last window of an earlier version and the first of this one,
  /// of some size, is not late for that size: no window of it was ever to have it.
  private mutating func fold(
    _ addition: PaneState,
    into pane: Int64,
    isElsewhere: Bool
  ) {
    let accepted = addition.accepted
    state.tally.accounting.merge(addition.accounting)
    let end = grid.end(of: pane).microseconds
    let starts = state.schedule.nextStarts
    let closed = starts.indices.filter { end <= starts[$0] }
    let late = closed.filter { !(state.succession?.passesOver(end, $0) ?? false) }
    for index in late where isOwn(index) {
      state.unplaced[index].merge(addition.accounting)
      state.unplaced[index].recordLate(count: accepted)
    }
    guard state.schedule.hasBegun, closed.count == starts.count else {
      state.tally.accepted.add(accepted)
      return state.panes[pane, default: emptyPane].merge(addition)
    }
    if late.isEmpty || isElsewhere {
      state.tally.accepted.add(accepted)
    } else {
      state.tally.accounting.recordLate(count: accepted)
    }
  }

  /// Whether a window with a pane may have been closed, which triggers are judged by.
  private func mayHaveClosed(_ pane: Int64) -> Bool {
    guard end == nil else { return false }
    let closed = state.closedThrough.map { grid.end(of: pane) <= $0 } ?? false
    return closed || state.ledger.pages.last.map { pane <= $0.pane } ?? false
  }

  /// The first pane that a partition's next records can be accepted in.
  func earliestPane(at watermark: Timestamp?) -> Int64? {
    watermark.map {
      grid.pane(at: Timestamp(microseconds: $0.microseconds - plan.lateness.microseconds))
    }
  }

  /// The last pane that records can belong to of which one at this time came behind them, in time.
  private func latestPane(before time: Timestamp) -> Int64 {
    let end = Timestamp(microseconds: time.microseconds + plan.lateness.microseconds)
    return min(grid.pane(at: end), grid.panes.upperBound)
  }

  /// The open panes in which a delta counts anything: also those of the next windows, where what is
  /// late for them counts.
  private func touched(by delta: Delta) -> ClosedRange<Int64>? {
    guard let first = delta.panes.first?.pane, let last = delta.panes.last?.pane else { return nil }
    let next = state.schedule.nextStarts.map { grid.pane(at: Timestamp(microseconds: $0)) }
    let start = max(first, next.min() ?? first)
    return start...max(start, last, next.max() ?? last)
  }

  /// Enters a violation for the panes that its records may belong to, as far as they are open;
  /// while nobody knows when windows begin, from the first one on.
  mutating func mark(
    _ violation: Violation,
    from first: Int64?,
    to last: Int64?,
    _ doubt: ViolationLog.Doubt? = nil
  ) {
    state.tally.violations.add(1)
    let open = state.schedule.earliestStart.map(grid.pane(at:))
    let start = [first, open].compactMap(\.self).max() ?? grid.panes.lowerBound
    let panes = start...max(start, last ?? start)
    state.violations.append(ViolationLog.Entry(violation: violation, panes: panes, doubt: doubt))
  }

  /// Closes every window that no partition holds back any more.
  ///
  /// - Returns: What came of them, in the order of their ends.
  public mutating func advance() -> [Outcome] {
    releasePanes()
    return judgeClock() + answerAsks() + close().flatMap(\.outcomes)
  }

  /// A window that was closed, and what came of it.
  struct Closing {
    var window: Window
    var outcomes: [Outcome] = []
    /// What rules left undecided where another size has this very window, too, and writes it.
    var unwritten: [WindowResult] = []

    /// Adds to what is written of a window what the rules of another size left undecided in it.
    mutating func add(_ others: [WindowResult]) {
      guard !others.isEmpty else { return }
      for index in outcomes.indices {
        guard case .window(var result) = outcomes[index], result.skippedWindows == 0 else {
          continue
        }
        let other = others.first {
          ($0.version, $0.segment) == (result.version, result.segment)
        }
        result.undecided += other?.undecided ?? []
        outcomes[index] = .window(result)
      }
    }
  }

  /// Closes windows that no partition holds back any more.
  ///
  /// - Parameters:
  ///   - end: Windows that begin at or after this instant are another version's; nil for none.
  ///   - last: Those that end behind it stay open; nil for none.
  /// - Returns: In the order of their ends; those left out for being empty are not among them.
  mutating func close(before end: Timestamp? = nil, through last: Timestamp? = nil) -> [Closing] {
    guard let horizon = openHorizon() else { return [] }
    var closings: [Closing] = []
    while let window = next(horizon, before: end), window.end <= last ?? window.end {
      state.schedule.close(window)
      state.closedThrough = max(window.end, state.closedThrough ?? window.end)
      // Those of one end come in a row, and the first of one extent is written.
      let written = closings.indices.reversed().lazy
        .prefix { closings[$0].window.end == window.end }
        .last { closings[$0].window.start == window.start }
      var closing = Closing(window: window)
      guard close(window, horizon, before: end, isWritten: written != nil, into: &closing) else {
        continue
      }
      if let written { closings[written].add(closing.unwritten) }
      closing.unwritten = []
      closings.append(closing)
    }
    forgetPanes()
    return closings
  }

  /// End of the next window that may close; nil for none.
  mutating func nextEnd(before end: Timestamp?) -> Timestamp? {
    openHorizon().flatMap { next($0, before: end)?.end }
  }

  /// Up to where windows may close, once it is known when the first begins.
  private mutating func openHorizon() -> WindowSchedule.Horizon? {
    guard let horizon, !state.schedule.hasBegun else { return horizon }
    guard let first = state.panes.keys.min(), mayBegin(horizon) else { return nil }
    state.schedule.begin(at: grid.start(of: first))
    state.begun = grid.end(of: first)
    state.violations.begin(at: first)
    return horizon
  }

  /// The next window to close, once those that wait for records have grown as far as they must.
  private mutating func next(
    _ horizon: WindowSchedule.Horizon,
    before end: Timestamp?
  ) -> Window? {
    let (grid, panes) = (grid, state.panes)
    state.schedule.grow(horizon) { span in
      (grid.pane(at: span.lowerBound)..<grid.pane(at: span.upperBound))
        .reduce(into: 0) { $0.add(panes[$1]?.accepted ?? 0) }
    }
    return state.schedule.next(horizon, before: end)
  }

  /// Up to where windows may close; nil while a partition has no watermark.
  var horizon: WindowSchedule.Horizon? {
    guard !state.sources.haveAllEnded else {
      return state.panes.keys.max().map { .endOfInput(grid.end(of: $0)) }
    }
    return (state.sources.watermark ?? watermarkOfSilence).map { .watermark($0) }
  }

  /// Whether no earlier pane than the earliest so far can still appear.
  private func mayBegin(_ horizon: WindowSchedule.Horizon) -> Bool {
    guard case .watermark(let watermark) = horizon, let first = state.panes.keys.min() else {
      return true
    }
    let end = grid.end(of: first).microseconds + plan.lateness.microseconds
    return end <= watermark.microseconds
  }

  /// Says what comes of a window, unless it is left out for being empty.
  ///
  /// - Parameters:
  ///   - window: The window to close.
  ///   - horizon: Up to where windows may close.
  ///   - end: Windows that begin at or after it are another version's.
  ///   - isWritten: Whether another size of window has this very one, too, and has written it.
  ///   - closing: Gets what comes of it.
  /// - Returns: Whether it was not left out.
  private mutating func close(
    _ window: Window,
    _ horizon: WindowSchedule.Horizon,
    before end: Timestamp?,
    isWritten: Bool,
    into closing: inout Closing
  ) -> Bool {
    let panes = grid.pane(at: window.start)..<grid.pane(at: window.end)
    let included = panes.filter { state.panes[$0] != nil }
    let violations = state.violations.touching(panes)
    if included.isEmpty, skipEmpty(window, violations, horizon, before: end) { return false }
    let gap = endGap(of: window.specification, at: window.start)
    if let gap { closing.outcomes.append(.window(gap)) }
    var whole = emptyPane
    for pane in included {
      if let paneState = state.panes[pane] {
        whole.merge(paneState)
        state.ledger.record(pane: pane, state: paneState)
      }
    }
    whole.accounting.merge(state.unplaced[window.specification])
    state.unplaced[window.specification] = Accounting()
    state.emptyRuns[window.specification].count =
      included.isEmpty ? state.emptyRuns[window.specification].count + 1 : 0
    var results = judge.results(
      of: window,
      state: whole,
      violations: violations,
      after: state.previous[window.specification],
      isWhole: isWhole(window, horizon)
    )
    if violations.isEmpty {
      judge.remember(window, whole, in: &state.previous[window.specification])
    }
    let isJudged = !isHearsay(window, horizon)
    var alerts: [Alert] = []
    if isJudged {
      alerts = rules.alerts(
        of: window,
        state: whole,
        results: &results,
        book: &state.book,
        silences: silencesInForce
      )
    } else {
      rules.leaveUndecided(window, &results)
    }
    state.book.boundFailures()
    if isWritten || isLeftOutBefore(window) {
      closing.unwritten = results.filter { !$0.undecided.isEmpty }
    } else {
      let alike = state.schedule.alike(window)
      judge.add(alike, to: &results, of: window, state: whole, after: state.previous)
      state.tally.windows.add(1)
      closing.outcomes += results.map { .window($0) }
    }
    closing.outcomes += alerts.map { .alert($0) }
    if self.end == nil, isJudged {
      for alert in alerts { state.governor.note(alert.transition, effect: alert.effect) }
      closing.outcomes += training(after: window, isOwn: true)
    }
    return true
  }

  /// The silences in force, by the log's clock.
  var silencesInForce: [Silence] {
    guard !silences.isEmpty, let second = state.clock.second else { return [] }
    return silences.filter { $0.lasts(at: second) }
  }

  /// Whether the stream was read for all of a window's time: not of the first one, which it began
  /// in, nor of the last one of a file.
  private func isWhole(_ window: Window, _ horizon: WindowSchedule.Horizon) -> Bool {
    guard let begun = state.begun, window.start >= begun else { return false }
    guard case .endOfInput = horizon else { return true }
    return state.sources.latestWatermark.map { window.end <= $0 } ?? false
  }

  /// Whether another fixed size of window has this very one too, and writes it first or has it in
  /// a gap record.
  private func isLeftOutBefore(_ window: Window) -> Bool {
    let specification = plan.windows[window.specification]
    return plan.windows[..<window.specification].contains { other in
      let start = window.start.microseconds - other.align.microseconds
      return other.size == specification.size && other.minRecords == nil
        && specification.minRecords == nil && start.isMultiple(of: other.every.microseconds)
    }
  }

  /// Frees the panes that no window still to close reaches back to.
  private mutating func forgetPanes() {
    guard let earliest = state.schedule.earliestStart else { return }
    // What lies behind the last watermark is looked at as a whole: see `isHearsay`.
    if !state.sources.haveAllEnded {
      for pane in state.panes.keys where grid.end(of: pane) <= earliest { state.panes[pane] = nil }
    }
    state.violations.forget(before: firstPaneInQuestion(earliest))
    guard end == nil else { return }
    let first = state.book.entries.values.compactMap(\.first?.start).min()
    let reach = earliest.microseconds - state.governor.reach.microseconds
    let start = min(first ?? earliest, Timestamp(microseconds: reach))
    state.ledger.forget(
      before: grid.pane(at: start),
      keeping: state.governor.records,
      upTo: state.governor.lastEnd.map(grid.pane(at:)) ?? .max
    )
  }
}

extension PaneState {
  /// Accepted records of all model versions.
  var accepted: UInt64 { entries.reduce(into: 0) { $0.add($1.population.records) } }

  /// Where they stand.
  var covers: [OffsetCover] {
    entries.reduce(into: []) { $0.merge($1.population.covers) }
  }
}
