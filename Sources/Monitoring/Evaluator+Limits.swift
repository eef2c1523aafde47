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
    while isHeldTooLong, let slowest = state.sources.slowest {
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
    guard state.sources.slowest == nil, isHeldTooLong else { return nil }
    return state.sources.latestWatermark
  }

  /// Bytes of all panes that may wait, or be ahead of all partitions.
  private var byteLimit: Int { max(4 * weight.whole, limits.stateBytes / 4) }

  /// Whether too much waits: panes that are over in the partition that has come furthest.
  private var isHeldTooLong: Bool {
    guard let latest = state.sources.latestWatermark,
      state.panes.count > limits.openPanes || bytes(in: state.panes.keys) > byteLimit
    else { return false }
    let closed = state.closedThrough.map {
      Timestamp(microseconds: $0.microseconds + plan.lateness.microseconds)
    }
    let reached = (state.sources.watermark ?? closed).map(grid.pane(at:)) ?? .min
    let last = grid.pane(at: latest)
    let held = state.panes.keys.filter { $0 > reached && $0 <= last }
    return held.count > limits.openPanes || bytes(in: held) > byteLimit
  }

  private func bytes(in panes: some Sequence<Int64>) -> Int {
    panes.reduce(0) { $0 + (state.panes[$1].map(weight.bytes) ?? 0) }
  }

  /// The panes of a delta that there is no room for.
  ///
  /// Those near the partition that has come furthest always have some, as a partition's own clock
  /// has it: clocks that run ahead, of all partitions together, crowd out each other only. The last
  /// limit is one for what no clock does.
  ///
  /// - Complexity: O(panes of the delta + panes open).
  func refusals(of delta: Delta) -> Set<Int64> {
    let open = bytes(in: state.panes.keys)
    let more = delta.panes.reduce(0) { $0 + weight.bytes(of: $1.state) }
    guard state.panes.count + delta.panes.count > limits.farPanes || open + more > byteLimit
    else { return [] }
    let times = delta.progress.map(\.watermark) + [state.sources.latestWatermark]
    var room = room(beyond: times.compactMap(\.self).max().map(grid.pane(at:)))
    var refused: Set<Int64> = []
    for (pane, addition) in delta.panes where !isOver(pane) {
      let known = state.panes[pane]
      let bytes = addition.entries.reduce(0) { sum, entry in
        let isKnown = known?.entries.contains { $0.version == entry.version } ?? false
        return sum + (isKnown ? 0 : weight.bytes(of: entry.population))
      }
      if !room.take(pane, isNew: known == nil, bytes: bytes) { refused.insert(pane) }
    }
    return refused
  }

  /// What may still be opened ahead of all partitions.
  private struct Room {
    /// The first pane that is ahead, and the first that is far.
    var ahead: Int64
    var far: Int64
    var panes: Int
    var farPanes: Int
    /// Of the panes ahead.
    var bytes: Int

    /// Whether there was enough of it.
    mutating func take(_ pane: Int64, isNew: Bool, bytes count: Int) -> Bool {
      let (isAhead, isFar) = (pane >= ahead && count > 0, pane >= far && isNew)
      if isNew, panes == 0 || isFar && farPanes == 0 { return false }
      if isAhead, count > bytes { return false }
      if isNew { panes -= 1 }
      if isFar { farPanes -= 1 }
      if isAhead { bytes -= count }
      return true
    }
  }

  /// What there is of it.
  ///
  /// - Parameter latest: Pane of the partition that has come furthest; nil before one has.
  /// - Returns: The room.
  private func room(beyond latest: Int64?) -> Room {
    let ahead = latest.map { $0 + 2 } ?? .min
    let far = latest.map { $0 + Int64(limits.nearPanes) + 1 } ?? .min
    let panes = Int(StateSize.panes(of: plan)) + 3 * limits.openPanes + limits.commitPanes
    let farPanes = latest == nil ? limits.openPanes : limits.farPanes
    return Room(
      ahead: ahead,
      far: far,
      panes: max(0, panes - state.panes.count),
      farPanes: max(0, farPanes - state.panes.keys.count { $0 >= far }),
      bytes: max(0, byteLimit - bytes(in: state.panes.keys.filter { $0 >= ahead }))
    )
  }

  /// Whether no window that is open or comes reaches back to a pane.
  private func isOver(_ pane: Int64) -> Bool {
    state.schedule.earliestStart.map { grid.end(of: pane) <= $0 } ?? false
  }

  /// Enters where the records of refused panes stand, for the windows that count them as rejected.
  mutating func mark(refused panes: Set<Int64>, of delta: Delta) {
    var covers: [OffsetCover] = []
    for (pane, state) in delta.panes where panes.contains(pane) {
      covers.merge(state.covers)
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
