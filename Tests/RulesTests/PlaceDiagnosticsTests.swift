import Rules
import Testing

/// Errors inside quoted, folded and literal scalars stand where the reader sees them.
@Suite struct PlaceDiagnosticsTests {
  @Test(arguments: wrong)
  func says(_ wrong: Wrong) {
    #expect(Fixtures.report(rules: Fixtures.rule(wrong.source)) == wrong.report)
  }

  static let wrong: [Wrong] = [
    Wrong(
      "&c pis(amount) < 0.2",
      #"""
      a.yaml:4:16: error: unknown metric 'pis'; did you mean 'psi'?
          expect: &c pis(amount) < 0.2
                     ^~~
      """#
    ),
    Wrong(
      #"&c 'pis("my field") < 0.2'"#,
      #"""
      a.yaml:4:17: error: unknown metric 'pis'; did you mean 'psi'?
          expect: &c 'pis("my field") < 0.2'
                      ^~~
      """#
    ),
    Wrong(
      "&f # hello\n      # and more\n      pis(amount) < 0.2",
      #"""
      a.yaml:6:7: error: unknown metric 'pis'; did you mean 'psi'?
            pis(amount) < 0.2
            ^~~
      """#
    ),
    Wrong(
      "&f # hello\n      'pis(amount) < 0.2'",
      #"""
      a.yaml:5:8: error: unknown metric 'pis'; did you mean 'psi'?
            'pis(amount) < 0.2'
             ^~~
      """#
    ),
    Wrong(
      #""pis(amount) < 0.2""#,
      #"""
      a.yaml:4:14: error: unknown metric 'pis'; did you mean 'psi'?
          expect: "pis(amount) < 0.2"
                   ^~~
      """#
    ),
    Wrong(
      #"'pis("my field") < 0.2'"#,
      #"""
      a.yaml:4:14: error: unknown metric 'pis'; did you mean 'psi'?
          expect: 'pis("my field") < 0.2'
                   ^~~
      """#
    ),
    Wrong(
      "'pis(''my field'') < 0.2 and missing(amuont) < 1%'",
      #"""
      a.yaml:4:14: error: unknown metric 'pis'; did you mean 'psi'?
          expect: 'pis(''my field'') < 0.2 and missing(amuont) < 1%'
                   ^~~
      a.yaml:4:50: error: the reference has no field 'amuont'; did you mean 'amount'?
          expect: 'pis(''my field'') < 0.2 and missing(amuont) < 1%'
                                                       ^~~~~~
      """#
    ),
    Wrong(
      #""psi(\"my field\") < 0.2 and pis(age) < 1""#,
      #"""
      a.yaml:4:42: error: unknown metric 'pis'; did you mean 'psi'?
          expect: "psi(\"my field\") < 0.2 and pis(age) < 1"
                                               ^~~
      """#
    ),
    Wrong(
      #"""
      >-
            missing(amount) < 1%
            and pis(amount) < 0.2
      """#,
      #"""
      a.yaml:6:11: error: unknown metric 'pis'; did you mean 'psi'?
            and pis(amount) < 0.2
                ^~~
      """#
    ),
    Wrong(
      #"""
      |
            missing(amount) < 1%

              and pis(amount) < 0.2
      """#,
      #"""
      a.yaml:7:13: error: unknown metric 'pis'; did you mean 'psi'?
              and pis(amount) < 0.2
                  ^~~
      """#
    ),
    Wrong(
      #"""
      missing(amount) < 1%
            and pis(amount) < 0.2
      """#,
      #"""
      a.yaml:5:11: error: unknown metric 'pis'; did you mean 'psi'?
            and pis(amount) < 0.2
                ^~~
      """#
    ),
    Wrong(
      #"""
      "missing(amount) < 1% \
            and pis(amount) < 0.2"
      """#,
      #"""
      a.yaml:5:11: error: unknown metric 'pis'; did you mean 'psi'?
            and pis(amount) < 0.2"
                ^~~
      """#
    ),
    Wrong(
      #""\x70is(amount) < 0.2 and pis(age) < 0.2""#,
      #"""
      a.yaml:4:14: error: unknown metric 'pis'; did you mean 'psi'?
          expect: "\x70is(amount) < 0.2 and pis(age) < 0.2"
                   ^~~~~~
      a.yaml:4:39: error: unknown metric 'pis'; did you mean 'psi'?
          expect: "\x70is(amount) < 0.2 and pis(age) < 0.2"
                                            ^~~
      """#
    ),
    Wrong(
      "psi(größe) < 0.2 and pis(age) < 1",
      #"""
      a.yaml:4:17: error: the reference has no field 'größe'
          expect: psi(größe) < 0.2 and pis(age) < 1
                      ^~~~~
      a.yaml:4:34: error: unknown metric 'pis'; did you mean 'psi'?
          expect: psi(größe) < 0.2 and pis(age) < 1
                                       ^~~
      """#
    ),
    Wrong(
      "[a, b]",
      #"""
      a.yaml:4:13: error: 'expect' needs a condition, but has a list
          expect: [a, b]
                  ^
      """#
    ),
    Wrong(
      "~",
      #"""
      a.yaml:4:5: error: 'expect' is empty
          expect: ~
          ^~~~~~
      """#
    ),
  ]
}
