import Foundation
import Testing

/// Whatever fails and when: what consumers see is what the whole input gives when nothing fails.
///
/// `LEEWAY_SEEDS=n` runs n seeds (`make simulate SEEDS=n`), `LEEWAY_SEED=s` runs seed s alone.
@Suite struct SimulationTests {
  private static let environment = ProcessInfo.processInfo.environment
  private static let seeds: Range<UInt64> = {
    if let seed = environment["LEEWAY_SEED"].flatMap({ UInt64($0) }) { return seed..<seed + 1 }
    return 0..<(environment["LEEWAY_SEEDS"].flatMap { UInt64($0) } ?? 400)
  }()
  private static let shards = 16

  @Test(arguments: 0..<shards)
  func everySeedGivesTheSameBytes(shard: Int) throws {
    for seed in Self.seeds where Int(seed % UInt64(Self.shards)) == shard {
      let simulation = try Simulation(seed: seed)
      try simulation.run(steps: 600)
      let differences = simulation.differences()
      #expect(differences.isEmpty, "LEEWAY_SEED=\(seed) reproduces it")
    }
  }
}
