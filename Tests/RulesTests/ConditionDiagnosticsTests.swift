import Rules
import Testing

/// Conditions that cannot be parsed, and what is said of each.
@Suite struct ConditionDiagnosticsTests {
  @Test(arguments: wrong)
  func says(_ wrong: Wrong) {
    #expect(Fixtures.report(rules: Fixtures.rule(wrong.source)) == wrong.report)
  }

  static let wrong: [Wrong] = [
    Wrong(
      "psi(amount)",
      #"""
      a.yaml:4:24: error: expected a comparison with 'psi', but the condition ends here; such \#
      as '< 0.1'
          expect: psi(amount)
                             ^
      """#
    ),
    Wrong(
      "psi(amount) <",
      #"""
      a.yaml:4:26: error: expected a quantity, but the condition ends here; such as 0.2, 1%, 5m \#
      or 10/s
          expect: psi(amount) <
                               ^
      """#
    ),
    Wrong(
      "psi(amount) < x",
      #"""
      a.yaml:4:27: error: expected a quantity, but found 'x'; such as 0.2, 1%, 5m or 10/s
          expect: psi(amount) < x
                                ^
      """#
    ),
    Wrong(
      "< 0.2",
      #"""
      a.yaml:4:13: error: expected a comparison such as 'missing(amount) < 1%', but found '<'
          expect: < 0.2
                  ^
      """#
    ),
    Wrong(
      "(psi(amount) < 0.2",
      #"""
      a.yaml:4:31: error: expected ')', but the condition ends here
          expect: (psi(amount) < 0.2
                                    ^
      """#
    ),
    Wrong(
      "(psi(amount) < 0.2 adn psi(age) < 1)",
      #"""
      a.yaml:4:32: error: expected ')', but found 'adn'; did you mean 'and'?
          expect: (psi(amount) < 0.2 adn psi(age) < 1)
                                     ^~~
      """#
    ),
    Wrong(
      "psi(amount) < 0.2)",
      #"""
      a.yaml:4:30: error: ')' closes nothing
          expect: psi(amount) < 0.2)
                                   ^
      """#
    ),
    Wrong(
      "psi(amount) < 0.2 adn psi(age) < 1",
      #"""
      a.yaml:4:31: error: expected 'and' or 'or', but found 'adn'; did you mean 'and'?
          expect: psi(amount) < 0.2 adn psi(age) < 1
                                    ^~~
      """#
    ),
    Wrong(
      "psi(amount) < 0.2 psi(age) < 1",
      #"""
      a.yaml:4:31: error: expected 'and' or 'or', but found 'psi'
          expect: psi(amount) < 0.2 psi(age) < 1
                                    ^~~
      """#
    ),
    Wrong(
      "psi(amount) < 0.2 and",
      #"""
      a.yaml:4:34: error: expected a comparison such as 'missing(amount) < 1%', but the \#
      condition ends here
          expect: psi(amount) < 0.2 and
                                       ^
      """#
    ),
    Wrong(
      "psi(amount = 1",
      #"""
      a.yaml:4:24: error: unexpected '='; write '==' for equality
          expect: psi(amount = 1
                             ^
      """#
    ),
    Wrong(
      "psi(amount) = 1",
      #"""
      a.yaml:4:25: error: unexpected '='; write '==' for equality
          expect: psi(amount) = 1
                              ^
      """#
    ),
    Wrong(
      "psi(amount) !< 1",
      #"""
      a.yaml:4:25: error: unexpected '!'; write 'not'
          expect: psi(amount) !< 1
                              ^
      """#
    ),
    Wrong(
      "psi(amount) < 0.1 + 0.2",
      #"""
      a.yaml:4:31: error: unexpected '+'; conditions have no arithmetic
          expect: psi(amount) < 0.1 + 0.2
                                    ^
      """#
    ),
    Wrong(
      "psi(amount) < 0.2 && psi(age) < 1",
      #"""
      a.yaml:4:31: error: unexpected '&'; write 'and'
          expect: psi(amount) < 0.2 && psi(age) < 1
                                    ^
      """#
    ),
    Wrong(
      "psi(amount) < 0.2 || psi(age) < 1",
      #"""
      a.yaml:4:31: error: unexpected '|'; write 'or'
          expect: psi(amount) < 0.2 || psi(age) < 1
                                    ^
      """#
    ),
    Wrong(
      "! psi(amount) < 1",
      #"""
      a.yaml:4:13: error: tags are not supported; quote a text that starts with '!'
          expect: ! psi(amount) < 1
                  ^
      """#
    ),
    Wrong(
      "psi(1h) < 2",
      #"""
      a.yaml:4:17: error: expected a field name, but found '1h'; quote a field name that starts \#
      with a digit
          expect: psi(1h) < 2
                      ^~
      """#
    ),
    Wrong(
      "mean([a]) < 1",
      #"""
      a.yaml:4:18: error: expected a field name, but found '['; quote one that holds such \#
      characters
          expect: mean([a]) < 1
                       ^
      """#
    ),
    Wrong(
      "missing(,) < 1",
      #"""
      a.yaml:4:21: error: expected a field name, but found ','
          expect: missing(,) < 1
                          ^
      """#
    ),
    Wrong(
      "missing(amount age) < 1",
      #"""
      a.yaml:4:28: error: expected ',' or ')', but found 'age'
          expect: missing(amount age) < 1
                                 ^~~
      """#
    ),
    Wrong(
      "0 < mean(amount) > 5",
      #"""
      a.yaml:4:30: error: both comparisons of a range point the same way; such as '0 < \#
      mean(amount) <= 100'
          expect: 0 < mean(amount) > 5
                                   ^
      """#
    ),
    Wrong(
      "0 == mean(amount) < 5",
      #"""
      a.yaml:4:15: error: both comparisons of a range point the same way; such as '0 < \#
      mean(amount) <= 100'
          expect: 0 == mean(amount) < 5
                    ^~
      """#
    ),
    Wrong(
      "0 < mean(amount)",
      #"""
      a.yaml:4:29: error: expected the other end of the range, but the condition ends here; or \#
      write 'mean(amount) > 0'
          expect: 0 < mean(amount)
                                  ^
      """#
    ),
    Wrong(
      "0 < 5",
      #"""
      a.yaml:4:17: error: expected a metric such as 'missing(amount)', but found '5'
          expect: 0 < 5
                      ^
      """#
    ),
    Wrong(
      "mean(amount) < 5 < 6",
      #"""
      a.yaml:4:30: error: a second comparison; a range is written '0 < mean(amount) < 1'
          expect: mean(amount) < 5 < 6
                                   ^
      """#
    ),
    Wrong(
      #"psi("my field) < 1"#,
      #"""
      a.yaml:4:17: error: this quoted name does not end; close it with "
          expect: psi("my field) < 1
                      ^~~~~~~~~~~~~~
      """#
    ),
    Wrong(
      "psi(amount) < 5x",
      #"""
      a.yaml:4:27: error: '5x' is not a quantity; quantities are like 0.2, 1%, 5m or 10/s
          expect: psi(amount) < 5x
                                ^~
      """#
    ),
    Wrong(
      "psi(amount) < 1e999",
      #"""
      a.yaml:4:27: error: '1e999' is not a quantity; quantities are like 0.2, 1%, 5m or 10/s
          expect: psi(amount) < 1e999
                                ^~~~~
      """#
    ),
    Wrong(
      "psi(amount) < 1h1h",
      #"""
      a.yaml:4:27: error: '1h1h' is not a quantity; quantities are like 0.2, 1%, 5m or 10/s
          expect: psi(amount) < 1h1h
                                ^~~~
      """#
    ),
    Wrong(
      "not",
      #"""
      a.yaml:4:16: error: expected a comparison such as 'missing(amount) < 1%', but the \#
      condition ends here
          expect: not
                     ^
      """#
    ),
    Wrong(
      "and",
      #"""
      a.yaml:4:13: error: expected a comparison such as 'missing(amount) < 1%', but found 'and'
          expect: and
                  ^~~
      """#
    ),
    Wrong(
      "5 > mean(amount) > 1 and pis(age) < 1 or psi(agee) > 1",
      #"""
      a.yaml:4:38: error: unknown metric 'pis'; did you mean 'psi'?
          expect: 5 > mean(amount) > 1 and pis(age) < 1 or psi(agee) > 1
                                           ^~~
      a.yaml:4:58: error: the reference has no field 'agee'; did you mean 'age'?
          expect: 5 > mean(amount) > 1 and pis(age) < 1 or psi(agee) > 1
                                                               ^~~~
      """#
    ),
    Wrong(
      "1 < pis(amount) < 2",
      #"""
      a.yaml:4:17: error: unknown metric 'pis'; did you mean 'psi'?
          expect: 1 < pis(amount) < 2
                      ^~~
      """#
    ),
    Wrong(
      "natural(amount) < status",
      #"""
      a.yaml:4:31: error: expected a quantity, but found 'status'; such as 0.2, 1%, 5m or 10/s
          expect: natural(amount) < status
                                    ^~~~~~
      """#
    ),
    Wrong(
      String(repeating: "not ", count: 40) + "psi(amount) < 1",
      #"""
      a.yaml:4:141: error: nested more than 32 deep
      ot not not not not not not not not not not not not not not not not not psi(amount) < 1
                                             ^~~
      """#
    ),
    Wrong(
      String(repeating: "(", count: 40) + "psi(amount) < 1" + String(repeating: ")", count: 40),
      #"""
      a.yaml:4:45: error: nested more than 32 deep
          expect: ((((((((((((((((((((((((((((((((((((((((psi(amount) < \#
      1))))))))))))))))))))))))))))))))))))))))
                                                  ^
      """#
    ),
  ]
}
