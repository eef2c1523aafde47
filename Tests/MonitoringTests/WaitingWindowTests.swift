import Drift
import Records
import Rules
import Sketches
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// Windows that wait for records, as they come out of a stream.
@Suite struct WaitingWindowTests {
  static func world(
    window: String,
    lateness: String = "0s",
    rules: String...
  ) throws -> World {
    let monitor = """
      version: 1
      monitor: shop
      source: { topics: [orders] }
      fields: { time: at, model_version: model }
      reference: reference.json
      window: \(window)
      lateness: \(lateness)
      """
    let reference = (0..<600).map { Hourly.event(0, value: $0 % 100, model: "1") }
    return try World(monitor: monitor, rules: rules, reference: reference)
  }

  private func hours(_ window: Window) -> String {
    "\(Hourly.hour(window.start))-\(Hourly.hour(window.end))"
  }

  /// Hours, and records of all model versions.
  private func spans(_ run: World.Run, _ specification: Int = 0) -> [String] {
    var spans: [String] = []
    var last: (window: Window, records: UInt64)?
    func end() {
      guard let last else { return }
      spans.append("\(hours(last.window)): \(last.records)")
    }
    for result in run.windows where result.window.specification == specification {
      if result.skippedWindows > 0 {
        end()
        last = nil
        spans.append("\(hours(result.window)): skipped \(result.skippedWindows)")
      } else if let open = last, open.window == result.window {
        last = (open.window, open.records + result.records)
      } else {
        end()
        last = (result.window, result.records)
      }
    }
    end()
    return spans
  }

  private static let hours = [
    0.1, 0.2, 1.5, 2.1, 2.2, 2.3, 2.4, 3.9, 9.1, 12.5, 12.6,
  ]

  @Test(arguments: [1, 3, 100])
  func aWindowLastsUntilItHoldsEnough(batch: Int) throws {
    let world = try Self.world(window: "{ size: 1h, min_records: 3, at_most: 4h }")
    let lines = Self.hours.enumerated().map { index, hour in
      Hourly.event(hour, model: "\(index % 2)")
    }
    let run = world.run([lines], World.Feeding(batch: batch))
    #expect(spans(run) == ["0-2: 3", "2-3: 4", "3-7: 1", "7-11: 1", "11-13: 2"])
    #expect(
      run.text[0].contains(
        #""window_start":"2020-09-13T13:00:00Z","window_end":"2020-09-13T15:00:00Z","#
          + #""window_size":"1h","min_records":3,"records":2,"read":3,"#
      )
    )
    #expect(run.tally.windows == 5)
  }

  @Test func windowsOfAFixedSizeSayNothingOfRecordsWaitedFor() throws {
    let run = try Self.world(window: "1h").run([[Hourly.event(0.5)]])
    #expect(run.text.count == 1 && !run.text[0].contains("min_records"))
  }

  @Test func stepsAreAligned() throws {
    let world = try Self.world(window: "{ size: 2h, align: 1h, min_records: 3, at_most: 6h }")
    let run = world.run([Self.hours.map { Hourly.event($0) }])
    // Hour 0 of the tests is an even one of the epoch's or not: windows begin at odd ones.
    let starts = run.windows.map { $0.window.start.microseconds / 3_600_000_000 }
    #expect(starts.allSatisfy { !$0.isMultiple(of: 2) })
    #expect(run.windows.map(\.records).reduce(0, +) == 11)
  }

  @Test(arguments: [1, 100])
  func whatIsEmptyAsLongAsItGetsIsAnEmptyWindow(batch: Int) throws {
    var world = try Self.world(window: "{ size: 1h, min_records: 2, at_most: 2h }")
    world.limits.emptyWindows = 2
    for (hour, last) in [(21.1, "21-22: 3"), (22.1, "21-23: 3")] {
      let hours = [0.1, 0.2, hour, hour + 0.1, hour + 0.2]
      let run = world.run([hours.map { Hourly.event($0) }], World.Feeding(batch: batch))
      #expect(spans(run) == ["0-1: 2", "1-3: 0", "3-5: 0", "5-21: skipped 8", last])
      #expect(run.text.count { $0.contains(#""min_records":2,"empty_windows":8,"#) } == 1)
    }
  }

  @Test func aSilenceInsideAWindowIsSpanned() throws {
    let world = try Self.world(window: "{ size: 1h, min_records: 4 }")
    let atMost = try #require(world.plan.windows[0].atMost)
    #expect(atMost == .seconds(1_000 * 3_600))
    let run = world.run([[0.1, 0.2, 700.3, 700.4, 701.2].map { Hourly.event($0) }])
    #expect(spans(run) == ["0-701: 4", "701-702: 1"])
  }

  @Test func rulesAreJudgedOnWhatAWindowHolds() throws {
    let world = try Self.world(
      window: "{ size: 1h, min_records: 3, at_most: 4h }",
      rules: """
        version: 1
        rules:
          - { name: Mean, expect: mean(x) < 10, min_records: 3 }
          - { name: Rate, expect: rate > 0.0005/s }
        """
    )
    let lines = Self.hours.map { Hourly.event($0, value: 90) }
    let run = world.run([lines])
    // The last is behind a pause, and nothing bears it out.
    #expect(run.windows.map { $0.undecided.map(\.rule) } == [[], [], [0], [0], [0, 1, 2]])
    let rates = run.alerts.filter { $0.transition.subject.rule == 1 }
      .compactMap { $0.evidence?.observation.measurement.value }
    #expect(rates.map { ($0 * 14_400).rounded() } == [6, 16, 1])
    let means = run.alerts.filter { $0.transition.subject.rule == 0 }
    #expect(means.map(\.transition.first.end) == [run.windows[0].window.end])
  }

  /// A window that several sizes have is written once, with what the rules of all left undecided.
  @Test(arguments: [1, 100])
  func whatIsUndecidedInAWindowOfSeveralSizesIsWritten(batch: Int) throws {
    let world = try Self.world(
      window: "6h",
      rules: """
        version: 1
        rules:
          - { name: Own, expect: mean(x) < 10, min_records: 99 }
          - { name: Hop, expect: mean(x) < 10, min_records: 99, window: { size: 6h, every: 1h } }
          - name: Wait
            expect: mean(x) < 10
            min_records: 99
            window: { size: 6h, min_records: 2, at_most: 12h }
        """
    )
    let lines = (0..<24).map { Hourly.event(Double($0) + 0.5) }
    let run = world.run([lines], World.Feeding(batch: batch))
    var counts: [String: Int] = [:]
    for result in run.windows {
      for item in result.undecided { counts[world.plan.rules[item.rule].name, default: 0] += 1 }
    }
    // Windows begin five hours before the first event, hop by hop, and at each sixth of them.
    #expect(counts == ["Own": 5, "Hop": 29, "Wait": 5])
    #expect(run.windows.count == 29 && run.tally.windows == 29)
  }

  @Test func aTriggerNamesTheWholeWindow() throws {
    let world = try Self.world(
      window: "{ size: 1h, min_records: 3, at_most: 4h }",
      rules: """
        version: 1
        rules:
          - { name: Low, each: features, expect: mean < 50 }
          - { name: Each, expect: count() >= 0, window: 30m }
        triggers: [{ name: Again, when: firing(Low) }]
        """
    )
    let run = world.run([Self.hours.map { Hourly.event($0, value: $0 < 2 ? 10 : 90) }])
    let requests = run.requests.map { request in
      let offsets = request.selection.covers.map { "\($0.start)..<\($0.end)" }.joined()
      let spans = request.spans.map { hours($0) }.joined()
      return "\(request.selection.rows) in \(offsets) of \(spans)"
    }
    #expect(requests == ["4 in 3..<7 of 2-3"])
    let short = world.run([[3.9, 9.1, 12.5].map { Hourly.event($0, value: 90) }])
    #expect(short.requests.map(\.selection.rows) == [1])
    #expect(short.requests.flatMap(\.spans).map { hours($0) } == ["3-7"])
  }

  /// Two sizes of window may come to the same one: it is one record, of the first in the plan.
  @Test(arguments: ["1h", "{ size: 1h, min_records: 2, at_most: 9h }"])
  func aWindowOfTwoSpecificationsIsWrittenOnce(window: String) throws {
    let waits = window != "1h"
    let other = waits ? "1h" : "{ size: 1h, min_records: 2, at_most: 9h }"
    let world = try Self.world(
      window: window,
      rules: """
        version: 1
        window: \(other)
        rules: [{ name: Enough, expect: count() >= 0 }]
        """
    )
    let run = world.run([[0.1, 0.2, 1.1, 2.1, 3.1, 3.2].map { Hourly.event($0) }])
    let expected =
      waits
      ? [["0-1: 2", "1-3: 2", "3-4: 2"], ["1-2: 1", "2-3: 1"]]
      : [["0-1: 2", "1-2: 1", "2-3: 1", "3-4: 2"], ["1-3: 2"]]
    #expect([spans(run, 0), spans(run, 1)] == expected)
    #expect(Set(run.text).count == run.text.count && run.tally.windows == 5)
  }

  /// A window left out in one size's gap is no less another's.
  @Test(arguments: [1, 100])
  func aGapOfOneSizeHidesNoWindowOfAnother(batch: Int) throws {
    var world = try Self.world(
      window: "1h",
      rules: """
        version: 1
        window: { size: 1h, min_records: 1, at_most: 2h }
        rules: [{ name: Enough, expect: count() >= 0 }]
        """
    )
    world.limits.emptyWindows = 1
    let run = world.run([[0.1, 9.1].map { Hourly.event($0) }], World.Feeding(batch: batch))
    #expect(spans(run) == ["0-1: 1", "1-2: 0", "2-9: skipped 7", "9-10: 1"])
    #expect(spans(run, 1) == ["1-3: 0", "3-9: skipped 3"])
    #expect(run.windows.map(\.window.end).map(Hourly.hour).sorted() == [1, 2, 3, 9, 9, 10])
  }

  @Test func lateRecordsCountAsLateInTheWindowThatIsOpen() throws {
    let world = try Self.world(
      window: "{ size: 1h, min_records: 3, at_most: 5h }",
      lateness: "30m"
    )
    var scene = Scene(world)
    #expect(scene.fold(scene.delta(hours: 0.1, 0.2, 1.1, 1.3)) == [])
    // In time for the first hour, which is full with it, though the second has begun.
    #expect(scene.fold(scene.delta(hours: 0.9, 1.6)) == ["0-1 n=3"])
    #expect(scene.evaluator.closedThrough.map(Hourly.hour) == 1)
    #expect(scene.fold(scene.delta(hours: 0.5, 2.7, 1.5)) == ["1-2 n=3 late 1"])
    #expect(scene.fold(scene.delta(hours: 1.2, 4.6)) == [])
    // The second hour's last records came when it had ended; the window open then is the third.
    #expect(scene.fold(scene.delta(hours: 5.1, 6.6)) == ["2-6 n=3 late 2"])
  }

  /// Records of a partition that was idle come to panes that nobody waited for.
  @Test func whatAWindowHasGrownItKeeps() throws {
    let world = try Self.world(
      window: "1h",
      rules: """
        version: 1
        rules:
          - name: Many
            expect: count() >= 0
            window: { size: 1h, min_records: 3, at_most: 5h }
        """
    )
    var scene = Scene(world, partitions: 2)
    scene.know(2)
    _ = scene.fold(scene.silence(1))
    #expect(scene.fold(scene.delta(hours: 0.1, 1.1, 2.1)) == ["0-1 n=1", "1-2 n=1"])
    #expect(scene.fold(scene.delta(hours: 0.5, partition: 1)) == [])
    _ = scene.fold(scene.silence(1))
    let outcomes = scene.fold(scene.delta(hours: 3.2, 4.2))
    #expect(outcomes == ["2-3 n=1 late 1", "0-3 n=4", "3-4 n=1"])
    #expect(scene.evaluator.closedThrough.map(Hourly.hour) == 4)
  }

  @Test func aLossIsSaidOfTheWindowItTouches() throws {
    let world = try Self.world(window: "{ size: 1h, min_records: 3, at_most: 9h }")
    var scene = Scene(world)
    #expect(scene.fold(scene.delta(hours: 0.1, 1.1)) == [])
    _ = scene.delta(hours: 1.2)
    let outcomes = scene.fold(scene.delta(hours: 2.1, 3.1, 3.2, 3.3, 4.1))
    #expect(
      outcomes == [
        "0-3 n=3 gap 0:2..<3", "IntegrityHeld firing critical", "3-4 n=3 gap 0:2..<3",
      ]
    )
  }

  @Test func panesAreKeptForWhoWaitsAndForgottenThen() throws {
    let world = try Self.world(window: "{ size: 1h, min_records: 3, at_most: 4h }")
    var scene = Scene(world)
    _ = scene.fold(scene.delta(hours: 0.1, 1.1, 3.5))
    #expect(scene.evaluator.state.panes.count == 3)
    #expect(scene.evaluator.state.schedule.nextWindows.map(\.end).map(Hourly.hour) == [4])
    #expect(scene.fold(scene.delta(hours: 4.5)) == ["0-4 n=3"])
    #expect(scene.evaluator.state.panes.count == 1)
  }

  @Test func theStateHoldsTheLongestWindow() throws {
    let row = (0..<60).map { "\"f\($0)\":VALUE" }.joined(separator: ",")
    let reference = (0..<1_000).map { index in
      "{\"at\":1600002000,\(row.replacing("VALUE", with: "\(index)"))}"
    }
    func problem(_ window: String) throws -> String? {
      let monitor = """
        version: 1
        monitor: shop
        source: { topics: [orders] }
        fields: { time: at }
        reference: reference.json
        window: \(window)
        """
      let world = try World(monitor: monitor, reference: reference)
      return StateSize(world.plan, world.references).problem
    }
    #expect(try problem("{ size: 1h }") == nil)
    #expect(try problem("{ size: 1h, min_records: 10, at_most: 100h }") == nil)
    let found = try #require(try problem("{ size: 1h, min_records: 10, at_most: 9000h }"))
    #expect(found.contains("9002 panes"))
  }

  @Test func snapshotsAreOfTheirWindows() throws {
    let windows = [
      "{ size: 1h }", "{ size: 1h, min_records: 3 }", "{ size: 1h, min_records: 4 }",
      "{ size: 1h, min_records: 3, at_most: 3h }",
    ]
    let plans = try windows.map { try Self.world(window: $0).plan }
    #expect(Set(plans.map(\.canonicalJSON)).count == windows.count)
    let (world, other) = (
      try Self.world(window: windows[1]), try Self.world(window: windows[2])
    )
    var evaluator = LogStage.evaluator(other)
    #expect(throws: BadEncoding.self) {
      try evaluator.restore(LogStage.evaluator(world).snapshot())
    }
  }
}
