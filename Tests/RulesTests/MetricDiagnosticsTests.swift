import Rules
import Testing

/// Comparisons that ask for what there is not, and what is said of each.
@Suite struct MetricDiagnosticsTests {
  @Test(arguments: wrong)
  func says(_ wrong: Wrong) {
    #expect(Fixtures.report(rules: Fixtures.rule(wrong.source)) == wrong.report)
  }

  static let wrong: [Wrong] = [
    Wrong(
      "pis(amount) < 0.2",
      #"""
      a.yaml:4:13: error: unknown metric 'pis'; did you mean 'psi'?
          expect: pis(amount) < 0.2
                  ^~~
      """#
    ),
    Wrong(
      "Missing(amount) < 1%",
      #"""
      a.yaml:4:13: error: unknown metric 'Missing'; did you mean 'missing'?
          expect: Missing(amount) < 1%
                  ^~~~~~~
      """#
    ),
    Wrong(
      "firing(R) >= 3",
      #"""
      a.yaml:4:13: error: unknown metric 'firing'; it belongs into a trigger's 'when'
          expect: firing(R) >= 3
                  ^~~~~~
      """#
    ),
    Wrong(
      "missing(amount) < 5",
      #"""
      a.yaml:4:31: warning: a share is between 0 and 100%: this always holds, so 'R' never fires; \#
      did you mean 5%?
          expect: missing(amount) < 5
                                    ^
      """#
    ),
    Wrong(
      "missing(amount) < 120",
      #"""
      a.yaml:4:31: warning: a share is between 0 and 100%: this always holds, so 'R' never fires
          expect: missing(amount) < 120
                                    ^~~
      """#
    ),
    Wrong(
      "missing(amount) > -1%",
      #"""
      a.yaml:4:31: warning: a share is between 0 and 100%: this always holds, so 'R' never fires
          expect: missing(amount) > -1%
                                    ^~~
      """#
    ),
    Wrong(
      "ks(amount) < 2",
      #"""
      a.yaml:4:26: warning: a distance is between 0 and 1: this always holds, so 'R' never fires
          expect: ks(amount) < 2
                               ^
      """#
    ),
    Wrong(
      "count_change > -50",
      #"""
      a.yaml:4:28: warning: nothing shrinks by more than 100%: this always holds, \#
      so 'R' never fires; did you mean -50%?
          expect: count_change > -50
                                 ^~~
      """#
    ),
    Wrong(
      "count_change > -500%",
      #"""
      a.yaml:4:28: warning: nothing shrinks by more than 100%: this always holds, so 'R' never fires
          expect: count_change > -500%
                                 ^~~~~
      """#
    ),
    Wrong(
      "count_change > 10/s",
      #"""
      a.yaml:4:28: error: 'count_change' is a change, but '10/s' is a rate; write a percentage or \#
      a number, such as -50% or -0.5
          expect: count_change > 10/s
                                 ^~~~
      """#
    ),
    Wrong("-50% < count_change() <= 300 %", ""),
    Wrong("count_change>-.5", ""),
    Wrong(
      "missing(amount) < 5m",
      #"""
      a.yaml:4:31: error: 'missing' is a share, but '5m' is a duration; write a percentage or a \#
      number, such as 1% or 0.01
          expect: missing(amount) < 5m
                                    ^~
      """#
    ),
    Wrong(
      "psi(amount) < 20%",
      #"""
      a.yaml:4:27: error: 'psi' is a plain number, but '20%' is a percentage; write a plain \#
      number, such as 0.2
          expect: psi(amount) < 20%
                                ^~~
      """#
    ),
    Wrong(
      "mean(amount) < 5KB",
      #"""
      a.yaml:4:28: error: '5KB' is not a quantity; quantities are like 0.2, 1%, 5m or 10/s
          expect: mean(amount) < 5KB
                                 ^~~
      """#
    ),
    Wrong(
      "rate() > 10",
      #"""
      a.yaml:4:22: error: 'rate' is a rate, but '10' is a plain number; write records per \#
      second, such as 10/s
          expect: rate() > 10
                           ^~
      """#
    ),
    Wrong(
      "count() > 10/s",
      #"""
      a.yaml:4:23: error: 'count' is a number of records, but '10/s' is a rate; write a plain \#
      number, such as 100
          expect: count() > 10/s
                            ^~~~
      """#
    ),
    Wrong(
      "psi < 0.2",
      #"""
      a.yaml:4:13: error: 'psi' needs a field; write psi(FIELD), or say which with 'each: \#
      features'
          expect: psi < 0.2
                  ^~~
      """#
    ),
    Wrong(
      "psi() < 1",
      #"""
      a.yaml:4:13: error: 'psi' needs a field; write psi(FIELD), or say which with 'each: \#
      features'
          expect: psi() < 1
                  ^~~
      """#
    ),
    Wrong(
      "rate(amount) > 1/s",
      #"""
      a.yaml:4:18: error: 'rate' is of the whole stream and takes no field; write rate()
          expect: rate(amount) > 1/s
                       ^~~~~~
      """#
    ),
    Wrong(
      "psi(amuont) < 0.2",
      #"""
      a.yaml:4:17: error: the reference has no field 'amuont'; did you mean 'amount'?
          expect: psi(amuont) < 0.2
                      ^~~~~~
      """#
    ),
    Wrong(
      "psi(debug) < 1",
      #"""
      a.yaml:4:17: error: field 'debug' is ignored by the monitor
          expect: psi(debug) < 1
                      ^~~~~
      """#
    ),
    Wrong(
      "mean(created_at) < 1",
      #"""
      a.yaml:4:18: error: field 'created_at' is the event's time and not judged
          expect: mean(created_at) < 1
                       ^~~~~~~~~~
      """#
    ),
    Wrong(
      "unseen(age) < 1%",
      #"""
      a.yaml:4:20: error: 'unseen' is of categorical fields, but 'age' is numeric
          expect: unseen(age) < 1%
                         ^~~
      """#
    ),
    Wrong(
      "ks(status) < 0.1",
      #"""
      a.yaml:4:16: error: 'ks' is of numeric fields, but 'status' is categorical
          expect: ks(status) < 0.1
                     ^~~~~~
      """#
    ),
    Wrong(
      "missing(amount, nul) < 1%",
      #"""
      a.yaml:4:29: error: unknown kind 'nul' of 'missing'; did you mean 'null'?
          expect: missing(amount, nul) < 1%
                                  ^~~
      """#
    ),
    Wrong(
      "missing(amount, gone) < 1%",
      #"""
      a.yaml:4:29: error: unknown kind 'gone' of 'missing'; the kinds of 'missing' are absent, \#
      null, nan, infinite, empty
          expect: missing(amount, gone) < 1%
                                  ^~~~
      """#
    ),
    Wrong(
      "psi(amount, null) < 1",
      #"""
      a.yaml:4:25: error: unknown kind 'null' of 'psi'; the kinds of 'psi' are p, previous, versus
          expect: psi(amount, null) < 1
                              ^~~~
      """#
    ),
    Wrong(
      "missing(amount, null, x) < 1%",
      #"""
      a.yaml:4:35: error: 'missing' takes no third argument
          expect: missing(amount, null, x) < 1%
                                        ^
      """#
    ),
    Wrong(
      "natural(amount, null) < 1",
      #"""
      a.yaml:4:29: error: 'natural' takes one field
          expect: natural(amount, null) < 1
                                  ^~~~
      """#
    ),
  ]
}
