import Drift
import Records
import Rules
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// A rule that is judged by the clock, since a stream that has stopped closes no window.
@Suite struct FreshnessTests {
  private static let rules = """
    version: 1
    rules: [{ name: Fresh, expect: freshness < 10m, for: 2m }]
    """
  /// 2020-09-13 13:00Z, where the hours of `Hourly` begin.
  private static let start: Int64 = 1_600_002_000

  private static func world(window: String = "1h") throws -> World {
    try Hourly.world(window: window, rules: rules)
  }

  /// What a collector says at a second.
  private static func delta(
    _ scene: inout Scene,
    _ lines: [String] = [],
    at second: Int64,
    isAtEnd: Bool = true,
    partition: Int = 0
  ) -> Delta {
    var delta = scene.delta(lines, partition)
    delta.wallSecond = start + second
    for index in delta.progress.indices { delta.progress[index].isAtEnd = isAtEnd }
    return delta
  }

  @Test func aStreamThatStopsFiresAndRecovers() throws {
    var scene = Scene(try Self.world())
    #expect(scene.fold(Self.delta(&scene, [Hourly.event(0)], at: 1)) == [])
    var lines: [String] = []
    for second in stride(from: Int64(10), through: 900, by: 10) {
      lines += scene.fold(Self.delta(&scene, at: second)).map { "\(second) \($0)" }
    }
    // Judged at the first second of a minute, more than ten of them behind the event.
    #expect(lines == ["600 Fresh pending warning", "660 Fresh firing warning"])
    let fresh = Self.delta(&scene, [Hourly.event(0.25)], at: 905)
    #expect(scene.fold(fresh) == [])
    #expect(scene.fold(Self.delta(&scene, at: 960)) == ["Fresh resolved warning"])
  }

  @Test func whileRecordsWaitToBeReadNothingFails() throws {
    var scene = Scene(try Self.world())
    _ = scene.fold(Self.delta(&scene, [Hourly.event(0)], at: 1))
    let late = Self.delta(&scene, [Hourly.event(0.1)], at: 7_200, isAtEnd: false)
    #expect(scene.fold(late) == [])
    #expect(scene.evaluator.state.sources.age(at: Self.start + 7_200).value == 6_840)
    #expect(scene.evaluator.state.sources.age(at: Self.start + 7_200).lower == 0)
    #expect(scene.fold(Self.delta(&scene, at: 7_260)) == ["Fresh firing warning"])
  }

  @Test func aPartitionThatNobodyTellsOfMayHoldNewerEvents() throws {
    var scene = Scene(try Self.world(), partitions: 2)
    scene.know(2)
    _ = scene.fold(Self.delta(&scene, [Hourly.event(0)], at: 1))
    // The other was never heard of.
    #expect(scene.fold(Self.delta(&scene, at: 1_200)) == [])
    _ = scene.fold(Self.delta(&scene, [Hourly.event(0.01)], at: 1_210, partition: 1))
    #expect(scene.fold(Self.delta(&scene, at: 1_230)) == [])
    #expect(scene.fold(Self.delta(&scene, at: 1_261)) == [])
    _ = scene.fold(Self.delta(&scene, at: 1_265, partition: 1))
    #expect(scene.fold(Self.delta(&scene, at: 1_320)) == [])
    _ = scene.fold(Self.delta(&scene, at: 1_340, partition: 1))
    #expect(scene.fold(Self.delta(&scene, at: 1_380)) == [])
    let both = Self.delta(&scene, at: 1_410, partition: 1)
    #expect(scene.fold(both) == [])
    #expect(scene.fold(Self.delta(&scene, at: 1_440)) == ["Fresh firing warning"])
  }

  @Test func anEventFromTheFutureDoesNotKeepTheStreamFresh() throws {
    var scene = Scene(try Self.world())
    _ = scene.fold(Self.delta(&scene, [Hourly.event(0), Hourly.event(9)], at: 1))
    #expect(scene.evaluator.state.sources.age(at: Self.start + 541).value == 540)
    _ = scene.fold(Self.delta(&scene, at: 541))
    #expect(scene.fold(Self.delta(&scene, at: 660)) == ["Fresh firing warning"])
  }

  @Test func aClockThatWasWrongForAWhileIsForgotten() throws {
    var scene = Scene(try Self.world())
    _ = scene.fold(Self.delta(&scene, [Hourly.event(0)], at: 1))
    // a year ahead, once
    _ = scene.fold(Self.delta(&scene, at: 31_536_000))
    #expect(scene.evaluator.state.clock.second == Self.start + 31_536_000)
    #expect(
      scene.fold(Self.delta(&scene, [Hourly.event(0.1)], at: 361)) == ["Fresh resolved warning"]
    )
    #expect(scene.evaluator.state.clock.second == Self.start + 361)
    // a clock that is some minutes behind another one is not the clock
    _ = scene.fold(Self.delta(&scene, at: 200))
    #expect(scene.evaluator.state.clock.second == Self.start + 361)
  }

  @Test func minutesGoOnWhereAClockWasTenMinutesAhead() {
    var clock = ClockState()
    let minutes = [Int64(1_259), 658, 659].map { second in
      _ = clock.advance(to: second)
      return clock.takeMinute()
    }
    #expect(minutes == [20, 10, nil])
  }

  /// What it had said to alerts and of partitions is forgotten with it.
  @Test func aClockThatWasWrongLeavesNothingBehind() throws {
    let rules = """
      version: 1
      rules:
        - { name: Fresh, expect: freshness < 10m, keep_firing_for: 2m, repeat: 5m, cooldown: 5m }
      """
    var scene = Scene(try Hourly.world(rules: rules))
    let year: Int64 = 31_536_000
    var lines: [String] = []
    func take(_ events: [String] = [], at second: Int64) {
      lines += scene.fold(Self.delta(&scene, events, at: second)).map { "\(second) \($0)" }
    }
    take([Hourly.event(0)], at: 1)
    take(at: 660)
    // A year ahead it fails, and an event of tomorrow is as old as that clock says.
    take([Hourly.event(24)], at: year)
    take(at: year + 660)
    take(at: 720)
    let state = scene.evaluator.state
    let now = Timestamp(microseconds: (Self.start + 720) * 1_000_000)
    #expect(state.sources.states.map(\.newest) == [now])
    #expect(state.sources.states.map(\.heard) == [Self.start + 720])
    let entry = try #require(state.book.entries.values.first { !$0.failures.isEmpty })
    #expect(entry.failures.allSatisfy { $0.end <= now })
    #expect(entry.lastPass.map { $0 <= now } ?? true)
    for second in stride(from: Int64(780), through: 1_800, by: 60) { take(at: second) }
    // Behind the clock's year it ends when it was quiet, cools down, and is said again in time.
    #expect(
      lines.filter { $0.contains("Fresh") } == [
        "660 Fresh firing warning", "\(year) Fresh firing warning",
        "\(year + 660) Fresh firing warning", "840 Fresh resolved warning",
        "1320 Fresh firing warning", "1620 Fresh firing warning",
      ]
    )
  }

  @Test func collectorsWhoseClocksDifferTellOfOneStream() throws {
    var scene = Scene(try Self.world(), partitions: 2)
    scene.know(2)
    var lines = scene.fold(Self.delta(&scene, [Hourly.event(0)], at: 61))
    lines += scene.fold(Self.delta(&scene, [Hourly.event(0)], at: 1, partition: 1))
    for second in stride(from: Int64(10), through: 900, by: 10) {
      lines += scene.fold(Self.delta(&scene, at: second + 60))
      lines += scene.fold(Self.delta(&scene, at: second, partition: 1))
    }
    #expect(lines == ["Fresh pending warning", "Fresh firing warning"])
  }

  @Test func aTriggerCannotAskForTheRecordsOfAClock() throws {
    let rules = Self.rules + "\ntriggers: [{ name: T, when: firing(Fresh) > 0 }]"
    do {
      _ = try Hourly.world(rules: rules)
      Issue.record("accepted")
    } catch let error as World.BadFiles {
      #expect(error.report.contains("'Fresh' is judged by the clock: no records belong to"))
    }
  }

  /// The monitor's windows are none of a clock's: its alert goes on by name.
  @Test func anAlertSurvivesOtherWindows() throws {
    let (hours, days) = (try Self.world(), try Self.world(window: "2h"))
    let translation = PlanTranslation(old: hours.plan, new: days.plan)
    let rule = try #require(hours.plan.rules.firstIndex { $0.name == "Fresh" })
    let subject = AlertSubject(rule: rule, field: nil, version: nil)
    #expect(translation.subject(subject) != nil)
    let window = Window(
      specification: 0,
      start: Timestamp(microseconds: 0),
      end: Timestamp(microseconds: 60_000_000)
    )
    #expect(translation.window(window, of: rule)?.end == window.end)
    #expect(translation.window(window) == nil)
  }

  @Test func withoutAClockNothingIsJudged() throws {
    let run = try Self.world().run([[Hourly.event(0), Hourly.event(500)]])
    #expect(run.alerts.isEmpty)
    #expect(run.windows.count == 501)
  }

  @Test func itGoesOnBehindASnapshot() throws {
    let world = try Self.world()
    var (scene, twin) = (Scene(world), RestartedTwin(world))
    var states: [String] = []
    for (number, second) in [Int64](arrayLiteral: 1, 540, 600, 660, 720).enumerated() {
      let events = number == 0 ? [Hourly.event(0)] : []
      let delta = Self.delta(&scene, events, at: second)
      for judged in try twin.take(delta) {
        guard case .alert(let alert) = judged.outcome else { continue }
        states.append("\(second) \(alert.transition.state)")
      }
    }
    #expect(states == ["600 pending", "660 firing"])
  }

  @Test func anAlertSaysWhatTheClockSaid() throws {
    var scene = Scene(try Self.world())
    _ = scene.fold(Self.delta(&scene, [Hourly.event(0)], at: 1))
    scene.evaluator.fold(Self.delta(&scene, at: 607))
    guard case .alert(let alert)? = scene.evaluator.advance().first else {
      Issue.record("no alert")
      return
    }
    #expect(alert.evidence?.observation.measurement.value == 607)
    #expect(alert.window.start.microseconds == (Self.start + 540) * 1_000_000)
    #expect(alert.window.end.microseconds == (Self.start + 600) * 1_000_000)
    #expect(alert.summary == "expected freshness < 10m")
  }

  @Test(arguments: [
    ("freshness < 10m and count > 3", "'freshness' is judged by the clock, 'count' by windows"),
    ("freshness < 10m, window: 5m", "this rule has no use for 'window'"),
    ("adwin(freshness) < 1", "'freshness' is judged by the clock and has no windows"),
  ])
  func itStandsAlone(rule: String, message: String) throws {
    let text = "version: 1\nrules: [{ name: R, expect: \(rule) }]"
    do {
      _ = try Hourly.world(rules: text)
      Issue.record("accepted")
    } catch let error as World.BadFiles { #expect(error.report.contains(message)) }
  }
}
