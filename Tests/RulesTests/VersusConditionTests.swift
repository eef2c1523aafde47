import Records
import Testing

@testable import Rules

/// Conditions that compare model versions.
@Suite struct VersusConditionTests {
  private static let monitor = Fixtures.monitor
    .replacing("  prediction: score", with: "  prediction: score\n  model_version: model")

  private static func check(
    _ condition: String,
    more: String = "",
    monitor: String = monitor
  ) -> Checker.Result {
    Fixtures.check(monitor: monitor, rules: [Fixtures.rule(condition, more: more)])
  }

  private func tests(_ condition: String, more: String = "") throws -> [Comparison] {
    let result = Self.check(condition, more: more)
    #expect(result.diagnostics.isEmpty, "\(result.report)")
    return try #require(result.plan).rules[0].condition.tests
  }

  @Test func aVersionStandsBehindTheField() throws {
    let test = try tests(#"psi(score, versus "2") < 0.2"#)[0]
    #expect(test.baseline == .version("2") && test.argument == nil && test.field == 5)
    #expect(test.statistic == "psi(versus 2)" && !test.looksAtReference)
    let tail = try tests(#"ks(amount, versus "a b", p) > 0.001 and ks(age, p, versus "a b") > 0.1"#)
    #expect(tail.allSatisfy { $0.baseline == .version("a b") && $0.argument == "p" })
    #expect(tail[0].statistic == "ks(versus a b)")
    let each = try tests("drift(versus 2) < 0.1", more: "    each: features\n")[0]
    #expect(each.baseline == .version("2") && each.field == nil && each.isLowerBound)
    let series = try tests("adwin(psi(score, versus champion-1)) < 1")[0]
    #expect(series.baseline == .version("champion-1"))
    #expect(series.statistic == "adwin(psi(versus champion-1))")
    // as it is written, which is no number
    #expect(try tests("psi(score, versus 2.10) < 1")[0].baseline == .version("2.10"))
    #expect(try tests("missing_change(score, versus 1e3) < 1%")[0].baseline == .version("1e3"))
  }

  @Test func whatIsWrittenReadsBack() throws {
    for text in [#"psi(a, versus "2") < 0.1"#, #"ks(versus "a\"b", p) > 0.1"#] {
      #expect(try ConditionParserTests.parse(text).description == text)
    }
    let text = try ConditionParserTests.parse("psi(a, versus 2.10) < 1").description
    #expect(text == #"psi(a, versus "2.10") < 1"#)
  }

  @Test func theConfigSaysWhatIsCompared() throws {
    func json(_ condition: String) throws -> String {
      let plan = try #require(Self.check(condition).plan)
      return String(decoding: plan.canonicalJSON, as: UTF8.self)
    }
    let versus = try json(#"psi(amount, versus "2") < 1"#)
    #expect(versus.contains("\"argument\":null,\"versus\":\"2\""))
    #expect(try json("psi(amount, versus 2) < 1") == versus)
    #expect(try json("psi(amount, versus 3) < 1") != versus)
    #expect(try json("psi(amount) < 1") == versus.replacing(",\"versus\":\"2\"", with: ""))
  }

  @Test func recordsHoldThemOnce() throws {
    let plan = try #require(
      Fixtures.check(
        monitor: Self.monitor,
        rules: [
          Fixtures.rule("psi(score, versus 2) < 1 and psi(age, versus 2) < 1"),
          Fixtures.rule("ks(amount, versus 10, p) > 0.1 and ks(age, previous) < 1")
            .replacing("name: R", with: "name: S"),
        ]
      ).plan
    )
    #expect(plan.baselines == [.previous, .version("10"), .version("2")])
    #expect(plan.statistics(against: .version("2"), of: [0]).map(\.name) == ["psi(versus 2)"])
    #expect(plan.statistics(against: .version("10"), of: [0]).map(\.name) == ["ks(versus 10)"])
    #expect(plan.fields(against: .version("2"), of: 0) == [1, 5])
    #expect(plan.fields(against: .previous, of: 0) == [1])
    #expect(plan.versionFields == [0, 1, 5])
    #expect(plan.rules.prefix(2).map(\.versus) == ["2", "10"])
  }

  /// A bound between two versions of one window is of the same weather: a budget is for it.
  @Test func onlyBoundsSpendABudget() throws {
    func report(_ condition: String) -> String {
      let rule = Fixtures.rule(condition).replacing(
        "version: 1",
        with: "version: 1\nbudget: 1 per 30d"
      )
      return Fixtures.check(monitor: Self.monitor, rules: [rule]).report
    }
    #expect(report("drift(score, versus 2) < 0.1") == "")
    #expect(report("psi(score, versus 2) < 0.1").contains("'psi' is a plain statistic"))
  }

  /// What is counted twice, at the points of another reference, is counters alone.
  @Test func nothingIsKeptBesideTheCounters() {
    let compared = Catalog.metrics.filter(\.takesBaseline)
    #expect(compared.count > 15)
    for metric in compared {
      #expect(![.distinct, .lengths, .areas, .pairs].contains(metric.state), "\(metric.name)")
    }
  }

  /// A condition, the column of what is wrong, and the message.
  private static let wrong: [(String, Int, String)] = [
    (
      "psi(score, versus) < 1", 24,
      #"error: 'versus' needs a model version; such as versus "2""#
    ),
    (
      #"psi(score, versus "") < 1"#, 24,
      #"error: 'versus' needs a model version; such as versus "2""#
    ),
    (
      "psi(score, versus __other__) < 1", 24,
      "error: '__other__' sums what versions are not told apart"
    ),
    (
      #"psi(score, "versus") < 1"#, 24,
      "error: 'versus' is written without quotes; quoted it is a field"
    ),
    ("psi(score, versus 2, versus 2) < 1", 34, "error: 'versus' stands here twice"),
    (
      "psi(score, versus 2, previous) < 1", 34,
      "error: a comparison is with the previous window or with a model version, not both"
    ),
    (
      "mean(score, versus 2) < 1", 25,
      "error: 'mean' does not compare with another model version"
    ),
    (
      "psi(versus 2) < 1", 13,
      #"error: 'psi' needs a field; write psi(FIELD, versus "2")"#
    ),
    (
      "psi(versus 2, score) < 1", 17,
      #"error: 'versus' stands behind the field; write psi(score, versus "2")"#
    ),
    (
      "psi(score, versus 2) < 1 and psi(score, versus 3) < 1", 53,
      "error: a rule compares with one model version, and this one does with '2'; write two rules"
    ),
    (
      "psi(score, vs) < 1", 24,
      "error: unknown kind 'vs' of 'psi'; the kinds of 'psi' are p, previous, versus"
    ),
    ("psi(score, versus 2 3) < 1", 33, "error: expected ',' or ')', but found '3'"),
  ]

  @Test(arguments: wrong)
  func says(condition: String, column: Int, message: String) {
    let report = Self.check(condition).report
    #expect(report.split(separator: "\n").first == "a.yaml:4:\(column): \(message)")
    #expect(report.split(separator: "\n").count == 3)
  }

  @Test func eventsMustSayTheirVersion() {
    let report = Fixtures.report(rules: Fixtures.rule("psi(score, versus 2) < 1"))
    #expect(
      report.split(separator: "\n").first
        == """
        a.yaml:4:24: error: 'versus' needs the field that tells model versions apart; name it in \
        the monitor: fields: { model_version: FIELD }
        """
    )
  }

  /// A version without a reference of its own is one that `reference` is of; but not when it looks
  /// like another one misspelt.
  @Test func aSlipOfTheHandIsTold() {
    func report(_ version: String) -> Substring? {
      let own = "references: { champion: a.json, \"v2\": b.json }\nwindow: 1h"
      let monitor = Self.monitor.replacing("window: 1h", with: own)
      return Self.check("psi(score, versus \"\(version)\") < 1", monitor: monitor).report
        .split(separator: "\n").first { $0.contains("a.yaml") }
    }
    for version in ["champion", "v2", "v1", "v3", "first", "v20"] {
      #expect(report(version) == nil, "\(version)")
    }
    for (version, meant) in [("champoin", "champion"), ("V2", "v2"), ("2", "v2")] {
      #expect(
        report(version)
          == """
          a.yaml:4:24: warning: 'references' has no model version '\(version)': it is one that \
          'reference' is of; did you mean '\(meant)'?
          """
      )
    }
  }

  @Test func segmentsDoNotKeepIt() {
    let monitor = Self.monitor + "\nsegments: [status]"
    let report = Self.check(
      "psi(score, versus 2) < 1",
      more: "    by: status\n",
      monitor: monitor
    ).report
    #expect(
      report.contains(
        """
        error: 'psi' compares with another model version, which segments do not keep: 'by' has no \
        use for it
        """
      )
    )
  }

  /// In quotes it is the field of that name; where nothing is compared with, without as well.
  @Test func aFieldMayHaveTheName() throws {
    let schema = ReferenceSchema(
      fields: [ReferenceSchema.Field(name: "versus", kind: .numeric, hasNatural: true)],
      timeField: nil,
      timeUnit: nil
    )
    let monitor = Self.monitor.replacing("  prediction: score\n", with: "")
      .replacing("  ignore: [debug]\n", with: "")
    let rule = Fixtures.rule(#"psi("versus", versus 2) < 1 and mean(versus) < 1"#)
    let result = Fixtures.check(monitor: monitor, rules: [rule], schema: schema)
    let tests = try #require(result.plan, "\(result.report)").rules[0].condition.tests
    #expect(tests.map(\.baseline) == [.version("2"), .reference])
    #expect(tests.map(\.field) == [0, 0])
  }
}
