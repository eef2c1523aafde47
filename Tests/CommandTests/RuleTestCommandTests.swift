import Foundation
import FoundationXML
import TestSupport
import Testing

/// `leeway test` as people and tools of continuous integration use it.
@Suite(.ownThreads) struct RuleTestCommandTests {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test("every rule that comes with the program passes its tests")
  func shippedRules() throws {
    let run = try Command.run(["test", Self.root.appending(path: "rules").path()])
    #expect(run.status == 0, "\(run.output)")
    #expect(run.errors == "")
    let passed = run.output.matches(of: #/\n  ✓ /#).count
    #expect(passed >= 57, "\(run.output)")
    #expect(run.output.contains("\n\(passed) passed, 0 failed in "), "\(run.output)")
  }

  private let folder: Folder

  init() throws {
    folder = try Folder()
    let rules = """
      version: 1
      rules:
        - name: Present
          expect: missing(x) < 10%
          severity: critical
        - name: Many
          expect: count > 30
          for: 2 windows
      triggers:
        - name: Train
          when: firing(Present)
      """
    _ = try folder.write(rules, to: "a.yaml")
  }

  private static let head = """
    version: 1
    rules: [a.yaml]
    monitor: { fields: { time: at }, window: 1h }
    reference: { during: 3h }
    stream: { every: 1m, record: { x: "normal(0, 1)" } }
    tests:
      - name: silence & "quotes"
        expect: [{ until: 5h, alerts: [], triggers: [] }]

    """

  private func write(_ tests: String) throws -> String {
    try folder.write(Self.head + tests, to: "a.test.yaml")
  }

  /// What was printed but for the line with the time, with the folder's path left out.
  private func lines(_ run: Command.Outcome) -> [String] {
    run.output.replacing(folder.path + "/", with: "").split(separator: "\n").dropLast()
      .map(String.init)
  }

  private static let failing = """
      - name: nulls
        phases:
          - { from: 1h, to: 3h, record: { x: null(50%) } }
          - { from: 2h, to: 4h, every: 5m }
        expect:
          - { at: 2h, alerts: [{ rule: Present, severity: warning }] }
          - { until: 3h, alerts: [{ rule: Present }, { rule: Many, state: pending }] }
          - { at: 4h, alerts: [{ rule: Present }], triggers: [] }
    """

  @Test("a file that is no text takes nothing away from what the others say")
  func unreadable() throws {
    let good = try write("")
    let bad = folder.path + "/b.test.yaml"
    try Data([0xFF, 0xFE]).write(to: URL(fileURLWithPath: bad))
    let junit = folder.path + "/j.xml"
    let run = try Command.run(["test", bad, good, "--junit", junit])
    #expect(run.status == 78)
    #expect(run.errors == "\(bad):1:1: error: is not UTF-8 text\n")
    let summary = #/\n1 passed, 0 failed, 1 file wrong in [0-9.]+ s\n$/#
    #expect(run.output.contains(summary), "\(run.output)")
    #expect(FileManager.default.fileExists(atPath: junit))
    let nowhere = try Command.run(["test", good, "--junit", folder.path + "/no/j.xml"])
    #expect(nowhere.status == 66 && nowhere.output == "")
  }

  @Test("a test that fails shows what is missing and what was not expected, by its place")
  func failingTest() throws {
    let file = try write(Self.failing)
    let run = try Command.run(["test", file])
    #expect(run.status == 1 && run.errors == "")
    #expect(run.output.contains(/\n1 passed, 1 failed in [0-9.]+ s\n$/))
    #expect(
      lines(run) == [
        "a.test.yaml", "  ✓ silence & \"quotes\"", "  ✗ nulls",
        "    a.test.yaml:14:15: at 2h (2024-01-01T02:00:00Z), alerts are not as expected",
        "      - expected: firing Present(x) severity=warning",
        "      + got:      firing Present(x) severity=critical   (missing 0.4, limit 0.1, n 36)",
        "    a.test.yaml:16:15: at 4h (2024-01-01T04:00:00Z), alerts are not as expected",
        "      - expected: firing Present",
        "      + got:      firing Many   (count 12, limit 30, n 12)",
      ]
    )
  }

  @Test("--diff shows it as a unified diff")
  func unifiedDiff() throws {
    let file = try write(Self.failing)
    let run = try Command.run(["test", file, "--diff", "--run", "^null"])
    #expect(run.status == 1)
    #expect(
      lines(run) == [
        "a.test.yaml", "  ✗ nulls",
        "--- expected a.test.yaml:14:15 alerts at 2h (2024-01-01T02:00:00Z)",
        "+++ got a.test.yaml:14:15 alerts at 2h (2024-01-01T02:00:00Z)", "@@ -1,1 +1,1 @@",
        "-firing Present(x) severity=warning", "+firing Present(x) severity=critical",
        "--- expected a.test.yaml:16:15 alerts at 4h (2024-01-01T04:00:00Z)",
        "+++ got a.test.yaml:16:15 alerts at 4h (2024-01-01T04:00:00Z)", "@@ -1,1 +1,1 @@",
        "-firing Present", "+firing Many",
      ]
    )
  }

  @Test("two runs print the same, but for the time they took")
  func twoRuns() throws {
    let file = try write(Self.failing)
    #expect(try lines(Command.run(["test", file])) == lines(Command.run(["test", file])))
  }

  @Test("--junit writes what tools of continuous integration read")
  func junit() throws {
    _ = try write(Self.failing)
    _ = try folder.write("version: 1\ntest: <&\u{7}>\n", to: "b.test.yaml")
    let report = folder.path + "/report.xml"
    let run = try Command.run(["test", folder.path, "--junit", report])
    #expect(run.status == 78)
    #expect(run.output.contains("1 passed, 1 failed, 1 file wrong in "))
    let document = try XMLDocument(contentsOf: URL(filePath: report))
    let suites = try #require(document.rootElement())
    #expect(suites.name == "testsuites")
    #expect(suites.numbers == ["3", "1", "1"])
    let files = suites.elements(forName: "testsuite")
    #expect(
      files.map { $0.text("name") }
        == ["a.test.yaml", "b.test.yaml"].map { "\(folder.path)/\($0)" }
    )
    #expect(files.map(\.numbers) == [["2", "1", "0"], ["1", "0", "1"]])
    let cases = files.flatMap { $0.elements(forName: "testcase") }
    #expect(cases.map { $0.text("name") } == ["silence & \"quotes\"", "nulls", "the file"])
    #expect(cases.map { $0.text("line") } == ["7", "9", nil])
    #expect(cases[0].childCount == 0)
    let failure = try #require(cases[1].elements(forName: "failure").first)
    #expect(
      failure.text("message")
        == "at 2h (2024-01-01T02:00:00Z), alerts are not as expected"
    )
    #expect(failure.stringValue?.contains("- expected: firing Present(x) severity=warning") == true)
    #expect(failure.stringValue?.contains("(count 12, limit 30, n 12)") == true)
    let error = try #require(cases[2].elements(forName: "error").first)
    #expect(error.stringValue?.hasPrefix("\(folder.path)/b.test.yaml:") == true)
  }

  @Test("requests to train are expected since the time before")
  func triggers() throws {
    let file = try write(
      """
        - name: asked once
          phases: [{ from: 1h, to: 3h, record: { x: null(50%) } }]
          expect:
            - { until: 1h, triggers: [] }
            - { at: 2h, triggers: [Train] }
            - { at: 3h, triggers: [{ trigger: Train, fields: [y] }, Train] }

      """.replacing("fields: [y]", with: "fields: [x]")
    )
    let run = try Command.run(["test", file])
    #expect(run.status == 1)
    #expect(
      lines(run).suffix(4) == [
        "  ✗ asked once",
        "    a.test.yaml:14:15: at 3h (2024-01-01T03:00:00Z), triggers are not as expected",
        "      - expected: Train",
        "      - expected: Train(x)",
      ]
    )
  }

  @Test("what is wrong with the command or its files ends with the exit code of its kind")
  func exitCodes() throws {
    let file = try write("")
    let cases: [([String], Int32, String)] = [
      ([file, "--run", "("], 64, "--run (: is no regular expression"),
      ([file, "--run", "nothing"], 64, "--run nothing: no test has such a name"),
      ([folder.path + "/no.test.yaml"], 66, "no.test.yaml: no such file"),
      ([folder.path + "/a.yaml"], 78, "a.yaml:1:1: error: a test file lacks the key 'monitor'"),
      ([], 64, "files"),
    ]
    for (arguments, status, message) in cases {
      let run = try Command.run(["test"] + arguments)
      #expect(run.status == status, "\(arguments) \(run.errors)")
      #expect(run.errors.contains(message), "\(run.errors)")
    }
    let empty = try Folder()
    let run = try Command.run(["test", empty.path])
    #expect(run.status == 66)
    #expect(run.errors == "leeway: \(empty.path): there is no file *.test.yaml below it\n")
  }

  @Test("check checks a file of tests without running it")
  func checked() throws {
    let file = try write(Self.failing)
    let check = try Command.run(["check", file])
    #expect(check.status == 0 && check.output == "\(file): ok\n" && check.errors == "")
    let wrong = try write(Self.failing.replacing("rule: Many", with: "rule: Mny"))
    let found = try Command.run(["check", wrong])
    #expect(found.status == 78)
    #expect(found.errors.contains(":15:58: error: there is no rule 'Mny'; did you mean 'Many'?"))
  }
}

extension XMLElement {
  fileprivate func text(_ name: String) -> String? { attribute(forName: name)?.stringValue }

  /// Tests, failures and errors.
  fileprivate var numbers: [String?] { ["tests", "failures", "errors"].map { text($0) } }
}
