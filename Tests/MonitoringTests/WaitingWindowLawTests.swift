import Records
import Rules
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// Windows that wait for records, beside tumbling and hopping ones: what nothing may change.
@Suite struct WaitingWindowLawTests {
  private static let rules = """
    version: 1
    rules:
      - { name: Many, expect: mean(amount) < 30, window: { size: 30m, min_records: 250 } }
      - name: Some
        each: features
        expect: drift < 0.2
        for: 2 of 3 windows
        window: { size: 15m, min_records: 200, at_most: 45m }
    triggers:
      - { name: Some, when: firing(Some) >= 1, cooldown: 1h }
    """

  private func world() throws -> World {
    try World(
      monitor: HostileStream.monitor,
      rules: [HostileStream.rules, Self.rules],
      reference: HostileStream.reference
    )
  }

  private func partitions(_ seed: UInt64, _ count: Int) -> [[String]] {
    var random = SplitMix64(seed: seed)
    var partitions = [[String]](repeating: [], count: count)
    for line in HostileStream.lines(seed: seed, count: 2_000) {
      partitions[Int.random(in: 0..<count, using: &random)].append(line)
    }
    return partitions
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func everyFeedingGivesTheSameBytes(seed: UInt64) throws {
    let world = try world()
    let partitions = partitions(seed, 4)
    let expected = world.run(partitions)
    let lengths = Set(
      expected.windows.map { $0.window.end.microseconds - $0.window.start.microseconds }
    )
    #expect(lengths.isSuperset(of: [15, 45, 60, 90, 120].map { $0 * 60_000_000 }))
    #expect(expected.requests.contains { world.plan.triggers[$0.trigger].name == "Some" })
    let feedings = [
      World.Feeding(interleaving: seed + 100, batch: 1, commit: 97),
      World.Feeding(interleaving: seed + 200, batch: 7, commit: 1),
      World.Feeding(interleaving: seed + 300, batch: 1_000, commit: 3, collectors: 3),
      World.Feeding(interleaving: nil, batch: 50, commit: 1_000_000, collectors: 2),
      World.Feeding(interleaving: seed + 400, batch: 9, commit: 5, collectors: 3, log: seed),
      World.Feeding(interleaving: seed, batch: 7, commit: 4, collectors: 2, life: 23),
      World.Feeding(
        interleaving: seed + 500,
        batch: 20,
        commit: 2,
        collectors: 4,
        life: 17,
        log: seed + 1
      ),
    ]
    for feeding in feedings {
      let run = world.run(partitions, feeding)
      #expect(run.records == expected.records, "\(feeding)")
      #expect(run.tally == expected.tally, "\(feeding)")
    }
  }

  @Test(arguments: 0..<6 as Range<UInt64>)
  func everyRecordIsCountedExactlyOnce(seed: UInt64) throws {
    let world = try world()
    let feeding = World.Feeding(interleaving: seed, batch: 13, commit: 5)
    let partitions = partitions(seed, 3)
    let run = world.run(partitions, feeding)
    let waiting = world.plan.windows.indices.filter { world.plan.windows[$0].minRecords != nil }
    #expect(waiting.count == 2)
    for specification in waiting {
      // Without what another size of window writes for both, the sums would lack it.
      let windows = try alone(specification, world).run(partitions, feeding).windows
      let counted = windows.reduce(UInt64(0)) { $0 + $1.records + $1.accounting.total }
      #expect(counted == 2_000)
      #expect(windows.contains { $0.accounting.late > 0 })
    }
    #expect(run.tally.accepted + run.tally.accounting.total == 2_000)
    let ids = run.text.map { String($0.firstMatch(of: /"id":"([0-9a-f]{64})"/)?.output.1 ?? "") }
    #expect(Set(ids).count == ids.count)
  }

  /// A monitor of one size of window only.
  private func alone(_ specification: Int, _ world: World) throws -> World {
    let window = world.plan.windows[specification]
    let minutes = [window.size, window.longest].map { $0.components.seconds / 60 }
    let text =
      "size: \(minutes[0])m, min_records: \(window.minRecords ?? 0), "
      + "at_most: \(minutes[1])m"
    return try World(
      monitor: HostileStream.monitor.replacing("size: 1h", with: text),
      reference: HostileStream.reference
    )
  }

  /// One window of a stream, by its minutes.
  private struct Span: Equatable {
    var start: Int
    var end: Int
    var records: Int
  }

  /// Merges panes greedily: told anew from the times of the records alone.
  private func merged(_ minutes: [Int], step: Int, minRecords: Int, atMost: Int) -> [Span] {
    guard let first = minutes.min(), let last = minutes.max() else { return [] }
    var spans: [Span] = []
    var start = first / step * step
    while start <= last {
      var end = start + step
      func count() -> Int { minutes.count { (start..<end).contains($0) } }
      while count() < minRecords, end - start < atMost, end <= last { end += step }
      spans.append(Span(start: start, end: end, records: count()))
      start = end
    }
    return spans
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func panesAreMergedGreedily(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let step = [5, 10, 30].randomElement(using: &random) ?? 5
    let minRecords = Int.random(in: 1...60, using: &random)
    let atMost = step * Int.random(in: 2...40, using: &random)
    let world = try WaitingWindowTests.world(
      window: "{ size: \(step)m, min_records: \(minRecords), at_most: \(atMost)m }",
      lateness: "5d",
      rules: """
        version: 1
        rules:
          - { name: Hourly, expect: count() >= 0, window: 1h }
          - { name: Hopping, expect: count() >= 0, window: { size: 2h, every: 20m } }
        """
    )
    var minutes: [Int] = []
    var now = Int.random(in: 0..<120, using: &random)
    for _ in 0..<Int.random(in: 3...400, using: &random) {
      now += Int.random(in: 0..<50, using: &random) == 0 ? .random(in: 0...300, using: &random) : 1
      minutes.append(now)
    }
    var partitions = [[String]](repeating: [], count: 3)
    for minute in minutes.shuffled(using: &random) {
      let line = Hourly.event(Double(minute) / 60 + 0.001, model: "\(minute % 2)")
      partitions[Int.random(in: 0..<3, using: &random)].append(line)
    }
    let feeding = World.Feeding(interleaving: seed, batch: 5, log: seed)
    let run = world.run(partitions.filter { !$0.isEmpty }, feeding)
    var found: [Span] = []
    for result in run.windows where result.window.specification == 0 {
      let (start, end) = (minute(result.window.start), minute(result.window.end))
      if result.skippedWindows > 0 {
        // At the end of the input, in front of what one or two records say.
        for next in stride(from: start, to: end, by: atMost) {
          found.append(Span(start: next, end: next + atMost, records: 0))
        }
        continue
      }
      if found.last?.start != start { found.append(Span(start: start, end: end, records: 0)) }
      found[found.count - 1].records += Int(result.records)
    }
    #expect(found == merged(minutes, step: step, minRecords: minRecords, atMost: atMost))
    let ends = run.windows.filter { $0.skippedWindows == 0 }
      .map { ($0.window.end, $0.window.specification) }
    #expect(zip(ends, ends.dropFirst()).allSatisfy { $0 <= $1 })
  }

  /// The same where windows close while the stream goes on.
  @Test(arguments: 40..<70 as Range<UInt64>)
  func panesAreMergedGreedilyOnTheWay(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let minRecords = Int.random(in: 1...40, using: &random)
    let world = try WaitingWindowTests.world(
      window: "{ size: 10m, min_records: \(minRecords), at_most: 2h }"
    )
    var scene = Scene(world)
    var (minutes, now, found) = ([Int](), 0, [String]())
    for _ in 0..<300 {
      now += Int.random(in: 0..<60, using: &random) == 0 ? .random(in: 0...200, using: &random) : 1
      minutes.append(now)
      found += scene.fold(scene.delta([Hourly.event(Double(now) / 60 + 0.001)]))
      let state = scene.evaluator.state
      #expect(state.panes.count <= 13)
      let over = merged(minutes, step: 10, minRecords: minRecords, atMost: 120)
        .filter { $0.end <= now }
      #expect(found.count == over.count)
      #expect(scene.evaluator.closedThrough.map { minute($0) } == over.last?.end)
    }
    let whole = merged(minutes, step: 10, minRecords: minRecords, atMost: 120)
    #expect(found.count > 3)
    for (text, span) in zip(found, whole) {
      #expect(text.hasSuffix(" n=\(span.records)"), "\(text) \(span)")
    }
  }

  private func minute(_ time: Timestamp) -> Int {
    Int((time.microseconds / 1_000_000 - 1_600_002_000) / 60)
  }
}
