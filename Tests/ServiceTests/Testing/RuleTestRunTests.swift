@testable import Service
import Records
import Rules
import Testing

/// Tests that run: what counts when, and that nothing depends on the run.
@Suite struct RuleTestRunTests {
  private let folder: Folder

  init() throws {
    folder = try Folder()
    let rules = """
      version: 1
      rules:
        - name: Present
          expect: missing(x) < 10%
        - name: Many
          expect: count > 30
          severity: info
          for: 2 windows
        - name: Flow
          expect: freshness < 10m
      """
    _ = try folder.write(Array(rules.utf8), to: "a.yaml")
  }

  private func load(
    _ tests: String,
    reference: String = "{ during: 3h }",
    window: String = "1h"
  ) throws -> LoadedTests {
    let text = """
      version: 1
      rules: [a.yaml]
      monitor: { fields: { time: at }, window: \(window), lateness: 10m }
      reference: \(reference)
      stream: { every: 1m, record: { x: "normal(0, 1)" } }
      tests:
      \(tests)
      """
    let loaded = try TestLoader.load(try folder.write(Array(text.utf8), to: "a.test.yaml"))
    #expect(loaded.report == "")
    return loaded
  }

  /// What a test file's only test says, alerts by minutes from the start.
  private func alerts(_ loaded: LoadedTests) throws -> [String] {
    let run = try #require(RuleTestRun(loaded))
    let test = try #require(loaded.file?.tests.first)
    return try run.timeline(of: test).alerts.map { time, alert in
      "\((time - TestStream.standardStart.microseconds) / 60_000_000) \(alert.label())"
    }
  }

  @Test func anAlertCountsFromTheEndOfItsWindow() throws {
    let found = try alerts(
      try load(
        """
        - name: a
          phases: [{ from: 1h, to: 2h, record: { x: null(50%) } }]
          expect: [{ at: 3h, alerts: [] }]
        """
      )
    )
    #expect(found == ["120 firing Present(x)", "180 resolved Present(x)"])
  }

  @Test func whatIsSaidOfASilenceCountsFromItsEndAndTheClockBefore() throws {
    let found = try alerts(
      try load(
        """
        - name: a
          phases: [{ from: 1h, to: 5h, every: off }]
          expect: [{ at: 8h, alerts: [] }]
        """
      )
    )
    // The windows of the silence close with the third event after it.
    #expect(
      found == [
        "69 firing Flow", "300 resolved Flow", "302 pending Many", "302 firing Many",
        "360 resolved Many",
      ]
    )
  }

  @Test func aTestThatEndsInSilenceClosesNoWindow() throws {
    let found = try alerts(
      try load(
        """
        - name: a
          phases: [{ from: 90m, every: off }]
          expect: [{ at: 8h, alerts: [] }]
        """
      )
    )
    #expect(found == ["99 firing Flow"])
  }

  @Test func twoRunsAreEqual() throws {
    let tests = """
      - name: a
        phases: [{ from: 1h, to: 90m, record: { x: "null(12%)" } }]
        expect: [{ at: 8h, alerts: [] }]
      """
    let (one, other) = (try load(tests), try load(tests))
    #expect(one.references == other.references && one.plan == other.plan)
    #expect(try alerts(one) == alerts(other))
    let diff = { (loaded: LoadedTests) in
      let run = try #require(RuleTestRun(loaded))
      return try run.run(try #require(loaded.file?.tests.first))
    }
    #expect(try diff(one) == diff(other))
  }

  @Test func aFixtureIsReadWhateverItsFormat() throws {
    var (json, table) = ("", "at,x\n")
    for minute in 0..<240 {
      let microseconds = TestStream.standardStart.microseconds + Int64(minute) * 60_000_000
      let time = Timestamp(microseconds: microseconds).description
      let isNull = (60..<120).contains(minute) && minute % 2 == 0
      let x = isNull ? nil : "\(minute % 7)"
      json += "{\"at\":\"\(time)\",\"x\":\(x ?? "null")}\n"
      table += "\(time),\(x ?? "")\n"
    }
    _ = try folder.write(Array(json.utf8), to: "f.ndjson")
    _ = try folder.write(Array(table.utf8), to: "f.csv")
    for name in ["f.ndjson", "f.csv"] {
      let found = try alerts(
        try load(
          """
          - name: a
            fixture: \(name)
            start: 2024-01-01T00:00:00Z
            expect: [{ at: 3h, alerts: [] }]
          """,
          reference: "{ rows: \(name) }"
        )
      )
      #expect(found == ["120 firing Present(x)", "180 resolved Present(x)"], "\(name)")
    }
  }

  @Test func columnsThatCannotBeInOneEventAreNamed() throws {
    _ = try folder.write(Array("at,x\n2024-01-01T00:00:00Z,1\n".utf8), to: "rows.csv")
    _ = try folder.write(Array("at,x.y,x\n2024-01-01T00:00:00Z,2,1\n".utf8), to: "both.csv")
    let loaded = try load(
      """
      - name: a
        fixture: both.csv
        start: 2024-01-01T00:00:00Z
        expect: [{ at: 1h, alerts: [] }]
      """,
      reference: "{ rows: rows.csv }"
    )
    let test = try #require(loaded.file?.tests.first)
    let run = try #require(RuleTestRun(loaded))
    let error = #expect(throws: InputError.self) { try run.run(test) }
    let message = "both.csv: the columns x and x.y cannot both be in one event: rename one"
    #expect(error?.message.hasSuffix("/" + message) == true, "\(error?.message ?? "")")
  }

  @Test func overlappingWindowsAndExpectationsUntil() throws {
    let loaded = try load(
      """
      - name: a
        phases: [{ from: 1h, to: 2h, record: { x: null(50%) } }]
        expect:
          - { until: 1h10m, alerts: [] }
          - { until: 3h, alerts: [{ rule: Present, field: x }] }
          - { until: 4h, alerts: [] }
      """,
      window: "{ size: 1h, every: 15m }"
    )
    let test = try #require(loaded.file?.tests.first)
    let failures = try #require(RuleTestRun(loaded)).run(test)
    // The first windows begin before the stream; the one that ends at 3h holds no null any more.
    #expect(
      failures.map(\.time) == [
        "at 15m, until 1h10m (2024-01-01T00:15:00Z)", "at 3h (2024-01-01T03:00:00Z)",
      ]
    )
    #expect(failures.map(\.got) == [["pending Many"], []])
    #expect(failures.map(\.expected) == [[], ["firing Present(x)"]])
  }
}
