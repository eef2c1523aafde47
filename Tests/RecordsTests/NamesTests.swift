import Records
import Testing

/// Goal: names and numbers that files, users and the C face rely on stay what they are.
@Suite struct NamesTests {
  @Test func rejectionsHaveTheNamesUsersSee() {
    #expect(
      Rejection.allCases.map(\.rawValue) == [
        "bad_json", "bad_utf8", "not_an_object", "too_deep", "too_large", "string_too_long",
        "no_time", "bad_time", "bad_time_unit", "future_time", "pane_limit", "bad_csv",
      ]
    )
  }

  @Test func tagsAreNumberedAsInTheCFace() {
    let tags: [ValueTag] = [
      .absent, .null, .nan, .infinite, .emptyString, .number, .string, .boolean, .composite,
      .booleanText,
    ]
    #expect(tags.map(\.rawValue) == Array(0...9))
  }

  @Test func kindsHaveTheNamesOfTheReferenceFile() {
    #expect(FieldKind.allCases.map(\.rawValue) == ["numeric", "categorical"])
  }

  @Test func limitsAreThoseOfTheDesign() {
    let limits = RecordLimits()
    #expect(limits.recordBytes == 1 << 20)
    #expect(limits.depth == 32)
    #expect(limits.stringBytes == 64 << 10)
    #expect(limits.fields == 4096)
  }
}
