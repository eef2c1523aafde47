internal import Records
internal import Service

/// What `leeway retrain --list` prints.
struct RetrainList {
  private let monitor: String
  private let history: RetrainHistory

  /// What a monitor has asked for.
  init(_ monitor: String, _ history: RetrainHistory) {
    (self.monitor, self.history) = (monitor, history)
  }

  /// A table for people, the newest last.
  var text: String {
    guard !history.requests.isEmpty else { return "\(monitor): no training was ever asked for" }
    return Self.table(of: history.requests)
  }

  /// Requests as a table.
  static func table(of requests: [RetrainHistory.Request]) -> String {
    var table = TextTable(header: ["request", "trigger", "reason", "after", "rows", "state"])
    for request in requests {
      table.add([
        String(request.id.prefix(8)), request.trigger, request.reason, request.time,
        "\(request.rows)", request.state.rawValue.replacing("_", with: " "),
      ])
    }
    return table.text
  }

  /// Compact JSON and a newline.
  var json: [UInt8] {
    var json = JSONText()
    json.object { json in
      json.member("monitor", monitor)
      json.member("requests", history.requests)
    }
    return json.bytes + [UInt8(ascii: "\n")]
  }
}
