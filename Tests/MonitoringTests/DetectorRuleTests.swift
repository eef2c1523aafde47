import Drift
import Records
import Rules
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// Rules on the series of a metric's windows.
@Suite struct DetectorRuleTests {
  private static func rules(_ rules: String...) -> String {
    "version: 1\nrules: [\(rules.joined(separator: ", "))]"
  }

  private static let moved = "{ name: Moved, each: features, expect: page_hinkley(mean) < 1 }"

  /// One event in the middle of each hour: 1, from hour 40 on 90, from hour 80 on 1 again.
  private static func value(_ hour: Int) -> Int { (40..<80).contains(hour) ? 90 : 1 }

  private static func lines(_ hours: some Sequence<Int>, model: String? = "1") -> [String] {
    hours.map { Hourly.event(Double($0) + 0.5, value: value($0), model: model) }
  }

  /// Hour and state of alerts.
  private static func alerts(_ outcomes: [Outcome]) -> [String] {
    outcomes.compactMap { outcome in
      guard case .alert(let alert) = outcome else { return nil }
      let version = alert.transition.subject.version?.name ?? "-"
      return "\(Hourly.hour(alert.window.start)) \(version) \(alert.transition.state)"
    }
  }

  /// What the detector itself says of the hours' values, where the next window resolves.
  private static func expected(
    _ kind: Detector.Kind,
    _ hours: [Int],
    version: String = "1"
  ) -> [String] {
    var detector = Detector(kind)
    var lines: [String] = []
    var isFiring = false
    for hour in hours {
      let signals = detector.update(Double(value(hour)))
      if signals != isFiring {
        lines.append("\(hour) \(version) \(signals ? "firing" : "resolved")")
      }
      isFiring = signals
    }
    return lines
  }

  @Test func anAlertFiresInTheWindowInWhichTheDetectorSignals() throws {
    let run = try Hourly.world(rules: Self.rules(Self.moved)).run([Self.lines(0..<120)])
    let alerts = Self.alerts(run.outcomes)
    #expect(alerts == ["40 1 firing", "41 1 resolved", "80 1 firing", "81 1 resolved"])
    #expect(alerts == Self.expected(.pageHinkley, Array(0..<120)))
    let alert = try #require(run.text.first { $0.contains("io.leeway.alert.v1") })
    #expect(
      alert.contains("\"statistic\":\"page_hinkley(mean)\",\"value\":1,\"distance\":null")
        && alert.contains("\"threshold\":1,")
    )
    #expect(!run.text.contains { $0.contains("\"page_hinkley\"") })
  }

  /// Windows without values, and those with too few, are no part of the series.
  @Test func emptyAndUndecidedWindowsTeachNothing() throws {
    let rule = "{ name: Moved, expect: adwin(mean(x)) < 1, min_records: 2 }"
    let world = try Hourly.world(rules: Self.rules(rule))
    let hours = (0..<200).filter { $0 % 7 != 3 }
    let lines = (0..<200).flatMap { hour -> [String] in
      guard hour % 7 != 3 else {
        // a hole, or one record that would be noticed
        return hour % 2 == 0 ? [] : [Hourly.event(Double(hour) + 0.5, value: 99, model: "1")]
      }
      return Self.lines([hour, hour])
    }
    let alerts = Self.alerts(world.run([lines]).outcomes)
    #expect(alerts == Self.expected(.adwin, hours))
    #expect(alerts.count == 4)
  }

  /// A range is two comparisons, and both sides name one detector: it sees each window once.
  @Test func namedTwiceADetectorLearnsOnce() throws {
    let twice = "{ name: Moved, expect: 0 <= cusum(mean(x)) < 1 and not cusum(mean(x)) == 1 }"
    let once = "{ name: Moved, expect: cusum(mean(x)) < 1 }"
    let alerts = try [twice, once].map { rule in
      Self.alerts(try Hourly.world(rules: Self.rules(rule)).run([Self.lines(0..<120)]).outcomes)
    }
    #expect(alerts[0] == alerts[1] && alerts[0] == ["40 1 firing", "41 1 resolved"])
  }

  @Test func theStreamHasASeriesToo() throws {
    let rule = "{ name: Busy, expect: page_hinkley(count) < 1 }"
    let lines = (0..<60).flatMap { hour in
      (0..<(hour < 50 ? 2 : 80)).map { Hourly.event(Double(hour) + Double($0) / 100, model: "1") }
    }
    let run = try Hourly.world(rules: Self.rules(rule)).run([lines])
    #expect(Self.alerts(run.outcomes) == ["50 - firing", "51 - resolved"])
  }

  /// Each model version has a series of its own, and one that is retired leaves nothing behind.
  @Test func eachModelVersionHasASeries() throws {
    let world = try Hourly.world(rules: Self.rules(Self.moved))
    var scene = Scene(world)
    let early = (0..<36).flatMap { Self.lines([$0], model: "a") + Self.lines([$0], model: "b") }
    scene.evaluator.fold(scene.delta(early))
    _ = scene.evaluator.advance()
    let counts = scene.evaluator.state.book.entries
      .filter { $0.key.rule == 0 }.map { ($0.key.version?.name, $0.value.detectors.count) }
      .sorted { ($0.0 ?? "") < ($1.0 ?? "") }
    #expect(counts.map(\.0) == ["a", "b"] && counts.allSatisfy { $0.1 == 1 })
    scene.evaluator.fold(scene.delta(Self.lines(36..<48, model: "b")))
    let outcomes = scene.evaluator.advance()
    #expect(Self.alerts(outcomes) == ["40 b firing", "41 b resolved"])
    #expect(
      scene.evaluator.state.book.entries.keys.filter { $0.rule == 0 }.map { $0.version?.name }
        == ["b"]
    )
  }

  @Test func aDetectorSurvivesARestart() throws {
    let world = try Hourly.world(rules: Self.rules(Self.moved))
    var (scene, twin) = (Scene(world), RestartedTwin(world))
    scene.know(1)
    var alerts: [String] = []
    for hour in 0..<120 {
      alerts += Self.alerts(try twin.take(scene.delta(Self.lines([hour]))).map(\.outcome))
    }
    #expect(alerts == ["40 1 firing", "41 1 resolved", "80 1 firing", "81 1 resolved"])
  }

  /// A new version of the monitor goes on with the series of a rule that it has, too; where the
  /// rule looks at something else, it begins anew.
  @Test(arguments: [("mean", ["40 1 firing", "41 1 resolved"]), ("std", [])])
  func aNewVersionGoesOn(metric: String, alerts: [String]) throws {
    let other = "{ name: Other, expect: count() >= 1 }"
    let before = try Hourly.world(rules: Self.rules(Self.moved))
    let after = try Hourly.world(
      rules: Self.rules(
        other,
        "{ name: Moved, each: features, expect: page_hinkley(\(metric)) < 1 }"
      )
    )
    var scene = VersionScene([before.version(), after.version(4)])
    var judged = scene.fold(Self.lines(0..<20))
    scene.count(known: 5)
    for hour in 20..<60 { judged += scene.fold(Self.lines([hour])) }
    #expect(scene.chain.version.number == 4)
    #expect(Self.alerts(judged.map(\.outcome)) == alerts)
    let detectors = scene.chain.evaluator.state.book.entries.values.flatMap(\.detectors.keys)
    #expect(detectors.map(\.statistic) == ["page_hinkley(\(metric))"])
  }

  /// No cut of the stream, batch, order of partitions or crash changes what detectors say.
  @Test(arguments: 0..<10 as Range<UInt64>)
  func theLogAloneDecides(seed: UInt64) throws {
    let world = try Hourly.world(
      rules: Self.rules(
        Self.moved,
        "{ name: Shape, each: features, expect: cusum(mean_shift(previous)) < 1 }",
        "{ name: Step, each: features, expect: 'ks(previous) < 0.5 and adwin(psi) < 1' }"
      )
    )
    let partitions = [Self.lines(0..<120), Self.lines(0..<120, model: "2")]
    let plain = world.run(partitions)
    #expect(Self.alerts(plain.outcomes).count > 8)
    var feeding = World.Feeding()
    feeding.interleaving = seed
    feeding.batch = 1 + Int(seed % 7)
    feeding.commit = 1 + Int(seed % 3)
    feeding.collectors = 1 + Int(seed % 2)
    feeding.log = seed
    let other = world.run(partitions, feeding)
    #expect(other.text.sorted() == plain.text.sorted())
  }
}
