import Records
import Rules
import Testing

/// `references`: model versions with their own.
@Suite struct OwnReferenceTests {
  private static func monitor(
    _ references: String,
    version: String = ", model_version: model"
  ) -> String {
    """
    version: 1
    monitor: orders
    source: { topics: [shop.orders] }
    fields: { time: created_at, prediction: score, ignore: [debug]\(version) }
    reference: reference.json
    references: \(references)
    window: 1h
    """
  }

  private static func check(
    _ monitor: String,
    rule: String = "psi(age) < 1",
    own: [String: ReferenceSchema] = [:]
  ) -> Checker.Result {
    Checker.check(
      monitor: SourceText(file: "monitor.yaml", text: monitor),
      rules: [SourceText(file: "a.yaml", text: Fixtures.rule(rule))],
      schema: Fixtures.schema,
      own: own
    )
  }

  @Test func theyArePartOfThePlan() throws {
    let result = Self.check(Self.monitor("{ b: x.json, '10': \"y.json\", 9: x.json }"))
    let plan = try #require(result.plan, "\(result.report)")
    #expect(plan.ownReferences == ["10", "9", "b"])
    let text = String(decoding: plan.canonicalJSON, as: UTF8.self)
    #expect(text.contains(#""prediction":true}],"references":["10","9","b"],"windows":["#))
    var without = plan
    without.ownReferences = []
    #expect(!String(decoding: without.canonicalJSON, as: UTF8.self).contains("references"))
    #expect(
      text.replacing(#""references":["10","9","b"],"#, with: "").utf8.elementsEqual(
        without.canonicalJSON
      )
    )
    // An empty mapping, or none, is a monitor as it always was.
    #expect(Self.check(Self.monitor("{}")).plan?.canonicalJSON == without.canonicalJSON)
    #expect(Self.check(Self.monitor("")).plan?.canonicalJSON == without.canonicalJSON)
  }

  @Test func theFileKeepsTheirPlaces() throws {
    let source = SourceText(file: "m", text: Self.monitor("\n  '2': r.json\n  1.0: s.json"))
    let file = try #require(MonitorFile.read(source).file)
    #expect(file.references.map(\.version.value) == ["2", "1.0"])
    #expect(file.references.map(\.path.value) == ["r.json", "s.json"])
    #expect(
      file.references.map(\.path.position) == [
        Position(line: 7, column: 8), Position(line: 8, column: 8),
      ]
    )
  }

  @Test(arguments: wrong)
  func says(references: String, report: [String]) {
    let result = Self.check(Self.monitor(references))
    #expect(result.diagnostics.map(\.summary) == report)
    #expect(result.plan == nil)
  }

  @Test(arguments: [nil, FieldKind.numeric])
  func segmentsAreCategoriesOfEach(kind: FieldKind?) {
    var schema = Fixtures.schema
    schema.fields.append(
      ReferenceSchema.Field(
        name: "model",
        kind: .categorical,
        hasNatural: false,
        categories: ["a", "b"]
      )
    )
    var own = Fixtures.schema
    if let kind {
      own.fields.append(ReferenceSchema.Field(name: "model", kind: kind, hasNatural: false))
    }
    let text = Self.monitor("{ b: x.json }") + "\nsegments: [model]"
    let result = Checker.check(
      monitor: SourceText(file: "monitor.yaml", text: text),
      rules: [],
      schema: schema,
      own: ["b": own]
    )
    #expect(
      result.diagnostics.map(\.summary) == [
        "monitor.yaml:6:18: error: segments are of 'model', which is no category of this reference"
      ]
    )
  }

  static let wrong: [(String, [String])] = [
    (
      "reference-2.json",
      [
        "monitor.yaml:6:13: error: 'references' needs model versions and their profiles, such as "
          + "{ \"2\": reference-2.json }, but has 'reference-2.json'"
      ]
    ),
    (
      "[2, reference-2.json]",
      [
        "monitor.yaml:6:13: error: 'references' needs model versions and their profiles, such as "
          + "{ \"2\": reference-2.json }, but has a list"
      ]
    ),
    (
      "{ 2: a.json, 3: b.json, '2': c.json }",
      ["monitor.yaml:6:15: error: key '2' stands more than once in this mapping"]
    ),
    // What only looks the same, and what only a tag tells apart.
    (
      "{ \u{E9}: a.json, e\u{301}: b.json }",
      ["monitor.yaml:6:15: error: key '\u{E9}' stands more than once in this mapping"]
    ),
    (
      "{ !!int 2: a.json, 2: b.json }",
      ["monitor.yaml:6:32: error: '2' stands twice in 'references'"]
    ),
    (
      "{ '': a.json, ~: b.json, [2]: c.json }",
      [15, 27, 38].map {
        "monitor.yaml:6:\($0): error: a key of 'references' is a model version; "
          + "events without one are judged by 'reference'"
      }
    ),
    (
      "{ __other__: a.json }",
      [
        "monitor.yaml:6:15: error: '__other__' sums what versions are not told apart; "
          + "it is judged by 'reference'"
      ]
    ),
    (
      "{ 2: , 3: [a.json], 4: '' }",
      [
        "monitor.yaml:6:18: error: '2' needs the path of a reference profile, but has nothing",
        "monitor.yaml:6:23: error: '3' needs the path of a reference profile, but has a list",
        "monitor.yaml:6:36: error: '4' needs the path of a reference profile, but has ''",
      ]
    ),
    (
      "\n" + (1...17).map { "  \($0): r.json" }.joined(separator: "\n"),
      ["monitor.yaml:22:3: error: at most 15 model versions have their own reference"]
    ),
  ]

  @Test func fifteenAreNotTooMany() {
    let references = (1...15).map { "  \($0): r.json" }.joined(separator: "\n")
    #expect(Self.check(Self.monitor("\n" + references)).plan?.ownReferences.count == 15)
  }

  @Test func theMonitorMustNameTheVersion() {
    let result = Self.check(Self.monitor("{ 2: a.json }", version: ""))
    #expect(
      result.report == """
        monitor.yaml:6:13: error: 'references' are of model versions, but the monitor does not \
        name where these stand; name the field in 'fields: { model_version: ... }'
        references: { 2: a.json }
                    ^
        """
    )
    // What is wrong with the name of the field is said once.
    let wrong = Self.check(Self.monitor("{ 2: a.json }", version: ", model_version: [a]"))
    #expect(wrong.diagnostics.count == 1)
  }

  @Test func allReferencesHaveTheSameJudgedFields() {
    var own = Fixtures.schema
    own.fields.removeAll { $0.name == "age" || $0.name == "created_at" }
    own.fields.reverse()
    own.fields = own.fields.map { field in
      let kind: FieldKind = field.name == "status" ? .numeric : field.kind
      return ReferenceSchema.Field(name: field.name, kind: kind, hasNatural: field.hasNatural)
    }
    own.fields.append(ReferenceSchema.Field(name: "model", kind: .numeric, hasNatural: true))
    own.fields.append(ReferenceSchema.Field(name: "new", kind: .numeric, hasNatural: true))
    let result = Self.check(
      Self.monitor("{ 2: a.json, 3: b.json }"),
      own: ["3": own, "2": Fixtures.schema]
    )
    let place = "monitor.yaml:6:29: error: "
    #expect(
      result.diagnostics.map(\.summary) == [
        place + "this reference has no field 'age', but the standard one has",
        place + "field 'status' is numeric in this reference, but categorical in the standard one; "
          + "profile it with --kind status=categorical",
        place + "this reference has a field 'new', but the standard one has none; "
          + "ignore it, or profile with --exclude new",
      ]
    )
    #expect(result.plan == nil)
  }

  /// A field that only one of the references has may be ignored.
  @Test func whatAnyReferenceHasCanBeIgnored() {
    var own = Fixtures.schema
    own.fields.append(ReferenceSchema.Field(name: "amounts", kind: .numeric, hasNatural: true))
    let monitor = Self.monitor("{ 2: a.json }").replacing("[debug]", with: "[debug, amounts]")
    #expect(Self.check(monitor, own: ["2": own]).diagnostics.isEmpty)
    #expect(
      Self.check(monitor, own: ["2": Fixtures.schema]).diagnostics.map(\.summary) == [
        "monitor.yaml:4:64: warning: the reference has no field 'amounts' to ignore; "
          + "did you mean 'amount'?"
      ]
    )
  }

  @Test func eachReferenceShouldKnowItsNaturalVariation() {
    var ignorant = Fixtures.schema
    for index in ignorant.fields.indices { ignorant.fields[index].hasNatural = false }
    let result = Self.check(
      Self.monitor("{ 2: a.json, 3: b.json }"),
      rule: "excess_drift(age) < 10%",
      own: ["2": ignorant, "3": Fixtures.schema]
    )
    #expect(
      result.diagnostics.map(\.summary) == [
        "a.yaml:4:13: warning: the reference of model version '2' does not know how much it "
          + "differs from itself, so 'excess_drift' takes off nothing; "
          + "profile it with --time and --window"
      ]
    )
    #expect(result.plan != nil)
  }
}
