import Records
import Testing
import Windowing

@testable import Rules

/// What the checker makes of files that belong together.
@Suite struct CheckerTests {
  static func plan(
    monitor: String = Fixtures.monitor,
    _ rules: String...,
    schema: ReferenceSchema = Fixtures.schema
  ) throws -> Plan {
    let result = Fixtures.check(monitor: monitor, rules: rules, schema: schema)
    return try #require(result.plan, "\(result.report)")
  }

  /// A file with one rule for each selection.
  static func selecting(_ each: String) -> String {
    "version: 1\nrules: [{ name: R, each: \(each), expect: missing < 1% }]"
  }

  @Test(arguments: [
    ("features", [0, 1, 2, 3, 4]), ("numeric", [0, 1, 2]), ("categorical", [3, 4]),
    ("predictions", [5]), ("amount", [0]), ("[status, amount]", [0, 3]), ("\"a*\"", [0, 1]),
    ("\"*age\"", [1, 2]), ("\"*\"", [0, 1, 2, 3, 4, 5]), ("['a*', age, score]", [0, 1, 5]),
  ])
  func eachSelectsInTheReferencesOrder(each: String, fields: [Int]) throws {
    #expect(try Self.plan(Self.selecting(each)).rules.first?.fields == fields)
  }

  @Test(arguments: [
    ("", "", true), ("", "*", true), ("a", "", false), ("abc", "a*c", true), ("abc", "*b*", true),
    ("aXbXc", "a*b*c", true), ("aXbX", "a*b*c", false), ("abab", "*ab", true), ("ab", "a?", false),
    ("abc", "abc**", true), ("abcd", "abc", false),
  ])
  func patternsMatch(name: String, pattern: String, matches: Bool) {
    let (name, pattern) = (Array(name.unicodeScalars), Array(pattern.unicodeScalars))
    #expect(FieldTable.matches(name, pattern) == matches)
  }

  @Test func namesAreUniqueOverAllFiles() {
    let file = Fixtures.rule("count > 1")
    #expect(
      Fixtures.check(rules: [file, file]).report == """
        b.yaml:3:11: error: there is another rule named 'R'; at a.yaml:3:11
          - name: R
                  ^
        """
    )
  }

  @Test func whatEveryMonitorHasKeepsItsName() {
    let rules = "version: 1\nrules:\n  - name: IntegrityHeld\n    expect: count > 1\n"
    let result = Fixtures.check(rules: [rules])
    #expect(result.plan == nil)
    #expect(
      result.diagnostics.map(\.summary) == [
        "a.yaml:3:11: error: there is another rule named 'IntegrityHeld'; every monitor has it: "
          + "choose another name"
      ]
    )
  }

  @Test func aGroupIsNoListOfNames() {
    let rules = "version: 1\nrules: [{ name: R, each: [features], expect: psi < 1 }]"
    #expect(
      Fixtures.check(rules: [rules]).diagnostics.map(\.summary) == [
        "a.yaml:2:27: error: the reference has no field 'features'; write 'each: features'"
      ]
    )
  }

  @Test func triggersSeeTheRulesOfAllFiles() throws {
    let trigger = "version: 1\ntriggers: [{ name: T, when: firing(R) }]"
    let plan = try Self.plan(trigger, Fixtures.rule("count > 1"))
    #expect(plan.triggers.first?.condition?.tests.first?.rule == 0)
    #expect(plan.triggers.first?.condition?.holds { _, _ in 1 } == true)
    #expect(plan.triggers.first?.condition?.holds { _, _ in 0 } == false)
  }

  @Test func aRuleOfAFileThatCannotBeReadIsNotCalledUnknown() {
    let trigger = "version: 1\ntriggers: [{ name: T, when: firing(R) }]"
    let result = Fixtures.check(rules: [trigger, "rules: ["])
    #expect(result.diagnostics.map(\.file) == ["b.yaml"])
  }

  @Test func aGroupWithoutFieldsIsAWarning() {
    var schema = Fixtures.schema
    schema.fields.removeAll { $0.kind == .categorical }
    let rules = """
      version: 1
      rules: [{ name: R, each: categorical, expect: unseen < 1% }]
      triggers: [{ name: T, when: firing(R) > 10% of categorical }]
      """
    let result = Fixtures.check(
      monitor: Fixtures.monitor.replacing("  ignore: [debug]\n", with: ""),
      rules: [rules],
      schema: schema
    )
    #expect(
      result.report == """
        a.yaml:2:26: warning: there are no categorical features: the rule judges nothing
        rules: [{ name: R, each: categorical, expect: unseen < 1% }]
                                 ^~~~~~~~~~~
        a.yaml:3:36: warning: there are no categorical features to be a share of
        triggers: [{ name: T, when: firing(R) > 10% of categorical }]
                                           ^
        """
    )
    #expect(result.plan?.rules.first?.fields == [])
  }

  @Test func withoutNaturalVariationExcessDriftIsAWarning() throws {
    var schema = Fixtures.schema
    for index in schema.fields.indices { schema.fields[index].hasNatural = false }
    let result = Fixtures.check(
      rules: [Fixtures.rule("excess_drift(age) < 10% and natural(age) < 10%")],
      schema: schema
    )
    #expect(
      result.diagnostics.map(\.summary) == [
        "a.yaml:4:13: warning: the reference does not know how much it differs from itself, "
          + "so 'excess_drift' takes off nothing; profile it with --time and --window",
        "a.yaml:4:41: warning: the reference does not know how much it differs from itself, "
          + "so 'natural' is unknown; profile it with --time and --window",
      ]
    )
    #expect(result.plan != nil)
  }

  @Test func withoutARhythmTheChangeOfTheCountIsAWarning() throws {
    let rule = Fixtures.rule("count > 1 and adwin(count_change) < 1")
    #expect(Fixtures.check(rules: [rule]).diagnostics.isEmpty)
    var schema = Fixtures.schema
    schema.pace = nil
    let result = Fixtures.check(rules: [rule], schema: schema)
    #expect(
      result.diagnostics.map(\.summary) == [
        "a.yaml:4:27: warning: the reference does not know how many records to expect, "
          + "so 'count_change' is undecided; profile it with --time"
      ]
    )
    #expect(result.plan != nil)
  }

  @Test func withoutAReferenceTheRestIsChecked() {
    let rules = Fixtures.rule("psi(anything) < 1 and pis(x) < 1")
    let result = Fixtures.check(rules: [rules], schema: nil)
    #expect(result.diagnostics.map(\.message) == ["unknown metric 'pis'"])
    #expect(result.plan == nil)
    #expect(Fixtures.check(rules: [Fixtures.rule("psi(x) < 1")], schema: nil).report.isEmpty)
  }

  @Test func errorsOfAllFilesStandInTheirOrder() {
    let result = Fixtures.check(
      monitor: Fixtures.monitor + "\nlatness: 1s",
      rules: [Fixtures.rule("pis(age) < 1"), "version: 1\nrules: [{ name: R, expect: psi }]"]
    )
    #expect(
      result.diagnostics.map { "\($0.file):\($0.position.line)" } == [
        "monitor.yaml:11", "a.yaml:4", "b.yaml:2", "b.yaml:2",
      ]
    )
    #expect(result.plan == nil)
  }

  @Test func windowsOfRulesFilesAndMonitorsAreShared() throws {
    let rules = """
      version: 1
      window: { size: 2h, every: 1h }
      rules:
        - { name: A, expect: count > 1 }
        - { name: B, expect: count > 1, window: 60m }
        - { name: C, expect: count > 1, window: { size: 120m, every: 1h, align: 1h } }
        - { name: D, expect: count > 1, window: { size: 6h, align: 30m } }
      """
    let plan = try Self.plan(rules)
    #expect(
      plan.windows == [
        WindowSpecification(size: .seconds(3600)),
        WindowSpecification(size: .seconds(7200), every: .seconds(3600)),
        WindowSpecification(size: .seconds(21_600), align: .seconds(1800)),
      ]
    )
    #expect(plan.writtenRules.map(\.windowIndex) == [1, 0, 1, 2])
  }

  @Test func theTimeUnitIsTheFilesOrTheReferences() throws {
    #expect(try Self.plan().roles.timeUnit == .milliseconds)
    let named = Fixtures.monitor.replacing(
      "created_at",
      with: "{ field: created_at, unit: rfc3339 }"
    )
    #expect(try Self.plan(monitor: named).roles.timeUnit == .rfc3339)
    let other = Fixtures.monitor.replacing("created_at", with: "$timestamp")
    let plan = try Self.plan(monitor: other)
    #expect(plan.roles.timeUnit == nil)
    #expect(plan.fields.contains { $0.name == "created_at" })
  }

  @Test func defaultsAreTheDesigns() throws {
    let plan = try Self.plan(Fixtures.rule("count > 1"))
    #expect(plan.source.start == .earliest)
    #expect(plan.lateness == .zero)
    #expect(plan.idleAfter == .seconds(60))
    #expect(plan.maxFuture == .seconds(300))
    #expect(plan.outputPrefix == "leeway")
    #expect(plan.rules.first?.severity == .warning)
    #expect(plan.rules.first?.life.hold == .immediately)
    #expect(plan.rules.first?.alpha == 0.001)
    let never = try Self.plan(monitor: Fixtures.monitor + "\nidle_after: off")
    #expect(never.idleAfter == nil)
  }

  @Test func monitorsAndRuleFilesAreToldApart() {
    let endings = ["\r\n", "\r"].flatMap { end in
      [Fixtures.monitor, "version: 1\nsource: ["].map { $0.replacing("\n", with: end) }
    }
    let others = [
      "source: [", "version: 1\nmonitor: x", "{ version: 1, monitor: x }", "\"monitor\": x",
      "version: 1\nmonitor : x",
    ]
    for text in [Fixtures.monitor] + endings + others {
      #expect(MonitorFile.isMeant(by: SourceText(file: "", text: text)), "\(text)")
    }
    for text in [
      DesignFilesTests.rules, "", "rules:\n  - monitor: x", "- monitor: x", "a: |\n monitor:",
    ] {
      #expect(!MonitorFile.isMeant(by: SourceText(file: "", text: text)))
    }
  }

  @Test func startsAtATime() throws {
    let text = Fixtures.monitor.replacing(
      "orders]",
      with: "orders]\n  start: 2013-03-01T00:00:00Z"
    )
    let time = try #require(Timestamp(rfc3339: "2013-03-01T00:00:00Z"))
    #expect(try Self.plan(monitor: text).source.start == .at(time))
  }

  @Test(arguments: [
    ("3 windows", Hold.windows(3, of: 3)), ("1 window", .windows(1, of: 1)),
    ("2 of 3 windows", .windows(2, of: 3)), ("10m", .duration(.seconds(600))),
    ("0s", .immediately),
  ])
  func holds(text: String, hold: Hold) throws {
    let rule = Fixtures.rule("count > 1", more: "    for: \(text)\n")
    #expect(try Self.plan(rule).rules.first?.life.hold == hold)
  }
}
