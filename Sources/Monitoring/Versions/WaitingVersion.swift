import Records
import Rules
import Windowing

/// A version that is counted for already, but does not judge yet.
///
/// It can judge only windows of which it has every record: those behind all that was counted by a
/// collector that had not heard of it.
struct WaitingVersion: Sendable {
  let version: MonitorVersion
  /// End of the last pane that was counted without it.
  private(set) var blindEnd: Timestamp?
  /// What was counted for it of the panes that its windows can reach back to.
  private(set) var panes: [Int64: PaneState] = [:]

  init(_ version: MonitorVersion, blindEnd: Timestamp?, panes: [Int64: PaneState] = [:]) {
    self.version = version
    self.blindEnd = blindEnd
    self.panes = panes
  }

  /// Windows that begin at or after this instant are its own; it moves forward only.
  var start: Timestamp {
    let earliest = Timestamp(microseconds: .min)
    return max(version.from ?? earliest, blindEnd ?? earliest)
  }

  /// Adds what a collector counted, for this version or without it.
  mutating func fold(_ commit: Commit) {
    let grid = version.plan.panes
    guard commit.known > version.number, let delta = commit[version.layout.identity] else {
      guard let last = commit.lastPane else { return }
      blindEnd = max(blindEnd ?? grid.end(of: last), grid.end(of: last))
      let start = start
      panes = panes.filter { grid.start(of: $0.key) >= start }
      return
    }
    let start = start
    for (pane, addition) in delta.panes where grid.start(of: pane) >= start {
      panes[pane, default: version.layout.emptyPane].merge(addition)
    }
  }
}
