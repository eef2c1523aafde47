import Rules
import Testing

/// Percentiles as rules may write them, and what is said of others.
@Suite struct PercentileDiagnosticsTests {
  @Test(arguments: ["p0.001", "p2.5", "p33", "p50", "p99.9", "p99.999"])
  func takes(_ percentile: String) {
    let each = Fixtures.rule("quantile(\(percentile)) < 3", more: "    each: numeric\n")
    let lag = Fixtures.rule("event_lag(\(percentile)) < 5m")
    let series = Fixtures.rule("adwin(quantile(amount, \(percentile))) < 1")
    for rules in [Fixtures.rule("quantile(amount, \(percentile)) < 3"), each, lag, series] {
      #expect(Fixtures.report(rules: rules).isEmpty)
    }
  }

  private static let hint =
    "write p50 or p99.9: above p0, below p100, three decimals at most, no needless zeros"

  @Test(
    arguments: ["p0", "p0.0", "p100", "p99.99999", "p98.5.1", "p05", "p50.0", "p.5", "P50", "x"]
  )
  func refuses(_ percentile: String) {
    let report = Fixtures.report(rules: Fixtures.rule("quantile(amount, \(percentile)) < 3"))
    let message = "'quantile' takes a percentile, not '\(percentile)'; \(Self.hint)\n"
    #expect(report.hasPrefix("a.yaml:4:30: error: \(message)"), "\(report)")
  }

  @Test(arguments: ["p0", "p100", "p99.99999", "p98.5.1"])
  func refusesWhereNoFieldIsNamed(_ percentile: String) {
    let more = "    each: numeric\n"
    let each = Fixtures.report(rules: Fixtures.rule("quantile(\(percentile)) < 3", more: more))
    let message = "takes a percentile, not '\(percentile)'; \(Self.hint)\n"
    #expect(each.hasPrefix("a.yaml:4:22: error: 'quantile' \(message)"), "\(each)")
    let lag = Fixtures.report(rules: Fixtures.rule("event_lag(\(percentile)) < 5m"))
    #expect(lag.hasPrefix("a.yaml:4:23: error: 'event_lag' \(message)"), "\(lag)")
  }

  @Test(arguments: others)
  func saysOfOthers(_ wrong: Wrong) {
    #expect(Fixtures.report(rules: Fixtures.rule(wrong.source)) == wrong.report)
  }

  static let others: [Wrong] = [
    Wrong(
      "quantile(0.5) < 3",
      #"""
      a.yaml:4:22: error: expected a percentile, but found '0.5'; write p50 or p99.9: above p0, \#
      below p100, three decimals at most, no needless zeros; quote a field name that starts with \#
      a digit
          expect: quantile(0.5) < 3
                           ^~~
      """#
    ),
    Wrong(
      "quantile(amount, 99.9) < 3",
      #"""
      a.yaml:4:30: error: expected a percentile, but found '99.9'; write p50 or p99.9: above p0, \#
      below p100, three decimals at most, no needless zeros; quote a field name that starts with \#
      a digit
          expect: quantile(amount, 99.9) < 3
                                   ^~~~
      """#
    ),
    Wrong(
      "event_lag(99) < 5m",
      #"""
      a.yaml:4:23: error: expected a percentile, but found '99'; write p50 or p99.9: above p0, \#
      below p100, three decimals at most, no needless zeros
          expect: event_lag(99) < 5m
                            ^~
      """#
    ),
    Wrong(
      "event_lag(amount) < 5m",
      #"""
      a.yaml:4:23: error: 'event_lag' is of the whole stream and takes no field; write event_lag, \#
      or event_lag(p99.9)
          expect: event_lag(amount) < 5m
                            ^~~~~~
      """#
    ),
    Wrong(
      "quantile(p99.99) < 3",
      #"""
      a.yaml:4:22: error: the reference has no field 'p99.99'; write quantile(FIELD, p99.99)
          expect: quantile(p99.99) < 3
                           ^~~~~~
      """#
    ),
    Wrong(
      "quantile(p100) < 3",
      #"""
      a.yaml:4:22: error: the reference has no field 'p100'; write quantile(FIELD, p99.9)
          expect: quantile(p100) < 3
                           ^~~~
      """#
    ),
    Wrong(
      "quantile(x) < 3",
      #"""
      a.yaml:4:22: error: the reference has no field 'x'
          expect: quantile(x) < 3
                           ^
      """#
    ),
  ]
}
