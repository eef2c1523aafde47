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

  /// One evaluator lives through the whole log, the other is another one after each record.
  @Test func everyPrefixRestoresToTheSame() throws {
    let world = try HostileLog.world()
    let writer = EventWriter(plan: world.plan, references: world.references, limits: world.limits)
    var seen = Seen()
    var outcomes = 0
    for seed: UInt64 in 0..<3 {
      var (whole, restored) = (LogStage.evaluator(world), LogStage.evaluator(world))
      for (offset, record) in HostileLog.records(world, seed: seed).enumerated() {
        let expected = whole.take(record, at: Int64(offset)).map { writer.record($0) }
        let found = restored.take(record, at: Int64(offset)).map { writer.record($0) }
        #expect(found == expected, "seed \(seed), record \(offset)")
        outcomes += expected.count
        let snapshot = whole.snapshot()
        #expect(restored.snapshot() == snapshot, "seed \(seed), record \(offset)")
        restored = LogStage.evaluator(world)
        #expect(try restored.restore(snapshot) == .whole)
        #expect(restored.tally == whole.tally && restored.position == whole.position)
        #expect(restored.offset == Int64(offset) + 1)
        seen.look(at: whole)
      }
    }
    #expect(seen == Seen.all)
    #expect(outcomes > 100)
  }

  @Test func aSnapshotOfNothingRestoresToNothing() throws {
    let world = try HostileLog.world()
    var evaluator = LogStage.evaluator(world)
    evaluator.skip(to: 12)
    let snapshot = evaluator.snapshot()
    var restored = LogStage.evaluator(world)
    #expect(try restored.restore(snapshot) == .whole)
    #expect(restored.snapshot() == snapshot && restored.offset == 12)
  }

  /// With other windows only those are written that lack no record.
  @Test(arguments: ["20m", "2h"])
  func otherWindowsGoOnWithWholeOnes(window: String) throws {
    let (world, other) = (try HostileLog.world(), try HostileLog.world(window: window))
    let log = HostileLog.records(world, seed: 1)
    var evaluator = LogStage.evaluator(world)
    for (offset, record) in log[..<(log.count / 3)].enumerated() {
      _ = evaluator.take(record, at: Int64(offset))
    }
    let state = evaluator.evaluator.state
    let grid = PaneGrid(world.plan.windows)
    let frontier = try #require(state.panes.keys.max().map(grid.end(of:)))
    let closed = try #require(evaluator.closedThrough)
    #expect(frontier > closed)
    var successor = LogStage.evaluator(other)
    #expect(try successor.restore(evaluator.snapshot()) == .onlyPosition(from: frontier))
    #expect(successor.offset == evaluator.offset)

    let later = HostileLog.records(other, seed: 1)[(log.count / 3)...]
    var windows: [WindowResult] = []
    for (index, record) in later.enumerated() {
      for outcome in successor.take(record, at: successor.offset + Int64(index)) {
        if case .window(let result) = outcome { windows.append(result) }
      }
    }
    #expect(!windows.isEmpty)
    #expect(windows.allSatisfy { $0.window.start >= frontier })
    let tally = successor.tally
    #expect(tally.read == tally.accepted + tally.accounting.total)
  }

  /// A snapshot of which no record was accepted says of no window that it is not whole.
  @Test func otherFieldsWithoutRecordsBeginAnywhere() throws {
    let world = try HostileLog.world()
    let other = try World(
      monitor: HostileStream.monitor.replacing("reference:", with: "ignore: [color]\nreference:")
        .replacing(
          "model_version: model }\nignore: [color]",
          with: "model_version: model, ignore: [color] }"
        ),
      reference: Array(HostileStream.reference.prefix(300))
    )
    #expect(other.plan.fields.count == world.plan.fields.count - 1)
    var successor = LogStage.evaluator(other)
    #expect(try successor.restore(LogStage.evaluator(world).snapshot()) == .onlyPosition(from: nil))
  }

  /// Who does not know what came before takes no partition's middle for a loss.
  @Test func otherWindowsAccuseNobody() throws {
    let (world, other) = (try Hourly.world(), try Hourly.world(lateness: "10m"))
    var scene = Scene(world)
    var evaluator = LogStage.evaluator(world)
    let commits = Commits(world)
    let name = Commits.name()
    for record in commits.records(scene.delta(hours: 0.1, 1.2), 1, by: name) {
      _ = evaluator.take(record, at: evaluator.offset)
    }
    var successor = LogStage.evaluator(other)
    let frontier = try #require(evaluator.evaluator.state.panes.keys.max()) + 1
    #expect(
      try successor.restore(evaluator.snapshot())
        == .onlyPosition(from: PaneGrid(world.plan.windows).start(of: frontier))
    )
    var windows: [WindowResult] = []
    for record in commits.records(scene.delta(hours: 2.1, 3.3), 2, by: name) {
      for outcome in successor.take(record, at: successor.offset) {
        if case .window(let result) = outcome { windows.append(result) }
      }
    }
    #expect(windows.map { Hourly.hour($0.window.start) } == [2])
    #expect(windows.map(\.records) == [1])
    #expect(successor.tally.violations == 0)
  }
}
