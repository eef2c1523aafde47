import Monitoring
import Records
import TestSupport
import Testing

/// A process killed at any batch goes on where it must: the same windows, with the same ids.
@Suite struct ResumeTests {
  @Test(arguments: 0..<12 as Range<UInt64>)
  func windowsAreTheSameWhateverTheKills(seed: UInt64) throws {
    let world = try World(
      monitor: HostileStream.monitor,
      rules: [HostileStream.rules],
      reference: HostileStream.reference
    )
    var random = SplitMix64(seed: seed)
    var partitions = [[String]](repeating: [], count: 3)
    for line in HostileStream.lines(seed: seed, count: 2_000) {
      partitions[Int.random(in: 0..<3, using: &random)].append(line)
    }
    let expected = world.run(partitions)
    let lifetime = Int.random(in: 150...300, using: &random)
    let killed = world.runKilled(partitions, every: lifetime, batch: 7)
    #expect(windows(killed) == windows(expected))
    #expect(windows(expected).count > 20)
  }

  /// The windows' records, each once: what a consumer sees that drops ids it has seen.
  private func windows(_ run: World.Run) -> [String] {
    var seen: Set<String> = []
    return zip(run.records, run.text).compactMap { record, text in
      record.output == .windows && seen.insert(text).inserted ? text : nil
    }
  }
}
