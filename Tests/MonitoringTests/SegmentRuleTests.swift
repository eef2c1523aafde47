import Drift
import Records
import Rules
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// Rules that are judged for each segment of a field.
@Suite struct SegmentRuleTests {
  private static func monitor(_ segments: String = "[carrier]") -> String {
    """
    version: 1
    monitor: flights
    source: { topics: [flights] }
    fields: { time: at }
    segments: \(segments)
    reference: reference.json
    window: { size: 1h }
    """
  }

  private static func event(_ second: Int, _ carrier: String, x: Int) -> String {
    "{\"at\":\(1_600_002_000 + second),\"carrier\":\"\(carrier)\",\"x\":\(x)}"
  }

  /// AA has the numbers below 100, UA those from 1,000 on.
  private static let reference = (0..<2_000).map { index in
    event(index, index % 2 == 0 ? "AA" : "UA", x: index % 2 * 1_000 + index / 2 % 100)
  }

  /// An hour of both; `shift` moves one in ten events, those of UA that are few.
  private static func hour(_ hour: Int, shift: Int = 0, without: String = "") -> [String] {
    (0..<3_600).compactMap { second in
      let carrier = second % 10 == 0 ? "UA" : "AA"
      guard carrier != without else { return nil }
      let x = carrier == "AA" ? second % 100 : 1_000 + second / 10 % 100 + shift
      return event(hour * 3_600 + second, carrier, x: x)
    }
  }

  private static func world(_ rules: String, segments: [String] = ["carrier"]) throws -> World {
    try World(
      monitor: monitor(),
      rules: ["version: 1\nrules:\n" + rules],
      reference: reference,
      segments: segments
    )
  }

  private func alerts(_ world: World, _ lines: [[String]]) -> [String] {
    world.run([lines.flatMap(\.self)], World.Feeding(batch: 5_000)).alerts.map { alert in
      let subject = alert.transition.subject
      return "\(Hourly.hour(alert.window.start)) \(world.plan.rules[subject.rule].name) "
        + "\(world.plan.name(ofSegment: subject.segment)) \(alert.transition.state) "
        + "\(alert.referenceCount ?? 0)"
    }
  }

  /// A drift of few records is seen where they are, and not among all.
  @Test func oneSegmentMovesAndOneAlertFires() throws {
    let world = try Self.world(
      """
        - { name: All, expect: drift(x) < 0.6 }
        - { name: Apart, by: carrier, expect: drift(x) < 0.3, summary: "{segment} by {value}" }
      """
    )
    let lines = [Self.hour(0), Self.hour(1, shift: 50), Self.hour(2)]
    #expect(
      alerts(world, lines) == [
        "1 Apart carrier=UA firing 1000", "2 Apart carrier=UA resolved 1000",
      ]
    )
    let run = world.run([lines.flatMap(\.self)])
    let text = try #require(run.text.first { $0.contains("io.leeway.alert.v1") })
    #expect(text.contains("\"subject\":\"rule/Apart/field/x/segment/carrier=UA\""))
    #expect(text.contains("\"segment\":\"carrier=UA\",\"field\":\"x\""))
    #expect(text.contains("\"n_current\":360,\"n_reference\":1000"))
    #expect(text.contains("\"summary\":\"carrier=UA by 0.3"))
  }

  /// Each segment has an alert of its own, under a name of its own.
  @Test func eachSegmentHasAnAlertOfItsOwn() throws {
    let world = try Self.world("  - { name: R, by: carrier, expect: mean(x) > 9999 }")
    let run = world.run([Self.hour(0) + Self.hour(1)])
    let records = run.text.filter { $0.contains("io.leeway.alert.v1") }
    let names = records.compactMap { $0.firstMatch(of: /"alert":"([0-9a-f]{64})"/)?.1 }
    #expect(Set(names).count == 2 && records.count == 2)
    #expect(
      alerts(world, [Self.hour(0)]).map { $0.prefix(14) }.sorted() == [
        "0 R carrier=AA", "0 R carrier=UA",
      ]
    )
  }

  /// A segment that is no longer there ends its alert, once other segments had three windows.
  @Test func anAlertOfASegmentThatIsGoneIsResolved() throws {
    let world = try Self.world("  - { name: R, by: carrier, expect: mean(x) < 500 }")
    let lines = [Self.hour(0)] + (1...4).map { Self.hour($0, without: "UA") }
    let run = world.run([lines.flatMap(\.self)], World.Feeding(batch: 5_000))
    let found = run.alerts.map { "\(Hourly.hour($0.window.start)) \($0.transition.state)" }
    #expect(found == ["0 firing", "3 resolved"])
    #expect(run.alerts.last?.summary == "no record of this segment for 3 windows")
  }

  /// How many records there are is judged of the reference's segments without any, too.
  @Test func aSegmentThatFallsSilentIsSeen() throws {
    let world = try Self.world("  - { name: R, by: carrier, expect: count > 100 }")
    let lines = [Self.hour(0), Self.hour(1, without: "UA"), Self.hour(2)]
    #expect(
      alerts(world, lines) == ["1 R carrier=UA firing 0", "2 R carrier=UA resolved 0"]
    )
  }

  /// Few records of a segment say nothing of it.
  @Test func aSegmentOfFewRecordsIsUndecided() throws {
    let world = try Self.world(
      "  - { name: R, by: carrier, expect: mean(x) < 500, min_records: 361 }"
    )
    let run = world.run([Self.hour(0)])
    #expect(run.alerts.isEmpty)
    let undecided = run.windows.map { $0.undecided.map(\.recordsNeeded) }
    #expect(undecided == [[], [], [361]])
  }

  /// What only a rule of segments asks to be kept is kept of those only.
  @Test func whatARuleOfSegmentsAsksForIsKeptOfThem() throws {
    let world = try Self.world("  - { name: R, by: carrier, expect: distinct(x) > 100 }")
    let run = world.run([Self.hour(0)])
    #expect(run.alerts.map { $0.evidence?.observation.measurement.value } == [90, 100])
    let x = try #require(world.plan.fields.firstIndex { $0.name == "x" })
    #expect(run.windows.map { $0.fields[x].distinct != nil } == [false, true, true])
    #expect(try Self.world("").version().layout.identity != world.version().layout.identity)
  }

  /// The bound on the state counts each segment's points: they are what `check` may refuse.
  @Test func theStateIsBounded() throws {
    let rules = "  - { name: R, each: features, expect: psi < 1 }"
    let plain = try World(
      monitor: Self.monitor("[]"),
      rules: ["version: 1\nrules:\n" + rules],
      reference: Self.reference
    )
    let apart = try Self.world(rules)
    #expect(StateSize(apart.plan, apart.references).problem == nil)
    var limits = Limits()
    limits.stateBytes = 20_000
    #expect(StateSize(plain.plan, plain.references, limits: limits).problem == nil)
    #expect(
      StateSize(apart.plan, apart.references, limits: limits).problem?.hasPrefix(
        "the state would take 0 MiB, at most 0 are possible: 3 panes of"
      ) ?? false
    )
  }

  /// So is what a window takes while it closes: its records are no longer than is counted for them.
  @Test func aClosingWindowIsBounded() throws {
    let world = try Self.world("  - { name: R, by: carrier, expect: psi(x) < 1 }")
    let layout = ByVersion(world.plan, world.references)[nil]
    let windows = world.run([Self.hour(0)]).windows
    let results = layout.fields.count + layout.segments.reduce(0) { $0 + $1.count }
    // All, AA, UA, and the rest, of which there is none.
    #expect(results == 8 && windows.reduce(0) { $0 + $1.fields.count } == 6)
    let writer = EventWriter(plan: world.plan, references: world.references)
    let written = windows.reduce(0) { $0 + (writer.record(.window($1)).value?.count ?? 0) }
    #expect(written > results * 100 && written <= results * PopulationLayout.writtenBytes)
    let size = StateSize(world.plan, world.references)
    #expect(size.closingBytes == size.bytesPerPane + Int64(layout.resultBytes))
  }

  /// An empty window is one that cannot be judged, with model versions and without.
  @Test func anEmptyWindowIsJudgedSegmentBySegmentToo() throws {
    let world = try Self.world(
      """
        - { name: Seen, by: carrier, expect: mean(x) < 500, undecided: alert }
        - { name: Told, by: carrier, expect: mean(x) < 500, repeat: 1h }
      """
    )
    let lines = [Self.hour(0), [], Self.hour(2)]
    let states = world.run([lines.flatMap(\.self)]).alerts.map { alert in
      let subject = alert.transition.subject
      return "\(Hourly.hour(alert.window.start)) \(world.plan.rules[subject.rule].name) "
        + "\(world.plan.name(ofSegment: subject.segment)) \(alert.transition.state) "
        + "\(alert.transition.repetition)"
    }
    #expect(
      states == [
        "0 Seen carrier=UA firing 0", "0 Told carrier=UA firing 0",
        "1 Seen carrier=AA firing 0", "1 Told carrier=UA firing 1",
        "2 Seen carrier=AA resolved 0", "2 Told carrier=UA firing 2",
      ]
    )
  }

  /// A segment that is gone is worse than one of too few records.
  @Test func aSegmentThatIsGoneIsNoReasonToResolve() throws {
    let world = try Self.world(
      "  - { name: Seen, by: carrier, expect: mean(x) < 5000, undecided: alert }"
    )
    let lines = [Self.hour(0)] + (1...5).map { Self.hour($0, without: "UA") } + [Self.hour(6)]
    let found = alerts(world, lines).map {
      $0.split(separator: " ").prefix(4).joined(separator: " ")
    }
    #expect(found == ["1 Seen carrier=UA firing", "6 Seen carrier=UA resolved"])
  }

  /// What is summed as other segments is judged without records while an alert is about it.
  @Test func anAlertAboutTheOthersEnds() throws {
    let world = try Self.world("  - { name: Few, by: carrier, expect: count < 5000 }")
    let strangers = (0..<6_000).map { Self.event(3_600 + $0 / 2, "ZZ", x: $0 % 100) }
    let lines = [Self.hour(0), strangers, Self.hour(2), Self.hour(3)]
    let found = alerts(world, lines).map {
      $0.split(separator: " ").prefix(4).joined(separator: " ")
    }
    #expect(
      found == ["1 Few carrier=__other__ firing", "2 Few carrier=__other__ resolved"]
    )
  }

  /// What waits is weighed by the segments that have records, not by all that could.
  @Test func partitionsFarApartAreWaitedForWithManySegments() throws {
    let reference = (0..<2_000).map { Self.event($0, "C\($0 % 100)", x: $0 % 100) }
    var world = try World(
      monitor: Self.monitor(),
      rules: [],
      reference: reference,
      segments: ["carrier"]
    )
    // as much as fourteen panes with records of all segments take
    world.limits.stateBytes = 4 << 20
    let lines = (0..<20).map { Self.event($0 * 3_600, "C7", x: 1) }
    let run = world.run([lines, lines])
    #expect(run.tally.accepted == 40 && run.tally.accounting.late == 0)
    #expect(run.windows.allSatisfy { $0.violations.isEmpty })
  }
}
