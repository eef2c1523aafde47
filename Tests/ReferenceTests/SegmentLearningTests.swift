import Drift
import Records
import Reference
import TestSupport
import Testing

/// Each value of a field gets distributions of its own: those of its rows alone.
@Suite struct SegmentLearningTests {
  private struct Row {
    var carrier: String
    var line: String
  }

  private static let rows: [Row] = {
    var random = SplitMix64(seed: 11)
    return (0..<4_000).map { index in
      let place = Int.random(in: 0..<10, using: &random)
      let carrier = place < 5 ? "AA" : place < 8 ? "UA" : place < 9 ? "é" : ""
      let x = Int.random(in: 0..<1_500, using: &random) + 100 * place
      let color = ["\"red\"", "\"green\"", "null"].randomElement(using: &random) ?? "null"
      let line =
        "{\"at\":\(1_600_000_000 + index * 60),\"carrier\":\"\(carrier)\",\"x\":\(x),"
        + "\"color\":\(color)}"
      return Row(carrier: carrier, line: line)
    }
  }()

  private func learn(memory: Int = 1 << 28) throws -> ReferenceProfile {
    try Rows(Self.rows.map(\.line)).learn(
      time: "at",
      window: .seconds(86_400),
      segments: ["carrier"],
      memory: memory
    ).profile
  }

  /// What is learned of a segment is what would be learned of its rows by themselves, at a hundred
  /// points.
  @Test func aSegmentIsLearnedAsItsRowsAlone() throws {
    let profile = try learn()
    #expect(profile.segmentFields.map(\.name) == ["carrier"])
    let segments = try #require(profile.segmentFields.first?.segments)
    #expect(segments.map(\.value) == ["AA", "UA", "é"])
    for segment in segments {
      let own = Self.rows.filter { $0.carrier == segment.value }.map(\.line)
      #expect(segment.rows == UInt64(own.count))
      let alone = try Rows(own).learn(points: 100, time: "at", window: .seconds(86_400)).profile
      #expect(segment.fields == alone.fields, "\(segment.value)")
      #expect(segment.fields[1].size <= 100 && segment.fields[1].reference.natural != nil)
    }
    #expect(profile.fields(ofSegment: "UA", of: "carrier") == segments[1].fields)
    #expect(profile.fields(ofSegment: "DL", of: "carrier") == nil)
  }

  /// Without segments everything is as it was; all rows are learned alike with them.
  @Test func allRowsAreLearnedAsWithout() throws {
    var profile = try learn()
    let without = try Rows(Self.rows.map(\.line)).learn(time: "at", window: .seconds(86_400))
    profile.segmentFields = []
    #expect(profile == without.profile)
    #expect(String(decoding: profile.json, as: UTF8.self).contains("\"version\": 1,"))
  }

  @Test func theMemoryDoesNotMatter() throws {
    #expect(try learn(memory: 1 << 12) == learn())
  }

  @Test func aFileSaysTheSame() throws {
    let profile = try learn()
    #expect(String(decoding: profile.json, as: UTF8.self).contains("\"version\": 2,"))
    let read = try ReferenceProfile(json: profile.json, name: "reference.json")
    #expect(read == profile && read.digest == profile.digest && read.json == profile.json)
    var other = profile
    other.segmentFields[0].segments.removeLast()
    #expect(other.digest != profile.digest)
  }

  /// Broken in one place each, with the hash of what stands there then.
  @Test func filesThatDoNotFitTogetherAreRefused() throws {
    let profile = try learn()
    let cases: [((inout ReferenceProfile) -> Void, String)] = [
      (
        { $0.segmentFields[0].name = "x" },
        "segments by x, which is no categorical field, or not in order"
      ),
      (
        { $0.segmentFields[0].segments[0].value = "DL" },
        "segment carrier=DL: it is none of the field's categories"
      ),
      (
        { $0.segmentFields[0].segments[0].rows += 1 },
        "segment carrier=AA: \(profile.segmentFields[0].segments[0].rows + 1) rows, and the "
          + "category has \(profile.segmentFields[0].segments[0].rows)"
      ),
      (
        { $0.segmentFields[0].segments[1] = $0.segmentFields[0].segments[0] },
        "a segment by carrier is there twice"
      ),
      (
        { $0.segmentFields[0].segments[0].fields.removeLast() },
        "segment carrier=AA: 2 fields, and the profile has 3"
      ),
      (
        { $0.segmentFields[0].segments[0].fields[2].name = "hue" },
        "segment carrier=AA: field hue: another name, kind or type than the profile's color"
      ),
    ]
    for (edit, message) in cases {
      var edited = profile
      edit(&edited)
      let error = #expect(throws: ReferenceError.self) {
        try ReferenceProfile(json: edited.json, name: "r.json")
      }
      #expect(error?.message == "r.json: " + message)
    }
  }

  @Test func moreThanAThousandAreRefused() throws {
    let lines = (0..<1_001).map { "{\"id\":\"r\($0)\"}" }
    let error = #expect(throws: ReferenceError.self) {
      try Rows(lines).learn(segments: ["id"])
    }
    #expect(
      error?.message
        == "id has more than 1000 values; segments are of fields with fewer"
    )
    let most = try Rows(lines.dropLast()).learn(segments: ["id"]).profile
    #expect(most.segmentFields[0].segments.count == 1_000)
  }
}
