internal import Crypto
internal import Drift
internal import Foundation
internal import Records
internal import Sketches

extension ReferenceProfile {
  /// The profile's identity: `sha256:` and the SHA-256 of its content as compact JSON, in hex.
  ///
  /// Two profiles have the same identity iff they say the same, however their files are laid out.
  ///
  /// - Complexity: O(content), each time.
  public var digest: String {
    var json = JSONText()
    json.object { writeContent(to: &$0) }
    return Self.digest(ofContent: json.bytes)
  }

  /// The profile as a file: readable JSON with the identity as last member, and a newline.
  ///
  /// The same profile gives the same bytes on every machine.
  public var json: [UInt8] {
    var json = JSONText()
    json.object {
      writeContent(to: &$0)
      $0.member("sha256", digest)
    }
    return ReadableJSON.indented(json.bytes) + [UInt8(ascii: "\n")]
  }

  private static func digest(ofContent bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    let hex = SHA256.hash(data: bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return "sha256:" + String(hex)
  }

  private func writeContent(to json: inout JSONText) {
    json.member("version", segmentFields.isEmpty ? 1 : Self.version)
    json.member("rows", rows)
    json.object("rejected") {
      for rows in rejected { $0.member(rows.reason.rawValue, rows.count) }
    }
    if let time {
      json.object("time") {
        $0.member("field", time.path)
        if let unit = time.unit { $0.member("unit", unit.rawValue) }
      }
    }
    if let window {
      json.member("window_seconds", Double(window.size.wholeMicroseconds) / 1_000_000)
    }
    if let rhythm {
      json.object("rhythm") {
        $0.member("first_microseconds", rhythm.first.microseconds)
        $0.member("last_microseconds", rhythm.last.microseconds)
        $0.member("hours_of_week", rhythm.counts)
      }
    }
    if let prediction { json.member("prediction", prediction) }
    json.array("fields") {
      for field in fields { $0.object { field.write(to: &$0) } }
    }
    if let correlations {
      json.object("correlations") {
        $0.member("rows", correlations.rows)
        $0.member("first", correlations.pairs.map(\.first))
        $0.member("second", correlations.pairs.map(\.second))
        $0.member("counts", correlations.pairs.map(\.correlation.count))
        $0.member("values", correlations.pairs.map(\.correlation.value))
      }
    }
    if !segmentFields.isEmpty {
      json.array("segments") {
        for field in segmentFields { $0.object { field.write(to: &$0) } }
      }
    }
  }
}

extension ReferenceProfile.SegmentField {
  fileprivate func write(to json: inout JSONText) {
    json.member("field", name)
    json.array("values") {
      for segment in segments {
        $0.object {
          $0.member("value", segment.value)
          $0.member("rows", segment.rows)
          $0.array("fields") {
            for field in segment.fields { $0.object { field.write(to: &$0) } }
          }
        }
      }
    }
  }
}

extension ReferenceProfile.Field {
  fileprivate func write(to json: inout JSONText) {
    json.member("name", name)
    json.member("kind", kind.rawValue)
    json.member("types", ValueTypes.names.filter { types.contains($0.type) }.map(\.name))
    let completeness = reference.completeness
    json.member("values", completeness.values)
    json.object("missing") {
      for kind in Completeness.Missing.allCases {
        $0.member(kind.name, completeness.missing(kind))
      }
    }
    json.member("mismatched", completeness.mismatched)
    switch reference.distribution {
    case .numeric(let numeric): write(numeric, to: &json)
    case .categorical(let categorical):
      json.member("categories", categorical.categories)
      json.member("counts", categorical.counts)
      json.member("other", categorical.other)
    }
    if let natural = reference.natural {
      json.object("natural") {
        $0.member("drift", natural.drift)
        $0.member("missing", natural.missing)
      }
    }
    if let ranks = reference.predictionRanks { json.member("prediction_ranks", ranks) }
  }

  private func write(_ numeric: NumericReference, to json: inout JSONText) {
    json.member("points", numeric.points.values)
    json.member("below", numeric.below)
    json.member("equal", numeric.equal)
    json.member("edges", numeric.edgeValues)
    if let fences {
      json.object("fences") {
        for (name, value) in fences.named { $0.member(name, value) }
      }
    }
    json.member("distance_bound", numeric.distanceBound)
    json.member("area_bound", numeric.areaBound)
    if let mean = numeric.mean { json.member("mean", mean) }
    if let deviation = numeric.standardDeviation { json.member("std", deviation) }
  }
}

extension Fences {
  fileprivate var named: [(String, Double)] {
    [
      ("p1", p1), ("p5", p5), ("p95", p95), ("p99", p99),
      ("tukey_low", tukeyLow), ("tukey_high", tukeyHigh),
    ]
  }
}

extension Completeness.Missing {
  /// The name in a profile.
  var name: String {
    switch self {
    case .absent: "absent"
    case .null: "null"
    case .nan: "nan"
    case .infinite: "infinite"
    case .empty: "empty"
    }
  }
}
