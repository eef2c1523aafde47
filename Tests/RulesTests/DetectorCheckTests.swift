import TestSupport
import Testing

@testable import Rules

/// What a check says of detectors that cannot do what they are asked, and of budgets.
@Suite struct DetectorCheckTests {
  private func report(_ rules: String) -> String {
    Fixtures.report(rules: "version: 1\nrules:\n\(rules)")
  }

  @Test func windowsMustNotOverlap() {
    let rule = """
        - name: R
          expect: adwin(mean(amount)) < 1 and psi(amount, previous) < 1
          window: { size: 6h, every: 1h }
      """
    #expect(
      report(rule) == #"""
        a.yaml:4:13: error: 'adwin' needs windows that share no records, but one of 6h begins \#
        every 1h; give the rule windows such as 'window: { size: 1h }'
            expect: adwin(mean(amount)) < 1 and psi(amount, previous) < 1
                    ^~~~~
        """#
    )
    #expect(report(rule.replacing(", every: 1h", with: "")) == "")
    #expect(report(rule.replacing("adwin(mean(amount))", with: "mean(amount)")) == "")
  }

  /// It signals in one window and begins anew: two in a row never fail.
  @Test(arguments: [
    ("2 of 3 windows", false), ("2 windows", false), ("30m", false), ("1 of 3 windows", true),
    ("1 windows", true),
  ])
  func nothingHoldsForLonger(hold: String, isPossible: Bool) {
    let rule = "  - { name: R, expect: cusum(count) < 1, for: \(hold) }"
    let column = 47
    let expected = """
      a.yaml:3:\(column): error: 'for' is never reached: 'cusum' signals in one window and begins \
      anew; leave it out, or write '1 of 3 windows'
      \(rule)
      \(String(repeating: " ", count: column - 1))^\(String(repeating: "~", count: hold.count - 1))
      """
    #expect(report(rule) == (isPossible ? "" : expected))
  }

  @Test func noTriggerOutlastsIt() {
    func trigger(_ hold: String, settle: Int) -> String {
      Fixtures.report(
        rules: """
          version: 1
          rules:
            - { name: Moved, expect: cusum(count) < 1\(hold) }
          triggers:
            - { name: T, when: firing(Moved), settle: \(settle) windows }
          """
      )
    }
    #expect(
      trigger("", settle: 2) == #"""
        a.yaml:5:29: warning: 'Moved' looks at a detector and fires for one window, \#
        which 'settle' does not outlast; \#
        leave 'settle' out, or let the rule fire 'for: 1 of 3 windows'
          - { name: T, when: firing(Moved), settle: 2 windows }
                                    ^~~~~
        """#
    )
    #expect(trigger("", settle: 0) == "")
    #expect(trigger(", for: 1 of 3 windows", settle: 2) == "")
    #expect(trigger(", for: 1 of 3 windows", settle: 3).contains("fires for 3 windows"))
  }

  @Test(arguments: [
    ("adwin(rate) < 5", "always"), ("adwin(rate) < 0", "never"), ("adwin(rate) >= 0", "always"),
    ("0 <= adwin(rate) < 2", "always"), ("not adwin(rate) > 1", "never"), ("adwin(rate) < 1", nil),
    ("adwin(rate) == 0", nil), ("0 <= adwin(rate) < 1", nil), ("adwin(rate) != 1", nil),
    ("adwin(rate) < 0.5 and rate > 5/s", nil),
  ])
  func aThresholdTellsItsTwoValuesApart(condition: String, verdict: String?) {
    let found = Fixtures.report(rules: Fixtures.rule(condition))
    let message = verdict.map { "warning: 'adwin' is 0 or 1: this \($0) holds; write '< 1'" }
    #expect(found.contains(message ?? "") && found.isEmpty == (message == nil), "\(found)")
    #expect(found.split(separator: "warning").count == (verdict == nil ? 0 : 2))
  }

  /// Everything that a budget does not hold for is said, and nothing else.
  @Test func aBudgetSaysWhatItDoesNotHoldFor() {
    func report(_ condition: String) -> [Substring] {
      Fixtures.report(
        rules: Fixtures.rule("drift(age) < 0.1 and \(condition)")
          .replacing("version: 1", with: "version: 1\nbudget: 1 per 30d")
      ).split(separator: "\n").filter { $0.contains("warning") }
    }
    #expect(
      report("adwin(rate) < 1") == [
        "a.yaml:5:34: warning: 'adwin' is a detector: its false alarms are outside the budget"
      ]
    )
    #expect(
      report("drift(amount, previous) < 0.1") == [
        """
        a.yaml:5:34: warning: 'drift(previous)' takes nothing off for what windows differ by in \
        any case: where they do, the budget does not hold
        """
      ]
    )
    #expect(report("rate < 5/s") == [])
  }
}
