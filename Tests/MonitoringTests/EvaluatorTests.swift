@testable import Monitoring
import Records
import TestSupport
import Testing
import Windowing

/// What comes out of a stream, window by window.
@Suite struct EvaluatorTests {
  private static let monitor = """
    version: 1
    monitor: shop
    source: { topics: [orders] }
    fields: { time: at, model_version: model }
    reference: reference.json
    window: { size: 1h }
    """

  private static let reference = (0..<600).map { index in
    event(hour: 0, value: index % 100, model: "1")
  }

  private static func event(hour: Double, value: Int, model: String? = nil) -> String {
    let model = model.map { ",\"model\":\"\($0)\"" } ?? ""
    return "{\"at\":\(1_600_002_000 + Int(hour * 3_600)),\"x\":\(value)\(model)}"
  }

  private func world(_ rules: String..., monitor: String = monitor) throws -> World {
    try World(monitor: monitor, rules: rules, reference: Self.reference)
  }

  /// Hours since the first event's hour, and what the window holds.
  private func hours(_ windows: [WindowResult]) -> [String] {
    windows.map { result in
      let start = (result.window.start.microseconds / 1_000_000 - 1_600_002_000) / 3_600
      let end = (result.window.end.microseconds / 1_000_000 - 1_600_002_000) / 3_600
      let skipped = result.skippedWindows > 0 ? " skipped \(result.skippedWindows)" : ""
      return "\(start)-\(end): \(result.version?.name ?? "none") \(result.records)\(skipped)"
    }
  }

  /// What one clock says that is ahead is no time that has come: at the end of a file nothing
  /// after it says more.
  @Test(arguments: [1, 7, 100])
  func aClockAheadInAFileRaisesNoAlarmAtItsEnd(batch: Int) throws {
    let world = try world(
      """
      version: 1
      rules:
        - { name: Enough, expect: count > 5 }
        - { name: Often, expect: count > 5, window: { size: 2h, every: 1h } }
      triggers: [{ name: Retrain, every: 3d }]
      """
    )
    var lines = (0..<60).map { Self.event(hour: Double($0) / 10, value: $0) }
    lines.insert(Self.event(hour: 100.5, value: 1), at: 25)
    let run = world.run([lines], World.Feeding(batch: batch))
    #expect(
      hours(run.windows.filter { $0.window.specification == 0 }) == [
        "0-1: none 10", "1-2: none 10", "2-3: none 10", "3-4: none 10", "4-5: none 10",
        "5-6: none 10", "6-100: none 0 skipped 94", "100-101: none 1",
      ]
    )
    #expect(
      hours(run.windows.filter { $0.window.specification == 1 }.suffix(3)) == [
        "6-99: none 0 skipped 93", "99-101: none 1", "100-102: none 1",
      ]
    )
    #expect(run.alerts.isEmpty && run.requests.isEmpty)
    #expect(run.tally.accepted == 61 && run.tally.read == 61)
  }

  @Test func emptyWindowsAreWrittenAndVersionsApart() throws {
    let lines = [
      Self.event(hour: 0.1, value: 1, model: "1"), Self.event(hour: 0.2, value: 2, model: "2"),
      Self.event(hour: 0.3, value: 3), Self.event(hour: 3.5, value: 4, model: "1"),
      Self.event(hour: 3.6, value: 4, model: "1"), Self.event(hour: 3.7, value: 4, model: "1"),
    ]
    let run = try world().run([lines])
    #expect(
      hours(run.windows) == [
        "0-1: none 1", "0-1: 1 1", "0-1: 2 1", "1-2: none 0", "2-3: none 0", "3-4: 1 3",
      ]
    )
  }

  @Test func aLongSilenceBecomesOneGapRecord() throws {
    var world = try world()
    world.limits.emptyWindows = 3
    let lines = [0.5, 50.5, 51.5, 51.6, 51.7].map { Self.event(hour: $0, value: 1, model: "1") }
    let expected = [
      "0-1: 1 1", "1-2: none 0", "2-3: none 0", "3-4: none 0", "4-50: none 0 skipped 46",
      "50-51: 1 1", "51-52: 1 3",
    ]
    #expect(hours(world.run([lines]).windows) == expected)
    let oneByOne = World.Feeding(batch: 1, commit: 1)
    #expect(hours(world.run([lines], oneByOne).windows) == expected)
    #expect(world.run([lines]).text.count { $0.contains("\"empty_windows\":46") } == 1)
  }

  @Test func ofVeryManyFieldsFewerEmptyWindowsAreWrittenAtOnce() throws {
    var world = try world()
    // Less than one window takes.
    world.limits.emptyBytes = 1
    let lines = [0.5, 50.5, 51.5, 51.6, 51.7].map { Self.event(hour: $0, value: 1, model: "1") }
    #expect(
      hours(world.run([lines]).windows) == [
        "0-1: 1 1", "1-2: none 0", "2-50: none 0 skipped 48", "50-51: 1 1", "51-52: 1 3",
      ]
    )
  }

  @Test func overlappingWindowsShareTheirRecords() throws {
    let monitor = Self.monitor.replacing(
      "{ size: 1h }",
      with: "{ size: 2h, every: 1h, align: 30m }"
    )
    let lines = [0.1, 0.7, 1.6].map { Self.event(hour: $0, value: 1, model: "1") }
    let run = try world(monitor: monitor).run([lines])
    let counts = run.windows.map(\.records)
    #expect(counts == [1, 2, 2, 1])
    let spans = run.windows.map { $0.window.end.microseconds - $0.window.start.microseconds }
    #expect(spans.allSatisfy { $0 == 7_200_000_000 })
    let starts = run.windows.map { $0.window.start.microseconds / 60_000_000 % 60 }
    #expect(starts.allSatisfy { $0 == 30 })
  }

  @Test func windowsWaitForTheSlowestPartition() throws {
    let world = try world()
    let fast = (0..<10).map { Self.event(hour: Double($0) + 0.5, value: 1, model: "1") }
    let slow = [Self.event(hour: 0.5, value: 2, model: "1")]
    let run = world.run([fast, slow], World.Feeding(batch: 1))
    #expect(run.windows.first?.records == 2)
    #expect(run.windows.map(\.records).reduce(0, +) == 11)
    let covers = run.windows.first?.covers.map { [Int64($0.partition), $0.start, $0.end] }
    #expect(covers == [[0, 0, 1], [1, 0, 1]])
  }

  @Test func tooFewRecordsDecideNothing() throws {
    let rules = """
      version: 1
      rules:
        - { name: Mean, expect: mean(x) < 10, min_records: 5 }
        - { name: Drift, expect: drift(x) < 0.5 }
      """
    let few = (0..<4).map { Self.event(hour: 0.01 * Double($0), value: 99, model: "1") }
    let silent = try world(rules).run([few])
    #expect(silent.alerts.isEmpty)
    #expect(
      silent.windows.map(\.undecided) == [
        [
          Undecided(rule: 0, field: nil, recordsNeeded: 5),
          Undecided(rule: 1, field: nil, recordsNeeded: 21),
        ]
      ]
    )
    #expect(silent.text[0].contains(#"{"rule":"Mean","field":null,"records_needed":5}"#))
    let enough = (0..<80).map { Self.event(hour: 0.01 * Double($0), value: 99, model: "1") }
    let alerts = try world(rules).run([enough]).alerts
    #expect(alerts.map(\.summary) == ["expected mean(x) < 10", "expected drift(x) < 0.5"])
    #expect(alerts.map(\.transition.state) == [.firing, .firing])
  }

  @Test func tooFewRecordsResolveNothing() throws {
    let rules = """
      version: 1
      rules: [{ name: Mean, expect: mean(x) < 10, min_records: 5 }]
      """
    let hours = [(count: 9, value: 99), (count: 4, value: 1), (count: 9, value: 1)]
    let lines = hours.enumerated().flatMap { hour, records in
      (0..<records.count).map {
        Self.event(hour: Double(hour) + 0.1 * Double($0), value: records.value, model: "1")
      }
    }
    let alerts = try world(rules).run([lines]).alerts
    #expect(alerts.map(\.transition.state) == [.firing, .resolved])
    #expect(alerts.last?.window.start == Timestamp(microseconds: 1_600_009_200_000_000))
  }

  @Test func aRuleAboutTheStreamLooksAtAllVersions() throws {
    let rules = """
      version: 1
      rules: [{ name: Enough, expect: count() >= 3 }]
      """
    let lines = [
      Self.event(hour: 0.1, value: 1, model: "1"), Self.event(hour: 0.2, value: 1, model: "2"),
      Self.event(hour: 0.3, value: 1, model: "2"), Self.event(hour: 1.1, value: 1, model: "2"),
      Self.event(hour: 2.1, value: 1, model: "2"),
    ]
    let alerts = try world(rules).run([lines]).alerts
    #expect(alerts.count == 1)
    #expect(alerts.first?.window.start == Timestamp(microseconds: 1_600_005_600_000_000))
    #expect(alerts.first?.transition.subject.version == nil)
  }

  @Test func aRetiredModelVersionEndsItsAlertsAndRequests() throws {
    let rules = """
      version: 1
      rules: [{ name: Low, each: features, expect: mean < 50 }]
      triggers: [{ name: Again, when: firing(Low), cooldown: 1h }]
      """
    let old = [0.1, 1.1].map { Self.event(hour: $0, value: 90, model: "1") }
    let new = (2..<12).map { Self.event(hour: Double($0) + 0.1, value: 10, model: "2") }
    let run = try world(rules).run([old + new])
    let states = run.alerts.map { "\($0.transition.state) \($0.summary)" }
    #expect(
      states == [
        "firing expected mean < 50", "resolved no record of this model version for 3 windows",
      ]
    )
    // Both windows with its records failed; that it is still firing afterwards is no news.
    #expect(run.requests.map { $0.version?.name } == ["1", "1"])
  }

  @Test func anEmptyWindowSaysNothingOfAVersion() throws {
    let rules = """
      version: 1
      rules: [{ name: Both, expect: count() >= 1 and missing(x) < 1% }]
      """
    let lines = [0.1, 3.1].map { Self.event(hour: $0, value: 1, model: "1") }
    #expect(try world(rules).run([lines]).alerts.isEmpty)
  }

  @Test func aWindowOfTwoSizesIsWrittenOnce() throws {
    let rules = """
      version: 1
      window: { size: 1h, every: 30m }
      rules: [{ name: Enough, expect: count() >= 1 }]
      """
    let lines = (0..<6).map { Self.event(hour: Double($0) / 2 + 0.1, value: 1, model: "1") }
    let run = try world(rules).run([lines])
    #expect(Set(run.text).count == run.text.count)
    #expect(run.windows.map(\.records) == [1, 2, 2, 2, 2, 2, 1])
  }

  @Test func versionsAreToldApartByBytes() throws {
    let spellings = ["caf\u{e9}", "cafe\u{301}"]
    #expect(spellings[0] == spellings[1])
    let lines = spellings.map { Self.event(hour: 0.1, value: 1, model: $0) }
    let world = try world()
    let forward = world.run(lines.map { [$0] })
    let backward = world.run(lines.reversed().map { [$0] })
    #expect(forward.windows.count == 2)
    #expect(forward.windows.map(\.version) == backward.windows.map(\.version))
  }
}
