import Drift
public import Records
public import Reference
public import Rules
public import Windowing

/// Stage 2: adds deltas up, closes windows on the watermark, judges rules, and says what to emit.
///
/// A pure state machine: its outcomes are a function of the deltas' sum and of how far each
/// partition has come, never of a clock, of batch borders or of the order among partitions.
public struct Evaluator: Sendable {
  private let plan: Plan
  private let limits: Limits
  private let grid: PaneGrid
  private let emptyPane: PaneState
  private let judge: WindowJudge
  private var schedule: WindowSchedule
  private var panes: [Int64: PaneState] = [:]
  private var beforeFirst: [Accounting]
  private var progress: [Progress] = []
  private var emptyRuns: [EmptyRun]
  private var book: AlertBook
  private var governor: RetrainGovernor
  private var ledger: PaneLedger

  /// Empty windows since the last one that held anything.
  private struct EmptyRun: Equatable {
    var count = 0
    /// Start of the windows left out; nil while they are emitted one by one.
    var gapStart: Timestamp?
  }

  /// An evaluator that has seen nothing.
  ///
  /// - Parameters:
  ///   - plan: Checked against the same profile.
  ///   - profile: The reference every window is compared with.
  ///   - partitions: All source partitions: none may be heard of for the first time later, since
  ///     windows close on the smallest watermark.
  ///   - limits: What it holds at most.
  public init(
    plan: Plan,
    profile: ReferenceProfile,
    partitions: [(topic: Int, partition: Int)],
    limits: Limits = Limits()
  ) {
    self.plan = plan
    self.limits = limits
    grid = PaneGrid(plan.windows)
    let references = plan.fields.map { profile.fields[$0.referenceIndex].reference }
    emptyPane = PaneState(layouts: references.map(\.layout), limits: limits)
    judge = WindowJudge(plan: plan, references: references)
    schedule = WindowSchedule(plan.windows, lateness: plan.lateness)
    beforeFirst = plan.windows.map { _ in Accounting() }
    emptyRuns = plan.windows.map { _ in EmptyRun() }
    book = AlertBook(limits: limits)
    governor = RetrainGovernor(plan: plan, limits: limits)
    ledger = PaneLedger(limits: limits)
    progress = partitions.map {
      Progress(topic: $0.topic, partition: $0.partition, from: 0, to: 0)
    }
  }

  /// End of the last window closed, nil before any.
  ///
  /// Windows up to it are never written again.
  public private(set) var closedThrough: Timestamp?

  /// The first pane that a window still to close reaches back to; nil before any window closed.
  public var firstOpenPane: Int64? {
    closedThrough == nil ? nil : schedule.earliestStart.map(grid.pane(at:))
  }

  /// Continues after windows that an earlier run has written.
  ///
  /// - Parameters:
  ///   - end: Its `closedThrough`; all windows up to there count as closed.
  ///   - isSamePlan: Whether it had the same windows; if not, only windows that begin at `end` or
  ///     later are whole, and the others are left out.
  public mutating func resume(closedThrough end: Timestamp, isSamePlan: Bool = true) {
    closedThrough = end
    schedule.begin(at: end)
    if !isSamePlan { schedule.skipWindows(before: end) }
  }

  /// Adds what a collector learned.
  ///
  /// - Complexity: O(state in the delta).
  public mutating func fold(_ delta: Delta) {
    for (pane, state) in delta.panes { panes[pane, default: emptyPane].merge(state) }
    for index in beforeFirst.indices { beforeFirst[index].merge(delta.beforeFirst) }
    for step in delta.progress {
      let index = progress.firstIndex {
        $0.topic == step.topic && $0.partition == step.partition
      }
      guard let index else {
        preconditionFailure("partition \(step.partition) of topic \(step.topic) is not expected")
      }
      progress[index] = step
    }
  }

  /// Closes every window that no partition holds back any more.
  ///
  /// - Returns: What came of them, in the order of their ends.
  public mutating func advance() -> [Outcome] {
    guard let horizon else { return [] }
    if !schedule.hasBegun {
      guard let first = panes.keys.min(), mayBegin(horizon) else { return [] }
      schedule.begin(at: grid.start(of: first))
    }
    var outcomes: [Outcome] = []
    while let window = schedule.next(horizon) {
      schedule.close(window)
      closedThrough = window.end
      close(window, horizon, into: &outcomes)
    }
    forgetPanes()
    return outcomes
  }

  /// Up to where windows may close; nil while a partition has no watermark.
  private var horizon: WindowSchedule.Horizon? {
    let open = progress.filter { !$0.hasEnded }
    guard !open.isEmpty else {
      return panes.keys.max().map { .endOfInput(grid.end(of: $0)) }
    }
    var smallest: Timestamp?
    // With every partition idle nothing says how far time has come, so all is held.
    for partition in open where !partition.isIdle {
      guard let watermark = partition.watermark else { return nil }
      smallest = min(smallest ?? watermark, watermark)
    }
    return smallest.map { .watermark($0) }
  }

  /// Whether no earlier pane than the earliest so far can still appear.
  private func mayBegin(_ horizon: WindowSchedule.Horizon) -> Bool {
    guard case .watermark(let watermark) = horizon, let first = panes.keys.min() else {
      return true
    }
    let end = grid.end(of: first).microseconds + plan.lateness.microseconds
    return end <= watermark.microseconds
  }

  private mutating func close(
    _ window: Window,
    _ horizon: WindowSchedule.Horizon,
    into outcomes: inout [Outcome]
  ) {
    let included = (grid.pane(at: window.start)..<grid.pane(at: window.end)).filter {
      panes[$0] != nil
    }
    if included.isEmpty, skipEmpty(window, horizon) { return }
    if let gap = endGap(before: window) { outcomes.append(.window(gap)) }
    var state = emptyPane
    for pane in included {
      if let paneState = panes[pane] {
        state.merge(paneState)
        ledger.record(pane: pane, state: paneState)
      }
    }
    state.accounting.merge(beforeFirst[window.specification])
    beforeFirst[window.specification] = Accounting()
    emptyRuns[window.specification].count =
      included.isEmpty ? emptyRuns[window.specification].count + 1 : 0
    var results = judge.results(of: window, state: state)
    let alerts = judge.alerts(of: window, state: state, results: &results, book: &book)
    if !isWrittenBefore(window) { outcomes += results.map { .window($0) } }
    for alert in alerts {
      governor.note(alert)
      outcomes.append(.alert(alert))
    }
    for request in governor.requests(after: window, book: book, ledger: ledger, grid: grid) {
      outcomes.append(.retrain(request))
    }
  }

  /// Whether another size of window has this very one too, and writes it first.
  private func isWrittenBefore(_ window: Window) -> Bool {
    plan.windows[..<window.specification].contains { other in
      let start = window.start.microseconds - other.align.microseconds
      return other.size == plan.windows[window.specification].size
        && start.isMultiple(of: other.every.microseconds)
    }
  }

  /// Leaves out an empty window when enough were emitted already; it goes into a gap record.
  private mutating func skipEmpty(_ window: Window, _ horizon: WindowSchedule.Horizon) -> Bool {
    let index = window.specification
    guard emptyRuns[index].count >= limits.emptyWindows else { return false }
    if emptyRuns[index].gapStart == nil { emptyRuns[index].gapStart = window.start }
    let next = panes.keys.filter { grid.start(of: $0) >= window.end }.min()
    if let next { schedule.skip(index, to: grid.start(of: next), horizon) }
    return true
  }

  /// The gap record that stands for the windows left out, once something comes after them.
  private mutating func endGap(before window: Window) -> WindowResult? {
    let index = window.specification
    guard let start = emptyRuns[index].gapStart else { return nil }
    emptyRuns[index] = EmptyRun()
    let every = plan.windows[index].every.microseconds
    let count = (window.start.microseconds - start.microseconds) / every
    return WindowResult(
      window: Window(specification: index, start: start, end: window.start),
      skippedWindows: UInt64(count)
    )
  }

  /// Frees the panes that no window still to close reaches back to.
  private mutating func forgetPanes() {
    guard let earliest = schedule.earliestStart else { return }
    for pane in panes.keys where grid.end(of: pane) <= earliest { panes[pane] = nil }
    guard let first = book.entries.values.compactMap(\.first?.start).min() else {
      return ledger.forget(before: grid.pane(at: earliest))
    }
    ledger.forget(before: grid.pane(at: min(first, earliest)))
  }
}
