import Drift
import Sketches
import Testing

@testable import Reference

/// The references of several model versions.
@Suite struct ReferencesTests {
  private static func profile(_ names: String..., rows: UInt64 = 1) -> ReferenceProfile {
    let reference = FieldReference(
      distribution: .categorical(CategoricalReference(categories: [], counts: [], other: 0)),
      completeness: Completeness()
    )
    let fields = names.map { ReferenceProfile.Field(name: $0, types: [], reference: reference) }
    return ReferenceProfile(rows: rows, fields: fields)
  }

  @Test func versionsStandInByteOrder() {
    let versions = ["b", "é", "10", "9", "e\u{301}", "", "B"]
    let references = References(
      Self.profile("a", rows: 9),
      own: versions.enumerated().map {
        References.Own(version: $1, profile: Self.profile("a", rows: UInt64($0)))
      }
    )
    #expect(
      references.own.map { Array($0.version.utf8) }
        == ["", "10", "9", "B", "b", "e\u{301}", "é"].map { Array($0.utf8) }
    )
    #expect(references.own.map(\.profile.rows) == [5, 2, 3, 6, 0, 4, 1])
    #expect(references.profiles.map(\.rows) == [9, 5, 2, 3, 6, 0, 4, 1])
  }

  /// What only looks the same is another field: the decoder tells them apart, too.
  @Test func everyFieldOfAnyReferenceIsNamedOnce() {
    let references = References(
      Self.profile("a", "é"),
      own: [
        References.Own(version: "2", profile: Self.profile("b", "a", "c")),
        References.Own(version: "1", profile: Self.profile("e\u{301}", "c")),
      ]
    )
    #expect(
      references.fieldNames.map { Array($0.utf8) }
        == ["a", "é", "e\u{301}", "c", "b"].map { Array($0.utf8) }
    )
    #expect(References(Self.profile("x", "y")).fieldNames == ["x", "y"])
  }

  @Test func aVersionHasOneReference() async {
    await #expect(processExitsWith: .failure) {
      let own = References.Own(version: "2", profile: Self.profile())
      _ = References(Self.profile(), own: [own, own])
    }
  }
}
