import Drift
import Records
import Rules
import Sketches
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// What windows keep only because a rule asks for it.
@Suite struct KeptSketchTests {
  private static let monitor = """
    version: 1
    monitor: shop
    source: { topics: [orders] }
    fields: { time: at, id: ticket, model_version: model }
    reference: reference.json
    window: { size: 1h }
    """

  private static let rules = """
    version: 1
    rules:
      - { name: Once, expect: duplicates < 1% }
      - { name: Quick, expect: event_lag(p90) < 90m }
      - { name: Various, expect: distinct(x) > 5 and constant(x) < 1 }
      - { name: Short, expect: "length(color, max) <= 5 and uniqueness(color) < 50%" }
    """

  private static func world(_ rules: String = Self.rules) throws -> World {
    try World(
      monitor: monitor,
      rules: [rules],
      reference: (0..<100).map { event($0, ticket: $0, x: $0 % 10, color: "red") }
    )
  }

  private static func event(
    _ minute: Int,
    ticket: Int?,
    x: Int,
    color: String,
    model: Int = 1
  ) -> String {
    let id = ticket.map { "\"t\($0)\"" } ?? "null"
    return "{\"at\":\(1_600_002_000 + 60 * minute),\"ticket\":\(id),\"x\":\(x),"
      + "\"color\":\"\(color)\",\"model\":\"\(model)\"}"
  }

  /// Two hours: in the second one each ticket comes twice, of one value, in a long colour.
  private static let lines =
    (0..<60).map { event($0, ticket: $0, x: $0 % 7, color: $0 % 2 == 0 ? "red" : "green") }
    + (60..<120).map { event($0, ticket: $0 / 2, x: 3, color: "größer") }

  @Test func rulesFireOnWhatTheyAskedFor() throws {
    let world = try Self.world()
    // 20 minutes behind the second hour; 54th of 60 lags: 8,040 s in the first, 4,440 s in the
    // second, in buckets of 262,144 ms
    let feeding = World.Feeding(brokerMilliseconds: 1_600_010_400_000)
    let run = world.run([Self.lines], feeding)
    let alerts = run.alerts.map { alert in
      "\(Hourly.hour(alert.window.start)) \(world.plan.rules[alert.transition.subject.rule].name)"
        + " \(alert.transition.state) \(alert.evidence?.observation.measurement.value ?? .nan)"
    }
    #expect(
      alerts == [
        "0 Quick firing 8126.464", "1 Once firing 0.5", "1 Quick resolved 4456.448",
        "1 Various firing 1.0", "1 Short firing 6.0",
      ]
    )
    let records = run.text.filter { $0.contains("io.leeway.window.v1") }
    #expect(records[0].contains("\"distinct\":{\"value\":7,\"bound\":0}"))
    #expect(records[0].contains("\"stream\":{\"duplicates\":{\"value\":0,\"bound\":0},"))
    #expect(records[1].contains("\"duplicates\":{\"value\":0.5,\"bound\":0}"))
    #expect(records[1].contains("\"event_lag(p90)\":{\"value\":4456.448,\"bound\":"))
    #expect(records[1].contains("\"length(max)\":{\"value\":6}"))
  }

  @Test func withoutARuleNothingIsKept() throws {
    let plain = try Self.world("version: 1\nrules: [{ name: Any, expect: count > 0 }]")
    let run = plain.run([Self.lines])
    #expect(run.text.allSatisfy { !$0.contains("distinct") && !$0.contains("\"stream\"") })
    #expect(run.windows.allSatisfy { $0.identifiers == nil && $0.lags == nil })
    let asked = try Self.world()
    #expect(asked.version().layout.identity != plain.version().layout.identity)
    let (small, large) = (plain.version().layout, asked.version().layout)
    // hashes of the ids, of x and of the colours, and lags
    #expect(large.populationBytes - small.populationBytes == 3 * 1_024 * 16 + 641 * 8)
  }

  /// State of one shape is never taken for that of another.
  @Test func whatIsKeptDecidesTheLayout() throws {
    let fields = ["price", "size", "volume"]
    let reference = (0..<50).map { index in
      let values = fields.map { "\"\($0)\":\(index * index % 31)" }.joined(separator: ",")
      return "{\"at\":\(1_600_002_000 + index),\"ticket\":\"\(index)\",\(values)}"
    }
    let conditions = [
      "distinct(price) > 0", "distinct(size) > 0", "distinct(volume) > 0",
      "wasserstein(price) < 9", "wasserstein(size) < 9", "wasserstein(volume) < 9",
      "correlation_change(price, size) < 2", "correlation_change(price, volume) < 2",
      "correlation_change(size, volume) < 2", "duplicates < 1%", "event_lag < 5m",
    ]
    var identities: [UInt64: PopulationLayout] = [:]
    var shapes = 0
    for one in conditions.indices {
      for other in conditions.indices where other >= one {
        let world = try World(
          monitor: Self.monitor,
          rules: [
            "version: 1\nrules: [{ name: R, expect: "
              + "\"\(conditions[one]) and \(conditions[other])\" }]"
          ],
          reference: reference
        )
        let layout = StateLayout(plan: world.plan, references: world.references)
        identities[layout.identity] = layout.populations.standard
        shapes += 1
      }
    }
    // each pair of conditions keeps something else
    #expect(identities.count == shapes)
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func everyFeedingGivesTheSameBytes(seed: UInt64) throws {
    let world = try Self.world()
    var random = SplitMix64(seed: seed)
    let lines = (0..<6_000).map { index in
      Self.event(
        index / 30,
        ticket: index % 9 == 0 ? nil : Int.random(in: 0..<40_000, using: &random),
        x: Int.random(in: 0..<2_000, using: &random),
        color: String(repeating: "é", count: Int.random(in: 1...9, using: &random)),
        model: Int.random(in: 1...9, using: &random) / 9
      )
    }
    let partitions = (0..<3).map { part in
      lines.enumerated().filter { $0.offset % 3 == part }.map(\.element)
    }
    let time: Int64 = 1_600_020_000_000
    let expected = world.run(partitions, World.Feeding(brokerMilliseconds: time))
    #expect(expected.windows.contains { $0.identifiers?.sample.isComplete == false })
    for feeding in [
      World.Feeding(interleaving: seed, batch: 7, brokerMilliseconds: time),
      World.Feeding(
        interleaving: seed + 1,
        batch: 50,
        commit: 3,
        collectors: 2,
        brokerMilliseconds: time
      ),
      World.Feeding(
        interleaving: seed + 2,
        batch: 20,
        collectors: 3,
        life: 40,
        brokerMilliseconds: time,
        log: seed
      ),
    ] {
      #expect(world.run(partitions, feeding).records == expected.records, "\(feeding)")
    }
  }

  @Test func duplicatesAreThoseOfADictionary() throws {
    let world = try Self.world()
    var random = SplitMix64(seed: 5)
    let tickets = (0..<3_000).map { _ in Int.random(in: 0..<900, using: &random) }
    let run = world.run([tickets.map { Self.event(0, ticket: $0, x: 1, color: "red") }])
    let distinct = Set(tickets).count
    let alert = try #require(
      run.alerts.first { $0.evidence?.comparison.text.hasPrefix("dup") ?? false }
    )
    #expect(
      alert.evidence?.observation.measurement.value == Double(3_000 - distinct) / 3_000
    )
  }
}

/// Conditions that cannot be asked.
@Suite struct KeptSketchCheckTests {
  private static func report(_ expect: String, fields: String) -> String {
    let monitor = """
      version: 1
      monitor: shop
      source: { topics: [orders] }
      fields: { \(fields) }
      reference: reference.json
      window: { size: 1h }
      """
    do {
      _ = try World(
        monitor: monitor,
        rules: ["version: 1\nrules: [{ name: R, expect: \(expect) }]"],
        reference: (0..<10).map { "{\"at\":\(1_600_002_000 + $0),\"x\":\($0),\"id\":\($0)}" }
      )
      return ""
    } catch let error as World.BadFiles { return error.report } catch { return "\(error)" }
  }

  @Test func duplicatesNeedAnId() {
    let report = Self.report("duplicates < 1%", fields: "time: at")
    #expect(report.contains("rules0.yaml:2:28: error: 'duplicates' needs the field that tells"))
    #expect(report.contains("fields: { id: FIELD }"))
    #expect(Self.report("duplicates < 1%", fields: "time: at, id: id").isEmpty)
  }

  @Test func aStreamsMetricTakesItsArgumentsOnly() {
    for percentile in ["p99", "p99.9", "p0.001"] {
      #expect(Self.report("event_lag(\(percentile)) < 5m", fields: "time: at").isEmpty)
    }
    let field = Self.report("event_lag(x) < 5m", fields: "time: at")
    #expect(field.contains("'event_lag' is of the whole stream and takes no field"))
    #expect(field.contains("write event_lag, or event_lag(p99.9)"))
    let unit = Self.report("event_lag < 5", fields: "time: at")
    #expect(unit.contains("'event_lag' is a duration, but '5' is a plain number"))
    #expect(Self.report("length(x) < 5", fields: "time: at").contains("of categorical fields"))
  }
}
