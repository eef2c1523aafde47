import Foundation
import Testing

/// What `leeway replay` left behind, as far as tests look at it.
struct Replayed {
  /// One line of `windows.ndjson`.
  struct Window: Decodable {
    struct Body: Decodable {
      var window_start: String
      var window_end: String
      var segment: String
      var empty_windows: Int?
      var records: Int
      var late: Int
      var rejected: [String: Int]
      var filtered: Int
      var fields: [Field]
      var offsets: [Cover]
    }

    var data: Body

    func field(_ name: String) -> Field? { data.fields.first { $0.field == name } }
  }

  struct Field: Decodable {
    var field: String
    var n: Int
    var missing: Int
    var missing_by_kind: [String: Int]
    var statistics: [String: Statistic]

    /// A statistic's value; nil where it has none.
    func value(_ statistic: String) -> Double? { statistics[statistic]?.value }
  }

  struct Statistic: Decodable {
    var value: Double?
  }

  /// One line of `alerts.ndjson`.
  struct Alert: Decodable {
    struct Body: Decodable {
      var alert: String
      var state: String
      var rule: String
      var severity: String
      var segment: String
      var field: String?
      var value: Double?
      var window_start: String
      var summary: String
    }

    var data: Body
  }

  /// One line of `retraining.ndjson`.
  struct Request: Decodable {
    struct Body: Decodable {
      var trigger: String
      var rows: Int
      var offsets: [Cover]
      var exclude_offsets: [Cover]
      var fields: [String]
      var alerts: [String]
      var window_start: String
      var window_end: String
    }

    var data: Body
  }

  /// Records of one partition, start ..< end.
  struct Cover: Decodable, Equatable {
    var partition: Int
    var start: Int
    var end: Int
  }

  /// One line of `dead-letters.ndjson`.
  struct DeadLetter: Decodable {
    var key: String
    var headers: [String: String]

    /// Why the record could not be used.
    var code: String? { headers["leeway.errors.code"] }
    /// Offset of the record.
    var offset: Int? { headers["__connect.errors.offset"].flatMap { Int($0) } }
  }

  var status: Int32
  var output: String
  var errors: String
  var windows: [Window]
  var alerts: [Alert]
  var requests: [Request]
  var deadLetters: [DeadLetter]
  /// The whole of every file written.
  var written: String

  init(_ run: Command.Outcome, _ folder: Folder) throws {
    (status, output, errors) = (run.status, run.output, run.errors)
    let texts = try ["windows", "alerts", "retraining", "dead-letters"].map { name in
      let path = folder.path + "/out/\(name).ndjson"
      guard FileManager.default.fileExists(atPath: path) else { return "" }
      return try String(contentsOfFile: path, encoding: .utf8)
    }
    windows = try Self.decode(texts[0])
    alerts = try Self.decode(texts[1])
    // What was not asked for stands there, too.
    requests = try Self.decode(
      texts[2].split(separator: "\n")
        .filter { $0.contains("\"io.leeway.retrain.request.v1\"") }.joined(separator: "\n")
    )
    deadLetters = try Self.decode(texts[3])
    written = texts.joined()
  }

  private static func decode<Line: Decodable>(_ text: String) throws -> [Line] {
    try text.split(separator: "\n").map {
      try JSONDecoder().decode(Line.self, from: Data($0.utf8))
    }
  }
}

extension Replayed {
  /// A number of the printed summary; nil when it is not there.
  func printed(_ name: String) -> Int? {
    for line in output.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 2, words[0] == name { return Int(words[1]) }
    }
    return nil
  }

  /// The printed counts of rejected records by reason.
  var printedReasons: [String: Int] {
    let prefix = "rejected: "
    guard let line = output.split(separator: "\n").first(where: { $0.hasPrefix(prefix) }) else {
      return [:]
    }
    let pairs = line.dropFirst(prefix.count).split(separator: ", ").map { $0.split(separator: " ") }
    return Dictionary(
      pairs.map { (String($0[0]), Int($0.last ?? "") ?? -1) },
      uniquingKeysWith: { $0 + $1 }
    )
  }

  /// The alerts' changes of state, each as `state rule(field) window start`, in their order.
  var transitions: [String] {
    alerts.map { alert in
      let field = alert.data.field.map { "(\($0))" } ?? ""
      return "\(alert.data.state) \(alert.data.rule)\(field) \(alert.data.window_start)"
    }
  }

  /// Nothing is lost unsaid: read = accepted + late + rejected + filtered, and the windows, the
  /// dead letters and the summary tell the same story.
  func expectConservation(
    read: Int,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let totals = ["accepted", "late", "rejected", "filtered"].map { printed($0) ?? -1 }
    #expect(printed("read") == read, sourceLocation: sourceLocation)
    #expect(totals.reduce(0, +) == read, "\(totals)", sourceLocation: sourceLocation)
    let reasons = Dictionary(deadLetters.map { ($0.code ?? "", 1) }, uniquingKeysWith: +)
    #expect(reasons == printedReasons, sourceLocation: sourceLocation)
    #expect(deadLetters.count == totals[2], sourceLocation: sourceLocation)
    guard !windows.isEmpty else {
      #expect(totals[0] == 0, "accepted, but in no window", sourceLocation: sourceLocation)
      return
    }
    var rejected: [String: Int] = [:]
    for window in windows { rejected.merge(window.data.rejected, uniquingKeysWith: +) }
    #expect(rejected == reasons, sourceLocation: sourceLocation)
    let sums = [
      windows.reduce(0) { $0 + $1.data.records }, windows.reduce(0) { $0 + $1.data.late },
      rejected.values.reduce(0, +), windows.reduce(0) { $0 + $1.data.filtered },
    ]
    #expect(sums == totals, sourceLocation: sourceLocation)
  }
}
