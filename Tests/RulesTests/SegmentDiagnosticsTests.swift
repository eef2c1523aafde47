import Records
import Rules
import Testing

/// What is wrong with segments, and with rules that name them.
@Suite struct SegmentDiagnosticsTests {
  private static func schema(values: Int = 3, more: Int = 2) -> ReferenceSchema {
    ReferenceSchema(fields: [
      ReferenceSchema.Field(name: "amount", kind: .numeric, hasNatural: true),
      ReferenceSchema.Field(
        name: "carrier",
        kind: .categorical,
        hasNatural: true,
        categories: (0..<values).map { "c\($0)" }
      ),
      ReferenceSchema.Field(
        name: "origin",
        kind: .categorical,
        hasNatural: true,
        categories: (0..<more).map { "o\($0)" }
      ),
    ])
  }

  private static func monitor(_ segments: String) -> String {
    """
    version: 1
    monitor: flights
    source: { topics: [flights] }
    fields: { time: at }
    segments: \(segments)
    reference: reference.json
    window: 1h
    """
  }

  @Test func aFieldHasOneValueInItsOwnSegments() {
    let rules = """
      version: 1
      rules: [{ name: R, each: [carrier], by: carrier, expect: missing < 1% }]
      """
    let found = Checker.check(
      monitor: SourceText(file: "monitor.yaml", text: Self.monitor("[carrier]")),
      rules: [SourceText(file: "a.yaml", text: rules)],
      schema: Self.schema()
    )
    #expect(
      found.diagnostics.map(\.summary) == [
        "a.yaml:2:26: warning: each segment has one value of this field: the rule judges nothing; "
          + "name other fields, or leave out 'by'"
      ]
    )
  }

  private func report(_ segments: String, schema: ReferenceSchema = schema()) -> String {
    Checker.check(
      monitor: SourceText(file: "monitor.yaml", text: Self.monitor(segments)),
      rules: [],
      schema: schema
    ).report
  }

  @Test func segmentsAreCategoricalFieldsOfTheReference() {
    #expect(
      report("[carier, amount]") == """
        monitor.yaml:5:12: error: the reference has no field 'carier'; did you mean 'carrier'?
        segments: [carier, amount]
                   ^~~~~~
        monitor.yaml:5:20: error: segments are of categorical fields, but 'amount' is numeric; \
        where its values are names, profile it with --kind amount=categorical
        segments: [carier, amount]
                           ^~~~~~
        """
    )
    #expect(
      report("[origin, origin]") == """
        monitor.yaml:5:20: error: 'origin' stands twice in 'segments'
        segments: [origin, origin]
                           ^~~~~~
        """
    )
    #expect(
      report("origin") == """
        monitor.yaml:5:11: error: 'segments' needs a list of categorical fields, but has 'origin'
        segments: origin
                  ^~~~~~
        """
    )
  }

  /// The thousand are of all fields together; other values are not among them.
  @Test func thereAreAThousandAtMost() {
    #expect(report("[carrier, origin]", schema: Self.schema(values: 600, more: 400)) == "")
    #expect(
      report("[carrier, origin]", schema: Self.schema(values: 600, more: 401)) == """
        monitor.yaml:5:21: error: with the 401 values of 'origin' there are 1001 segments; a \
        monitor has 1000 at most
        segments: [carrier, origin]
                            ^~~~~~
        """
    )
  }

  private func check(_ rules: String, _ segments: String = "[carrier]") -> Checker.Result {
    Checker.check(
      monitor: SourceText(file: "monitor.yaml", text: Self.monitor(segments)),
      rules: [SourceText(file: "a.yaml", text: "version: 1\nrules:\n" + rules)],
      schema: Self.schema()
    )
  }

  @Test func aRuleIsJudgedByASegmentFieldOfTheMonitor() {
    #expect(
      check("  - { name: A, by: origin, expect: psi(amount) < 1 }").report
        == """
        a.yaml:3:20: error: the monitor has no segments by 'origin'; write 'segments: [carrier, \
        origin]' in the monitor
          - { name: A, by: origin, expect: psi(amount) < 1 }
                           ^~~~~~
        """
        .replacing("a.yaml:3:20", with: "a.yaml:3:20")
    )
    #expect(
      check("  - { name: A, by: carier, expect: psi(amount) < 1 }").report.contains(
        "the monitor has no segments by 'carier'; did you mean 'carrier'?"
      )
    )
  }

  @Test(arguments: [
    ("late_share < 1%", "'late_share' is of the stream as a whole: 'by' has no use for it"),
    ("duplicates < 1%", "'duplicates' is of the stream as a whole: 'by' has no use for it"),
    (
      "psi(amount, previous) < 1",
      "'psi' compares with the previous window, which segments do not keep: 'by' has no use for it"
    ),
  ])
  func whatSegmentsDoNotKeepIsRefused(condition: String, message: String) {
    let report = check("  - name: A\n    by: carrier\n    expect: \(condition)").report
    #expect(report.contains("a.yaml:5:13: error: \(message)"), "\(report)")
  }

  /// `each` leaves out the field of whose values a segment has one only.
  @Test func eachIsOfTheOtherFields() throws {
    let plan = try #require(
      check("  - { name: A, by: carrier, each: features, expect: drift < 0.2 }").plan
    )
    #expect(plan.fields.map(\.name) == ["amount", "carrier", "origin"])
    #expect(plan.writtenRules.map(\.fields) == [[0, 2]] && plan.writtenRules[0].by == 0)
  }

  /// A budget is shared by the segments: three and the others, two fields each, 720 windows.
  @Test func aBudgetIsSharedByTheSegments() throws {
    let rules = "  - { name: A, by: carrier, each: features, expect: drift < 0.2 }"
    let result = Checker.check(
      monitor: SourceText(file: "monitor.yaml", text: Self.monitor("[carrier]")),
      rules: [SourceText(file: "a.yaml", text: "version: 1\nbudget: 1 per 30d\nrules:\n" + rules)],
      schema: Self.schema()
    )
    let plan = try #require(result.plan)
    #expect(plan.writtenRules[0].alpha == 1.0 / (2 * 4 * 720))
  }

  @Test func segmentsHaveNamesAndTheOrderOfTheReference() throws {
    let plan = try #require(check("", "[origin, carrier]").plan)
    let names = (0..<plan.segmentCount).map { plan.name(ofSegment: $0) }
    #expect(
      names == [
        "carrier=c0", "carrier=c1", "carrier=c2", "carrier=__other__", "origin=o0", "origin=o1",
        "origin=__other__",
      ]
    )
    #expect(names.map { plan.segmentsByName[Array($0.utf8)] } == Array(0..<7))
    #expect(plan.segments(of: 1) == 4..<7 && plan.name(ofSegment: nil) == "all")
    #expect(plan.segmentsByName.count == 7)
    // What is hashed does not depend on the order of the file, and says nothing without segments.
    #expect(plan.canonicalJSON == check("", "[carrier, origin]").plan?.canonicalJSON)
    let text = String(decoding: plan.canonicalJSON, as: UTF8.self)
    #expect(text.contains("\"segments\":[\"carrier\",\"origin\"]"))
    let none = try #require(check("", "[]").plan)
    #expect(!String(decoding: none.canonicalJSON, as: UTF8.self).contains("segments"))
  }

  /// Both would be written, and looked for, as `a=b=c`.
  @Test func segmentsOfTwoFieldsHaveTwoNames() {
    let schema = ReferenceSchema(fields: [
      ReferenceSchema.Field(name: "a", kind: .categorical, hasNatural: true, categories: ["b=c"]),
      ReferenceSchema.Field(name: "a=b", kind: .categorical, hasNatural: true, categories: ["c"]),
    ])
    #expect(
      report("[a, 'a=b']", schema: schema) == """
        monitor.yaml:5:15: error: 'a=b=c' would be the name of segments of two fields
        segments: [a, 'a=b']
                      ^~~~~
        """
    )
    #expect(report("[a]", schema: schema) == "")
  }
}
