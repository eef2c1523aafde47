import Drift
import Records
import Sketches
import Testing

@testable import Rules

/// Tests over bins beside a reference that fills one bin.
@Suite struct OneBinTests {
  /// A number that is 0 so often and greater so often, a whole number each.
  private static func number(zeros: UInt64, above: UInt64) -> FieldReference {
    var completeness = Completeness()
    completeness.recordValue(count: zeros + above)
    let numeric = NumericReference(
      points: ReferencePoints(above == 0 ? [0] : [0, 1]),
      below: above == 0 ? [0] : [0, zeros],
      equal: above == 0 ? [zeros] : [zeros, above],
      count: zeros + above,
      edges: [0],
      distanceBound: 0,
      areaBound: 0,
      unit: Moments.Unit(covering: 1)
    )
    return FieldReference(distribution: .numeric(numeric), completeness: completeness)
  }

  /// `amount` and `age` are such numbers, `status` is always the same.
  private static func schema(
    amount: FieldReference = number(zeros: 10_000, above: 0),
    age: FieldReference = number(zeros: 500, above: 500)
  ) -> ReferenceSchema {
    var schema = Fixtures.schema
    schema.pace = nil
    schema.fields[0].distribution = amount
    schema.fields[1].distribution = age
    let status = CategoricalReference(categories: ["a"], counts: [1_000], other: 0)
    schema.fields[3].distribution = FieldReference(
      distribution: .categorical(status),
      completeness: age.completeness
    )
    return schema
  }

  private static func says(
    _ condition: String,
    more: String = "",
    _ schema: ReferenceSchema = schema()
  ) -> [String] {
    let rules = Fixtures.rule(condition, more: more)
    return Fixtures.check(rules: [rules], schema: schema).diagnostics.map(\.summary)
  }

  private static func warning(_ statistic: String, of names: String = "'amount'") -> String {
    "a.yaml:4:13: warning: the values of \(names) in the reference fill no two bins of 10 or "
      + "more: '\(statistic)' is always undecided beside it; judge 'psi' or 'ks'"
  }

  @Test(
    "a constant leaves them undecided in every window",
    arguments: [
      ("chi_squared(amount) < 20", "chi_squared"),
      ("chi_squared(amount, p) > 0.001", "chi_squared(p)"),
      ("g_test(amount) < 20", "g_test"), ("g_test(amount, p) > 0.001", "g_test(p)"),
      ("psi(amount, p) > 0.001", "psi(p)"),
    ]
  )
  func constant(condition: String, statistic: String) {
    #expect(Self.says(condition) == [Self.warning(statistic)])
  }

  @Test("both ends of a range are one test")
  func range() {
    let said = Self.says("1 < chi_squared(amount) < 20")
    #expect(said == [Self.warning("chi_squared").replacing("4:13", with: "4:17")])
  }

  @Test("what sees more than two bins, or none, and what is judged against other records, is not")
  func others() {
    for condition in [
      "psi(amount) < 0.2", "ks(amount) < 0.2", "chi_squared(amount, previous) < 20",
      "psi(amount, p, previous) > 0.001", "chi_squared(age) < 20", "chi_squared(status) < 20",
    ] {
      #expect(Self.says(condition).isEmpty, "\(condition): \(Self.says(condition))")
    }
  }

  @Test("nearly always one value: certain where the reference has too few others for any window")
  func nearlyConstant() {
    let few = Self.schema(amount: Self.number(zeros: 291, above: 9))
    #expect(Self.says("chi_squared(amount) < 20", few) == [Self.warning("chi_squared")])
    let enough = Self.schema(amount: Self.number(zeros: 970, above: 30))
    #expect(Self.says("chi_squared(amount) < 20", enough).isEmpty)
    let small = Self.schema(amount: Self.number(zeros: 9, above: 10))
    #expect(Self.says("chi_squared(amount) < 20", small) == [Self.warning("chi_squared")])
    let least = Self.schema(amount: Self.number(zeros: 10, above: 10))
    #expect(Self.says("chi_squared(amount) < 20", least).isEmpty)
  }

  @Test("of a group some may have one bin, of those named none, and not all of a group")
  func groups() {
    #expect(
      Self.says("psi(p) > 0.001", more: "    each: [age, amount]\n") == [
        Self.warning("psi(p)")
      ]
    )
    #expect(Self.says("psi(p) > 0.001", more: "    each: \"a*\"\n").isEmpty)
    let constant = Self.number(zeros: 50, above: 0)
    let both = Self.schema(amount: constant, age: constant)
    #expect(
      Self.says("psi(p) > 0.001", more: "    each: \"a*\"\n", both) == [
        Self.warning("psi(p)", of: "'amount', 'age'")
      ]
    )
  }

  @Test("the reference of a model version is looked at by itself")
  func ownReference() {
    let monitor = """
      version: 1
      monitor: orders
      source: { topics: [shop.orders] }
      fields: { time: created_at, prediction: score, ignore: [debug], model_version: model }
      reference: reference.json
      references: { b: x.json }
      window: 1h
      """
    let result = Checker.check(
      monitor: SourceText(file: "monitor.yaml", text: monitor),
      rules: [SourceText(file: "a.yaml", text: Fixtures.rule("chi_squared(amount) < 20"))],
      schema: Self.schema(amount: Self.number(zeros: 500, above: 500)),
      own: ["b": Self.schema()]
    )
    #expect(
      result.diagnostics.map(\.summary) == [
        "a.yaml:4:13: warning: the values of 'amount' in the reference of model version 'b' fill "
          + "no two bins of 10 or more: 'chi_squared' is always undecided beside it; "
          + "judge 'psi' or 'ks'"
      ]
    )
  }
}
