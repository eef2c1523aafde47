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
  /// Panes behind that which were counted without it, with what it lacks of them.
  private(set) var blindPanes: [Int64: Lack] = [:]
  /// What was counted for it of the panes that its windows can reach back to.
  private(set) var panes: [Int64: PaneState] = [:]

  /// Records of a pane that were counted for earlier versions only.
  struct Lack: Equatable, Sendable {
    var accepted: UInt64 = 0
    var accounting = Accounting()

    /// Adds what was counted without it.
    mutating func add(_ state: PaneState) {
      accepted.add(state.accepted)
      accounting.merge(state.accounting)
    }
  }

  /// A version that a deal of the stream was counted without.
  ///
  /// - Parameters:
  ///   - version: The version.
  ///   - judging: The version that judges, of the same panes.
  ///   - evaluator: Its evaluator.
  init(_ version: MonitorVersion, behind judging: MonitorVersion, _ evaluator: Evaluator) {
    self.version = version
    blindEnd = evaluator.state.schedule.earliestStart
    let countsAlike = version.layout.identity == judging.layout.identity
    if countsAlike { panes = evaluator.state.panes.mapValues(version.layout.emptyPane.holding) }
    for (pane, state) in evaluator.state.panes {
      var lack = Lack()
      if !countsAlike { lack.add(state) }
      blindPanes[pane] = lack
    }
    absorb(upTo: evaluator.watermark)
  }

  /// A version as it was written.
  init(
    _ version: MonitorVersion,
    blindEnd: Timestamp?,
    blindPanes: [Int64: Lack],
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
        var lack = blindPanes[pane] ?? Lack()
        if delta == nil { lack.add(state) }
        blindPanes[pane] = lack
      }
    }
    for (pane, addition) in delta?.panes ?? [] {
      panes[pane, default: version.layout.emptyPane].merge(addition)
    }
    absorb(upTo: watermark)
  }

  /// Leaves windows that begin before an instant to the versions before it.
  mutating func wait(until start: Timestamp) {
    blindEnd = max(blindEnd ?? start, start)
    absorb(upTo: nil)
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
    for (pane, lack) in blindPanes where lack != Lack() {
      panes[pane, default: version.layout.emptyPane].accounting.merge(lack.accounting)
      panes[pane]?.accounting.recordLate(count: lack.accepted)
      late.add(lack.accepted)
    }
    return (panes, late)
  }
}
