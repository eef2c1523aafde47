import Rules
import Testing

/// Wrong rule files, and what is said of each.
@Suite struct RuleFileDiagnosticsTests {
  @Test(arguments: wrong)
  func says(_ wrong: Wrong) {
    #expect(Fixtures.report(rules: wrong.source) == wrong.report)
  }

  static let wrong: [Wrong] = [
    Wrong(
      "version: 2",
      #"""
      a.yaml:1:10: error: 'version' needs 1, but has '2'; this leeway reads version 1 only
      version: 2
               ^
      """#
    ),
    Wrong(
      #"""
      version: 1
      rules: {}
      """#,
      #"""
      a.yaml:2:8: error: 'rules' needs a list, but has a mapping
      rules: {}
             ^
      """#
    ),
    Wrong(
      #"""
      version: 1
      rule: []
      """#,
      #"""
      a.yaml:2:1: error: unknown key 'rule' in a rule file; did you mean 'rules'?
      rule: []
      ^~~~
      """#
    ),
    Wrong(
      "rules: []",
      #"""
      a.yaml:1:1: error: a rule file lacks the key 'version'
      rules: []
      ^
      """#
    ),
    Wrong(
      "a",
      #"""
      a.yaml:1:1: error: a rule file is a mapping, but has 'a'
      a
      ^
      """#
    ),
    Wrong(
      "[]",
      #"""
      a.yaml:1:1: error: a rule file is a mapping, but has a list
      []
      ^
      """#
    ),
    Wrong(
      #"""
      version: 1
      rules:
        - name: A
          expect: count > 1
          keep_firing_fro: 1m
          undecided: maybe
          repeat: 4
        - name: B
          expect: count > 1
          when: count < 1
        - name: C
      """#,
      #"""
      a.yaml:5:5: error: unknown key 'keep_firing_fro' in a rule; did you mean 'keep_firing_for'?
          keep_firing_fro: 1m
          ^~~~~~~~~~~~~~~
      a.yaml:6:16: error: 'undecided' needs one of ignore, alert, but has 'maybe'
          undecided: maybe
                     ^~~~~
      a.yaml:7:13: error: 'repeat' needs a duration such as 90s, 5m, 1h30m or 7d, but has '4'; \#
      a number needs a unit; did you mean 4s?
          repeat: 4
                  ^
      a.yaml:10:5: error: a rule has 'expect' or 'when', not both
          when: count < 1
          ^~~~
      a.yaml:11:5: error: a rule lacks the key 'expect'
        - name: C
          ^
      """#
    ),
    Wrong(
      #"""
      version: 1
      rules:
        - name: A B
          expect: count > 1
        - name: 1A
          expect: count > 1
        - expect: count > 1
        - name: X
        - foo
      """#,
      #"""
      a.yaml:3:11: error: 'A B' is no name; use up to 128 letters, digits and '_', and start \#
      with a letter
        - name: A B
                ^~~
      a.yaml:5:11: error: '1A' is no name; use up to 128 letters, digits and '_', and start \#
      with a letter
        - name: 1A
                ^~
      a.yaml:7:5: error: a rule lacks the key 'name'
        - expect: count > 1
          ^
      a.yaml:8:5: error: a rule lacks the key 'expect'
        - name: X
          ^
      a.yaml:9:5: error: a rule is a mapping, but has 'foo'
        - foo
          ^
      """#
    ),
    Wrong(
      #"""
      version: 1
      rules:
        - name: A
          each: features
          expect: missing(null) < 1% and missing(nul) < 1%
        - name: B
          each: features
          expect: psi(age) < 1
      """#,
      #"""
      a.yaml:5:44: error: 'each' names the fields already; write missing without one
          expect: missing(null) < 1% and missing(nul) < 1%
                                                 ^~~
      a.yaml:8:17: error: 'each' names the fields already; write psi without one
          expect: psi(age) < 1
                      ^~~
      """#
    ),
    Wrong(
      #"""
      version: 1
      rules:
        - name: A
          each: feature
          expect: psi < 1
        - name: B
          each: []
          expect: psi < 1
        - name: C
          each: {a: b}
          expect: psi < 1
        - name: D
          each: price_*
          expect: psi < 1
        - name: E
          each: [a*, agee]
          expect: psi < 1
      """#,
      #"""
      a.yaml:4:11: error: the reference has no field 'feature'; did you mean 'features'?
          each: feature
                ^~~~~~~
      a.yaml:7:11: error: 'each' needs one of features, numeric, categorical, predictions, a \#
      list of fields, or a pattern, but has a list
          each: []
                ^
      a.yaml:10:11: error: 'each' needs one of features, numeric, categorical, predictions, a \#
      list of fields, or a pattern, but has a mapping
          each: {a: b}
                ^
      a.yaml:13:11: warning: no field matches 'price_*'
          each: price_*
                ^~~~~~~
      a.yaml:16:16: error: the reference has no field 'agee'; did you mean 'age'?
          each: [a*, agee]
                     ^~~~
      """#
    ),
    Wrong(
      #"""
      version: 1
      rules:
        - name: F
          each: numeric
          expect: count() > 100
        - name: G
          each: features
          expect: unseen < 1%
        - name: F
          expect: count > 1
      """#,
      #"""
      a.yaml:4:11: warning: 'each' names fields, but nothing of a field is compared
          each: numeric
                ^~~~~~~
      a.yaml:8:13: error: 'unseen' is of categorical fields, but 'each' names the numeric field \#
      'amount'; write 'each: categorical'
          expect: unseen < 1%
                  ^~~~~~
      a.yaml:9:11: error: there is another rule named 'F'; at a.yaml:3:11
        - name: F
                ^
      """#
    ),
    Wrong(
      #"""
      version: 1
      rules:
        - { name: A, expect: count > 1, for: 3 of 2 windows }
        - { name: B, expect: count > 1, for: 10 }
        - { name: C, expect: count > 1, for: 1 of 1001 windows }
        - { name: D, expect: count > 1, for: two windows }
        - { name: E, expect: count > 1, for: 0 windows }
      """#,
      #"""
      a.yaml:3:40: error: 3 of 2 windows can never fail
        - { name: A, expect: count > 1, for: 3 of 2 windows }
                                             ^~~~~~~~~~~~~~
      a.yaml:4:40: error: 'for' needs a duration such as 90s, 5m, 1h30m or 7d, but has '10'; a \#
      number needs a unit; did you mean 10s?
        - { name: B, expect: count > 1, for: 10 }
                                             ^~
      a.yaml:5:40: error: 'for' counts from 1 to 1000 windows
        - { name: C, expect: count > 1, for: 1 of 1001 windows }
                                             ^~~~~~~~~~~~~~~~~
      a.yaml:6:40: error: 'for' needs a duration such as 10m, or windows such as '2 of 3 \#
      windows', but has 'two windows'
        - { name: D, expect: count > 1, for: two windows }
                                             ^~~~~~~~~~~
      a.yaml:7:40: error: 'for' counts from 1 to 1000 windows
        - { name: E, expect: count > 1, for: 0 windows }
                                             ^~~~~~~~~
      """#
    ),
    Wrong(
      #"""
      version: 1
      rules:
        - { name: F, expect: count > 1, severity: page }
        - { name: G, expect: count > 1, severity: warn }
        - { name: H, expect: count > 1, min_records: -1 }
        - { name: I, expect: count > 1, min_records: 1.5, labels: [a] }
        - { name: J, expect: count > 1, labels: { a-b: c, d: [] } }
        - { name: K, expect: count > 1, runbook: [], summary: [] }
      """#,
      #"""
      a.yaml:3:45: error: 'severity' needs one of info, warning, critical, but has 'page'
        - { name: F, expect: count > 1, severity: page }
                                                  ^~~~
      a.yaml:4:45: error: 'severity' needs one of info, warning, critical, but has 'warn'
        - { name: G, expect: count > 1, severity: warn }
                                                  ^~~~
      a.yaml:5:48: error: 'min_records' needs a whole number, but has '-1'
        - { name: H, expect: count > 1, min_records: -1 }
                                                     ^~
      a.yaml:6:48: error: 'min_records' needs a whole number, but has '1.5'
        - { name: I, expect: count > 1, min_records: 1.5, labels: [a] }
                                                     ^~~
      a.yaml:6:61: error: 'labels' needs names and values, such as { team: checkout }, but has \#
      a list
        - { name: I, expect: count > 1, min_records: 1.5, labels: [a] }
                                                                  ^
      a.yaml:7:45: error: the name of a label is of letters, digits and '_'
        - { name: J, expect: count > 1, labels: { a-b: c, d: [] } }
                                                  ^~~
      a.yaml:7:56: error: 'd' needs a text, but has a list
        - { name: J, expect: count > 1, labels: { a-b: c, d: [] } }
                                                             ^
      a.yaml:8:44: error: 'runbook' needs a text, but has a list
        - { name: K, expect: count > 1, runbook: [], summary: [] }
                                                 ^
      a.yaml:8:57: error: 'summary' needs a text, but has a list
        - { name: K, expect: count > 1, runbook: [], summary: [] }
                                                              ^
      """#
    ),
    Wrong(
      #"""
      version: 1
      rules:
        - name: A
          expect: count > 1
          summary: 'x {vlaue} {} {field'
        - name: B
          expect: count > 1
          summary: "a } {{ok}} \
            {foo}"
      """#,
      #"""
      a.yaml:5:17: error: unknown placeholder 'vlaue'; did you mean 'value'?
          summary: 'x {vlaue} {} {field'
                      ^~~~~~~
      a.yaml:5:25: error: unknown placeholder ''; there are field, value, threshold, distance, \#
      n_current, n_reference, statistic, rule, monitor, segment, model_version, versus, \#
      window_start, window_end, p_value, bound, severity
          summary: 'x {vlaue} {} {field'
                              ^~
      a.yaml:5:28: error: '{' is not closed; write '{{' for a brace
          summary: 'x {vlaue} {} {field'
                                 ^
      a.yaml:8:17: error: '}' closes nothing; write '}}'
          summary: "a } {{ok}} \
                      ^
      a.yaml:9:7: error: unknown placeholder 'foo'; there are field, value, threshold, \#
      distance, n_current, n_reference, statistic, rule, monitor, segment, model_version, \#
      versus, window_start, window_end, p_value, bound, severity
            {foo}"
            ^~~~~
      """#
    ),
    Wrong(
      #"""
      version: 1
      budget: 1 per month
      window: 0s
      """#,
      #"""
      a.yaml:2:9: error: 'budget' needs false alarms per time, such as '1 per 30d', but has '1 \#
      per month'
      budget: 1 per month
              ^~~~~~~~~~~
      a.yaml:3:9: error: a window's size is more than nothing
      window: 0s
              ^~
      """#
    ),
    Wrong(
      #"""
      version: 1
      budget: 0 per 30d
      """#,
      #"""
      a.yaml:2:9: error: 'budget' needs false alarms per time, such as '1 per 30d', but has '0 \#
      per 30d'
      budget: 0 per 30d
              ^~~~~~~~~
      """#
    ),
    Wrong(
      #"""
      version: 1
      budget: [1]
      """#,
      #"""
      a.yaml:2:9: error: 'budget' needs false alarms per time, such as '1 per 30d', but has a list
      budget: [1]
              ^
      """#
    ),
    Wrong(
      #"""
      version: 1
      budget: 1 per 30d
      rules:
        - { name: A, expect: psi(age) < 0.2 and count > 1 }
      """#,
      #"""
      a.yaml:2:9: warning: nothing here spends a budget; only lower bounds such as \#
      'excess_drift' do
      budget: 1 per 30d
              ^~~~~~~~~
      a.yaml:4:24: warning: 'psi' is a plain statistic: its false alarms are outside the budget
        - { name: A, expect: psi(age) < 0.2 and count > 1 }
                             ^~~
      """#
    ),
    Wrong(
      #"""
      version: 1
      window: { size: 1h, every: 2h }
      """#,
      #"""
      a.yaml:2:28: error: 'every' is longer than the window's size; records between two windows \#
      would be judged in none
      window: { size: 1h, every: 2h }
                                 ^~
      """#
    ),
    Wrong(
      #"""
      version: 1
      window: { size: 1h, every: 1s }
      """#,
      #"""
      a.yaml:2:28: error: more than 1000 windows would overlap; of 1h take at least a thousandth
      window: { size: 1h, every: 1s }
                                 ^~
      """#
    ),
    Wrong(
      #"""
      version: 1
      window: { size: 1h, every: 0s }
      """#,
      #"""
      a.yaml:2:28: error: 'every' is more than nothing
      window: { size: 1h, every: 0s }
                                 ^~
      """#
    ),
    Wrong(
      #"""
      version: 1
      window: { size: 1h, every: 1x, foo: 1 }
      """#,
      #"""
      a.yaml:2:28: error: 'every' needs a duration such as 90s, 5m, 1h30m or 7d, but has '1x'
      window: { size: 1h, every: 1x, foo: 1 }
                                 ^~
      a.yaml:2:32: error: unknown key 'foo' in 'window'; its keys are size, every, align, \#
      min_records, at_most
      window: { size: 1h, every: 1x, foo: 1 }
                                     ^~~
      """#
    ),
    Wrong(
      #"""
      version: 1
      window: { every: 1h }
      """#,
      #"""
      a.yaml:2:9: error: 'window' lacks the key 'size'
      window: { every: 1h }
              ^
      """#
    ),
    Wrong(
      #"""
      version: 1
      window: 3600
      """#,
      #"""
      a.yaml:2:9: error: 'window' needs a duration such as 90s, 5m, 1h30m or 7d, but has \#
      '3600'; a number needs a unit; did you mean 3600s?
      window: 3600
              ^~~~
      """#
    ),
    Wrong(
      #"""
      version: 1
      window: 400000d
      """#,
      #"""
      a.yaml:2:9: error: 'window' is at most 36500d, a hundred years, but has '400000d'
      window: 400000d
              ^~~~~~~
      """#
    ),
    Wrong(
      #"""
      version: 1
      window: []
      """#,
      #"""
      a.yaml:2:9: error: 'window' is a mapping, but has a list
      window: []
              ^
      """#
    ),
    Wrong(
      #"""
      version: 1
      window: 1s
      rules:
        - { name: A, expect: count > 1 }
      """#,
      #"""
      monitor.yaml:10:9: warning: a window of 1h is kept in 3600 panes of 1s, which takes much \#
      memory; 1s is the greatest common divisor of all windows; choose sizes nearer together
      window: 1h
              ^~
      """#
    ),
    Wrong(
      #"""
      version: 1
      window: 100ms
      rules:
        - { name: A, expect: count > 1 }
      """#,
      #"""
      monitor.yaml:10:9: error: a window of 1h is kept in 36000 panes of 100ms, at most 10000 \#
      are possible; 100ms is the greatest common divisor of all windows; choose sizes nearer \#
      together
      window: 1h
              ^~
      """#
    ),
    Wrong(
      #"""
      version: 1
      rules:
        - { name: Stable, each: features, expect: excess_drift < 0.1 }
        - { name: One, expect: count > 1 }
      triggers:
        - { name: T, when: firing(Stabel) }
        - { name: U, when: firing(Stable) >= 30% }
        - { name: V, when: firing(Stable) >= 30% of feature }
        - { name: W, when: firing(One) >= 30% of features }
        - { name: X, when: firing(Stable) >= 0.3 }
        - { name: Y, when: psi(age) > 1 }
        - { name: Z, when: firing() }
        - { name: Z, when: firing(One), settle: 2, cooldown: 7, dry_run: yes }
        - { name: AA, when: fireing(One) and }
        - { name: AB, when: firing(One) > 5m }
        - { name: AC, when: firing(One) > x }
        - { name: AD, when: firing(One) or }
        - { name: AE }
        - { name: AF, when: firing(Stable) > 130% of features, expect: x }
      """#,
      #"""
      a.yaml:6:29: error: there is no rule named 'Stabel'; did you mean 'Stable'?
        - { name: T, when: firing(Stabel) }
                                  ^~~~~~
      a.yaml:7:43: error: expected 'of' and a group, but the condition ends here; such as 30% \#
      of features
        - { name: U, when: firing(Stable) >= 30% }
                                                ^
      a.yaml:8:47: error: expected one of features, numeric, categorical, predictions, but \#
      found 'feature'; did you mean 'features'?
        - { name: V, when: firing(Stable) >= 30% of feature }
                                                    ^~~~~~~
      a.yaml:9:29: error: 'One' does not judge fields one by one; write firing(One)
        - { name: W, when: firing(One) >= 30% of features }
                                  ^~~
      a.yaml:10:40: error: '0.3' counts no alerts; write a whole number such as 3, or a \#
      percentage such as 30% of features
        - { name: X, when: firing(Stable) >= 0.3 }
                                             ^~~
      a.yaml:11:22: error: a trigger tests rules, not 'psi'; write a rule that judges it, and \#
      here firing(RULE)
        - { name: Y, when: psi(age) > 1 }
                           ^~~
      a.yaml:12:22: error: 'firing' takes the name of one rule
        - { name: Z, when: firing() }
                           ^~~~~~
      a.yaml:13:13: error: there is another trigger named 'Z'; at a.yaml:12:13
        - { name: Z, when: firing(One), settle: 2, cooldown: 7, dry_run: yes }
                  ^
      a.yaml:13:43: error: 'settle' needs a number of windows such as '2 windows', but has '2'
        - { name: Z, when: firing(One), settle: 2, cooldown: 7, dry_run: yes }
                                                ^
      a.yaml:13:56: error: 'cooldown' needs a duration such as 90s, 5m, 1h30m or 7d, but has \#
      '7'; a number needs a unit; did you mean 7s?
        - { name: Z, when: firing(One), settle: 2, cooldown: 7, dry_run: yes }
                                                             ^
      a.yaml:13:68: error: 'dry_run' needs true or false, but has 'yes'
        - { name: Z, when: firing(One), settle: 2, cooldown: 7, dry_run: yes }
                                                                         ^~~
      a.yaml:14:23: error: a trigger tests rules, not 'fireing'; did you mean 'firing'?
        - { name: AA, when: fireing(One) and }
                            ^~~~~~~
      a.yaml:15:37: error: '5m' counts no alerts; write a whole number such as 3, or a \#
      percentage such as 30% of features
        - { name: AB, when: firing(One) > 5m }
                                          ^~
      a.yaml:16:37: error: expected a number or a percentage, but found 'x'; such as 3, or 30% \#
      of features
        - { name: AC, when: firing(One) > x }
                                          ^
      a.yaml:17:37: error: expected a test such as 'firing(RULE)', but the condition ends here
        - { name: AD, when: firing(One) or }
                                          ^
      a.yaml:18:5: error: a trigger lacks 'when' or 'every': one of them, or both
        - { name: AE }
          ^
      a.yaml:19:40: error: '130%' counts no alerts; write a whole number such as 3, or a \#
      percentage such as 30% of features
        - { name: AF, when: firing(Stable) > 130% of features, expect: x }
                                             ^~~~
      a.yaml:19:58: error: unknown key 'expect' in a trigger; its keys are name, when, every, \#
      settle, cooldown, at_most, answer_within, min_records, dry_run
        - { name: AF, when: firing(Stable) > 130% of features, expect: x }
                                                               ^~~~~~
      """#
    ),
  ]
}
