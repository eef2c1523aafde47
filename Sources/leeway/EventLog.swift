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
      var reason: String?
      var refusal: String?
      var until: String?
      var request: String?
      var verdict: String?
    }

    var type: String
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
      return "\(event.time)  \(training(event, by: trigger))"
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

  /// What is asked of training, or has come of it.
  private func training(_ event: Event, by trigger: String) -> String {
    let data = event.data
    let fields = (data.fields ?? []).joined(separator: ", ")
    let request = String((data.request ?? "").prefix(8))
    if let refusal = data.refusal {
      let until = data.until.map { " until \($0)" } ?? ""
      return "refused   \(trigger): \(refusal)\(until)"
    }
    if let verdict = data.verdict {
      let left = fields.isEmpty ? "" : ": \(fields)"
      return "verdict   \(trigger): request \(request) \(verdict)\(left)"
    }
    if event.type.contains("expired") {
      return "expired   \(trigger): request \(request) was not answered"
    }
    let cause = data.reason == "drift" ? "moved: \(fields)" : data.reason ?? ""
    return "retrain   \(trigger)\(silence(data)): \(data.rows ?? 0) rows; \(cause)"
  }

  private func silence(_ data: Event.Payload) -> String {
    data.silenced_by.map { ", silenced by \($0.prefix(8))" } ?? ""
  }
}
