import Records
import TestSupport
import Testing

@testable import Monitoring

/// A process killed at any batch goes on where it must: the same records, each once.
@Suite struct ResumeTests {
  private func world() throws -> World {
    try World(
      monitor: HostileStream.monitor,
      rules: [HostileStream.rules],
      reference: HostileStream.reference
    )
  }

  @Test(arguments: 0..<5 as Range<UInt64>, [false, true])
  func everyByteIsTheSameWhateverTheKills(seed: UInt64, throughLog: Bool) throws {
    let world = try world()
    var random = SplitMix64(seed: seed)
    var partitions = [[String]](repeating: [], count: 3)
    for line in HostileStream.lines(seed: seed, count: 2_000) {
      partitions[Int.random(in: 0..<3, using: &random)].append(line)
    }
    let expected = world.run(partitions)
    var feeding = World.Feeding(interleaving: seed, batch: 7, commit: 4, collectors: 2)
    feeding.life = Int.random(in: 10...40, using: &random)
    feeding.log = throughLog ? seed : nil
    let killed = world.run(partitions, feeding)
    #expect(killed.records == expected.records)
    #expect(killed.tally == expected.tally)
    #expect(killed.letters == expected.letters)
    #expect(expected.windows.count > 20)
  }

  /// Records that leave nothing but a count are no less read again after a kill.
  @Test func recordsThatAreOnlyCountedAreReadAgainToo() throws {
    let world = try world()
    let good = HostileStream.event(second: 0, amount: "1", color: "null", model: "null")
    let lines = [good, good, good, good] + Array(repeating: "{broken", count: 6)
    var collector = Collector(plan: world.plan, references: world.references)
    let handle = collector.assign(topic: 0, partition: 0)
    collector.ingest(Array(lines[..<5]), handle: handle)
    let committed = collector.place(of: handle)
    #expect(committed.offset == 5)
    let first = collector.takeDelta()
    collector.ingest(Array(lines[5...]), handle: handle)
    #expect(collector.place(of: handle).offset == 10)

    var successor = Collector(plan: world.plan, references: world.references)
    let again = successor.assign(
      topic: 0,
      partition: 0,
      from: SourcePlace(offset: committed.offset, metadata: committed.metadata)
    )
    successor.ingest(Array(lines[5...]), handle: again)
    let second = successor.takeDelta()
    #expect(second == collector.takeDelta())
    #expect([first, second].map(\.counted) == [5, 5])
    #expect(second.progress.map { [$0.from, $0.to] } == [[5, 10]])
    #expect(second.panes.map(\.state.accounting.rejected) == [5])
    #expect(second.deadLetters.map(\.offset) == [5, 6, 7, 8, 9])
  }
}
