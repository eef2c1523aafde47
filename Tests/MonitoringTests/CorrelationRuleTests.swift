import Drift
import Records
import Rules
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// Rules that look at two fields together.
@Suite struct CorrelationRuleTests {
  private static let monitor = """
    version: 1
    monitor: shop
    source: { topics: [orders] }
    fields: { time: at, model_version: model }
    reference: reference.json
    window: { size: 1h }
    """
  private static let rules = """
    version: 1
    rules:
      - { name: Together, expect: "correlation_change(y, x) < 0.5" }
      - { name: Loose, expect: "correlation_change(x, y) < 1.9" }
    """

  private static func event(_ minute: Int, x: Int?, y: Int, color: String = "red") -> String {
    let x = x.map { "\($0)" } ?? "null"
    return "{\"at\":\(1_600_002_000 + 60 * minute),\"x\":\(x),\"y\":\(y),\"color\":\"\(color)\","
      + "\"model\":\"1\"}"
  }

  /// In the reference y follows x; z is their like.
  private static let reference = (0..<200).map { event($0 % 60, x: $0, y: 2 * $0 + $0 % 3) }

  private static func world(_ rules: String = Self.rules) throws -> World {
    try World(monitor: monitor, rules: [rules], reference: reference)
  }

  /// An hour in which y follows x, one in which it goes against it, and one without any x.
  private static let lines =
    (0..<60).map { event($0, x: 3 * $0, y: 6 * $0) }
    + (60..<120).map { event($0, x: 3 * ($0 - 60), y: 400 - 6 * ($0 - 60)) }
    + (120..<180).map { event($0, x: nil, y: $0) }

  @Test func aPairThatNoLongerGoesTogetherIsSeen() throws {
    let world = try Self.world()
    let run = world.run([Self.lines])
    let alerts = run.alerts.map { alert in
      "\(Hourly.hour(alert.window.start)) \(world.plan.rules[alert.transition.subject.rule].name)"
        + " \(alert.transition.state)"
    }
    #expect(alerts == ["1 Together firing", "1 Loose firing"])
    let change = try #require(run.alerts.first?.evidence?.observation.measurement.value)
    #expect(abs(change - 2) < 1e-4)
    #expect(run.text.contains { $0.contains("\"statistic\":\"correlation_change(x)\"") })
    #expect(run.text.contains { $0.contains("\"statistic\":\"correlation_change(y)\"") })
    // one pair, whichever field is named first
    #expect(world.plan.pairs == [Plan.FieldPair(0, 1)])
    let records = run.text.filter { $0.contains("io.leeway.window.v1") }
    #expect(records[0].contains("\"pairs\":[{\"fields\":[\"x\",\"y\"],\"n\":60,\"correlation\":"))
    #expect(records[2].contains("\"n\":0,\"correlation\":null,"))
    #expect(records[2].contains("\"undecided\":[{\"rule\":\"Together\""))
  }

  @Test(arguments: 0..<3 as Range<UInt64>)
  func everyFeedingGivesTheSameBytes(seed: UInt64) throws {
    let world = try Self.world()
    var random = SplitMix64(seed: seed)
    let partitions = (0..<2).map { _ in
      (0..<600).map { index in
        Self.event(
          index / 4,
          x: index % 7 == 0 ? nil : Int.random(in: 0..<250, using: &random),
          y: Int.random(in: -20..<500, using: &random)
        )
      }
    }
    let expected = world.run(partitions)
    for feeding in [
      World.Feeding(interleaving: seed, batch: 7),
      World.Feeding(interleaving: seed + 2, batch: 20, collectors: 2, life: 11, log: seed),
    ] {
      #expect(world.run(partitions, feeding).records == expected.records, "\(feeding)")
    }
  }

  @Test(arguments: [
    ("correlation_change(x) < 1", "'correlation_change' needs two fields"),
    ("correlation_change(x, x) < 1", "a field always goes together with itself"),
    ("correlation_change(x, color) < 1", "is of numeric fields, but 'color' is categorical"),
    ("correlation_change(x, yy) < 1", "did you mean 'y'?"),
    ("correlation_change(x, y, z) < 1", "'correlation_change' takes two fields"),
  ])
  func whatIsNoPairIsRefused(expect: String, message: String) throws {
    do {
      _ = try Self.world("version: 1\nrules: [{ name: R, expect: \"\(expect)\" }]")
      Issue.record("accepted")
    } catch let error as World.BadFiles {
      #expect(error.report.contains(message), "\(error.report)")
    }
  }
}
