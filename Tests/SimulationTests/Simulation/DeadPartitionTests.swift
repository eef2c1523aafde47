import Monitoring
import Records
import Service
import Testing
import Windowing

/// Partitions that stop while the others run on, in worlds that hold few panes open: nobody waits
/// for them for ever, and what that costs is counted and said.
@Suite struct DeadPartitionTests {
  /// Three partitions of which the last one stops early, for good or for many hours.
  private static func world(_ seed: UInt64) throws -> Simulation {
    let whole = try Stream(seed: seed, partitions: 3, lines: 900)
    var partitions = whole.partitions
    let back = seed.isMultiple(of: 2) ? 0 : 6
    partitions[2].removeSubrange(12..<(partitions[2].count - back))
    var stream = try Stream(partitions: partitions)
    stream.limits.openPanes = 16
    return try Simulation(stream, seed: seed, faultRate: seed % 4 < 2 ? 0.02 : 0)
  }

  /// What the log of deltas alone gives, read once from its beginning.
  private static func reread(_ world: Simulation) -> (outputs: [[UInt8]], tally: StreamTally) {
    var evaluator = LogEvaluator(
      versions: [
        MonitorVersion(
          plan: world.stream.plan,
          references: world.stream.references,
          limits: world.stream.limits
        )
      ],
      lineage: SimulatedProcess.lineage,
      offset: 0,
      limits: world.stream.limits
    )
    var outputs: [[UInt8]] = []
    for record in world.broker.committedRecords(world.names.partials, 0) {
      let judged = evaluator.take(record.value, at: record.offset)
      outputs += judged.map(\.record).filter { $0.output == .windows }.compactMap(\.value)
    }
    return (outputs, evaluator.tally)
  }

  @Test(arguments: 0..<8)
  func whatIsNotWaitedForIsSaid(shard: Int) throws {
    var limited = 0
    for seed in UInt64(shard) * 4..<UInt64(shard + 1) * 4 {
      let world = try Self.world(seed)
      try world.run(steps: 400)
      let written = world.broker.committedRecords(world.names.outputs[0], 0).compactMap(\.value)
      let (reread, tally) = Self.reread(world)
      #expect(written == reread, "seed \(seed)")
      #expect(tally.read == tally.accepted + tally.accounting.total, "seed \(seed)")
      #expect(tally.read == UInt64(world.stream.partitions.reduce(0) { $0 + $1.count }))
      // What is not marked holds all that another hand counts.
      let expected = CountingOracle(world.stream.partitions)
      for (size, windows) in try CountingTests.written(world) {
        for (start, window) in windows {
          #expect(
            window.accepted == expected.accepted(size, start),
            "seed \(seed) \(size) \(start)"
          )
        }
      }
      let marked = try CountingTests.written(world, integrity: "violated")
      for (size, windows) in marked {
        for (start, window) in windows {
          for (version, records) in window.accepted {
            #expect(records <= expected.accepted(size, start)[version] ?? 0, "seed \(seed)")
          }
        }
      }
      limited += marked.values.reduce(0) { $0 + $1.count }
      #expect(
        written.contains { String(decoding: $0, as: UTF8.self).contains(#""kind":"limit""#) }
          == (tally.violations > 0)
      )
    }
    #expect(limited > 50)
  }
}
