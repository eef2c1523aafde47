import Foundation
import TestSupport
import Testing

/// Values that are not what the reference knows: counted by what is wrong, never an error.
@Suite("wrong values", .ownThreads)
struct WrongValueTests {
  private static let hour = "2023-11-15T22:00:00Z"

  /// Hours 24 and 25, each record changed, against the plain reference.
  private func replay(
    reference: [String] = PlainStream.reference,
    _ change: (inout PlainStream.Record) -> Void
  ) throws -> Replayed {
    let bench = try MonitorBench()
    try bench.learn(reference)
    let run = try bench.replay(PlainStream.lines(hours: 24..<26, seed: 2, change))
    #expect(run.status == 0, "\(run.errors)")
    run.expectConservation(read: 400)
    #expect(run.windows.map(\.data.records) == [200, 200])
    return run
  }

  @Test("a wrong type in every field is a mismatch in every field")
  func wrongTypeEverywhere() throws {
    let run = try replay { record in
      record.members.merge([
        "x": "\"10.5\"", "c": "3", "ok": "\"true\"", "p": "{\"y\":[1]}", "k": "true",
      ]) { _, new in new }
    }
    let fields = ["x", "c", "ok", "p.y", "k"]
    for name in fields {
      let field = try #require(run.windows.first?.field(name))
      #expect(field.n == 0 && field.missing == 0, "\(field)")
      #expect(field.value("type_mismatch") == 1 && field.value("psi") == nil, "\(field)")
    }
    let expected = ["k", "x", "c", "ok", "p.y"].map { "firing TypesAsLearned(\($0)) \(Self.hour)" }
    #expect(Set(run.transitions) == Set(expected) && run.transitions.count == 5)
  }

  @Test("an object or array where a value belongs, and a value where an object belongs")
  func structureChanges() throws {
    let run = try replay { record in
      record.members.merge(["x": "{\"value\":1}", "c": "[\"a\"]", "p": "7"]) { _, new in new }
    }
    let window = try #require(run.windows.first)
    #expect(window.field("x")?.value("type_mismatch") == 1)
    #expect(window.field("c")?.value("type_mismatch") == 1)
    #expect(window.field("p.y")?.missing_by_kind == ["absent": 200])
    let expected = [
      "firing MissingAsUsual(p.y)", "firing TypesAsLearned(x)", "firing TypesAsLearned(c)",
      "firing FieldsKnown",
    ]
    #expect(Set(run.transitions) == Set(expected.map { "\($0) \(Self.hour)" }))
  }

  @Test("an unknown field raises FieldsKnown with the share of records that hold it")
  func unknownField() throws {
    var count = 0
    let run = try replay { record in
      count += 1
      if count.isMultiple(of: 4) { record.members["surprise"] = "null" }
      if count.isMultiple(of: 10) { record.members["p"]?.replace("{", with: "{\"z\":{\"q\":1},") }
      if count.isMultiple(of: 20) { record.members["w"] = "[]" }
    }
    #expect(run.transitions == ["firing FieldsKnown \(Self.hour)"])
    #expect(run.alerts.first?.data.value == 0.3)
    #expect(run.alerts.first?.data.severity == "info")
  }

  @Test("a field missing in every record is counted by kind and raises MissingAsUsual")
  func missingThroughout() throws {
    let values: [(kind: String, value: String?)] = [
      ("absent", nil), ("null", "null"), ("nan", "NaN"), ("infinite", "-Infinity"),
      ("infinite", "1e999"), ("empty", "\"\""),
    ]
    for (kind, value) in values {
      let run = try replay { $0.members["x"] = value }
      let field = try #require(run.windows.first?.field("x"))
      #expect(field.n == 0 && field.missing == 200, "\(kind)")
      #expect(field.missing_by_kind == [kind: 200], "\(kind)")
      #expect(run.transitions == ["firing MissingAsUsual(x) \(Self.hour)"], "\(kind)")
      #expect(run.alerts.first?.data.summary.contains("without x") == true)
    }
  }

  @Test("a feature that becomes constant has moved; one that always was is quiet")
  func constantFeature() throws {
    let run = try replay { $0.members["x"] = "10" }
    #expect(
      run.transitions == [
        "pending FeatureStable(x) \(Self.hour)", "firing FeatureStable(x) 2023-11-15T23:00:00Z",
      ]
    )
    let field = try #require(run.windows.first?.field("x"))
    #expect(field.value("std") == 0 && field.value("mean") == 10)
    let constant = try #require(run.windows.first?.field("k"))
    #expect(constant.value("ks") == 0 && constant.value("drift") == 0)
    #expect(constant.value("std") == 0 && constant.value("out_of_range") == 0)
  }

  @Test("against a reference of one distinct value any other value is drift, and out of range")
  func oneDistinctValue() throws {
    let run = try replay { $0.members["k"] = "7.000001" }
    let field = try #require(run.windows.first?.field("k"))
    #expect(field.value("ks") == 1 && field.value("out_of_range") == 1)
    let next = "2023-11-15T23:00:00Z"
    #expect(
      run.transitions == [
        "pending FeatureStable(k) \(Self.hour)", "pending RangeAsLearned(k) \(Self.hour)",
        "firing FeatureStable(k) \(next)", "firing RangeAsLearned(k) \(next)",
      ]
    )
  }

  @Test("a reference in which a field never had a value judges only that it is missing")
  func neverAValue() throws {
    let nothing = PlainStream.lines(hours: 0..<24, seed: 1) { $0.members["x"] = "null" }
    let same = try replay(reference: nothing) { $0.members["x"] = "null" }
    #expect(same.transitions == [])
    let back = try replay(reference: nothing) { _ in }
    #expect(back.transitions == ["firing MissingAsUsual(x) \(Self.hour)"])
  }
}
