import Rules
import Testing

/// Wrong files of tests, and what is said of each.
@Suite struct TestFileDiagnosticsTests {
  @Test(arguments: wrong)
  func says(_ wrong: Wrong) {
    let source = SourceText(file: "a.test.yaml", text: wrong.source)
    #expect(TestFile.read(source).diagnostics.rendered(with: [source]) == wrong.report)
  }

  private static let head = """
    version: 1
    rules: [a.yaml]
    monitor: { fields: { time: created_at }, window: 1h }
    reference: { during: 1d }
    stream: { every: 1m, record: { age: 1 } }
    tests:
      - name: a

    """

  @Test func whatIsOneOfAFewNamesIsOneOfThese() {
    let text =
      Self.head + """
            control: [{ at: 1h, completed: T, status: faild }]
            expect:
              - { at: 2h, training: [{ trigger: T, reason: drfit, refusal: cool }] }
        """
    let source = SourceText(file: "a.test.yaml", text: text)
    #expect(
      TestFile.read(source).diagnostics.map(\.summary) == [
        "a.test.yaml:8:47: error: 'status' needs one of succeeded, failed, but has 'faild'; "
          + "did you mean 'failed'?",
        "a.test.yaml:10:52: error: 'reason' needs one of drift, schedule, asked, but has 'drfit'; "
          + "did you mean 'drift'?",
        "a.test.yaml:10:68: error: 'refusal' needs one of in_flight, cooldown, at_most, "
          + "min_records, but has 'cool'",
      ]
    )
  }

  @Test func namesAreThoseOfThePlan() throws {
    let text =
      Self.head + """
            expect:
              - at: 1h
                alerts: [{ rule: Agestable }, { rule: AgeStable }, { rule: AgeStable, field: agee }]
                triggers: [Trian, { trigger: Train, fields: [x] }]
        """
    let rules = """
      version: 1
      rules:
        - name: AgeStable
          each: [age]
          expect: psi < 1
      triggers:
        - name: Train
          when: firing(AgeStable)
      """
    let source = SourceText(file: "a.test.yaml", text: text)
    let (file, problems) = TestFile.read(source)
    #expect(problems == [])
    let plan = try #require(Fixtures.check(rules: [rules]).plan)
    #expect(
      try #require(file).problems(in: plan).map(\.summary) == [
        "a.test.yaml:10:26: error: there is no rule 'Agestable'; did you mean 'AgeStable'?",
        "a.test.yaml:10:47: error: 'AgeStable' judges fields one by one, and this does not say "
          + "which; such as 'field: age'",
        "a.test.yaml:10:86: error: there is no judged field 'agee'; did you mean 'age'?",
        "a.test.yaml:11:20: error: there is no trigger 'Trian'; did you mean 'Train'?",
        "a.test.yaml:11:54: error: there is no judged field 'x'",
      ]
    )
  }

  static let wrong: [Wrong] = [
    Wrong(
      #"""
      version: 1
      rules: [a.yaml]
      monitor: { fields: { time: at } , window: 1h }
      reference: { during: 1d }
      stream:
        every: 0s
        record:
          a: norml(1, 2)
          b: normal(1)
          c: normal(1, -2)
          d: choice(a 70%, b 20%)
          e: choice(a 70%, b 1)
          f: uniform(2, 1)
          g: null(5%)
          h: null(7)
          i: lognormal(500, 1)
          j: normal(ramp(1), 2)
          k: [1, 2]
          l.m: 1
          l: 2
          n: choice()
          o: normal(1, 2) 3
          p: sequence(a b)
          q: f(x)
          r: counter(x)
          s: choice(a -3)
      tests:
        - name: a
          expect: [{ at: 1h, alerts: [] }]
      """#,
      #"""
      a.test.yaml:6:10: error: two events are some time apart
        every: 0s
               ^~
      a.test.yaml:8:8: error: unknown generator 'norml'; did you mean 'normal'?
          a: norml(1, 2)
             ^~~~~
      a.test.yaml:9:16: error: expected ',' and a mean and a standard deviation, but found ')'
          b: normal(1)
                     ^
      a.test.yaml:10:8: error: a standard deviation is not negative
          c: normal(1, -2)
             ^~~~~~~~~~~~
      a.test.yaml:11:8: error: these percentages add up to 90%, not to 100%
          d: choice(a 70%, b 20%)
             ^~~~~~~~~~~~~~~~~~~
      a.test.yaml:12:8: error: either all values of a choice have weights of one kind, or none
          e: choice(a 70%, b 1)
             ^~~~~~~~~~~~~~~~~
      a.test.yaml:13:8: error: the lower end comes first
          f: uniform(2, 1)
             ^~~~~~~~~~~~
      a.test.yaml:14:5: error: 'g' lacks what it is otherwise; such as null(5%, normal(20, 1))
          g: null(5%)
          ^
      a.test.yaml:15:13: error: a probability is from 0 to 1; such as 5%
          h: null(7)
                  ^
      a.test.yaml:16:8: error: the logarithm's mean is from -100 to 100, its standard deviation \#
      at most 10
          i: lognormal(500, 1)
             ^~~~~~~~~~~~~~~~
      a.test.yaml:17:21: error: expected ',' and where the ramp ends, but found ')'
          j: normal(ramp(1), 2)
                          ^
      a.test.yaml:18:8: error: 'k' needs a value, a generator, or fields of its own, but has a \#
      list
          k: [1, 2]
             ^
      a.test.yaml:20:5: error: this is also made as 'l.m'
          l: 2
          ^
      a.test.yaml:21:15: error: expected a value, but found ')'; quote a text that is no plain \#
      word
          n: choice()
                    ^
      a.test.yaml:22:21: error: expected the end of it, but found '3'
          o: normal(1, 2) 3
                          ^
      a.test.yaml:23:19: error: expected ',' or ')', but found 'b'
          p: sequence(a b)
                        ^
      a.test.yaml:24:8: error: unknown generator 'f'; there are normal, lognormal, uniform, \#
      choice, sequence, counter, null, absent; a text is choice("f(…)")
          q: f(x)
             ^
      a.test.yaml:25:16: error: expected a number to begin with, but found 'x'
          r: counter(x)
                     ^
      a.test.yaml:26:17: error: a weight is a positive number or percentage
          s: choice(a -3)
                      ^~
      """#
    ),
    Wrong(
      #"""
      version: 1
      rules: [a.yaml]
      monitor: { fields: { time: at }, window: 1h, latenes: 1m }
      reference: { during: 1d, rows: x }
      stream:
        every: 1m
        start: yesterday
        delay: choice(a, b)
        duplicates: 3
        record: { x: 1, temperature: 2 }
      tests:
        - name: a
          phases:
            - { from: 3h, to: 2h, record: { temprature: 2 } }
            - { from: 3h, every: 2m, where: { y: 1 } }
            - { record: {} }
          expect:
            - { at: 1h, until: 2h, alerts: [] }
            - { at: 3h }
            - at: 2h
              alerts: [{ field: x }, { rule: R, state: resolved }, { rule: R, state: fireing }]
            - { at: 2h, triggers: [{ name: x }, [] ] }
        - name: a
          fixture: f.csv
          phases: []
          expect: []
        - name: b
          expect: [{ at: 4, alerts: {} }]
      """#,
      #"""
      a.test.yaml:3:46: error: unknown key 'latenes' in a test's monitor; did you mean 'lateness'?
      monitor: { fields: { time: at }, window: 1h, latenes: 1m }
                                                   ^~~~~~~
      a.test.yaml:4:26: error: 'reference' has 'during' or 'rows', not both
      reference: { during: 1d, rows: x }
                               ^~~~
      a.test.yaml:7:10: error: 'start' needs a time as of RFC 3339, such as \#
      2024-01-01T00:00:00Z, but has 'yesterday'
        start: yesterday
               ^~~~~~~~~
      a.test.yaml:8:10: error: 'delay' needs a duration such as 10m, or a generator such as \#
      uniform(0s, 10m), but has 'choice(a, b)'
        delay: choice(a, b)
               ^~~~~~~~~~~~
      a.test.yaml:9:15: error: 'duplicates' needs a share such as 10%, but has '3'
        duplicates: 3
                    ^
      a.test.yaml:14:25: error: a phase ends after it began
            - { from: 3h, to: 2h, record: { temprature: 2 } }
                              ^~
      a.test.yaml:14:39: warning: the stream's events have no field 'temprature'; it is added; \#
      did you mean 'temperature'?
            - { from: 3h, to: 2h, record: { temprature: 2 } }
                                            ^~~~~~~~~~
      a.test.yaml:15:28: error: how often events come does not follow from what is in them; \#
      leave out 'where'
            - { from: 3h, every: 2m, where: { y: 1 } }
                                 ^~
      a.test.yaml:15:41: error: the stream's events have no field 'y'; did you mean 'x'?
            - { from: 3h, every: 2m, where: { y: 1 } }
                                              ^
      a.test.yaml:16:9: error: a phase lacks the key 'from'
            - { record: {} }
              ^
      a.test.yaml:18:19: error: an expectation has 'at' or 'until', not both
            - { at: 1h, until: 2h, alerts: [] }
                        ^~~~~
      a.test.yaml:19:9: error: an expectation lists 'alerts', 'triggers', 'training' or several \#
      of them; such as { \#
      until: 4d, alerts: [] } for silence
            - { at: 3h }
              ^
      a.test.yaml:20:13: error: expectations stand in the order of their times; the one before \#
      is of 3h
            - at: 2h
                  ^~
      a.test.yaml:21:18: error: an expected alert lacks the key 'rule'
              alerts: [{ field: x }, { rule: R, state: resolved }, { rule: R, state: fireing }]
                       ^
      a.test.yaml:21:50: error: an alert that stands is pending or firing, not 'resolved'; \#
      leave it out of the list
              alerts: [{ field: x }, { rule: R, state: resolved }, { rule: R, state: fireing }]
                                                       ^~~~~~~~
      a.test.yaml:21:80: error: an alert that stands is pending or firing, not 'fireing'; did \#
      you mean 'firing'?
              alerts: [{ field: x }, { rule: R, state: resolved }, { rule: R, state: fireing }]
                                                                                     ^~~~~~~
      a.test.yaml:22:15: error: expectations stand in the order of their times; the one before \#
      is of 2h
            - { at: 2h, triggers: [{ name: x }, [] ] }
                    ^~
      a.test.yaml:22:30: error: an expected trigger lacks the key 'trigger'
            - { at: 2h, triggers: [{ name: x }, [] ] }
                                   ^
      a.test.yaml:22:32: error: unknown key 'name' in an expected trigger; its keys are \#
      trigger, fields
            - { at: 2h, triggers: [{ name: x }, [] ] }
                                     ^~~~
      a.test.yaml:22:43: error: 'triggers' needs names of triggers, but has a list
            - { at: 2h, triggers: [{ name: x }, [] ] }
                                                ^
      a.test.yaml:23:11: error: there is another test named 'a'; at line 12
        - name: a
                ^
      a.test.yaml:24:14: error: a test with a fixture says from when its times count; such as \#
      'start: 2026-03-03T00:00:00Z'
          fixture: f.csv
                   ^~~~~
      a.test.yaml:25:13: error: the events of a fixture have no phases
          phases: []
                  ^
      a.test.yaml:26:13: error: 'expect' needs at least one time and what is then, but has a \#
      list; such as { until: 4d, alerts: [] } for silence
          expect: []
                  ^
      a.test.yaml:28:20: error: 'at' needs a duration such as 90s, 5m, 1h30m or 7d, but has \#
      '4'; a number needs a unit; did you mean 4s?
          expect: [{ at: 4, alerts: {} }]
                         ^
      a.test.yaml:28:31: error: 'alerts' needs a list, but has a mapping
          expect: [{ at: 4, alerts: {} }]
                                    ^
      """#
    ),
    Wrong(
      #"""
      version: 1
      rules: [a.yaml]
      monitor: lost.yaml
      tests: []
      """#,
      #"""
      a.test.yaml:2:8: error: a monitor's file names its own 'rules'; write the settings that \#
      are needed in place of the file, or leave this out
      rules: [a.yaml]
             ^
      a.test.yaml:4:8: error: 'tests' needs at least one test, but has a list
      tests: []
             ^
      """#
    ),
    Wrong(
      #"""
      version: 1
      monitor: { fields: { time: at } , window: 1h }
      tests:
        - name: x
          expect: [{ at: 1h, alerts: [] }]
      """#,
      #"""
      a.test.yaml:1:1: error: a test file lacks the key 'rules'; only a monitor's file names \#
      rules of its own
      version: 1
      ^
      a.test.yaml:1:1: error: a test file lacks the key 'reference'; such as { during: 14d, \#
      window: 1d }: learned from the stream before it starts
      version: 1
      ^
      a.test.yaml:4:11: error: a test needs a 'fixture' where the file has no 'stream'
        - name: x
                ^
      """#
    ),
    Wrong(
      #"""
      version: 1
      rules: [a.yaml]
      monitor: { fields: { time: at } , window: 1h }
      reference: lost.json
      stream: { every: 1ms, record: { x: "normal(0, 1)" } }
      tests:
        - name: x
          expect: [{ at: 30d, alerts: [] }]
        - name: y
          fixture: lost.csv
          expect: [{ at: 1h, alerts: [] }]
      """#,
      #"""
      a.test.yaml:8:20: error: in this time more than 10000000 events may come; let fewer come, \#
      or end earlier
          expect: [{ at: 30d, alerts: [] }]
                         ^~~
      a.test.yaml:10:14: error: a test with a fixture says from when its times count; such as \#
      'start: 2026-03-03T00:00:00Z'
          fixture: lost.csv
                   ^~~~~~~~
      """#
    ),
  ]
}
