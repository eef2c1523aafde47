import Foundation
import Drift
import Monitoring
import Records
import Rules
import Sketches
import TestSupport
import Testing
import Windowing

/// Records are counted in `all` and in one segment of each field.
@Suite struct SegmentTests {
  private static let monitor = """
    version: 1
    monitor: flights
    source: { topics: [flights] }
    fields: { time: at, ignore: [origin] }
    segments: [carrier, origin]
    reference: reference.json
    window: { size: 1h }
    """

  /// An event as it is counted here, by hand.
  private struct Event {
    var second: Int
    /// JSON.
    var carrier: String?
    var origin: String
    var x: Int?

    var line: String {
      let carrier = carrier.map { ",\"carrier\":\($0)" } ?? ""
      return "{\"at\":\(1_600_002_000 + second)\(carrier),\"origin\":\"\(origin)\","
        + "\"x\":\(x.map { "\($0)" } ?? "null")}"
    }

    /// What is no string of the reference, and what is not there, is other.
    var segments: [String] {
      // Byte by byte: what only looks like a value of the reference is another one.
      let known = ["AA", "UA", "é"].first { value in
        carrier.map { "\"\(value)\"".utf8.elementsEqual($0.utf8) } ?? false
      }
      return [
        "all", "carrier=\(known ?? "__other__")",
        "origin=" + (["JFK", "LGA"].contains(origin) ? origin : "__other__"),
      ]
    }
  }

  /// Every value of a carrier that there can be: two that look alike, and one that is a number.
  private static let carriers: [String?] = [
    "\"AA\"", "\"UA\"", "\"é\"", "\"e\u{301}\"", "\"ZZ\"", "\"\"", "null", "7", "true", "[]", nil,
    "\"__other__\"", "\"AA\"", "\"AA\"",
  ]

  private static func events(_ count: Int, seed: UInt64) -> [Event] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { index in
      Event(
        second: index * 4,
        carrier: carriers.randomElement(using: &random) ?? nil,
        origin: ["JFK", "LGA", "EWR"].randomElement(using: &random) ?? "",
        x: Int.random(in: 0..<9, using: &random) == 0
          ? nil : Int.random(in: -5..<320, using: &random)
      )
    }
  }

  private static let reference = (0..<900).map { index in
    let carrier = ["\"AA\"", "\"UA\"", "\"é\"", "\"__other__\""][index % 4]
    return Event(second: index, carrier: carrier, origin: ["JFK", "LGA"][index % 2], x: index / 3)
      .line
  }

  private static func world(segments: [String] = []) throws -> World {
    try World(monitor: monitor, reference: reference, segments: segments)
  }

  /// Counts of the numbers in the bins that end at these edges.
  private static func bins(_ numbers: [Int], _ edges: [Double]) -> [UInt64] {
    let numbers = numbers.map(Double.init)
    let starts = [-Double.infinity] + edges
    return zip(starts, edges + [.infinity]).map { start, end in
      UInt64(numbers.count { $0 > start && $0 <= end })
    }
  }

  @Test(arguments: [[], ["carrier"], ["carrier", "origin"]] as [[String]])
  func eachHoldsWhatANaiveCountFinds(learned: [String]) throws {
    let world = try Self.world(segments: learned)
    let events = Self.events(3_000, seed: 1)
    let run = world.run([events.map(\.line)], World.Feeding(batch: 700))
    var found = 0
    for window in run.windows {
      let name = world.plan.name(ofSegment: window.segment)
      let hour = Int(Hourly.hour(window.window.start))
      let own = events.filter { $0.second / 3_600 == hour && $0.segments.contains(name) }
      #expect(window.records == UInt64(own.count) && !own.isEmpty, "\(hour) \(name)")
      let x = try #require(world.plan.fields.firstIndex { $0.name == "x" })
      let field = window.fields[x]
      let numbers = own.compactMap(\.x)
      #expect(field.currentBins == Self.bins(numbers, field.edges), "\(hour) \(name)")
      #expect(field.currentCompleteness.missing == UInt64(own.count - numbers.count))
      #expect(field.currentMoments?.mean == Self.mean(numbers))
      found += 1
    }
    // Four hours: all, carriers and those of others, two origins and others.
    #expect(found == 4 * (1 + 4 + 3))
    #expect(run.tally.windows == 4)
  }

  private static func mean(_ numbers: [Int]) -> Double? {
    numbers.isEmpty ? nil : Double(numbers.reduce(0, +)) / Double(numbers.count)
  }

  /// What a segment is compared with is its own, where that was learned.
  @Test func aSegmentIsComparedWithItsOwnDistribution() throws {
    let lines = Self.events(900, seed: 2).map(\.line)
    for learned in [[], ["carrier"]] {
      let run = try Self.world(segments: learned).run([lines])
      let counts = run.windows.prefix(8).map { $0.fields[1].referenceCount }
      let own: UInt64 = learned.isEmpty ? 900 : 225
      #expect(counts == [900, own, own, own, 900, 900, 900, 900])
    }
  }

  @Test func onlySegmentsWithRecordsAreWritten() throws {
    let event = Event(second: 0, carrier: "\"UA\"", origin: "LGA", x: 1)
    let later = Event(second: 3 * 3_600, carrier: nil, origin: "LGA", x: 1)
    let world = try Self.world()
    let run = world.run([[event.line, later.line]])
    let names = run.windows.map { world.plan.name(ofSegment: $0.segment) }
    #expect(
      names == [
        "all", "carrier=UA", "origin=LGA", "all", "all", "all", "carrier=__other__", "origin=LGA",
      ]
    )
    let subjects = run.text.map { text in
      text.firstMatch(of: /"subject":"([^"]*)".*"segment":"([^"]*)"/).map { "\($0.1) \($0.2)" }
    }
    #expect(subjects[1] == "segment/carrier=UA carrier=UA")
    let ids = Set(run.text.compactMap { $0.firstMatch(of: /"id":"([0-9a-f]{64})"/)?.1 })
    #expect(ids.count == run.text.count)
    // The records of a window that were not accepted are no segment's.
    #expect(run.windows.filter { $0.segment != nil }.allSatisfy { $0.accounting.total == 0 })
  }

  /// A stream with everything wrong with it, apart by two fields.
  private static func hostile() throws -> World {
    try World(
      monitor: HostileStream.monitor + "\nsegments: [color, model]",
      rules: [
        HostileStream.rules,
        """
        version: 1
        rules:
          - { name: Apart, each: features, by: color, expect: drift < 0.2 and missing < 50% }
          - { name: There, by: model, expect: count > 100, window: 15m }
          - { name: Even, by: color, expect: adwin(mean(amount)) < 1, window: 15m }
        """,
      ],
      reference: HostileStream.reference,
      segments: ["color"]
    )
  }

  private static func split(_ lines: [String], _ partitions: Int) -> [[String]] {
    var split = Array(repeating: [String](), count: partitions)
    for (index, line) in lines.enumerated() {
      split[Int(Hash64.mix(UInt64(index)) % UInt64(partitions))].append(line)
    }
    return split
  }

  /// Batches, commits, instances, crashes and restores from snapshots change no byte.
  @Test(arguments: 0..<2 as Range<UInt64>)
  func everyFeedingGivesTheSameBytes(seed: UInt64) throws {
    let world = try Self.hostile()
    let partitions = Self.split(HostileStream.lines(seed: seed, count: 1_200), 3)
    let expected = world.run(partitions)
    #expect(expected.alerts.contains { $0.transition.subject.segment != nil })
    let feedings = [
      World.Feeding(interleaving: seed + 1, batch: 1, commit: 97),
      World.Feeding(interleaving: seed + 2, batch: 500, commit: 3, collectors: 3),
      World.Feeding(interleaving: seed + 3, batch: 9, commit: 5, collectors: 2, log: seed),
      World.Feeding(
        interleaving: seed + 4,
        batch: 50,
        commit: 2,
        collectors: 3,
        life: 7,
        log: seed + 1
      ),
    ]
    for feeding in feedings {
      let run = world.run(partitions, feeding)
      #expect(run.records == expected.records, "\(feeding)")
      #expect(run.tally == expected.tally, "\(feeding)")
    }
  }

  /// What stands in one segment of each field stands in `all`, of each model version.
  @Test func theSegmentsOfAFieldAddUpToAll() throws {
    let world = try Self.hostile()
    let run = world.run([HostileStream.lines(seed: 9, count: 2_000)])
    var window: (all: UInt64, sums: [UInt64]) = (0, [0, 0])
    var count = 0
    for result in run.windows {
      guard let segment = result.segment else {
        #expect(window.sums == [window.all, window.all])
        window = (result.records, [0, 0])
        count += 1
        continue
      }
      let field = world.plan.segments(of: 0).contains(segment) ? 0 : 1
      window.sums[field] += result.records
    }
    #expect(window.sums == [window.all, window.all] && count > 100)
  }
}
