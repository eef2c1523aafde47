import Drift
import Records
import Sketches
import Testing
import Windowing

@testable import Rules

/// Rules that the reference's pace, or its size, leaves undecided for ever.
@Suite struct PaceTests {
  /// 100 records in each hour, and 1,000 at noon on Wednesdays.
  private static let pace: StreamPace = {
    var hours = [Double](repeating: 100, count: 168)
    hours[2 * 24 + 12] = 1000
    return StreamPace(perHour: hours)
  }()

  /// `amount` is complete, every second record has an `age`; both have points at every value.
  private static func schema(values: UInt64 = 10_000, pace: StreamPace? = pace) -> ReferenceSchema {
    var schema = Fixtures.schema
    schema.pace = pace
    for (index, part) in [(0, 1), (1, 2), (3, 1)] as [(Int, UInt64)] {
      var completeness = Completeness()
      completeness.recordValue(count: values / part)
      completeness.recordMissing(.null, count: values - values / part)
      let count = values / part
      let isNumeric = schema.fields[index].kind == .numeric
      let numeric = NumericReference(
        points: ReferencePoints([1, 2]),
        below: [0, count / 2],
        equal: [count / 2, count - count / 2],
        count: count,
        edges: [0],
        distanceBound: 0,
        areaBound: 0,
        unit: Moments.Unit(covering: 1)
      )
      let names = CategoricalReference(
        categories: ["a", "b"],
        counts: [count - count / 4, count / 4],
        other: 0
      )
      schema.fields[index].distribution = FieldReference(
        distribution: isNumeric ? .numeric(numeric) : .categorical(names),
        completeness: completeness,
        natural: NaturalVariation(drift: 0.25, missing: 0)
      )
    }
    return schema
  }

  private static func says(
    _ condition: String,
    more: String = "",
    schema: ReferenceSchema = schema()
  ) -> [String] {
    let rules = Fixtures.rule(condition, more: more)
    return Fixtures.check(rules: [rules], schema: schema).diagnostics.map(\.summary)
  }

  @Test("the busiest stretch of any length, wherever it begins")
  func busiest() {
    let pace = Self.pace
    let hour = Duration.seconds(3600)
    #expect(pace.most(in: hour) == 1000)
    #expect(pace.most(in: hour / 2) == 500)
    #expect(pace.most(in: hour * 1.5) == 1050)
    #expect(pace.most(in: hour * 24) == 3300)
    #expect(pace.most(in: hour * 168) == 17_700)
    #expect(pace.most(in: hour * 169) == 18_700)
    #expect(pace.mean(in: hour * 336) == 35_400)
    #expect(
      pace.most(in: WindowSpecification(size: hour, minRecords: 5, atMost: hour * 24)) == 1005
    )
    #expect(
      pace.most(in: WindowSpecification(size: hour, minRecords: 5000, atMost: hour * 24)) == 3300
    )
    #expect(pace.length(holding: 1000) == hour)
    #expect(pace.length(holding: 1001) == hour * 2)
    #expect(pace.length(holding: 10_000) == hour * 24 * 4)
    #expect(pace.length(holding: 1e9) == nil)
  }

  @Test("more 'min_records' than the busiest window holds, three deviations of chance allowed")
  func minRecords() {
    #expect(
      Self.says("psi(amount) < 0.2", more: "    min_records: 1095\n") == [
        "a.yaml:5:18: warning: the busiest 1h of the reference holds about 1000 values: "
          + "'R' is always undecided; take windows of 2h, or fewer 'min_records'"
      ]
    )
    #expect(Self.says("psi(amount) < 0.2", more: "    min_records: 1094\n").isEmpty)
    #expect(
      Self.says("missing(age) < 5%", more: "    min_records: 600\n").isEmpty,
      "its n is of records"
    )
    #expect(
      Self.says("psi(age) < 5", more: "    min_records: 600\n") == [
        "a.yaml:5:18: warning: the busiest 1h of the reference holds about 500 values: "
          + "'R' is always undecided; take windows of 3h, or fewer 'min_records'"
      ]
    )
    #expect(
      Self.says("psi < 5", more: "    each: [age, amount]\n    min_records: 600\n") == [
        "a.yaml:6:18: warning: the busiest 1h of the reference holds about 500 values of 'age': "
          + "this comparison is always undecided; take windows of 3h, or fewer 'min_records'"
      ]
    )
    let waiting = "    min_records: 1200\n    window: { size: 1h, min_records: 1200 }\n"
    #expect(Self.says("psi(amount) < 0.2", more: waiting).isEmpty)
    #expect(
      Self.says(
        "psi(amount) < 0.2",
        more: "    min_records: 5000\n",
        schema: Self.schema(pace: nil)
      ).isEmpty,
      "nothing is known of the pace"
    )
    #expect(Self.says("freshness < 5m", more: "    min_records: 5000\n").isEmpty)
  }

  @Test("a lower bound that the busiest window is too small for")
  func lowerBound() throws {
    // √(ln(2/δ)/2m) + √(ln(2/α)/2n) with δ = 0.01 / 6 fields, m = 10,000 and n = 1,000 is 0.08
    #expect(Self.says("drift(amount) < 0.9").isEmpty)
    #expect(
      Self.says("drift(amount) < 0.93") == [
        "a.yaml:4:29: warning: 'drift' can exceed 0.93 from 1452 values on, but the busiest 1h of "
          + "the reference holds about 1000: it is always undecided; "
          + "take windows of 6h, or a higher threshold"
      ]
    )
    #expect(
      Self.says("excess_drift < 0.7", more: "    each: [amount, age]\n") == [
        "a.yaml:4:28: warning: windows of the reference itself differ so much (natural) that no "
          + "window to be expected could make 'excess_drift' exceed 0.7 of 'age' (0.25), "
          + "'amount' (0.25): 'R' is always undecided there; "
          + "learn from a longer time, of several seasons, or judge 'drift'"
      ]
    )
  }

  @Test("of a group some fields may be out of sight, of those named none, and not all")
  func groups() {
    for each in ["features", "a*"] {
      #expect(Self.says("missing_change < 60%", more: "    each: \"\(each)\"\n").isEmpty)
    }
    #expect(Self.says("missing_change < 99.9%", more: "    each: \"a*\"\n").count == 1)
  }

  @Test("what the reference varies by itself is said of the fields that it hides, of a group, too")
  func natural() {
    var schema = Self.schema()
    schema.fields[0].distribution?.natural = NaturalVariation(drift: 0.985, missing: 0)
    let said =
      "windows of the reference itself differ so much (natural) that no window to be expected "
      + "could make 'excess_drift' exceed 0.1 of 'amount' (0.985): 'R' is always undecided there; "
      + "learn from a longer time, of several seasons, or judge 'drift'"
    #expect(
      Self.says("excess_drift < 0.1", more: "    each: features\n", schema: schema)
        == ["a.yaml:4:28: warning: \(said)"]
    )
    #expect(Self.says("drift < 0.1", more: "    each: features\n", schema: schema).isEmpty)
    schema.fields[0].distribution?.natural?.drift = 0.85
    #expect(
      Self.says("excess_drift < 0.1", more: "    each: features\n", schema: schema).count == 1,
      "0.95 needs more values than the busiest window has"
    )
    schema.fields[0].distribution?.natural?.drift = 0.8
    #expect(Self.says("excess_drift < 0.1", more: "    each: features\n", schema: schema).isEmpty)
    schema.fields[0].distribution?.natural = NaturalVariation(drift: 0, missing: 0.9999)
    #expect(
      Self.says("excess_missing_change < 1%", more: "    each: [amount]\n", schema: schema) == [
        "a.yaml:4:37: warning: windows of the reference itself differ so much (natural) that no "
          + "window to be expected could make 'excess_missing_change' exceed 1% of 'amount' "
          + "(99.99%): 'R' is always undecided there; "
          + "learn from a longer time, of several seasons, or judge 'missing_change'"
      ]
    )
  }

  @Test("so it is of the reference that a model version has for its own")
  func naturalOfOneVersion() {
    var own = Self.schema()
    own.fields[3].distribution?.natural = NaturalVariation(drift: 0.9, missing: 0)
    let monitor =
      Fixtures.monitor.replacing("debug]", with: "debug]\n  model_version: model")
      + "\nreferences: { \"2\": two.json }"
    let rules = Fixtures.rule("excess_drift < 0.1", more: "    each: features\n")
    let result = Checker.check(
      monitor: SourceText(file: "monitor.yaml", text: monitor),
      rules: [SourceText(file: "a.yaml", text: rules)],
      schema: Self.schema(),
      own: ["2": own]
    )
    #expect(
      result.diagnostics.map(\.summary) == [
        "a.yaml:4:28: warning: windows of the reference of model version '2' itself differ so much "
          + "(natural) that no window to be expected could make 'excess_drift' exceed 0.1 of "
          + "'status' (0.9): 'R' is always undecided there; "
          + "learn from a longer time, of several seasons, or judge 'drift'"
      ]
    )
  }

  @Test("a lower bound that no window is large enough for")
  func impossible() {
    #expect(
      Self.says("drift(amount) < 0.99") == [
        "a.yaml:4:29: warning: no window could make 'drift' exceed 0.99: it is always undecided; "
          + "take a lower threshold, or learn from more rows"
      ]
    )
    #expect(
      Self.says("excess_drift(amount) < 75%", schema: Self.schema(pace: nil)) == [
        "a.yaml:4:36: warning: windows of the reference itself differ so much (natural) that no "
          + "window to be expected could make 'excess_drift' exceed 0.75 of 'amount' (0.25): "
          + "'R' is always undecided there; "
          + "learn from a longer time, of several seasons, or judge 'drift'"
      ]
    )
    #expect(Self.says("drift(amount, previous) < 0.99").isEmpty, "that depends on the other window")
    #expect(
      Self.says("missing_change < 99.9%", more: "    each: [amount, age]\n") == [
        "a.yaml:4:30: warning: no window could make 'missing_change' exceed 99.9%: "
          + "it is always undecided; take a lower threshold, or learn from more rows"
      ]
    )
    #expect(
      Self.says("missing_change < 60%", more: "    each: [amount, age]\n") == [
        "a.yaml:4:30: warning: no window could make 'missing_change' exceed 60% of 'age': "
          + "it is always undecided; take a lower threshold, or learn from more rows"
      ]
    )
  }
}
