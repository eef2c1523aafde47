import Records
import TestSupport
import Testing

@testable import Rules

/// What is said of `previous` in the wrong place, and of detectors within detectors.
@Suite struct PreviousDiagnosticsTests {
  /// A condition, the column of what is wrong, and the message.
  private static let wrong: [(String, Int, String)] = [
    (
      "psi(amount, previous, previous) < 1", 35, "error: 'previous' stands here twice"
    ),
    (
      #"psi(amount, "previous") < 1"#, 25,
      "error: 'previous' is written without quotes; quoted it is a field"
    ),
    (
      "psi(amount, prev) < 1", 25,
      "error: unknown kind 'prev' of 'psi'; the kinds of 'psi' are p, previous, versus"
    ),
    (
      "mean(amount, previous) < 1", 26,
      "error: 'mean' does not compare with the previous window"
    ),
    (
      "missing(amount, previous) < 1%", 29,
      "error: 'missing' does not compare with the previous window"
    ),
    (
      "psi(previous) < 1", 13,
      #"""
      error: 'psi' needs a field; write psi(FIELD, previous), or psi("previous") for the field of \#
      that name
      """#
    ),
    (
      "psi(previous, amount) < 1", 17,
      "error: 'previous' stands behind the field; write psi(amount, previous)"
    ),
    (
      "ks(previous, amount, p) < 1", 16,
      "error: 'previous' stands behind the field; write ks(amount, previous, p)"
    ),
    (
      "psi(previous, previous) < 1", 17,
      #"error: 'previous' stands behind the field; write psi("previous", previous)"#
    ),
    (
      "adwin(previous) < 1", 19,
      "error: unknown metric 'previous'; 'adwin' takes a metric, such as adwin(mean(FIELD))"
    ),
    (
      "adwin(ks(amount), p) < 1", 31,
      """
      error: 'adwin' takes one metric, with what belongs to it in parentheses; \
      write adwin(ks(amount, p))
      """
    ),
    (
      "adwin(psi(amount), p, previous) < 1", 32,
      """
      error: 'adwin' takes one metric, with what belongs to it in parentheses; \
      write adwin(psi(amount, p, previous))
      """
    ),
    (
      "adwin(mean, previous) < 1", 25,
      """
      error: 'adwin' takes one metric, with what belongs to it in parentheses; \
      write adwin(mean(FIELD)), or adwin(mean) with 'each'
      """
    ),
    (
      "adwin(adwin(mean(amount))) < 1", 19,
      """
      error: 'adwin' takes a metric of windows, not another detector; write adwin(mean(amount))
      """
    ),
    (
      "adwin(psi(mean(amount))) < 1", 23,
      "error: 'psi' takes a field, not a metric; only adwin, page_hinkley, cusum take one"
    ),
    (
      "adwin(adwin(adwin(mean(amount)))) < 1", 35, "error: expected ',' or ')', but found '('"
    ),
  ]

  @Test(arguments: wrong)
  func says(condition: String, column: Int, message: String) {
    let report = Fixtures.report(rules: Fixtures.rule(condition))
    #expect(report.split(separator: "\n").first == "a.yaml:4:\(column): \(message)")
    #expect(report.split(separator: "\n").count == 3)
  }

  @Test func whereEachNamesTheFieldsItStandsFirst() throws {
    func report(_ condition: String) -> Substring? {
      Fixtures.report(rules: Fixtures.rule(condition, more: "    each: numeric\n"))
        .split(separator: "\n").first
    }
    #expect(report("psi(previous) < 1") == nil && report("ks(p, previous) < 1") == nil)
    #expect(
      report("mean(previous) < 1")
        == "a.yaml:4:18: error: 'mean' does not compare with the previous window"
    )
    #expect(
      report("psi(previous, previous) < 1")
        == "a.yaml:4:27: error: 'previous' stands here twice"
    )
  }

  /// In quotes it is the field of that name, compared with whatever.
  @Test func aFieldMayHaveTheName() throws {
    let schema = ReferenceSchema(
      fields: [ReferenceSchema.Field(name: "previous", kind: .numeric, hasNatural: true)],
      timeField: nil,
      timeUnit: nil
    )
    func tests(_ condition: String) throws -> [Comparison] {
      let monitor = Fixtures.monitor.replacing("  prediction: score\n", with: "")
        .replacing("  ignore: [debug]\n", with: "")
      let result = Fixtures.check(
        monitor: monitor,
        rules: [Fixtures.rule(condition)],
        schema: schema
      )
      return try #require(result.plan, "\(result.report)").rules[0].condition.tests
    }
    let both = try tests(
      #"psi("previous", previous) < 1 and psi("previous") < 1 and mean(previous) < 1"#
    )
    #expect(both.map { $0.baseline == .previous } == [true, false, false])
    #expect(both.map(\.field) == [0, 0, 0])
  }
}
