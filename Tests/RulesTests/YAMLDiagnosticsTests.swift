import Rules
import Testing

/// Files that are not YAML, or more of it than is read.
@Suite struct YAMLDiagnosticsTests {
  @Test(arguments: wrong)
  func says(_ wrong: Wrong) {
    #expect(Fixtures.report(rules: wrong.source) == wrong.report)
  }

  static let wrong: [Wrong] = [
    Wrong(
      "",
      #"""
      a.yaml:1:1: error: the file is empty
      """#
    ),
    Wrong(
      #"""



      """#,
      #"""
      a.yaml:1:1: error: the file is empty
      """#
    ),
    Wrong(
      "# nothing",
      #"""
      a.yaml:1:1: error: the file is empty
      # nothing
      ^
      """#
    ),
    Wrong(
      #"""
      version: 1
      version: 1
      """#,
      #"""
      a.yaml:1:1: error: key 'version' stands more than once in this mapping
      version: 1
      ^~~~~~~
      """#
    ),
    Wrong(
      #"""
      rules:
        - name: a
          name: b
      """#,
      #"""
      a.yaml:2:5: error: key 'name' stands more than once in this mapping
        - name: a
          ^~~~
      """#
    ),
    Wrong(
      #"""
      a: &x 1
      b: *x
      """#,
      #"""
      a.yaml:2:4: error: aliases are not supported; write the value of '&x' again
      b: *x
         ^~
      """#
    ),
    Wrong(
      #"""
      a: &x [1]
      ? *x
      : 2
      """#,
      #"""
      a.yaml:2:3: error: aliases are not supported; write the value of '&x' again
      ? *x
        ^~
      """#
    ),
    Wrong(
      "a: *x",
      #"""
      a.yaml:1:4: error: not YAML: found undefined alias
      a: *x
         ^
      """#
    ),
    Wrong(
      "a: [1, 2",
      #"""
      a.yaml:1:9: error: not YAML: while parsing a flow sequence: did not find expected ',' or ']'
      a: [1, 2
              ^
      """#
    ),
    Wrong(
      "a: b: c",
      #"""
      a.yaml:1:5: error: not YAML: mapping values are not allowed in this context
      a: b: c
          ^
      """#
    ),
    Wrong(
      "\ta: b",
      """
      a.yaml:1:1: error: not YAML: while scanning for the next token: found character that \
      cannot start any token
      \u{9}a: b
      ^
      """
    ),
    Wrong(
      #"a: "\q""#,
      #"""
      a.yaml:1:5: error: not YAML: while parsing a quoted scalar: found unknown escape character
      a: "\q"
          ^
      """#
    ),
    Wrong(
      "a: 'b",
      #"""
      a.yaml:1:4: error: not YAML: while scanning a quoted scalar: found unexpected end of stream
      a: 'b
         ^
      """#
    ),
    Wrong(
      "a: \u{1}",
      """
      a.yaml:1:4: error: not YAML: control characters are not allowed
      a: \u{1}
         ^
      """
    ),
    Wrong(
      "a: 'ä' b: \u{1}",
      """
      a.yaml:1:11: error: not YAML: control characters are not allowed
      a: 'ä' b: \u{1}
                ^
      """
    ),
    Wrong(
      #"""
      version: 1
      ---
      version: 1
      """#,
      #"""
      a.yaml:2:1: error: not YAML: expected a single document in the stream: but found another \#
      document
      ---
      ^
      """#
    ),
    Wrong(
      #"""
      ? [a]
      : b
      """#,
      #"""
      a.yaml:1:1: error: a rule file lacks the key 'version'
      ? [a]
      ^
      a.yaml:1:3: error: a key of a rule file is a name, not a list
      ? [a]
        ^
      """#
    ),
    Wrong(
      "version: !foo 1",
      #"""
      a.yaml:1:10: error: tags are not supported; quote a text that starts with '!'
      version: !foo 1
               ^
      """#
    ),
    Wrong(
      String(repeating: "[", count: 40) + String(repeating: "]", count: 40),
      #"""
      a.yaml:1:1: error: a rule file is a mapping, but has a list
      [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
      ^
      a.yaml:1:33: error: nested more than 32 deep
      [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
                                      ^
      """#
    ),
    Wrong(
      String(repeating: "[", count: 5000),
      #"""
      a.yaml:1:1: error: nested more than 32 deep
      [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\#
      [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
      ^
      """#
    ),
    Wrong(
      String(repeating: "- ", count: 5000),
      #"""
      a.yaml:1:1999: error: nested more than 32 deep
       - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - \#
      - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - - -
                                             ^
      """#
    ),
    Wrong(
      String(repeating: "? ", count: 5000),
      #"""
      a.yaml:1:1999: error: nested more than 32 deep
       ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? \#
      ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ? ?
                                             ^
      """#
    ),
    Wrong(
      "version: 1\r\nrules: x\r\nwindow: y",
      #"""
      a.yaml:2:8: error: 'rules' needs a list, but has 'x'
      rules: x
             ^
      a.yaml:3:9: error: 'window' needs a duration such as 90s, 5m, 1h30m or 7d, but has 'y'
      window: y
              ^
      """#
    ),
    Wrong(
      "\u{feff}version: 3",
      #"""
      a.yaml:1:10: error: 'version' needs 1, but has '3'; this leeway reads version 1 only
      version: 3
               ^
      """#
    ),
    Wrong(
      #"""
      version: 1
      rules:
        - name: '
      """# + String(repeating: "x", count: 200) + "'",
      #"""
      a.yaml:3:5: error: a rule lacks the key 'expect'
        - name: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\#
      xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
          ^
      a.yaml:3:11: error: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\#
      xxxxxxxx...' is no name; use up to 128 letters, digits and '_', and start with a letter
        - name: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\#
      xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
                ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~\#
      ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
      """#
    ),
  ]
}
