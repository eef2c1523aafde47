import Records
import Rules
import Sketches
import Windowing

// Where the input has ended, windows close that no watermark has reached. What lies there may be a
// short tail, or the year that one or two clocks are ahead: that is hearsay, and raises no alarm.

extension Evaluator {
  /// As many records as it takes to move a watermark: two wrong clocks cannot.
  private static let witnesses: UInt64 = 3

  /// Whether event time has come so far by the word of a watermark, or of as many records of all
  /// partitions together as move one; as long as the input goes on, that is not the question.
  ///
  /// - Complexity: O(panes).
  func isBorneOut(_ time: Timestamp, _ horizon: WindowSchedule.Horizon) -> Bool {
    guard let latest = lastWatermark(horizon), time > latest else { return true }
    let pane = grid.pane(at: time)
    var records: UInt64 = 0
    for (other, held) in state.panes where other >= pane { records.add(held.accepted) }
    return records >= Self.witnesses
  }

  /// Whether nothing bears out that time has come to a window, and a pause as long as the shortest
  /// step from one window to the next parts what it holds from all that is borne out.
  ///
  /// The same for all sizes that have the window: it is written once.
  ///
  /// - Complexity: O(p log p) for p panes behind all watermarks.
  func isHearsay(_ window: Window, _ horizon: WindowSchedule.Horizon) -> Bool {
    guard !isBorneOut(window.start, horizon), var reached = lastWatermark(horizon) else {
      return false
    }
    let step = plan.windows.map(\.every.microseconds).min() ?? 0
    let beyond = state.panes.filter { grid.end(of: $0.key) > reached }.sorted { $0.key < $1.key }
    var records = beyond.map(\.value.accepted).total
    for (pane, held) in beyond where grid.start(of: pane) < window.end {
      let pause = grid.start(of: pane).microseconds - reached.microseconds
      if records < Self.witnesses, pause >= step { return true }
      reached = grid.end(of: pane)
      records -= held.accepted
    }
    return false
  }

  /// How far any partition has come, once none comes further; nil before that, and where none has
  /// said so.
  private func lastWatermark(_ horizon: WindowSchedule.Horizon) -> Timestamp? {
    guard case .endOfInput = horizon else { return nil }
    return state.sources.latestWatermark
  }
}
