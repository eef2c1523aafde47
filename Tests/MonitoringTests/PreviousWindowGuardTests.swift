import Drift
import Records
import Rules
import Sketches
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// Which windows are compared with the one before them, and what is written of it.
@Suite struct PreviousWindowGuardTests {
  private static func rules(_ rules: String...) -> String {
    "version: 1\nrules: [\(rules.joined(separator: ", "))]"
  }

  private static func step(_ name: String, _ expect: String, minRecords: Int) -> String {
    "{ name: \(name), each: features, expect: \(expect), min_records: \(minRecords) }"
  }

  /// So many values in the first half of an hour, from a least one on.
  private static func lines(
    _ hour: Int,
    from least: Int,
    count: Int = 100,
    model: String = "1"
  ) -> [String] {
    (0..<count).map {
      Hourly.event(Double(hour) + Double($0) / 200, value: least + $0 % 40, model: model)
    }
  }

  private static func alerts(_ run: World.Run, _ world: World) -> [String] {
    run.alerts.map { alert in
      let rule = world.plan.rules[alert.transition.subject.rule].name
      return "\(Hourly.hour(alert.window.start)) \(rule) \(alert.transition.state)"
    }
  }

  /// Rule and records needed of each window's undecided judgements.
  private static func undecided(_ run: World.Run, _ world: World) -> [[String]] {
    run.windows.map { result in
      result.undecided.map { item in
        "\(world.plan.rules[item.rule].name) \(item.recordsNeeded.map { "\($0)" } ?? "-")"
      }
    }
  }

  /// What a rule calls too small is nothing to compare with either.
  @Test func aThinWindowIsPassedOver() throws {
    let world = try Hourly.world(
      rules: Self.rules(Self.step("Step", "psi(previous) < 0.2", minRecords: 50))
    )
    let run = world.run([
      Self.lines(0, from: 0) + Self.lines(1, from: 50, count: 3) + Self.lines(2, from: 0)
    ])
    #expect(run.windows.map { $0.previous[0]?.referenceCount } == [nil, 100, 100])
    #expect(Self.alerts(run, world) == [])
    #expect(Self.undecided(run, world) == [["Step -"], ["Step 50"], []])
  }

  /// The least demanding rule says what is remembered; the others are undecided behind it.
  @Test func eachRuleNeedsItsOwnRecordsOnBothSides() throws {
    let world = try Hourly.world(
      rules: Self.rules(
        Self.step("Few", "psi(previous) < 0.2", minRecords: 10),
        Self.step("Many", "psi(previous) < 0.2", minRecords: 50),
        Self.step("Bound", "drift(previous) < 0.1", minRecords: 50)
      )
    )
    let run = world.run([
      Self.lines(0, from: 0) + Self.lines(1, from: 50, count: 20) + Self.lines(2, from: 50)
        + Self.lines(3, from: 0)
    ])
    #expect(run.windows.map { $0.previous[0]?.referenceCount } == [nil, 100, 20, 100])
    #expect(
      Self.undecided(run, world) == [
        ["Few -", "Many -", "Bound -"], ["Many 50", "Bound 50"], ["Many -", "Bound -"], [],
      ]
    )
    #expect(Self.alerts(run, world).prefix(2) == ["1 Few firing", "3 Many firing"])
  }

  /// A metric of values counts values, one of records counts records, on both sides.
  @Test func valuesAreCountedWhereTheMetricIsOfValues() throws {
    let world = try Hourly.world(
      rules: Self.rules(
        Self.step("Values", "psi(previous) < 0.2", minRecords: 50),
        Self.step("Records", "missing_change(previous) < 10%", minRecords: 50)
      )
    )
    let empty = (0..<97).map { index in
      Hourly.event(1 + Double(index) / 200, value: 0, model: "1").replacing("\"x\":0,", with: "")
    }
    let run = world.run([
      Self.lines(0, from: 0) + empty + Self.lines(1, from: 0, count: 3) + Self.lines(2, from: 0)
    ])
    #expect(run.windows.map { $0.previous[0]?.referenceCount } == [nil, 100, 3])
    #expect(
      Self.undecided(run, world) == [["Values -", "Records -"], ["Values 50"], ["Values -"]]
    )
    #expect(Self.alerts(run, world) == ["1 Records firing"])
  }

  /// Which versions are summed together is another matter in each window.
  @Test func versionsSummedTogetherAreNotCompared() throws {
    var world = try Hourly.world(
      rules: Self.rules(Self.step("Step", "psi(previous) < 0.2", minRecords: 0))
    )
    world.limits.modelVersions = 1
    let run = world.run([
      (0..<3).flatMap { hour in
        ["a", "b", "c"].flatMap { Self.lines(hour, from: hour * 20, model: $0) }
      }
    ])
    let names = run.windows.map { $0.version?.name }
    let named = try #require(names.first { $0 != "__other__" })
    #expect(Set(names) == ["__other__", named])
    let compared = run.windows.filter { !$0.previous.isEmpty }
    #expect(compared.map { $0.version?.name } == [named, named])
    #expect(Set(run.alerts.map { $0.transition.subject.version?.name }) == [named])
  }

  /// A window that two sizes have is written once, and with what either compares.
  @Test func theRecordHasWhatAllSizesCompare() throws {
    let world = try Hourly.world(
      rules: Self.rules(
        Self.step("Step", "psi(previous) < 9", minRecords: 0),
        """
        { name: Hop, each: features, expect: ks(previous) < 1, \
        window: { size: 1h, every: 30m } }
        """,
        """
        { name: Wait, each: features, expect: kuiper(previous) < 3, \
        window: { size: 1h, min_records: 150, at_most: 4h } }
        """
      )
    )
    // hours 0 and 1 together are full, 2 and 3 each for itself
    let run = world.run([
      Self.lines(0, from: 0) + Self.lines(1, from: 10) + Self.lines(2, from: 20, count: 160)
        + Self.lines(3, from: 30, count: 160)
    ])
    let records = run.text.filter { $0.contains("io.leeway.window.v1") }
    let found = zip(run.windows, records).map { result, text -> String in
      let (start, end) = (result.window.start.microseconds, result.window.end.microseconds)
      let halves = [start, end].map { ($0 / 1_000_000 - 1_600_002_000) / 1_800 }
      let names = ["psi", "ks", "kuiper"].filter { text.contains("\"\($0)(previous)\":{\"value\"") }
      return "\(halves[0])-\(halves[1]) \(names.joined(separator: " "))"
    }
    #expect(
      found == [
        "-1-1 ", "0-2 ", "1-3 ks", "2-4 psi ks", "0-4 ", "3-5 ks", "4-6 psi ks kuiper", "5-7 ks",
        "6-8 psi ks kuiper", "7-9 ks",
      ]
    )
  }

  /// Names and their order are those of the profile; unseen values stand apart on both sides.
  @Test func theDigestNamesWhatIsFrequentInTheProfile() throws {
    func lines(_ hour: Double, _ counts: [(String, Int)]) -> [String] {
      counts.flatMap { color, count in
        (0..<count).map { _ in
          "{\"at\":\(1_600_002_000 + Int(hour * 3_600)),\"color\":\"\(color)\"}"
        }
      }
    }
    let monitor = """
      version: 1
      monitor: shop
      source: { topics: [orders] }
      fields: { time: at }
      reference: reference.json
      window: { size: 1h }
      """
    let world = try World(
      monitor: monitor,
      rules: [
        Self.rules("{ name: Mix, each: features, expect: total_variation(previous) < 0.1 }")
      ],
      reference: lines(0, [("red", 50), ("blue", 30), ("green", 20), ("rare", 3)])
    )
    let run = world.run([
      lines(0.1, [("red", 2), ("blue", 40), ("green", 30), ("rare", 10), ("new", 7)])
        + lines(1.1, [("red", 60), ("blue", 4), ("green", 3), ("rare", 8), ("new", 9)])
    ])
    let alert = try #require(run.text.first { $0.contains("io.leeway.alert.v1") })
    let digest = try #require(alert.firstMatch(of: /"digest":({.*?})/)).output.1
    #expect(
      digest == """
        {"categories":["red","blue","green"],"reference":[2,40,30],"current":[60,4,3],\
        "other_reference":10,"other_current":8,"unseen_reference":7,"unseen_current":9,\
        "records_reference":89,"missing_reference":0,"records_current":84,"missing_current":0}
        """
    )
  }

  /// Model versions stand in their order, each once.
  @Test func anotherOrderIsRefused() throws {
    let world = try Hourly.world(
      rules: Self.rules(Self.step("Step", "psi(previous) < 0.2", minRecords: 0))
    )
    let layout = StateLayout(plan: world.plan, references: world.references)
    let field = FieldSummary(layout.populations.standard.fields[0])
    let entry = PreviousWindows.Entry(end: Timestamp(microseconds: 7), fields: [field])
    func bytes(_ version: ModelVersion?) -> [UInt8] {
      var writer = ByteWriter()
      PreviousWindows([version: PreviousWindows.Past(entries: [entry])]).encode(into: &writer)
      return Array(writer.bytes.dropFirst())
    }
    func read(_ versions: [String?]) throws -> Int {
      let names = versions.map { $0.map { ModelVersion($0) } }
      var reader = ByteReader([UInt8(versions.count)] + names.flatMap(bytes))
      let windows = try PreviousWindows(from: &reader, layout: layout, fields: [0])
      try reader.finish()
      return windows.pasts.count
    }
    #expect(try read([nil, "a", "b"]) == 3)
    for wrong in [["b", "a"], ["a", "a"], ["a", nil], [nil, nil]] {
      #expect(throws: BadEncoding.self, "\(wrong)") { try read(wrong) }
    }
  }
}
