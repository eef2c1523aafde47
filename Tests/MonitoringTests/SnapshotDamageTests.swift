import Records
import Sketches
import TestSupport
import Testing

@testable import Monitoring

/// Snapshots that are not as they were written: refused, or taken for exactly what they say.
@Suite struct SnapshotDamageTests {
  private let world: World
  private let snapshots: [[UInt8]]
  private let next: [[UInt8]]

  init() throws {
    world = try HostileLog.world()
    let log = HostileLog.records(world, seed: 2, count: 300)
    var evaluator = LogStage.evaluator(world)
    var snapshots: [[UInt8]] = []
    let end = log.count * 2 / 3
    for (offset, record) in log[..<end].enumerated() {
      _ = evaluator.take(record, at: Int64(offset))
      if offset % (end / 3) == end / 3 - 1 { snapshots.append(evaluator.snapshot()) }
    }
    self.snapshots = snapshots
    next = Array(log[end...])
  }

  @Test func everyTruncationIsRefused() throws {
    let snapshot = try #require(snapshots.last)
    for length in snapshot.indices {
      var evaluator = LogStage.evaluator(world)
      #expect(throws: BadEncoding.self) { try evaluator.restore(Array(snapshot.prefix(length))) }
    }
    var evaluator = LogStage.evaluator(world)
    #expect(throws: BadEncoding.self) { try evaluator.restore(snapshot + [0]) }
  }

  @Test func aRefusalLeavesTheEvaluatorAsItWas() throws {
    var evaluator = LogStage.evaluator(world)
    #expect(try evaluator.restore(snapshots[0]) == .whole)
    #expect(throws: BadEncoding.self) { try evaluator.restore(snapshots[1] + [0]) }
    #expect(evaluator.snapshot() == snapshots[0])
  }

  /// Names may be those of rules that were edited away; all else must be what would be written.
  @Test(arguments: 0..<8 as Range<UInt64>)
  func mutationsAreRefusedOrMeanWhatTheySay(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let writer = EventWriter(plan: world.plan, references: world.references, limits: world.limits)
    for _ in 0..<150 {
      let original = snapshots.randomElement(using: &random) ?? []
      let mutated = Mutation.of(original, using: &random)
      var evaluator = LogStage.evaluator(world)
      guard let restoration = try? evaluator.restore(mutated), restoration == .whole else {
        continue
      }
      // Where the hash of the names stands: nothing else is changed then.
      let again = evaluator.snapshot()
      #expect(again == mutated || again == original)
      // What was taken can be gone on from.
      for (index, record) in next.prefix(20).enumerated() {
        for outcome in evaluator.take(record, at: evaluator.offset + Int64(index)) {
          _ = writer.record(outcome)
        }
      }
    }
  }

  /// The same with the hash of other names, as after an edit of the rules: order and names are
  /// not checked then, all else is.
  @Test(arguments: 20..<26 as Range<UInt64>)
  func mutationsUnderOtherNamesCrashNothing(seed: UInt64) throws {
    let other = try HostileLog.world(
      rules: HostileLog.rules.replacing("Stable", with: "Steady").replacing("Settled", with: "Set")
    )
    let writer = EventWriter(plan: other.plan, references: other.references, limits: other.limits)
    var random = SplitMix64(seed: seed)
    var taken = 0
    for _ in 0..<150 {
      let original = snapshots.randomElement(using: &random) ?? []
      var evaluator = LogStage.evaluator(other)
      let mutated = Mutation.of(original, using: &random)
      guard let restoration = try? evaluator.restore(mutated), restoration == .whole else {
        continue
      }
      taken += 1
      for (index, record) in next.prefix(20).enumerated() {
        for outcome in evaluator.take(record, at: evaluator.offset + Int64(index)) {
          _ = writer.record(outcome)
        }
      }
      var restored = LogStage.evaluator(other)
      #expect(try restored.restore(evaluator.snapshot()) == .whole)
    }
    #expect(taken > 0)
  }
}
