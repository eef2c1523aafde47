internal import Records

/// Why a question is not answered.
struct WebRefusal: Error, Sendable {
  var status: Int
  var message: String
}

/// What a question is about; what it does not say is not looked at.
struct BoardQuery: Sendable {
  var version: String?
  var segment: String?
  var field: String?
  var size: String?
  var statistic: String?
  /// Name of an alert or of a trigger.
  var name: String?
  /// Of windows, by their ends.
  var span = EventSpan()
  var limit: Int?

  static let parameters: Set<String> = [
    "version", "segment", "field", "size", "statistic", "alert", "trigger", "from", "to", "limit",
  ]

  /// A question that leaves all open.
  init() {}

  /// Reads the parameters of a query.
  ///
  /// - Throws: For one that is not known, and for an instant or a number that is none.
  init(_ query: [String: String]) throws(WebRefusal) {
    guard query.keys.allSatisfy(Self.parameters.contains) else {
      // What it is called is not said again: it may be anything.
      let known = Self.parameters.sorted().joined(separator: ", ")
      throw WebRefusal(status: 400, message: "a parameter is none of \(known)")
    }
    (version, segment, field) = (query["version"], query["segment"], query["field"])
    (size, statistic) = (query["size"], query["statistic"])
    name = query["alert"] ?? query["trigger"]
    span = EventSpan(from: try Self.instant("from", query), to: try Self.instant("to", query))
    guard let text = query["limit"] else { return }
    guard let limit = Int(text), (1...100_000).contains(limit) else {
      throw WebRefusal(status: 400, message: "'limit' is a number from 1 to 100000")
    }
    self.limit = limit
  }

  private static func instant(
    _ name: String,
    _ query: [String: String]
  ) throws(WebRefusal) -> Timestamp? {
    guard let text = query[name] else { return nil }
    guard let time = Timestamp(rfc3339: text) else {
      throw WebRefusal(
        status: 400,
        message: "'\(name)' is an instant such as 2026-03-01T00:00:00Z"
      )
    }
    return time
  }

  /// Whether an instant lies in the time asked for.
  func covers(_ time: Timestamp) -> Bool { span.covers(time) }
}

extension BoardContents {
  /// The windows of one model version, segment and size that are asked for, the newest last.
  ///
  /// What a question leaves open is answered of the monitor's first size of window, of all records,
  /// and of the model version that was seen last.
  func selection(_ query: BoardQuery) -> [BoardWindow] {
    let segment = query.segment ?? Self.allRecords
    let size = query.size ?? mainSize
    let fitting = (segment == Self.allRecords ? windows : segments).things.filter {
      $0.segment == segment && $0.size == size && query.covers($0.end)
    }
    let version = query.version ?? fitting.last { $0.version != nil }?.version
    // A window without any record is of no version, and so of each.
    let chosen = fitting.filter {
      $0.version == version || $0.version == nil && $0.records == 0
    }
    return Array(chosen.suffix(query.limit ?? Self.windowLimit))
  }

  /// Windows of an answer, unless more are asked for.
  private static let windowLimit = 200
}
