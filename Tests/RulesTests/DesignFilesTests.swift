import Records
import Testing
import Windowing

@testable import Rules

/// The two files of design.md 5, letter by letter: what they promise to users must check.
@Suite struct DesignFilesTests {
  static let monitor = """
    # yaml-language-server: $schema=…/monitor.schema.json
    version: 1
    monitor: flight-delay
    source:
      topics: [flights.scored]
      format: json
      start: earliest                # latest | RFC 3339
      where: { kind: scored }        # optional: equality on fields; the rest is `filtered`, as \
    tombstones are
    fields:
      time: scheduled_departure      # a path in the event, or $timestamp, $key, $header.NAME
      id: flight_id
      prediction: delay_probability
      model_version: model_version
      ignore: [tail_number]
    reference: reference.json
    window: { size: 7d }             # or { size: 6h, every: 1h, align: 5h }
    lateness: 1h
    idle_after: 60s
    rules: [../../rules/drift.yaml, ../../rules/quality.yaml, ../../rules/retraining.yaml]
    output: { prefix: leeway }

    """

  static let rules = """
    version: 1
    budget: 1 per 30d                # false alarms, all `drift` comparisons of this file together
    rules:
      - name: FeatureStable
        each: features               # features | numeric | categorical | predictions | [a, b] | \
    "price_*"
        expect: excess_drift < 0.1
        for: 2 of 3 windows
        severity: warning
        summary: "{field} moved by at least {value} (distance {distance}, n={n_current})."
      - name: AmountPresent
        expect: missing(amount) < 1%
        window: { size: 5m }         # a rule or a file may set its own window
        for: 10m
        severity: critical
      - name: StatusKnown
        expect: unseen(status) < 0.1% and psi(status) < 0.2
    triggers:
      - name: RetrainOnDrift
        when: firing(FeatureStable) >= 30% of features
        settle: 2 windows            # do not train in mid-transition
        cooldown: 7d
        min_records: 5000

    """

  static let schema = ReferenceSchema(
    fields: [
      ("amount", FieldKind.numeric), ("status", .categorical), ("tail_number", .categorical),
      ("scheduled_departure", .numeric), ("temperature", .numeric), ("carrier", .categorical),
      ("delay_probability", .numeric), ("distance", .numeric), ("flight_id", .categorical),
    ].map { ReferenceSchema.Field(name: $0.0, kind: $0.1, hasNatural: true) },
    timeField: "scheduled_departure",
    timeUnit: .seconds
  )

  static let result = Checker.check(
    monitor: SourceText(file: "monitor.yaml", text: monitor),
    rules: [SourceText(file: "rules.yaml", text: rules)],
    schema: schema
  )

  @Test func theyCheckWithoutErrors() {
    #expect(!Self.result.diagnostics.hasErrors, "\(Self.result.report)")
    #expect(
      Self.result.diagnostics.map(\.summary) == [
        "monitor.yaml:16:17: warning: a window of 7d with 1h of lateness is kept in 2028 panes of "
          + "5m, which takes much memory; 5m is the greatest common divisor of all windows; "
          + "choose sizes nearer together",
        "rules.yaml:11:13: warning: 'missing' is a plain statistic: "
          + "its false alarms are outside the budget",
        "rules.yaml:16:13: warning: 'unseen' is a plain statistic: "
          + "its false alarms are outside the budget",
        "rules.yaml:16:39: warning: 'psi' is a plain statistic: "
          + "its false alarms are outside the budget",
      ]
    )
  }

  @Test func theirMonitorIsPlanned() throws {
    let plan = try #require(Self.result.plan)
    #expect(plan.monitor == "flight-delay")
    #expect(plan.source.topics == ["flights.scored"])
    #expect(plan.source.start == .earliest)
    #expect(
      plan.source.conditions == [SourceCondition(path: FieldPath("kind"), value: "scored")]
    )
    #expect(plan.roles.time == FieldPath("scheduled_departure"))
    #expect(plan.roles.timeUnit == .seconds)
    #expect(plan.roles.id == FieldPath("flight_id"))
    #expect(plan.roles.modelVersion == FieldPath("model_version"))
    #expect(plan.roles.predictions == ["delay_probability"])
    #expect(plan.roles.ignored == ["tail_number"])
    #expect(
      plan.fields.map(\.name) == [
        "amount", "status", "temperature", "carrier", "delay_probability", "distance",
      ]
    )
    #expect(plan.fields.map(\.referenceIndex) == [0, 1, 4, 5, 6, 7])
    #expect(plan.fields.map(\.isPrediction) == [false, false, false, false, true, false])
    let sizes: [Duration] = [.seconds(7 * 86_400), .seconds(300)]
    #expect(plan.windows == sizes.map { WindowSpecification(size: $0) })
    #expect(plan.lateness == .seconds(3600))
    #expect(plan.idleAfter == .seconds(60))
    #expect(plan.maxFuture == .seconds(300))
    #expect(plan.outputPrefix == "leeway")
  }

  @Test func theirRulesArePlanned() throws {
    let plan = try #require(Self.result.plan)
    #expect(plan.writtenRules.map(\.name) == ["FeatureStable", "AmountPresent", "StatusKnown"])
    #expect(plan.writtenRules.map(\.windowIndex) == [0, 1, 0])
    #expect(plan.writtenRules.map(\.fields) == [[0, 1, 2, 3, 5], nil, nil])
    #expect(
      plan.writtenRules.map(\.life.hold) == [
        .windows(2, of: 3), .duration(.seconds(600)), .immediately,
      ]
    )
    #expect(plan.writtenRules.map(\.severity) == [.warning, .critical, .warning])
    #expect(plan.rules[1].condition.tests.map(\.field) == [0])
    #expect(plan.rules[1].condition.tests.map(\.threshold) == [0.01])
    #expect(plan.rules[2].condition.tests.map(\.field) == [1, 1])
    #expect(
      plan.rules[2].condition.tests.map(\.text) == ["unseen(status) < 0.1%", "psi(status) < 0.2"]
    )
    let trigger = try #require(plan.triggers.first)
    #expect(trigger.name == "RetrainOnDrift")
    #expect(trigger.condition?.tests.map(\.rule) == [0])
    #expect(trigger.condition?.tests.map(\.group) == [[0, 1, 2, 3, 5]])
    #expect(trigger.condition?.tests.map(\.threshold) == [0.3])
    #expect(trigger.settle == 2)
    #expect(trigger.cooldown == .seconds(7 * 86_400))
    #expect(trigger.minRecords == 5000)
    #expect(!trigger.isDryRun)
    #expect(trigger.condition?.holds { _, fields in fields == nil ? 0 : 2 } == true)
    #expect(trigger.condition?.holds { _, fields in fields == nil ? 5 : 1 } == false)
  }

  @Test func theirBudgetIsSharedByFiveTestsAWeek() throws {
    let plan = try #require(Self.result.plan)
    for rule in plan.writtenRules { #expect(abs(rule.alpha * 5 * 30 / 7 - 1) < 1e-12) }
  }
}
