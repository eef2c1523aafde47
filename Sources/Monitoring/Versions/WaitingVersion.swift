import Records
import Rules
import Sketches
import Windowing

/// A version that is counted for already, but does not judge yet.
///
/// It judges windows of which it has every record: those behind all that was counted by a collector
/// that had not heard of it. Clocks that run far ahead must not put that off for ever: what they
/// have brought counts as late in the windows of a version that lacks it.
struct WaitingVersion: Sendable {
  let version: MonitorVersion
  /// End of the last pane that was counted without it, those far ahead left aside.
  private(set) var blindEnd: Timestamp?
  /// Panes behind that which were counted without it, with the records that it lacks of them.
  private(set) var blindPanes: [Int64: UInt64] = [:]
  /// What was counted for it of the panes that its windows can reach back to.
  private(set) var panes: [Int64: PaneState] = [:]

  /// A version that a deal of the stream was counted without.
  ///
  /// - Parameters:
  ///   - version: The version.
  ///   - judging: The version that judges, of the same panes.
  ///   - evaluator: Its evaluator.
  init(_ version: MonitorVersion, behind judging: MonitorVersion, _ evaluator: Evaluator) {
    self.version = version
    blindEnd = evaluator.state.schedule.earliestStart
    if version.layout == judging.layout { panes = evaluator.state.panes }
    for (pane, state) in evaluator.state.panes {
      blindPanes[pane] = version.layout == judging.layout ? 0 : state.accepted
    }
    absorb(upTo: evaluator.watermark)
  }

  /// A version as it was written.
  init(
    _ version: MonitorVersion,
    blindEnd: Timestamp?,
    blindPanes: [Int64: UInt64],
    panes: [Int64: PaneState]
  ) {
    self.version = version
    self.blindEnd = blindEnd
    self.blindPanes = blindPanes
    self.panes = panes
  }

  /// Windows that begin at or after this instant are its own; it moves forward only.
  var start: Timestamp {
    let earliest = Timestamp(microseconds: .min)
    return max(version.from ?? earliest, blindEnd ?? earliest)
  }

  /// Adds what a collector counted, for this version or without it.
  ///
  /// - Parameters:
  ///   - commit: What it counted.
  ///   - watermark: How far the stream has come by now; nil when nobody can tell.
  mutating func fold(_ commit: Commit, watermark: Timestamp?) {
    let delta = commit[version.layout.identity]
    if commit.known <= version.number {
      for (pane, state) in commit.deltas.first?.delta.panes ?? [] {
        blindPanes[pane, default: 0].add(delta == nil ? state.accepted : 0)
      }
    }
    for (pane, addition) in delta?.panes ?? [] {
      panes[pane, default: version.layout.emptyPane].merge(addition)
    }
    absorb(upTo: watermark)
  }

  /// Moves the start behind all panes that were counted without it, as far as they are no more than
  /// a window ahead of the stream: it comes to rest where nothing near was.
  private mutating func absorb(upTo watermark: Timestamp?) {
    let grid = version.plan.panes
    if let watermark {
      let longest = version.plan.windows.map(\.longest.microseconds).max() ?? 0
      let lead = longest + version.plan.lateness.microseconds
      let near = Timestamp(microseconds: watermark.microseconds + lead)
      for pane in blindPanes.keys where grid.start(of: pane) <= near {
        blindEnd = max(blindEnd ?? grid.end(of: pane), grid.end(of: pane))
      }
    }
    let start = start
    blindPanes = blindPanes.filter { grid.start(of: $0.key) >= start }
    panes = panes.filter { grid.start(of: $0.key) >= start }
  }

  /// The panes of its windows, when it takes over; what it lacks of them is late.
  var ownPanes: (panes: [Int64: PaneState], late: UInt64) {
    var (panes, late) = (panes, UInt64(0))
    for (pane, count) in blindPanes where count > 0 {
      panes[pane, default: version.layout.emptyPane].accounting.recordLate(count: count)
      late.add(count)
    }
    return (panes, late)
  }
}
