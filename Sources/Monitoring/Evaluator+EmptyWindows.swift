import Records
import Rules
import Windowing

// Of many empty windows in a row only the first are written, and one record for the others.

extension Evaluator {
  /// Leaves out an empty window when enough were emitted already; it goes into a gap record.
  mutating func skipEmpty(
    _ window: Window,
    _ horizon: WindowSchedule.Horizon,
    before end: Timestamp?
  ) -> Bool {
    let index = window.specification
    guard state.emptyRuns[index].count >= limits.emptyWindows else { return false }
    if state.emptyRuns[index].gapStart == nil { state.emptyRuns[index].gapStart = window.start }
    let first = grid.pane(at: window.end)
    let next =
      [state.panes.keys.filter { $0 >= first }.min(), state.violations.next(from: first)]
      .compactMap(\.self).min() ?? grid.panes.upperBound
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
      skippedWindows: UInt64(count)
    )
  }
}
