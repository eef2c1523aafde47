import Records
import Rules
import Windowing

// Of many empty windows in a row only the first are written, and one record for the others. A
// silence ends where a doubt begins: the first windows that may lack records are written, too.
// Where the input has ended, none is written behind which nothing bears out that time has come.

extension Evaluator {
  /// Leaves out an empty window when enough were emitted already; it goes into a gap record.
  mutating func skipEmpty(
    _ window: Window,
    _ violations: [Violation],
    _ horizon: WindowSchedule.Horizon,
    before end: Timestamp?
  ) -> Bool {
    let index = window.specification
    let run = state.emptyRuns[index]
    guard run.count >= emptyWindows || !isBorneOut(window.start, horizon) else { return false }
    if !violations.isEmpty, let start = run.gapStart,
      self.violations(from: start, to: window.start).isEmpty
    {
      return false
    }
    if run.gapStart == nil { state.emptyRuns[index].gapStart = window.start }
    let first = grid.pane(at: window.end)
    let doubt = violations.isEmpty ? state.violations.next(from: first) : nil
    let next =
      [state.panes.keys.filter { $0 >= first }.min(), doubt].compactMap(\.self).min()
      ?? grid.panes.upperBound
    let limit = min(grid.start(of: next), end ?? Timestamp(microseconds: .max))
    state.schedule.skip(index, to: limit, horizon)
    let (size, every) = (plan.windows[index].size, plan.windows[index].every)
    let closed = state.schedule.nextStarts[index] + (size - every).microseconds
    state.closedThrough = max(
      state.closedThrough ?? window.end,
      Timestamp(microseconds: closed)
    )
    return true
  }

  /// The gap record that stands for the windows left out, once something comes after them.
  mutating func endGap(of index: Int, at end: Timestamp) -> WindowResult? {
    guard let start = state.emptyRuns[index].gapStart else { return nil }
    state.emptyRuns[index] = EvaluatorState.EmptyRun()
    let step = plan.windows[index].emptyStep.microseconds
    let count = (end.microseconds - start.microseconds) / step
    return WindowResult(
      window: Window(specification: index, start: start, end: end),
      violations: violations(from: start, to: end),
      skippedWindows: UInt64(count)
    )
  }

  /// What is wrong between the beginnings of two windows.
  private func violations(from start: Timestamp, to end: Timestamp) -> [Violation] {
    state.violations.touching(grid.pane(at: start)..<grid.pane(at: end))
  }

  /// The first pane that a violation may still be asked for: of a window to close, or of a gap.
  func firstPaneInQuestion(_ earliest: Timestamp) -> Int64 {
    grid.pane(at: state.emptyRuns.compactMap(\.gapStart).reduce(earliest, min))
  }
}
