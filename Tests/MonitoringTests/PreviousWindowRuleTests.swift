import Drift
import Foundation
import Records
import Rules
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// Rules that compare a window with the one before it.
@Suite struct PreviousWindowRuleTests {
  private static func rules(_ rules: String...) -> String {
    "version: 1\nrules: [\(rules.joined(separator: ", "))]"
  }

  private static let step =
    "{ name: Step, each: features, expect: psi(previous) < 0.2, min_records: 50 }"

  /// A hundred values of an hour, from a least one on.
  private static func lines(_ hour: Int, from least: Int, model: String = "1") -> [String] {
    (0..<100).map {
      Hourly.event(Double(hour) + Double($0) / 200, value: least + $0 % 40, model: model)
    }
  }

  /// Hour, version and value of a statistic in windows' records.
  private static func values(_ run: World.Run, _ name: String) -> [String] {
    run.windows.map { result in
      let field = result.previous[0]
      let value = field.flatMap {
        Catalog.metric(named: name)?.measure($0, confidence: Confidence(delta: 0.01)).value
      }
      let shown = value.map { "\(($0 * 1e6).rounded() / 1e6)" } ?? "-"
      return "\(Hourly.hour(result.window.start)) \(result.version?.name ?? "-") \(shown)"
    }
  }

  /// The index by hand: the reference's deciles are 9, 19, … 89.
  private static func psi(_ previous: Int, _ current: Int) -> Double {
    func counts(_ least: Int) -> [Double] {
      var counts = [Double](repeating: 0, count: 10)
      for index in 0..<100 { counts[min(9, (least + index % 40) / 10)] += 1 }
      return counts
    }
    return zip(counts(previous), counts(current)).reduce(0) { sum, bin in
      let (p, q) = ((bin.0 + 0.5) / 105, (bin.1 + 0.5) / 105)
      return sum + (q - p) * log(q / p)
    }
  }

  private static func rounded(_ value: Double) -> String { "\((value * 1e6).rounded() / 1e6)" }

  @Test func aWindowIsComparedWithTheLastThatHeldRecords() throws {
    let world = try Hourly.world(rules: Self.rules(Self.step))
    // hours 2 and 3 are empty
    let hours = [(0, 0), (1, 0), (4, 30), (5, 30), (6, 40)]
    let run = world.run([hours.flatMap { Self.lines($0, from: $1) }])
    #expect(
      Self.values(run, "psi") == [
        "0 1 -", "1 1 0.0", "2 - -", "3 - -", "4 1 \(Self.rounded(Self.psi(0, 30)))",
        "5 1 0.0", "6 1 \(Self.rounded(Self.psi(30, 40)))",
      ]
    )
    #expect(Self.psi(0, 30) > 1)
    let alerts = run.alerts.map { "\(Hourly.hour($0.window.start)) \($0.transition.state)" }
    #expect(alerts == ["4 firing", "5 resolved", "6 firing"])
    #expect(run.alerts[0].referenceCount == 100)
    #expect(run.alerts[0].evidence?.observation.measurement.value == Self.psi(0, 30))
    let records = run.text.filter { $0.contains("io.leeway.window.v1") }
    #expect(records.map { $0.contains("\"psi(previous)\":{\"value\":") }.count { $0 } == 4)
    #expect(run.text.contains { $0.contains("\"statistic\":\"psi(previous)\"") })
    // the digest has the previous window's bins
    #expect(run.text.contains { $0.contains("\"reference\":[30,30,20,20,0,0,0,0,0,0]") })
    // the first window has none before it: nobody can say
    #expect(records[0].contains("\"undecided\":[{\"rule\":\"Step\",\"field\":\"x\""))
  }

  @Test func theBoundOfTwoWindowsHasBothSidesChance() throws {
    let rule = "{ name: Far, each: features, expect: drift(previous) < 0.1 }"
    let run = try Hourly.world(rules: Self.rules(rule))
      .run([Self.lines(0, from: 0) + Self.lines(1, from: 50)])
    let measurement = run.alerts.first?.evidence?.observation.measurement
    // 1 − 2 √(ln(4 / 0.001) / 200)
    let expected = 1 - 2 * (8.294_049_640_102_028 / 200).squareRoot()
    #expect(abs((measurement?.value ?? .nan) - expected) < 1e-12)
    #expect(measurement?.bound == 0 && measurement?.distance == 1)
  }

  /// Each window of 3 hours is compared with the one that ended where it begins.
  @Test func hoppingWindowsDoNotOverlapWithTheirPrevious() throws {
    let rule = """
      { name: Step, each: features, expect: psi(previous) < 0.2, window: { size: 3h, every: 1h } }
      """
    let world = try Hourly.world(rules: Self.rules(rule))
    let base = try #require(world.plan.windows.firstIndex { $0.size == .seconds(10_800) })
    let run = world.run([(0..<9).flatMap { Self.lines($0, from: $0 < 5 ? 0 : 50) }])
    let windows = run.windows.filter { $0.window.specification == base }
    func counts(_ hours: Range<Int64>, of bins: Int) -> [UInt64] {
      var counts = [UInt64](repeating: 0, count: 10)
      for hour in hours where (0..<9).contains(hour) {
        for index in 0..<100 { counts[((hour < 5 ? 0 : 50) + index % 40) / 10] += 1 }
      }
      return counts
    }
    #expect(windows.count == 11)
    for result in windows {
      let start = Hourly.hour(result.window.start)
      let field = result.previous[0]
      #expect((field != nil) == (start >= 1), "\(start)")
      guard let field else { continue }
      #expect(field.referenceBins == counts(start - 3..<start, of: 10), "\(start)")
      #expect(field.currentBins == counts(start..<start + 3, of: 10), "\(start)")
    }
  }

  /// What may lack records is nothing to compare with: the window before it is.
  @Test func aWindowInDoubtIsPassedOver() throws {
    var scene = Scene(try Hourly.world(rules: Self.rules(Self.step)))
    scene.evaluator.fold(scene.delta(Self.lines(0, from: 0) + Self.lines(1, from: 50)))
    _ = scene.evaluator.advance()
    scene.lose(5)
    for hour in 2..<6 {
      scene.evaluator.fold(scene.delta(Self.lines(hour, from: hour < 4 ? 50 : 0)))
    }
    let results = scene.evaluator.advance().compactMap { outcome -> WindowResult? in
      if case .window(let result) = outcome { result } else { nil }
    }
    #expect(results.map { Hourly.hour($0.window.start) } == [1, 2, 3, 4])
    #expect(results.map(\.violations.isEmpty) == [false, false, true, true])
    // hour 0 for hours 1 to 3, hour 3 for hour 4
    let least = results.map { $0.previous[0]?.referenceBins[0] }
    #expect(least == [30, 30, 30, 0])
  }

  @Test func onlyWhatARuleComparesIsKept() throws {
    var scene = Scene(try Hourly.world(rules: Self.rules(Self.step)))
    var plain = Scene(try Hourly.world())
    var sizes: [Int] = []
    for hour in 0..<6 {
      for model in ["a", hour < 2 ? "b" : "a"] {
        _ = scene.fold(scene.delta(Self.lines(hour, from: 0, model: model)))
        _ = plain.fold(plain.delta(Self.lines(hour, from: 0, model: model)))
      }
      let pasts = scene.evaluator.state.previous[0].pasts
      #expect(pasts.values.allSatisfy { $0.entries.count == 1 && $0.entries[0].fields.count == 1 })
      sizes.append(pasts.count)
      #expect(plain.evaluator.state.previous[0] == PreviousWindows())
    }
    // an hour closes when the next begins; version b is forgotten with its third window of absence
    #expect(sizes == [0, 2, 2, 2, 2, 1])
  }

  @Test func whatIsKeptIsPartOfTheState() throws {
    func bytes(_ rule: String) throws -> Int {
      let world = try Hourly.world(rules: Self.rules(rule))
      var bytes = 0
      while bytes < 1 << 22 {
        var limits = Limits()
        limits.stateBytes = bytes
        if StateSize(world.plan, world.references, limits: limits).problem == nil { return bytes }
        bytes += 64
      }
      return bytes
    }
    let window = "window: { size: 12h, every: 1h }"
    let plain = try bytes("{ name: Step, each: features, expect: psi < 0.2, \(window) }")
    let previous = try bytes(
      "{ name: Step, each: features, expect: psi(previous) < 0.2, \(window) }"
    )
    // 12 windows and two of retired versions, for each of three populations of 201 counters
    #expect((previous - plain) / 64 == 14 * 3 * (201 * 8 + 256) / 64)
  }

  @Test func aSnapshotHoldsIt() throws {
    let world = try Hourly.world(rules: Self.rules(Self.step))
    var (scene, twin) = (Scene(world), RestartedTwin(world))
    scene.know(1)
    var alerts = 0
    for hour in 0..<8 {
      let lines = Self.lines(hour, from: hour < 4 ? 0 : 50, model: hour % 2 == 0 ? "1" : "2")
      _ = try twin.take(scene.delta(lines + Self.lines(hour, from: hour, model: "3")))
      alerts += twin.whole.evaluator.state.book.firing.count
    }
    #expect(alerts > 0)
    #expect(twin.whole.evaluator.state.previous[0].pasts.count == 3)
  }

  /// A new version of the monitor begins anew: its first window has none before it.
  @Test func aNewVersionBeginsAnew() throws {
    let (before, after) = (
      try Hourly.world(rules: Self.rules(Self.step)),
      try Hourly.world(rules: Self.rules(Self.step, "{ name: Other, expect: count() >= 1 }"))
    )
    var scene = VersionScene([before.version(), after.version(4)])
    var judged = scene.fold(Self.lines(0, from: 0) + Self.lines(1, from: 0))
    scene.count(known: 5)
    for hour in 2..<6 { judged += scene.fold(Self.lines(hour, from: 0)) }
    let compared = judged.compactMap { judged -> String? in
      guard case .window(let result) = judged.outcome else { return nil }
      let hour = Hourly.hour(result.window.start)
      return "\(judged.version.number) \(hour) \(result.previous.isEmpty ? "-" : "psi")"
    }
    #expect(compared == ["-1 0 -", "-1 1 psi", "4 2 -", "4 3 psi", "4 4 psi"])
  }
}
