import Drift
import Records
import Sketches
import Testing

@testable import Rules

/// `status in ["new", "paid"] for 99%`, `code matches "[A-Z]{3}"`.
@Suite("Tests of values")
struct ValueTestTests {
  static func categorical(_ name: String, _ categories: [String], other: UInt64 = 0)
    -> ReferenceSchema.Field
  {
    var completeness = Completeness()
    completeness.recordValue(count: UInt64(10 * categories.count) + other)
    return ReferenceSchema.Field(
      name: name,
      kind: .categorical,
      hasNatural: true,
      categories: categories,
      distribution: FieldReference(
        distribution: .categorical(
          CategoricalReference(
            categories: categories,
            counts: categories.map { _ in 10 },
            other: other
          )
        ),
        completeness: completeness
      )
    )
  }

  /// A numeric field with ten values at each of these points.
  static func numeric(_ name: String, _ points: [Double]) -> ReferenceSchema.Field {
    var completeness = Completeness()
    completeness.recordValue(count: UInt64(10 * points.count))
    let reference = NumericReference(
      points: ReferencePoints(points),
      below: points.indices.map { UInt64(10 * $0) },
      equal: points.map { _ in 10 },
      count: UInt64(10 * points.count),
      edges: [],
      distanceBound: 0,
      areaBound: 0,
      unit: Moments.Unit(covering: 1)
    )
    return ReferenceSchema.Field(
      name: name,
      kind: .numeric,
      hasNatural: true,
      distribution: FieldReference(distribution: .numeric(reference), completeness: completeness)
    )
  }

  static let schema = ReferenceSchema(
    fields: [
      categorical("status", ["new", "paid", "3", "e\u{301}"]),
      categorical("my field", ["AB-1", "AB-22", "x"], other: 10),
      numeric("rating", [1, 2, 2.5]),
      ReferenceSchema.Field(name: "created_at", kind: .numeric, hasNatural: false),
      ReferenceSchema.Field(name: "score", kind: .numeric, hasNatural: true),
      ReferenceSchema.Field(name: "debug", kind: .categorical, hasNatural: false),
    ],
    timeField: "created_at",
    timeUnit: .milliseconds
  )

  private static func check(_ condition: String, _ more: String = "", key: String = "expect")
    -> Checker.Result
  {
    let rules = "version: 1\nrules:\n  - name: R\n    \(key): '\(condition)'\n\(more)"
    return Fixtures.check(rules: [rules], schema: schema)
  }

  private static func test(_ condition: String) throws -> Comparison {
    try #require(check(condition).plan?.rules.first?.condition.tests.first)
  }

  @Test(arguments: [
    ("status in [new]", #"status in ["new"] for 100%"#),
    (
      #"status in [new, "paid", 3, -2.5] for 99.9%"#,
      #"status in ["new", "paid", 3, -2.5] for 99.9%"#
    ),
    (#""my field" matches "a|\"b\"" for 0.5"#, #""my field" matches "a|\"b\"" for 0.5"#),
    ("a in [x] and not b matches 'y'", #"a in ["x"] for 100% and not b matches "y" for 100%"#),
    ("psi(in) < 1 or in in [in]", #"psi(in) < 1 or in in ["in"] for 100%"#),
    ("payload.code in [1e3]", "payload.code in [1e3] for 100%"),
  ])
  func readsBack(text: String, description: String) throws {
    let parsed = try ConditionParserTests.parse(text)
    #expect(parsed.description == description)
    #expect(try ConditionParserTests.parse(description).description == description)
  }

  @Test(arguments: [
    ("status in", "expected a list of values, but the condition ends here"),
    ("status in []", "expected a value, but found ']'"),
    ("status in [new", "expected ',' or ']', but the condition ends here"),
    ("status in [new paid]", "expected ',' or ']', but found 'paid'"),
    ("status in [5%]", "expected a value, but found '5%'; such as \"paid\", or 3 without a unit"),
    ("status matches new", "expected a pattern in quotes, but found 'new'"),
    ("status in [new] for", "expected the share of values for which it holds"),
    ("status in [new] for 5m", "'in' is a share, but '5m' is a duration"),
    ("status in [new] > 1", "expected 'and' or 'or', but found '>'"),
    (#"status matches "[a""#, "'[a' is not a regular expression"),
    ("nix in [new]", "the reference has no field 'nix'"),
    ("status in [new, payd]", "'payd' is no value of 'status' in the reference"),
    ("status in [new, payd]", "did you mean 'paid'?"),
    ("status in [\u{E9}]", "is no value of 'status' in the reference"),
    ("rating in [1, 4]", "'4' is none of the values that the reference counts by themselves"),
    ("rating in [one]", "'rating' is numeric, and 'one' is no number"),
    (#"rating matches "1""#, "'matches' is of texts, but 'rating' is numeric"),
    ("status in [new] for 101%", "a share is between 0 and 100%: this never holds"),
    ("status in [new, paid] for 60%", "the reference itself breaks this: 50% of its values are in"),
    (#""my field" matches "AB-.*" for 51%"#, "the reference itself breaks this: 50% of its values"),
    ("not status in [new]", "this breaks the rule only when all values are such"),
  ])
  func isRefused(condition: String, message: String) {
    let report = Self.check(condition).report
    #expect(report.contains(message), "\(report)")
  }

  @Test func whatIsRightIsNotTalkedAbout() {
    for condition in [
      "status in [new, paid] for 50%", #""my field" matches "AB-[0-9]+" for 50%"#,
      "rating in [1, 2, 2.5]", "not status in [new] for 30%",
      "status in [new] for 10% or status in [paid] for 10%",
    ] {
      #expect(Self.check(condition).report == "", "\(condition)")
    }
    #expect(Self.check("status in [new] for 30%", key: "when").report == "")
    let each = Self.check("status in [new]", "    each: [status]\n").report
    #expect(each.contains("'each' names the fields already, and 'in' names one"))
    #expect(Self.check("status in [new]", key: "when").report.contains("only when all values"))
  }

  /// A pattern is of whole values, and of the reference's only.
  @Test func whatIsLetThroughIsKnownBeforeTheFirstRecord() throws {
    let pattern = try Self.test(#""my field" matches "AB-[0-9]" for 10%"#)
    #expect(pattern.values?.names == [Array("AB-1".utf8)] && pattern.values?.numbers == [])
    #expect(pattern.values?.source == .pattern("AB-[0-9]"))
    let list = try Self.test("status in [paid, new, 3, paid]")
    #expect(list.values?.source == .list(["3", "new", "paid"]))
    #expect(list.values?.names == Set(["paid", "new", "3"].map { Array($0.utf8) }))
    #expect(list.relation == .greaterOrEqual && list.threshold == 1 && list.statistic == "in")
    #expect(list.text == "status in [paid, new, 3, paid]")
    #expect(try Self.test("rating in [2.50, 1] for 10%").values?.numbers == [1, 2.5])
  }

  @Test func thePlanSaysWhichValuesInItsBytes() throws {
    let json = { (condition: String) in
      String(decoding: try #require(Self.check(condition).plan).canonicalJSON, as: UTF8.self)
    }
    let one = try json("status in [paid, new] for 10%")
    #expect(one.contains(#""metric":"in","field":0,"#) && one.contains(#""values":["new","paid"]"#))
    #expect(try one == json(#"status  in ["new",paid]  for 0.1"#))
    #expect(try one != json("status in [new] for 10%"))
    let pattern = try json(#"status matches "n.*" for 10%"#)
    #expect(pattern.contains(#""pattern":"n.*""#))
  }
}
