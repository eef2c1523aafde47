import Records
import Rules
import Windowing

/// Everything an evaluator remembers: what a snapshot holds.
struct EvaluatorState: Sendable {
  /// Which window closes next.
  var schedule: WindowSchedule
  /// Panes that a window still to close reaches back to.
  var panes: [Int64: PaneState] = [:]
  /// For each size of window, records that count in the next one to close: they were not accepted
  /// before their partition had a watermark, or came behind windows that had closed.
  var unplaced: [Accounting]
  /// How far each partition has come.
  var sources = SourceTable()
  /// Where deltas did not fit together.
  var violations = ViolationLog()
  /// For each size of window, the empty ones since the last that held anything.
  var emptyRuns: [EmptyRun]
  /// Alerts pending and firing.
  var book: AlertBook
  /// What was asked of training.
  var governor: RetrainGovernor
  /// Where the records of the last panes stand.
  var ledger: PaneLedger
  /// For each size of window, what the next ones are compared with.
  var previous: [PreviousWindows]
  /// End of the last window closed.
  var closedThrough: Timestamp?
  /// Where the windows of this version of the monitor begin; nil for the first version.
  var succession: Succession?
  /// What became of all records.
  var tally = StreamTally()
  /// The end of the pane in which the stream began; nil before any window.
  var begun: Timestamp?
  /// How far the clock has come.
  var clock = ClockState()

  /// Empty windows since the last one that held anything.
  struct EmptyRun: Equatable, Sendable {
    var count = 0
    /// Start of the windows left out; nil while they are emitted one by one.
    var gapStart: Timestamp?
  }

  /// Where an earlier version's windows end and this one's begin.
  struct Succession: Equatable, Sendable {
    /// Windows that began before were the earlier version's; nil where all before the first are
    /// those of an evaluator whose state is lost.
    var start: Timestamp?
    /// For each size of window, the start of the first, in microseconds; the instant itself where
    /// the earlier version had the size, so that nothing lies between.
    var firstStarts: [Int64]
    /// Windows that end by then were written by an evaluator whose state is lost.
    var resumed: Timestamp?

    /// Whether a pane that ends then lies before all windows of a size, but behind the earlier
    /// version's.
    func passesOver(_ end: Int64, _ index: Int) -> Bool {
      (start.map { end > $0.microseconds } ?? true) && end <= firstStarts[index]
    }
  }

  /// The state before anything was heard.
  init(plan: Plan, limits: Limits) {
    schedule = WindowSchedule(plan.windows, lateness: plan.lateness)
    unplaced = plan.windows.map { _ in Accounting() }
    emptyRuns = plan.windows.map { _ in EmptyRun() }
    book = AlertBook(limits: limits, remembering: plan.rulesOfTriggers)
    governor = RetrainGovernor(plan: plan, limits: limits)
    ledger = PaneLedger(limits: limits)
    previous = plan.windows.map { _ in PreviousWindows() }
  }
}

extension EvaluatorState {
  /// Takes over what an earlier version knew, a window's affairs left aside.
  ///
  /// - Parameters:
  ///   - earlier: What the earlier version keeps is what its open windows need.
  ///   - next: What was counted for this version.
  ///   - begins: Whether its windows begin at its start; where nothing was judged before it, they
  ///     begin where its own records do.
  mutating func succeed(
    _ earlier: inout EvaluatorState,
    _ next: WaitingVersion,
    begins: Bool
  ) {
    (sources, violations, clock) = (earlier.sources, earlier.violations, earlier.clock)
    begun = earlier.begun
    closedThrough = earlier.closedThrough
    swap(&ledger, &earlier.ledger)
    swap(&tally, &earlier.tally)
    let own = next.ownPanes
    panes = own.panes
    tally.accepted -= min(own.late, tally.accepted)
    tally.accounting.recordLate(count: own.late)
    guard begins else { return }
    schedule.begin(at: next.start)
    schedule.skipWindows(before: next.start)
    let resumed = earlier.succession?.resumed
    if let resumed { schedule.skipWindows(before: next.start, endingBy: resumed) }
    succession = Succession(
      start: next.start,
      firstStarts: schedule.nextStarts,
      resumed: resumed
    )
  }
}
