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
  /// End of the last window closed.
  var closedThrough: Timestamp?
  /// For each size of window, the start of the first that is written; empty where none is left out.
  ///
  /// What comes for windows that are left out is neither judged nor late.
  var leftOut: [Int64] = []
  /// What became of all records.
  var tally = StreamTally()

  /// Empty windows since the last one that held anything.
  struct EmptyRun: Equatable, Sendable {
    var count = 0
    /// Start of the windows left out; nil while they are emitted one by one.
    var gapStart: Timestamp?
  }

  /// The state before anything was heard.
  init(plan: Plan, limits: Limits) {
    schedule = WindowSchedule(plan.windows, lateness: plan.lateness)
    unplaced = plan.windows.map { _ in Accounting() }
    emptyRuns = plan.windows.map { _ in EmptyRun() }
    book = AlertBook(limits: limits)
    governor = RetrainGovernor(plan: plan, limits: limits)
    ledger = PaneLedger(limits: limits)
  }
}
