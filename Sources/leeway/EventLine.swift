internal import Foundation

/// An alert or a retraining request as one line for a terminal.
struct EventLine {
  private struct Event: Decodable {
    struct Payload: Decodable {
      var state: String?
      var rule: String?
      var severity: String?
      var summary: String?
      var trigger: String?
      var rows: UInt64?
      var fields: [String]?
      var window_end: String
    }

    var data: Payload
  }

  private let event: Event?
  private let topic: String

  init(_ topic: String, _ json: [UInt8]) {
    self.topic = topic
    event = try? JSONDecoder().decode(Event.self, from: Data(json))
  }

  /// Whether it is news to somebody who only wants to know what fires.
  var isNews: Bool { event?.data.state != "pending" }

  /// What happened.
  var text: String {
    guard let data = event?.data else { return topic }
    if let trigger = data.trigger {
      let fields = (data.fields ?? []).joined(separator: ", ")
      return "\(data.window_end)  retrain   \(trigger): \(data.rows ?? 0) rows; moved: \(fields)"
    }
    let state = (data.state ?? "").padding(toLength: 8, withPad: " ", startingAt: 0)
    let rule = data.rule ?? ""
    return "\(data.window_end)  \(state)  \(rule) (\(data.severity ?? "")): \(data.summary ?? "")"
  }

  /// The line with its newline.
  var bytes: [UInt8] { Array((text + "\n").utf8) }
}
