import Drift
import Records
import Rules
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// `budget: 1 per 30d`, over months of records that do not drift, from the events to the alerts.
@Suite struct BudgetPromiseTests {
  private static let months = 6
  private static let recordsOfADay = 100
  private static let daysOfReference = 28
  private static let fields: [(name: String, population: TestSupport.Population)] = [
    ("normal", .normal), ("skewed", .lognormal), ("integer", .integers),
    ("category", .categories(10, isZipf: true)),
  ]
  private static let rules = [
    "version: 1\nbudget: 1 per 30d\n"
      + "rules: [{ name: Excess, each: features, expect: excess_drift < 0.1 }]",
    "version: 1\nbudget: 1 per 30d\nrules: [{ name: Drift, each: features, expect: drift <= 0 }]",
    """
    version: 1
    rules:
      - { name: Limit, each: features, expect: psi < 0.2 }
      - { name: Numbers, each: numeric, expect: "ks(p) >= 0.05" }
      - { name: Categories, each: categorical, expect: "chi_squared(p) >= 0.05" }
    """,
  ]

  /// What records have in common, and the alerts of each rule in half a year of it.
  struct Stream: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var sharing: SharedWeather.Sharing
    var alerts: [String: Int]
    /// Rules that keep the promise.
    var kept: [String]
  }

  static let streams = [
    Stream(
      testDescription: "independent records",
      sharing: .init(),
      alerts: ["Drift": 2, "Limit": 11, "Numbers": 27, "Categories": 7],
      kept: ["Excess", "Drift"]
    ),
    Stream(
      testDescription: "spells of ten records share half of their variance",
      sharing: .init(ofSpell: 0.5, spell: 10),
      alerts: ["Excess": 2, "Drift": 61, "Limit": 135, "Numbers": 134, "Categories": 39],
      kept: ["Excess"]
    ),
    Stream(
      testDescription: "the records of a day share a fiftieth of their variance",
      sharing: .init(ofWindow: 0.02),
      alerts: ["Excess": 1, "Drift": 14, "Limit": 43, "Numbers": 88, "Categories": 14],
      kept: ["Excess"]
    ),
    Stream(
      testDescription: "the records of a day share a tenth of their variance",
      sharing: .init(ofWindow: 0.1),
      alerts: ["Excess": 3, "Drift": 103, "Limit": 153, "Numbers": 129, "Categories": 38],
      kept: ["Excess"]
    ),
  ]

  /// Events of so many days, all fields in each.
  private static func days(
    _ range: Range<Int>,
    moved: Double = 0,
    from streams: inout [SharedWeather]
  ) -> [String] {
    range.flatMap { day in
      let columns = streams.indices.map { streams[$0].window(recordsOfADay, moved: moved) }
      return (0..<recordsOfADay).map { record in
        let values = zip(fields, columns).map { field, values in
          field.population.categoryCount == nil
            ? "\"\(field.name)\":\(values[record])"
            : "\"\(field.name)\":\"\(Int(values[record]))\""
        }
        let time = 1_600_041_600 + 86_400 * day + record * 86_400 / recordsOfADay
        return "{\"at\":\(time),\(values.joined(separator: ","))}"
      }
    }
  }

  /// Exact seeds, exact counts.
  ///
  /// The promise is of the expected number of alerts: six in six months; chance leaves a count
  /// within three times its root, 7, of that.
  @Test(arguments: streams) func falseAlarmsStayWithinTheBudget(_ stream: Stream) throws {
    var streams = Self.fields.enumerated().map { index, field in
      SharedWeather(field.population, stream.sharing, seed: UInt64(index + 1))
    }
    let world = try World(
      monitor: """
        version: 1
        monitor: weather
        source: { topics: [weather] }
        fields: { time: at }
        reference: reference.json
        window: 1d
        """,
      rules: Self.rules,
      reference: Self.days(-Self.daysOfReference..<0, from: &streams),
      naturalWindow: .seconds(86_400)
    )
    // four fields of 30 days
    #expect(abs(world.plan.rules[0].alpha * 120 - 1) < 1e-9)
    let calm = 30 * Self.months
    let lines = Self.days(0..<calm, from: &streams)
    let moved = Self.days(calm..<calm + 10, moved: 1.5, from: &streams)
    let alerts = world.run([lines + moved]).alerts.filter { $0.transition.state == .firing }
    let end = 1_600_041_600 + 86_400 * Int64(calm)
    let name = { (alert: Alert) -> String in world.plan.rules[alert.transition.subject.rule].name }
    let isFalse = { (alert: Alert) -> Bool in
      alert.transition.first.start.microseconds < end * 1_000_000
    }
    let counts = Dictionary(alerts.filter(isFalse).map { (name($0), 1) }, uniquingKeysWith: +)
    #expect(counts == stream.alerts)
    for rule in ["Excess", "Drift"] {
      let isKept = counts[rule, default: 0] <= Self.months + 7
      #expect(isKept == stream.kept.contains(rule), "\(rule)")
    }
    // Every field is found when it has moved.
    let found = alerts.filter { !isFalse($0) && name($0) == "Excess" }
    #expect(Set(found.compactMap(\.transition.subject.field)) == [0, 1, 2, 3])
  }
}

/// Model versions that live side by side share what the budget leaves a test.
@Suite struct SharedBudgetTests {
  private static func alerts(budget: String, versions: [String]) throws -> (World, [String]) {
    let world = try Hourly.world(
      rules: "version: 1\n\(budget)rules: [{ name: Moved, each: features, expect: drift < 0.1 }]"
    )
    let lines = versions.flatMap { version in
      (0..<400).map { _ in Hourly.event(0.5, value: 1000, model: version) }
    }
    return (world, world.run([lines]).text.filter { $0.contains("io.leeway.alert.v1") })
  }

  /// The window's distance is 1, of 400 values beside 600.
  private static func bound(alpha: Double) -> Double {
    DriftBound.numeric(
      distance: 1,
      bound: 0,
      referenceCount: 600,
      currentCount: 400,
      confidence: .standard(fields: 1, alpha: alpha)
    )
  }

  @Test func versionsOfAWindowShareTheBudget() throws {
    let (world, alerts) = try Self.alerts(budget: "budget: 1 per 50h\n", versions: ["1", "2", "3"])
    #expect(world.plan.rules[0].alpha == 0.02)
    #expect(alerts.count == 3)
    for alert in alerts {
      #expect(alert.contains("\"confidence\":\(1 - 0.02 / 3),"))
      #expect(alert.contains("\"value\":\(Self.bound(alpha: 0.02 / 3)),"))
    }
  }

  @Test func oneVersionHasItAll() throws {
    let (_, alerts) = try Self.alerts(budget: "budget: 1 per 50h\n", versions: ["1"])
    #expect(alerts.count == 1)
    #expect(alerts[0].contains("\"confidence\":0.98,"))
    #expect(alerts[0].contains("\"value\":\(Self.bound(alpha: 0.02)),"))
  }

  @Test func withoutABudgetNothingIsShared() throws {
    let (_, alerts) = try Self.alerts(budget: "", versions: ["1", "2"])
    #expect(alerts.count == 2)
    for alert in alerts {
      #expect(alert.contains("\"confidence\":0.999,"))
      #expect(alert.contains("\"value\":\(Self.bound(alpha: 0.001)),"))
    }
  }
}
