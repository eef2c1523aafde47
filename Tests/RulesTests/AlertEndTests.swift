import Testing

@testable import Rules

/// Ends of alerts that cannot come, or change nothing.
@Suite struct AlertEndTests {
  private func report(_ rule: String) -> String {
    Fixtures.check(rules: ["version: 1\nrules:\n  - name: R\n    \(rule)"]).report
  }

  @Test func aDetectorCannotSayThatAnAlertIsOver() {
    #expect(
      report("expect: mean(age) < 9\n    clear: adwin(mean(age)) < 1") == """
        a.yaml:5:12: error: 'adwin' signals in one window and begins anew: it cannot say that an \
        alert is over; compare what it looks at, such as 'mean'
            clear: adwin(mean(age)) < 1
                   ^~~~~
        """
    )
  }

  @Test func theStreamsAlertDoesNotEndByAField() {
    #expect(
      report("expect: count > 9\n    clear: mean(age) < 1") == """
        a.yaml:5:12: error: the rule judges the stream as a whole, 'clear' a field; write two rules
            clear: mean(age) < 1
                   ^~~~
        """
    )
    #expect(report("expect: mean(age) < 9\n    clear: count > 1") == "")
  }

  @Test func whatTheClockJudgesEndsByTheClock() {
    #expect(
      report("expect: freshness < 5m\n    clear: count > 1") == """
        a.yaml:5:12: error: 'freshness' is judged by the clock, 'count' by windows; write two rules
            clear: count > 1
                   ^~~~~
        """
    )
  }

  @Test func aTimeWithinOneWindowChangesNothing() {
    #expect(
      report("expect: count > 9\n    keep_firing_for: 1h") == """
        a.yaml:5:22: warning: 'keep_firing_for' is no longer than from one window to the next and \
        changes nothing; windows are 1h apart
            keep_firing_for: 1h
                             ^~
        """
    )
    #expect(report("expect: count > 9\n    keep_firing_for: 61m") == "")
    #expect(report("expect: freshness < 5m\n    keep_firing_for: 5m") == "")
  }

  @Test func theRunbooksNamesAreChecked() throws {
    let rule = "version: 1\nrules: [{ name: R, expect: count > 1, runbook: 'x/{page}/{rule}' }]"
    let runbook = try CheckerTests.plan(rule).rules.first?.runbook
    #expect(runbook?.render { _ in .text("no") } == "x/{page}/{rule}")
    #expect(
      report("expect: count > 9\n    runbook: https://wiki/{rul}") == """
        a.yaml:5:27: warning: unknown placeholder 'rul'; the runbook is taken as it is; did you \
        mean 'rule'?
            runbook: https://wiki/{rul}
                                  ^~~~~
        """
    )
  }
}
