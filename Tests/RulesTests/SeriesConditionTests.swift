import Drift
import TestSupport
import Testing

@testable import Rules

/// Conditions on the series of a metric, and against the previous window.
@Suite struct SeriesConditionTests {
  private func tests(_ condition: String, more: String = "") throws -> [Comparison] {
    let result = Fixtures.check(rules: [Fixtures.rule(condition, more: more)])
    #expect(result.diagnostics.isEmpty, "\(result.report)")
    return try #require(result.plan).rules[0].condition.tests
  }

  @Test func aDetectorLooksAtAMetric() throws {
    let test = try tests("adwin(quantile(amount, p99)) < 1")[0]
    #expect(test.detector?.detector == .adwin && test.metric.name == "quantile")
    #expect(test.field == 0 && test.argument == "p99" && test.baseline == .reference)
    #expect(test.statistic == "adwin(quantile(p99))" && test.unit == .number)
    let stream = try tests("page_hinkley(rate) < 1 and cusum(count()) == 0")
    #expect(stream.map(\.statistic) == ["page_hinkley(rate)", "cusum(count)"])
    #expect(stream.allSatisfy { $0.field == nil && !$0.metric.isOfField })
    let each = try tests("adwin(mean) < 1", more: "    each: numeric\n")[0]
    #expect(each.field == nil && each.metric.name == "mean")
    let bound = try tests("adwin(drift(amount)) < 1")[0]
    #expect(!bound.isLowerBound && bound.metric.isLowerBound)
  }

  @Test func previousStandsBehindTheField() throws {
    let test = try tests("psi(amount, previous) < 0.1")[0]
    #expect(test.baseline == .previous && test.argument == nil && test.field == 0)
    #expect(test.statistic == "psi(previous)")
    let tail = try tests("ks(amount, previous, p) > 0.001 and ks(age, p, previous) > 0.001")
    #expect(tail.allSatisfy { $0.baseline == .previous && $0.argument == "p" })
    let each = try tests("drift(previous) < 0.1", more: "    each: features\n")[0]
    #expect(each.baseline == .previous && each.field == nil && each.isLowerBound)
    let series = try tests("adwin(psi(previous)) < 1", more: "    each: features\n")[0]
    #expect(series.baseline == .previous && series.statistic == "adwin(psi(previous))")
  }

  @Test func whatIsWrittenReadsBack() throws {
    for text in ["adwin(mean(amount)) < 1", "cusum(count()) < 1", "psi(a, previous) < 0.1"] {
      #expect(try ConditionParserTests.parse(text).description == text)
    }
  }

  @Test func theConfigSaysWhatIsCompared() throws {
    func json(_ condition: String) throws -> String {
      let plan = try #require(Fixtures.check(rules: [Fixtures.rule(condition)]).plan)
      return String(decoding: plan.canonicalJSON, as: UTF8.self)
    }
    let plain = try json("psi(amount) < 1")
    #expect(!plain.contains("detector") && !plain.contains("against"))
    let series = try json("adwin(psi(amount)) < 1")
    let metric = "\"metric\":\"psi\""
    #expect(series == plain.replacing(metric, with: "\"detector\":\"adwin\",\(metric)"))
    let previous = try json("psi(amount, previous) < 1")
    #expect(previous.contains("\"argument\":null,\"against\":\"previous\""))
  }

  @Test func recordsHoldThemOnce() throws {
    let plan = try #require(
      Fixtures.check(rules: [
        Fixtures.rule("kuiper(amount, previous, p) > 0.01 and psi(age, previous) < 1")
      ]).plan
    )
    let names = plan.statistics(against: .previous, of: [0]).map(\.name)
    #expect(names == ["kuiper(previous)", "psi(previous)"])
    #expect(plan.fields(against: .previous, of: 0) == [0, 1])
    #expect(!plan.statistics.map(\.name).contains("kuiper"))
    #expect(plan.depth == .distances)
    let sums = Fixtures.check(rules: [Fixtures.rule("mann_whitney(amount, previous) < 1")])
    #expect(sums.plan?.depth == .sums())
  }

  @Test func onlyBoundsSpendABudget() throws {
    let rules = Fixtures.rule("adwin(drift(amount)) < 1").replacing(
      "version: 1",
      with: "version: 1\nbudget: 1 per 30d"
    )
    #expect(
      Fixtures.report(rules: rules).contains(
        "'adwin' is a detector: its false alarms are outside the budget"
      )
    )
    let previous = Fixtures.rule("drift(amount, previous) < 0.1").replacing(
      "version: 1",
      with: "version: 1\nbudget: 1 per 720h"
    )
    let alpha = try #require(Fixtures.check(rules: [previous]).plan).rules[0].alpha
    #expect(alpha == 1.0 / 720)
  }

  @Test(arguments: wrong)
  func says(_ wrong: Wrong) {
    #expect(Fixtures.report(rules: Fixtures.rule(wrong.source)) == wrong.report)
  }

  static let wrong: [Wrong] = [
    Wrong(
      #"adwin < 1"#,
      #"""
      a.yaml:4:13: error: 'adwin' needs a metric whose windows it looks at; \#
      write adwin(mean(FIELD)), or adwin(mean) with 'each'
          expect: adwin < 1
                  ^~~~~
      """#
    ),
    Wrong(
      #"adwin(amount) < 1"#,
      #"""
      a.yaml:4:19: error: unknown metric 'amount'; \#
      'adwin' takes a metric, such as adwin(mean(amount))
          expect: adwin(amount) < 1
                        ^~~~~~
      """#
    ),
    Wrong(
      #"adwin(mean) < 1"#,
      #"""
      a.yaml:4:19: error: 'mean' needs a field; \#
      write mean(FIELD), or say which with 'each: features'
          expect: adwin(mean) < 1
                        ^~~~
      """#
    ),
    Wrong(
      #"adwin(meen(amount)) < 1"#,
      #"""
      a.yaml:4:19: error: unknown metric 'meen'; did you mean 'mean'?
          expect: adwin(meen(amount)) < 1
                        ^~~~
      """#
    ),
    Wrong(
      #"adwin(mean(amuont)) < 1"#,
      #"""
      a.yaml:4:24: error: the reference has no field 'amuont'; did you mean 'amount'?
          expect: adwin(mean(amuont)) < 1
                             ^~~~~~
      """#
    ),
    Wrong(
      #"adwin(mean, amount) < 1"#,
      #"""
      a.yaml:4:25: error: 'adwin' takes one metric, with what belongs to it in parentheses; \#
      write adwin(mean(amount))
          expect: adwin(mean, amount) < 1
                              ^~~~~~
      """#
    ),
    Wrong(
      #"adwin(cusum(amount)) < 1"#,
      #"""
      a.yaml:4:19: error: 'adwin' takes a metric of windows, not another detector
          expect: adwin(cusum(amount)) < 1
                        ^~~~~
      """#
    ),
    Wrong(
      #"psi(mean(amount)) < 1"#,
      #"""
      a.yaml:4:17: error: 'psi' takes a field, not a metric; \#
      only adwin, page_hinkley, cusum take one
          expect: psi(mean(amount)) < 1
                      ^~~~
      """#
    ),
    Wrong(
      #"adwin("mean") < 1"#,
      #"""
      a.yaml:4:13: error: 'adwin' needs a metric whose windows it looks at; \#
      write adwin(mean(FIELD)), or adwin(mean) with 'each'
          expect: adwin("mean") < 1
                  ^~~~~
      """#
    ),
    Wrong(
      #"adwin(mean(amount)) < 1%"#,
      #"""
      a.yaml:4:35: error: 'adwin' is a plain number, but '1%' is a percentage; \#
      write a plain number, such as 0.2
          expect: adwin(mean(amount)) < 1%
                                        ^~
      """#
    ),
    Wrong(
      #"adwin(mean(status)) < 1"#,
      #"""
      a.yaml:4:24: error: 'mean' is of numeric fields, but 'status' is categorical
          expect: adwin(mean(status)) < 1
                             ^~~~~~
      """#
    ),
    Wrong(
      #"psi(amount, previos) < 1"#,
      #"""
      a.yaml:4:25: error: unknown kind 'previos' of 'psi'; did you mean 'previous'?
          expect: psi(amount, previos) < 1
                              ^~~~~~~
      """#
    ),
    Wrong(
      #"adwin(mean(amount) < 1"#,
      #"""
      a.yaml:4:32: error: expected ',' or ')', but found '<'
          expect: adwin(mean(amount) < 1
                                     ^
      """#
    ),
    Wrong(
      #"firing(mean(amount)) < 1"#,
      #"""
      a.yaml:4:13: error: unknown metric 'firing'; it belongs into a trigger's 'when'
          expect: firing(mean(amount)) < 1
                  ^~~~~~
      """#
    ),
  ]
}
