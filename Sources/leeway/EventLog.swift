internal import Foundation

/// Alerts and retraining requests as lines for a terminal: what fires, what is over, what is asked.
struct EventLog {
  private struct Event: Decodable {
    struct Payload: Decodable {
      var alert: String?
      var state: String?
      var rule: String?
      var severity: String?
      var field: String?
      var summary: String?
      var silenced_by: String?
      var trigger: String?
      var rows: UInt64?
      var fields: [String]?
    }

    var time: String
    var data: Payload
  }

  /// Alerts that wait and have not fired.
  ///
  /// What began before this process did is not known, and may well have fired.
  private var waiting: Set<String> = []

  /// The line of an event; nil for one that is no news: an alert that waits, or ends unfired.
  mutating func line(_ json: [UInt8]) -> String? {
    guard let event = try? JSONDecoder().decode(Event.self, from: Data(json)) else { return nil }
    let data = event.data
    if let trigger = data.trigger {
      let fields = (data.fields ?? []).joined(separator: ", ")
      let rows = "\(data.rows ?? 0) rows; moved: \(fields)"
      return "\(event.time)  retrain   \(trigger)\(silence(data)): \(rows)"
    }
    let (alert, rule) = (data.alert ?? "", data.rule ?? "")
    switch data.state {
    case "pending":
      waiting.insert(alert)
      return nil
    case "firing":
      waiting.remove(alert)
      let name = "\(rule) (\(data.severity ?? ""))\(silence(data))"
      return "\(event.time)  firing    \(name): \(data.summary ?? "")"
    case "resolved" where waiting.remove(alert) == nil:
      return "\(event.time)  resolved  \(rule)\(data.field.map { ": \($0)" } ?? "")"
    default:
      return nil
    }
  }

  private func silence(_ data: Event.Payload) -> String {
    data.silenced_by.map { ", silenced by \($0.prefix(8))" } ?? ""
  }
}
