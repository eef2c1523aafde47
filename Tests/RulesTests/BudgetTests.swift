import Drift
import Sketches
import Testing

@testable import Rules

/// How a budget of false alarms is shared by the tests that a file runs.
@Suite struct BudgetTests {
  static func alphas(_ text: String) throws -> [Double] {
    let result = Fixtures.check(rules: [text])
    return try #require(result.plan, "\(result.report)").writtenRules.map(\.alpha)
  }

  @Test func everyFieldOfEveryWindowTakesItsPart() throws {
    // five features, hourly, over 30 days: 5 · 720 tests
    let alphas = try Self.alphas(
      """
      version: 1
      budget: 2 per 30d
      rules: [{ name: A, each: features, expect: excess_drift < 0.1 }]
      """
    )
    #expect(alphas == [2.0 / 3600])
  }

  @Test func rulesShareOneBudgetAndHopsCountAsWindows() throws {
    // 5 · 720 + 2 comparisons · 1 field · 1440 half-hourly windows; plain statistics are free
    let alphas = try Self.alphas(
      """
      version: 1
      budget: 1 per 30d
      rules:
        - { name: A, each: features, expect: drift < 0.1 and psi < 0.2 }
        - name: B
          expect: drift(age) < 0.1 or missing_change(age) < 1%
          window: { size: 1h, every: 30m }
        - { name: C, expect: count > 1 }
      """
    )
    #expect(alphas == Array(repeating: 1.0 / 6480, count: 3))
  }

  @Test func aBudgetNeverLoosensATestBeyondFivePercent() throws {
    let alphas = try Self.alphas(
      """
      version: 1
      budget: 100 per 1d
      window: 1d
      rules: [{ name: A, expect: drift(age) < 0.1 }]
      """
    )
    #expect(alphas == [0.05])
  }

  @Test func aWrongRuleMaySpendTheBudgetOnceItIsRight() {
    let text = """
      version: 1
      budget: 1 per 30d
      window: 1x
      rules: [{ name: A, expect: drift(age) < 0.1 }]
      """
    #expect(
      Fixtures.report(rules: text) == """
        a.yaml:3:9: error: 'window' needs a duration such as 90s, 5m, 1h30m or 7d, but has '1x'
        window: 1x
                ^~
        """
    )
  }

  @Test func aMinuteBudgetRemainsAProbability() throws {
    let text = "version: 1\nbudget: 5e-324 per 30d\nrules: [{ name: A, expect: drift(age) < 0.1 }]"
    #expect(try Self.alphas(text) == [1e-15])
  }

  @Test func aFileWithoutABudgetTestsAtOnePerMille() throws {
    let text = "version: 1\nrules: [{ name: A, expect: drift(age) < 0.1 }]"
    #expect(try Self.alphas(text) == [0.001])
  }

  @Test func eachFileHasItsOwn() throws {
    let with = """
      version: 1
      budget: 1 per 10h
      rules: [{ name: A, expect: drift(age) < 0.1 }, { name: B, expect: drift(age) < 0.2 }]
      """
    let without = "version: 1\nrules: [{ name: C, expect: drift(age) < 0.1 }]"
    let plan = try #require(Fixtures.check(rules: [with, without]).plan)
    #expect(plan.writtenRules.map(\.alpha) == [0.05, 0.05, 0.001])
  }

  @Test func aBudgetThatComesToTheStandardIsWrittenDown() throws {
    let rules = "rules: [{ name: A, expect: drift(age) < 0.1 }]"
    let with = try #require(
      Fixtures.check(rules: ["version: 1\nbudget: 1 per 1000h\n" + rules]).plan
    )
    let without = try #require(Fixtures.check(rules: ["version: 1\n" + rules]).plan)
    #expect(with.writtenRules.map(\.alpha) == [0.001])
    #expect(with.writtenRules.map { $0.alpha(sharedBy: 4) } == [0.00025])
    #expect(without.writtenRules.map { $0.alpha(sharedBy: 4) } == [0.001])
    #expect(with.canonicalJSON != without.canonicalJSON)
  }

  /// What is said of a rule with a budget, without the lines themselves.
  private static func said(
    _ rule: String,
    budget: String = "budget: 1 per 30d",
    schema: ReferenceSchema = Fixtures.schema
  ) -> [String] {
    let text = "version: 1\n\(budget)\nrules:\n  - { name: R, \(rule) }"
    return Fixtures.report(rules: text, schema: schema).split(separator: "\n")
      .filter { $0.hasPrefix("a.yaml") }.map(String.init)
  }

  private static func low(_ column: Int, _ metric: String) -> String {
    "a.yaml:4:\(column): warning: a lower bound is low where little is certain: "
      + "alerts that '\(metric)' is low are outside the budget"
  }

  @Test func aBoundThatShallBeHighIsOutsideTheBudget() {
    #expect(Self.said("expect: drift(age) < 0.1").isEmpty)
    #expect(Self.said("expect: drift(age) <= 0").isEmpty)
    #expect(Self.said("expect: drift(age) == 0").isEmpty)
    #expect(Self.said("when: drift(age) > 0.1").isEmpty)
    #expect(Self.said("expect: not drift(age) > 0.1").isEmpty)
    #expect(Self.said("expect: drift(age) > 0.1") == [Self.low(24, "drift")])
    #expect(Self.said("expect: drift(age) == 0.1") == [Self.low(24, "drift")])
    #expect(Self.said("expect: drift(age) != 0") == [Self.low(24, "drift")])
    #expect(Self.said("expect: not drift(age) < 0.1") == [Self.low(28, "drift")])
    #expect(Self.said("when: excess_drift(age) < 0.1") == [Self.low(22, "excess_drift")])
    #expect(
      Self.said("expect: count > 1 and not (drift(age) < 0.1 or missing_change(age) >= 1%)") == [
        Self.low(43, "drift")
      ]
    )
    // Without a budget nothing was promised.
    #expect(Self.said("expect: drift(age) > 0.1", budget: "").isEmpty)
  }

  @Test func aShareOfLessThanARecordIsOutsideTheBudget() {
    let warning = { (column: Int, records: Int, hint: String) in
      "a.yaml:4:\(column): warning: of \(records) records this is less than half a one: "
        + "single records may exceed it more often than the budget allows; \(hint)"
    }
    let more = { (records: Int) in
      "write 'min_records: \(records)', or take a higher threshold"
    }
    #expect(Self.said("expect: missing_change(age) < 0.05%").isEmpty)
    #expect(Self.said("expect: missing_change(age) < 1%, min_records: 50").isEmpty)
    #expect(Self.said("expect: drift(age) < 0.0001").isEmpty)
    #expect(
      Self.said("expect: missing_change(age) < 0.04%").first == warning(46, 1000, more(1250))
    )
    #expect(
      Self.said("expect: unseen_change(status) < 1%, min_records: 49").first
        == warning(48, 49, more(50))
    )
    #expect(
      Self.said("expect: missing_change(age) <= 0").first
        == warning(47, 1000, "take a threshold above 0")
    )
    #expect(Self.said("expect: missing_change(age) < 0.04%", budget: "").isEmpty)
  }

  @Test func naturalIsOfWindowsAsLongAsTheRules() {
    var schema = Fixtures.schema
    schema.naturalWindow = .seconds(3600)
    let rule = { (size: String) in "expect: excess_drift(age) < 0.1, window: \(size)" }
    #expect(Self.said(rule("1h"), schema: schema).isEmpty)
    #expect(Self.said(rule("30m"), schema: schema).isEmpty)
    #expect(Self.said(rule("1d"), schema: schema).isEmpty)
    #expect(
      Self.said(rule("5m"), schema: schema).first
        == "a.yaml:4:24: warning: the reference knows how much windows of 1h differ, but these of "
        + "5m differ by more than 'excess_drift' takes for usual; profile it with --window 5m"
    )
    #expect(
      Self.said("expect: natural(age) < 0.1, window: 5m", budget: "", schema: schema).count > 0
    )
    #expect(Self.said("expect: drift(age) < 0.1, window: 5m", schema: schema).isEmpty)
  }

  @Test func whatWindowsOfTheReferenceDifferByBreaksABudget() throws {
    var schema = Fixtures.schema
    let age = try #require(schema.fields.firstIndex { $0.name == "age" })
    schema.fields[age].distribution = FieldReference(
      distribution: .categorical(CategoricalReference(categories: [], counts: [], other: 0)),
      completeness: Completeness(),
      natural: NaturalVariation(drift: 0.25, missing: 0.02)
    )
    let said = { (rule: String) in
      Self.said(rule, schema: schema).filter { $0.contains("reference itself") }
    }
    #expect(
      said("each: [age, amount], expect: drift < 0.25") == [
        "a.yaml:4:45: warning: windows of the reference itself differ by as much, those of "
          + "'age' by 0.25: 'drift' does not keep the budget; write 'excess_drift'"
      ]
    )
    #expect(
      said("expect: missing_change(age) <= 1%") == [
        "a.yaml:4:24: warning: windows of the reference itself differ by as much, those of "
          + "'age' by 0.02: 'missing_change' does not keep the budget; "
          + "write 'excess_missing_change'"
      ]
    )
    for rule in [
      "expect: drift(age) < 0.26", "expect: drift(amount) < 0.1", "expect: drift(age) > 0.1",
      "expect: excess_drift(age) < 0.1", "expect: unseen(status) < 0.1",
      "expect: 'drift(age, previous) < 0.1'",
    ] { #expect(said(rule).isEmpty, "\(rule)") }
    let without = Self.said("expect: drift(age) < 0.1", budget: "", schema: schema)
    #expect(!without.contains { $0.contains("reference itself") })
  }
}
