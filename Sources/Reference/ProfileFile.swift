internal import Records

/// A profile as its file spells it, before anything is believed.
struct ProfileFile: Decodable {
  var rows: UInt64
  var rejected: [String: UInt64]
  var time: Time?
  var windowSeconds: Double?
  var rhythm: Rhythm?
  var prediction: String?
  var fields: [Field]
  var correlations: Correlations?
  var segments: [SegmentField]?
  var sha256: String

  struct Time: Decodable {
    var field: String
    var unit: String?
  }

  struct Rhythm: Decodable {
    var first: Int64
    var last: Int64
    var counts: [UInt64]

    enum CodingKeys: String, CodingKey {
      case first = "first_microseconds"
      case last = "last_microseconds"
      case counts = "hours_of_week"
    }
  }

  struct Correlations: Decodable {
    var rows: UInt64
    var first: [Int]
    var second: [Int]
    var counts: [UInt64]
    var values: [Double]
  }

  struct SegmentField: Decodable {
    var field: String
    var values: [Segment]
  }

  struct Segment: Decodable {
    var value: String
    var rows: UInt64
    var fields: [Field]
  }

  struct Field: Decodable {
    var name: String
    var kind: String
    var types: [String]
    var values: UInt64
    var missing: [String: UInt64]
    var mismatched: UInt64
    var points: [Double]?
    var below: [UInt64]?
    var equal: [UInt64]?
    var edges: [Double]?
    var fences: Fences?
    var distanceBound: Double?
    var areaBound: Double?
    var mean: Double?
    var standardDeviation: Double?
    var categories: [String]?
    var counts: [UInt64]?
    var other: UInt64?
    var natural: Natural?
    var predictionRanks: [Double?]?

    enum CodingKeys: String, CodingKey {
      case name, kind, types, values, missing, mismatched, points, below, equal, edges, fences
      case mean, categories, counts, other, natural
      case distanceBound = "distance_bound"
      case areaBound = "area_bound"
      case standardDeviation = "std"
      case predictionRanks = "prediction_ranks"
    }
  }

  struct Fences: Decodable {
    var p1: Double
    var p5: Double
    var p95: Double
    var p99: Double
    var tukeyLow: Double
    var tukeyHigh: Double

    enum CodingKeys: String, CodingKey {
      case p1, p5, p95, p99
      case tukeyLow = "tukey_low"
      case tukeyHigh = "tukey_high"
    }
  }

  struct Natural: Decodable {
    var drift: Double
    var missing: Double
  }

  enum CodingKeys: String, CodingKey {
    case version, rows, rejected, time, rhythm, prediction, fields, correlations, segments, sha256
    case windowSeconds = "window_seconds"
  }

  /// Reads the version before anything else, whose meaning depends on it.
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let version = try container.decode(Int.self, forKey: .version)
    guard (1...ReferenceProfile.version).contains(version) else {
      throw ReferenceError(
        .badProfile,
        "version \(version) is not known; this program reads versions 1 to "
          + "\(ReferenceProfile.version)"
      )
    }
    rows = try container.decode(UInt64.self, forKey: .rows)
    rejected = try container.decode([String: UInt64].self, forKey: .rejected)
    time = try container.decodeIfPresent(Time.self, forKey: .time)
    windowSeconds = try container.decodeIfPresent(Double.self, forKey: .windowSeconds)
    rhythm = try container.decodeIfPresent(Rhythm.self, forKey: .rhythm)
    prediction = try container.decodeIfPresent(String.self, forKey: .prediction)
    fields = try container.decode([Field].self, forKey: .fields)
    correlations = try container.decodeIfPresent(Correlations.self, forKey: .correlations)
    segments = try container.decodeIfPresent([SegmentField].self, forKey: .segments)
    sha256 = try container.decode(String.self, forKey: .sha256)
    // The hash is of the content as it is written, which its version follows from.
    guard version == (segments?.isEmpty ?? true ? 1 : ReferenceProfile.version) else {
      throw ReferenceError(
        .badProfile,
        "version \(version) \(segments == nil ? "has" : "knows no") segments"
      )
    }
  }
}
