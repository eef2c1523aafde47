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
}
