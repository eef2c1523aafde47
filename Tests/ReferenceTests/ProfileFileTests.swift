import Drift
import Foundation
import Records
import Sketches
import TestSupport
import Testing

@testable import Reference

@Suite("Profile files")
struct ProfileFileTests {
  static func profile() throws -> ReferenceProfile {
    var random = SplitMix64(seed: 5)
    let lines = (0..<600).map { index in
      let x = (random.uniform() * 1e6).rounded() / 1e3
      let city = ["Zürich", "S\u{E3}o \\\"Paulo\\\"", "{not, an: [object]}"][index % 3]
      return "{\"t\":\(index * 60),\"x\":\(index % 50 == 0 ? "null" : "\(x)"),\"city\":\"\(city)\","
        + "\"flag\":\(index % 2 == 0),\"a\":{\"b\":\(index % 4)},\"none\":null}"
    }
    let window = Duration.seconds(7200)
    return try Rows(lines + ["{", "[]"]).learn(points: 100, time: "t", window: window).profile
  }

  @Test func whatIsSavedLoadsAsTheSame() throws {
    let profile = try Self.profile()
    let loaded = try ReferenceProfile(json: profile.json, name: "r.json")
    #expect(loaded == profile)
    #expect(loaded.json == profile.json)
    #expect(loaded.digest == profile.digest && profile.digest.hasPrefix("sha256:"))
    #expect(profile.fields.map(\.name) == ["x", "city", "flag", "a.b", "none"])
    #expect(ReferenceProfile.isProfile(beginning: profile.json))
    for row in [
      #"{"version":1,"x":2}"#, #"{"version":1,"rows":2}"#, #"{"version":1,"rows":2,"x":{}}"#,
      #"{"version":1,"rows":2,"rejected":3}"#, #"{"version":"1","rows":2,"rejected":{}}"#, "",
    ] { #expect(!ReferenceProfile.isProfile(beginning: Array((row + "\n").utf8)), "\(row)") }
    let compact = profile.json.filter { !" \n".utf8.contains($0) }
    #expect(ReferenceProfile.isProfile(beginning: compact))
    for line in String(decoding: profile.json, as: UTF8.self).split(separator: "\n") {
      #expect(!line.hasSuffix(" ") && !line.hasPrefix("["))
    }
  }

  @Test func theDigestIsOfTheContentAndNotOfItsLayout() throws {
    let profile = try Self.profile()
    let text = String(decoding: profile.json, as: UTF8.self)
    let other = text.replacingOccurrences(of: "\n", with: "\r\n   ")
    #expect(try ReferenceProfile(json: Array(other.utf8), name: "r.json") == profile)
  }

  @Test func cutAnywhereItIsAnErrorAndNothingElse() throws {
    let json = try Self.profile().json
    for length in stride(from: 0, to: json.count - 1, by: 61) {
      #expect(throws: ReferenceError.self) {
        try ReferenceProfile(json: Array(json[..<length]), name: "r.json")
      }
    }
  }

  @Test func anyChangedByteIsAnError() throws {
    let json = try Self.profile().json
    let content = json.count - 80
    for at in stride(from: 0, to: content, by: 37) {
      var edited = json
      edited[at] = edited[at] == UInt8(ascii: "7") ? UInt8(ascii: "8") : UInt8(ascii: "7")
      let isSpace = json[at] == UInt8(ascii: " ") || json[at] == UInt8(ascii: "\n")
      do {
        let loaded = try ReferenceProfile(json: edited, name: "r.json")
        #expect(isSpace, "byte \(at) of \(loaded.fields.count) fields")
      } catch {
        #expect(error.code == .badProfile && error.message.hasPrefix("r.json: "))
      }
    }
  }

  @Test func aHandEditedNumberIsNamedWithBothDigests() throws {
    let text = String(decoding: try Self.profile().json, as: UTF8.self)
    let edited = text.replacingOccurrences(of: "\"mean\": ", with: "\"mean\": 1")
    let error = try #require(throws: ReferenceError.self) {
      try ReferenceProfile(json: Array(edited.utf8), name: "r.json")
    }
    #expect(error.message.contains("was changed after it was learned: expected sha256:"))
    #expect(error.message.contains("learn it again with `leeway profile`"))
  }

  @Test func contentAndDigestOfTwoProfilesDoNotMix() throws {
    let (one, other) = (try Self.profile(), try Rows(["{\"x\":1}"]).learn().profile)
    let text = String(decoding: one.json, as: UTF8.self)
    let mixed = text.replacingOccurrences(of: one.digest, with: other.digest)
    let swapped = text.replacingOccurrences(of: "\"x\"", with: "\"_\"")
      .replacingOccurrences(of: "\"a.b\"", with: "\"x\"")
      .replacingOccurrences(of: "\"_\"", with: "\"a.b\"")
    for edited in [mixed, swapped] {
      #expect(edited != text)
      let error = try #require(throws: ReferenceError.self) {
        try ReferenceProfile(json: Array(edited.utf8), name: "r.json")
      }
      #expect(error.message.contains("was changed after it was learned"), "\(error.message)")
    }
  }

  /// Files whose digest is right and whose content is not: none may reach a precondition.
  @Test(arguments: [
    ("\"points\": [1,2]", "\"points\": [2,1]", "do not increase"),
    ("\"points\": [1,2]", "\"points\": [1,1]", "do not increase"),
    ("\"points\": [1,2]", "\"points\": [1,1e999]", "number that cannot be"),
    ("\"points\": [1,2]", "\"points\": [1,NaN]", "no JSON"),
    ("\"points\": [1,2]", "\"points\": [1]", "do not fit together"),
    ("\"points\": [1,2]", "\"points\": []", "do not fit together"),
    ("\"below\": [0,3]", "\"below\": [3,0]", "do not add up"),
    ("\"below\": [0,3]", "\"below\": [0,2]", "do not add up"),
    ("\"below\": [0,3]", "\"below\": [0,18446744073709551615]", "do not add up"),
    ("\"below\": [0,3]", "\"below\": [0,-3]", "number that cannot be"),
    ("\"equal\": [3,1]", "\"equal\": [3,0]", "do not add up"),
    ("\"equal\": [3,1]", "\"equal\": [3,2]", "do not add up"),
    ("\"values\": 4", "\"values\": 5", "add up"),
    ("\"edges\": [1,2]", "\"edges\": [1,1.5]", "edges are not points"),
    ("\"edges\": [1,2]", "\"edges\": []", "edges are not points"),
    ("\"p1\":1", "\"p1\":7", "fences are not points"),
    ("\"distance_bound\": 0", "\"distance_bound\": 0.1", "distance_bound"),
    ("\"area_bound\": 0", "\"area_bound\": -1", "area_bound"),
    ("\"kind\": \"numeric\"", "\"kind\": \"ordinal\"", "ordinal"),
    ("\"types\": [\"number\"]", "\"types\": [\"date\"]", "date"),
    ("\"version\": 1", "\"version\": 3", "version 3 is not known"),
    ("\"version\": 1,", "", "`version` is missing"),
    ("\"below\": [0,3],", "", "is missing"),
    ("\"null\":0,", "", "`missing` lacks null"),
    ("\"name\": \"y\"", "\"name\": \"x\"", "there twice"),
    ("\"counts\": [2,2]", "\"counts\": [2,1]", "do not add up"),
    ("\"counts\": [2,2]", "\"counts\": [2,18446744073709551615]", "do not add up"),
    ("\"counts\": [2,2]", "\"counts\": [4]", "do not fit together"),
    ("\"categories\": [\"a\",\"b\"]", "\"categories\": [\"a\",\"a\"]", "there twice"),
    ("\"rows\": 4", "\"rows\": 99999999999999999", "more than there can be"),
    ("\"rejected\": {}", "\"rejected\": {\"mood\":1}", "not known"),
    ("\"rejected\": {}", "\"rejected\": {},\"window_seconds\":60", "no time"),
    ("\"rejected\": {}", "\"rejected\": {},\"window_seconds\":0", "not possible"),
    ("\"rejected\": {}", "\"rejected\": {},\"time\":{\"field\":\"t\",\"unit\":\"y\"}", "not known"),
    ("\"other\": 0", "\"other\": 0,\"natural\":{\"drift\":2,\"missing\":0}", "natural"),
  ])
  func wrongContentIsRefusedWithAReason(old: String, new: String, reason: String) throws {
    let lines = [(1, "a"), (1, "a"), (1, "b"), (2, "b")].map { x, y in
      "{\"x\":\(x),\"y\":\"\(y)\"}"
    }
    let text = String(decoding: try Rows(lines).learn().profile.json, as: UTF8.self)
    let range = try #require(text.range(of: old), "\(old) is not in \(text)")
    let edited = text.replacingCharacters(in: range, with: new)
    let error = try #require(throws: ReferenceError.self) {
      try ReferenceProfile(json: Array(edited.utf8), name: "r.json")
    }
    #expect(error.code == .badProfile)
    #expect(error.message.contains(reason), "\(error.message)")
    #expect(!error.message.contains("was changed"), "\(error.message)")
  }

  @Test func limitsAreRefusedWithWhatToDo() throws {
    let json = try Self.profile().json
    var limits = ProfileLimits()
    limits.points = 50
    let error = try #require(throws: ReferenceError.self) {
      try ReferenceProfile(json: json, name: "r.json", limits: limits)
    }
    #expect(error.message.contains("fewer --points"))
    limits = ProfileLimits()
    limits.fields = 2
    #expect(throws: ReferenceError.self) {
      try ReferenceProfile(json: json, name: "r.json", limits: limits)
    }
  }

  @Test func aThousandFieldsOfAThousandPointsComeBackAsTheyWent() throws {
    let values = (0..<1000).map { Double($0) * 1.1 + 0.123456789 }
    let numeric = NumericReference(
      points: ReferencePoints(values),
      below: (0..<1000).map { UInt64($0) * 3 },
      equal: Array(repeating: 3, count: 1000),
      count: 3000,
      edges: [100, 200],
      fences: 0...999,
      distanceBound: 0,
      areaBound: 0,
      unit: Moments.Unit(p1: values[0], p99: values[999]),
      mean: 1,
      standardDeviation: 1
    )
    var completeness = Completeness()
    completeness.recordValue(count: 3000)
    let fields = (0..<1000).map { index in
      ReferenceProfile.Field(
        name: "field_\(index)",
        types: .number,
        reference: FieldReference(distribution: .numeric(numeric), completeness: completeness),
        fences: Fences(
          p1: values[0],
          p5: values[1],
          p95: values[998],
          p99: values[999],
          tukeyLow: values[0],
          tukeyHigh: values[999]
        )
      )
    }
    let profile = ReferenceProfile(rows: 3000, fields: fields)
    let json = profile.json
    #expect(try ReferenceProfile(json: json, name: "r.json") == profile)
  }
}
