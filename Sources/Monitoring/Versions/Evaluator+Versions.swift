import Records
import Rules
import Windowing

// What an evaluator is while another version of the monitor has windows open beside it.

extension Evaluator {
  /// Versions of the monitor with lower numbers are counted for in every partition that goes on.
  var known: Int64 { state.sources.known }

  /// Windows that end by then may close.
  var reach: Timestamp? {
    switch horizon {
    case .watermark(let time):
      Timestamp(microseconds: time.microseconds - plan.lateness.microseconds)
    case .endOfInput(let time): time
    case nil: nil
    }
  }

  /// Whether all windows of a size are closed that are this version's, a later one having taken
  /// over.
  func hasFinished(_ specification: Int) -> Bool {
    guard let end, state.schedule.hasBegun else { return false }
    return !state.schedule.held.contains(specification)
      && state.schedule.nextStarts[specification] >= end.microseconds
  }

  /// Whether a window of a size is this version's next: not while an earlier one has such open, nor
  /// once those that come are a later one's.
  func isOwn(_ specification: Int) -> Bool {
    !state.schedule.held.contains(specification) && !hasFinished(specification)
  }

  /// Whether no window that begins before an instant is open, or will be.
  func hasNothing(before end: Timestamp) -> Bool {
    guard state.schedule.hasBegun else {
      return !state.panes.keys.contains { grid.start(of: $0) < end }
    }
    return state.schedule.held.isEmpty
      && state.schedule.nextStarts.allSatisfy { $0 >= end.microseconds }
  }

  /// Whether a window still to close has a pane, and is this version's, a later one having taken
  /// over.
  func isOpen(_ pane: Int64) -> Bool {
    guard let end else { return false }
    let (start, last) = (grid.start(of: pane), grid.end(of: pane))
    let latest = min(start.microseconds, end.microseconds - 1)
    guard state.schedule.hasBegun else { return start < end }
    return zip(plan.windows, state.schedule.nextWindows).contains { specification, next in
      let first = next.start.microseconds
      guard latest >= first else { return false }
      guard specification.minRecords == nil else { return start < max(end, next.end) }
      let (size, every) = (specification.size.microseconds, specification.every.microseconds)
      return last.microseconds <= first + (latest - first) / every * every + size
    }
  }

  /// The gap record that is open of a size, when nothing comes after it.
  mutating func endGap(of specification: Int) -> Outcome? {
    guard state.schedule.hasBegun else { return nil }
    return endGap(of: specification, at: state.schedule.nextWindows[specification].start)
      .map { .window($0) }
  }

  /// The evaluator of the version that comes next.
  ///
  /// It goes on with what the earlier one knows of the source, with the alerts and triggers that
  /// both versions have, and with what was counted for its own windows. Windows of a size that the
  /// earlier one has open are held until those are closed.
  ///
  /// - Parameters:
  ///   - earlier: Has closed all windows that begin before the version's start, and end by then.
  ///   - next: The version, with what was counted for it.
  ///   - sizes: Windows that earlier versions may have open.
  ///   - limits: What it holds at most.
  /// - Returns: The evaluator of the next version.
  static func succeeding(
    _ earlier: inout Evaluator,
    by next: WaitingVersion,
    holding sizes: Set<WindowSpecification>,
    limits: Limits
  ) -> Evaluator {
    var evaluator = Evaluator(
      plan: next.version.plan,
      references: next.version.references,
      limits: limits
    )
    earlier.end = next.start
    let translation = PlanTranslation(old: earlier.plan, new: evaluator.plan)
    let opened = earlier.closedThrough != nil || !earlier.hasNothing(before: next.start)
    evaluator.state.succeed(&earlier.state, next, begins: opened && next.start.microseconds > .min)
    for (index, specification) in evaluator.plan.windows.enumerated() {
      let old = translation.oldSpecification(index)
      guard evaluator.state.schedule.hasBegun else {
        evaluator.state.unplaced[index] = earlier.state.unplaced[old ?? 0]
        continue
      }
      if sizes.contains(specification) { evaluator.hold(index) }
      if old == nil, earlier.hasFinished(0) {
        // A size that is new goes on with what was not yet in any window of the first one.
        evaluator.state.unplaced[index] = earlier.state.unplaced[0]
      }
    }
    evaluator.state.governor.adopt(earlier.state.governor, translation)
    return evaluator
  }

  /// Closes no window of a size before the earlier versions' are closed.
  private mutating func hold(_ specification: Int) {
    state.schedule.held.insert(specification)
    if let start = state.succession?.start {
      state.succession?.firstStarts[specification] = start.microseconds
    }
  }

  /// Goes on with the windows of a size where an earlier version has closed its last.
  ///
  /// - Parameters:
  ///   - specification: The size here, which is held.
  ///   - earlier: Has no window of it open any more.
  ///   - old: The size there.
  mutating func takeOver(_ specification: Int, from earlier: Evaluator, _ old: Int) {
    if earlier.state.schedule.hasBegun {
      state.schedule.release(specification, at: earlier.state.schedule.nextWindows[old])
    } else {
      state.schedule.held.remove(specification)
    }
    let run = earlier.state.emptyRuns[old]
    state.emptyRuns[specification].count = run.gapStart == nil ? run.count : 0
    state.unplaced[specification].merge(earlier.state.unplaced[old])
  }
}
