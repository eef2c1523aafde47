import Records
import Rules
import Windowing

// However far partitions are apart, and whatever their clocks say: only so many panes are open.

extension Evaluator {
  /// Waits no longer for partitions that so many panes wait for as may be open.
  ///
  /// They are taken for silent until they go on: what they bring too late is counted so, and the
  /// windows are marked. To leave out what the others bring would let a dead one silence them all.
  mutating func releasePanes() {
    while heldPanes > limits.openPanes, let slowest = state.sources.slowest {
      state.sources.silence(slowest)
      let offset = slowest.to ?? 0
      let violation = Violation(
        kind: .limit,
        topic: slowest.topic,
        partition: slowest.partition,
        start: offset,
        end: offset
      )
      let first = grid.panes.lowerBound
      mark(
        violation,
        from: earliestPane(at: slowest.watermark),
        to: grid.panes.upperBound,
        ViolationLog.Doubt(watermark: slowest.watermark, last: first)
      )
    }
  }

  /// How far time has come where no partition says so, as all are silent, but too many panes wait.
  var watermarkOfSilence: Timestamp? {
    guard state.sources.slowest == nil, heldPanes > limits.openPanes else { return nil }
    return state.sources.latestWatermark
  }

  /// Panes that are over in the partition that has come furthest, and wait for others.
  private var heldPanes: Int {
    guard state.panes.count > limits.openPanes, let latest = state.sources.latestWatermark else {
      return 0
    }
    let closed = state.closedThrough.map {
      Timestamp(microseconds: $0.microseconds + plan.lateness.microseconds)
    }
    let reached = (state.sources.watermark ?? closed).map(grid.pane(at:)) ?? .min
    let last = grid.pane(at: latest)
    return state.panes.keys.count { $0 > reached && $0 <= last }
  }

  /// The panes of a delta that there is no room for.
  ///
  /// Those near the partition that has come furthest always have some, as a partition's own clock
  /// has it: clocks that run ahead, of all partitions together, crowd out each other only. The last
  /// limit is one for what no clock does.
  ///
  /// - Complexity: O(panes of the delta), and O(panes open) when one of them is far.
  func refusals(of delta: Delta) -> Set<Int64> {
    guard state.panes.count + delta.panes.count > limits.farPanes else { return [] }
    let times = delta.progress.map(\.watermark) + [state.sources.latestWatermark]
    let near = times.compactMap(\.self).max().map { grid.pane(at: $0) + Int64(limits.nearPanes) }
    let farLimit = near == nil ? limits.openPanes : limits.farPanes
    var far: Int?
    var count = state.panes.count
    var refused: Set<Int64> = []
    for (pane, _) in delta.panes where state.panes[pane] == nil && !isOver(pane) {
      let isFar = near.map { pane > $0 } ?? true
      let known = far ?? (isFar ? farPanes(behind: near) : 0)
      guard count < paneLimit, !isFar || known < farLimit else {
        refused.insert(pane)
        continue
      }
      count += 1
      if isFar { far = known + 1 }
    }
    return refused
  }

  private func farPanes(behind near: Int64?) -> Int {
    guard let near else { return state.panes.count }
    return state.panes.keys.count { $0 > near }
  }

  /// More than windows, panes held and ahead, and those of a commit ever are.
  private var paneLimit: Int {
    Int(StateSize.panes(of: plan)) + 3 * limits.openPanes + limits.commitPanes
  }

  /// Whether no window that is open or comes reaches back to a pane.
  private func isOver(_ pane: Int64) -> Bool {
    state.schedule.earliestStart.map { grid.end(of: pane) <= $0 } ?? false
  }

  /// Enters where the records of refused panes stand, for the windows that count them as rejected.
  mutating func mark(refused panes: Set<Int64>, of delta: Delta) {
    var covers: [OffsetCover] = []
    for (pane, state) in delta.panes where panes.contains(pane) {
      for entry in state.entries { covers.merge(entry.population.covers) }
    }
    let last = state.schedule.nextStarts.max().map { grid.pane(at: Timestamp(microseconds: $0)) }
    for cover in covers {
      let violation = Violation(
        kind: .limit,
        topic: cover.topic,
        partition: cover.partition,
        start: cover.start,
        end: cover.end
      )
      mark(violation, from: nil, to: last)
    }
  }
}

extension Delta {
  /// Counts the records of some panes as rejected, in the next windows to close.
  mutating func refuse(_ refused: Set<Int64>) {
    for (pane, state) in panes where refused.contains(pane) {
      beforeFirst.merge(state.accounting)
      beforeFirst.record(.paneLimit, count: state.accepted)
    }
    panes.removeAll { refused.contains($0.pane) }
  }
}
