import Records
import Rules
import Testing

/// Files and schemas that the tests of this room share.
enum Fixtures {
  static let schema = ReferenceSchema(
    fields: [
      ReferenceSchema.Field(name: "amount", kind: .numeric, hasNatural: true),
      ReferenceSchema.Field(name: "age", kind: .numeric, hasNatural: true),
      ReferenceSchema.Field(name: "payload.age", kind: .numeric, hasNatural: true),
      ReferenceSchema.Field(name: "status", kind: .categorical, hasNatural: true),
      ReferenceSchema.Field(name: "my field", kind: .categorical, hasNatural: true),
      ReferenceSchema.Field(name: "created_at", kind: .numeric, hasNatural: false),
      ReferenceSchema.Field(name: "score", kind: .numeric, hasNatural: true),
      ReferenceSchema.Field(name: "debug", kind: .categorical, hasNatural: false),
    ],
    timeField: "created_at",
    timeUnit: .milliseconds,
    pace: StreamPace(perHour: Array(repeating: 36_000, count: 168))
  )

  static let monitor = """
    version: 1
    monitor: orders
    source:
      topics: [shop.orders]
    fields:
      time: created_at
      prediction: score
      ignore: [debug]
    reference: reference.json
    window: 1h
    """

  /// The rendered diagnostics of a monitor's file alone.
  static func report(monitor: String) -> String {
    let source = SourceText(file: "monitor.yaml", text: monitor)
    return Checker.check(monitor: source, rules: [], schema: schema).report
  }

  /// The rendered diagnostics of a rule file under the standard monitor.
  static func report(rules: String, schema: ReferenceSchema? = schema) -> String {
    check(rules: [rules], schema: schema).report
  }

  /// The check of rule files `a.yaml`, `b.yaml`, … under the standard monitor.
  static func check(
    monitor: String = monitor,
    rules: [String],
    schema: ReferenceSchema? = schema
  ) -> Checker.Result {
    let names = ["a.yaml", "b.yaml", "c.yaml"]
    return Checker.check(
      monitor: SourceText(file: "monitor.yaml", text: monitor),
      rules: zip(names, rules).map { SourceText(file: $0, text: $1) },
      schema: schema
    )
  }

  /// A rule file with one rule `R`.
  static func rule(_ condition: String, more: String = "") -> String {
    "version: 1\nrules:\n  - name: R\n    expect: \(condition)\n" + more
  }
}

/// A wrong text, and what is said of it.
struct Wrong: CustomTestStringConvertible, Sendable {
  var source: String
  var report: String

  init(_ source: String, _ report: String) {
    self.source = source
    self.report = report
  }

  var testDescription: String { String(source.prefix(60)) }
}

extension Plan {
  /// The rules of the files, without those that every monitor has.
  var writtenRules: [PlannedRule] { rules.filter { $0.name != "IntegrityHeld" } }
}
