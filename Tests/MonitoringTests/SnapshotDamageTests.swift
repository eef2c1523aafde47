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
    try evaluator.restore(snapshots[0])
    #expect(throws: BadEncoding.self) { try evaluator.restore(snapshots[1] + [0]) }
    #expect(evaluator.snapshot() == snapshots[0])
  }

  /// Whatever is taken is what would be written.
  @Test(arguments: 0..<8 as Range<UInt64>)
  func mutationsAreRefusedOrMeanWhatTheySay(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    var taken = 0
    for _ in 0..<150 {
      let original = snapshots.randomElement(using: &random) ?? []
      let mutated = Mutation.of(original, using: &random)
      var evaluator = LogStage.evaluator(world)
      guard (try? evaluator.restore(mutated)) != nil else { continue }
      taken += 1
      #expect(evaluator.snapshot() == mutated)
      // What was taken can be gone on from.
      for (index, record) in next.prefix(20).enumerated() {
        for outcome in evaluator.take(record, at: evaluator.offset + Int64(index)) {
          _ = outcome.record
        }
      }
    }
    #expect(taken >= 20)
  }
}
