import Monitoring
import Records
import TestSupport
import Testing
import Windowing

/// Nothing but the partitions' logs may decide what comes out.
@Suite struct DeterminismTests {
  private static func split(_ lines: [String], _ partitions: Int) -> [[String]] {
    var split = Array(repeating: [String](), count: partitions)
    for (index, line) in lines.enumerated() {
      split[Int(Hash64.mix(UInt64(index)) % UInt64(partitions))].append(line)
    }
    return split
  }

  private func world() throws -> World {
    try World(
      monitor: HostileStream.monitor,
      rules: [HostileStream.rules],
      reference: HostileStream.reference
    )
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func everyFeedingGivesTheSameBytes(seed: UInt64) throws {
    let world = try world()
    let partitions = Self.split(HostileStream.lines(seed: seed, count: 2_000), 4)
    let expected = world.run(partitions)
    #expect(expected.windows.count > 20)
    #expect(expected.alerts.contains { $0.transition.state == .firing })
    let feedings = [
      World.Feeding(interleaving: seed + 100, batch: 1, commit: 97),
      World.Feeding(interleaving: seed + 200, batch: 7, commit: 1),
      World.Feeding(interleaving: seed + 300, batch: 1_000, commit: 3, collectors: 3),
      World.Feeding(interleaving: nil, batch: 50, commit: 1_000_000, collectors: 2),
      World.Feeding(interleaving: seed + 400, batch: 9, commit: 5, collectors: 3, log: seed),
      World.Feeding(interleaving: seed + 500, batch: 100, commit: 2, collectors: 4, log: seed + 1),
    ]
    for feeding in feedings {
      let run = world.run(partitions, feeding)
      #expect(run.records == expected.records, "\(feeding)")
      #expect(run.tally == expected.tally, "\(feeding)")
      #expect(run.letters == expected.letters, "\(feeding)")
    }
  }

  @Test func cleanStreamIsTheSameSplitOrNotButForOffsets() throws {
    let world = try world()
    let lines = HostileStream.lines(seed: 3, count: 3_000, isClean: true)
    let whole = world.run([lines])
    let split = world.run(Self.split(lines, 4), World.Feeding(interleaving: 5, batch: 11))
    #expect(whole.windows.allSatisfy { $0.accounting == Accounting() })
    #expect(whole.text.map(withoutOffsets) == split.text.map(withoutOffsets))
    #expect(whole.text != split.text)
  }

  private func withoutOffsets(_ event: String) -> String {
    event.replacing(/"clock":\{[^{}]*(\{[^{}]*\}[^{}]*)*\}/, with: "")
      .replacing(/"(exclude_|late_)?offsets":\[[^\]]*\]/, with: "")
  }

  @Test(arguments: 0..<6 as Range<UInt64>)
  func everyRecordIsCountedExactlyOnce(seed: UInt64) throws {
    let world = try world()
    let partitions = Self.split(HostileStream.lines(seed: seed, count: 2_000), 3)
    let run = world.run(partitions, World.Feeding(interleaving: seed, batch: 13, commit: 5))
    // Tumbling windows of one size part the stream: their counts add up to what was read.
    for specification in [0, 2] {
      let windows = run.windows.filter { $0.window.specification == specification }
      let counted = windows.reduce(UInt64(0)) { sum, window in
        let accounting = window.accounting
        return sum + window.records + accounting.late + accounting.rejected + accounting.filtered
      }
      #expect(counted == 2_000, "windows of specification \(specification)")
      #expect(windows.contains { $0.accounting.late > 0 })
      #expect(windows.contains { $0.accounting.rejected(.badTimeUnit) > 0 })
    }
    let rejected = run.windows.filter { $0.window.specification == 0 }
      .reduce(UInt64(0)) { $0 + $1.accounting.rejected }
    #expect(UInt64(run.deadLetters.count) == rejected)
    #expect(run.tally.read == 2_000)
    #expect(run.tally.accepted + run.tally.accounting.total == 2_000)
    #expect(run.tally.violations == 0)
    let written = Set(run.windows.map { [$0.window.start, $0.window.end] })
    #expect(run.tally.windows == UInt64(written.count))
  }

  @Test func idsAreUniqueAndStable() throws {
    let world = try world()
    let run = world.run([HostileStream.lines(seed: 1, count: 2_000)])
    let ids = run.text.map { String($0.firstMatch(of: /"id":"([0-9a-f]{64})"/)?.output.1 ?? "") }
    #expect(Set(ids).count == ids.count)
    #expect(ids.allSatisfy { $0.count == 64 })
    #expect(world.run([HostileStream.lines(seed: 1, count: 2_000)]).records == run.records)
  }
}
