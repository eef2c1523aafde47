import Records
import Rules
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// An evaluator that is restored is the one that was written, down to the last byte it will write.
@Suite struct SnapshotTests {
  /// What the states on the way held, so that nothing is compared that never was there.
  private struct Seen: Equatable {
    var pending = false
    var firing = false
    var cooldown = false
    var settling = false
    var emptyRun = false
    var gap = false
    var violations = false
    var openCommit = false
    var unplaced = false
    var idle = false
    var ledger = false
    /// Panes of a hopping window whose first hop has closed elsewhere.
    var hopping = false
    /// A window that was over without enough records.
    var waiting = false

    mutating func look(at evaluator: LogEvaluator) {
      let state = evaluator.evaluator.state
      let alerts = state.book.entries.values.map(\.state)
      pending = pending || alerts.contains(.pending)
      firing = firing || alerts.contains(.firing) && !state.governor.firing.isEmpty
      cooldown = cooldown || state.governor.states[0].lastAsked != nil
      settling = settling || state.governor.states[1].steadyWindows >= 0
      emptyRun = emptyRun || state.emptyRuns.contains { $0.count > 0 }
      gap = gap || state.emptyRuns.contains { $0.gapStart != nil }
      violations = violations || !state.violations.entries.isEmpty
      openCommit = openCommit || !evaluator.assembler.pending.isEmpty
      unplaced = unplaced || state.unplaced.contains { $0.total > 0 }
      idle = idle || state.sources.states.contains(where: \.isIdle)
      ledger = ledger || state.ledger.pages.count == 8
      let next = state.schedule.nextWindows
      guard next.count == 4 else { return }
      let hours = next[1].start.microseconds..<next[0].start.microseconds
      hopping = hopping || state.panes.keys.contains { hours.contains($0 * 900_000_000) }
      waiting = waiting || next[3].end.microseconds - next[3].start.microseconds > 1_800_000_000
    }

    static let all = Seen(
      pending: true,
      firing: true,
      cooldown: true,
      settling: true,
      emptyRun: true,
      gap: true,
      violations: true,
      openCommit: true,
      unplaced: true,
      idle: true,
      ledger: true,
      hopping: true,
      waiting: true
    )
  }

  @Test func everyPrefixRestoresToTheSame() throws {
    let world = try HostileLog.world()
    var seen = Seen()
    var written = 0
    for seed: UInt64 in 0..<3 {
      written += try LogStage.expectEveryPrefixRestores(world, seed: seed, count: 900) {
        seen.look(at: $0)
      }
    }
    #expect(seen == Seen.all)
    #expect(written > 100)
  }

  @Test func aSnapshotOfNothingRestoresToNothing() throws {
    let world = try HostileLog.world()
    var evaluator = LogStage.evaluator(world)
    evaluator.skip(to: 12)
    let snapshot = evaluator.snapshot()
    var restored = LogStage.evaluator(world)
    try restored.restore(snapshot)
    #expect(restored.snapshot() == snapshot && restored.offset == 12)
  }
}
