internal import Foundation
internal import Monitoring
internal import Records
internal import Rules

/// A record of the alerts' topic, as far as those who are told of it need it.
struct AlertNotice: Sendable {
  /// The members of `data` that are used here; those that newer versions add are passed over.
  struct Content: Decodable, Sendable {
    var alert: String
    var state: String
    var monitor: String
    var rule: String
    var severity: String
    var modelVersion: String?
    var segment: String?
    var field: String?
    var statistic: String?
    var value: Double?
    var threshold: Double?
    var distance: Double?
    var currentCount: UInt64?
    var windowStart: String
    var windowEnd: String
    var firstSeen: String
    var summary: String?
    var runbook: String?
    var labels: [String: String]?
    var group: String?
    var groupRank: Int?
    var explains: Double?
    var silencedBy: String?

    private enum CodingKeys: String, CodingKey {
      case alert, state, monitor, rule, severity, segment, field, statistic, value, threshold
      case distance, summary, runbook, labels, group, explains
      case modelVersion = "model_version"
      case currentCount = "n_current"
      case windowStart = "window_start"
      case windowEnd = "window_end"
      case firstSeen = "first_seen"
      case groupRank = "group_rank"
      case silencedBy = "silenced_by"
    }
  }

  private struct Event: Decodable {
    var id: String
    var type: String
    var data: Content
  }

  /// Of the CloudEvent: the same for the same news, however often it is written.
  let id: String
  let content: Content
  let state: AlertState
  let severity: Severity
  let firstSeen: Timestamp
  let windowEnd: Timestamp
  /// The record as it stands in the topic; empty where it is not needed any more.
  var json: [UInt8]

  /// Reads a record; nil for one that is no alert of a version that is known here.
  init?(_ json: [UInt8]) {
    guard let event = try? JSONDecoder().decode(Event.self, from: Data(json)),
      event.type == "io.leeway.alert.v1", !event.id.isEmpty, !event.data.alert.isEmpty,
      let state = AlertState(rawValue: event.data.state),
      let severity = Severity(rawValue: event.data.severity),
      let firstSeen = Timestamp(rfc3339: event.data.firstSeen),
      let windowEnd = Timestamp(rfc3339: event.data.windowEnd)
    else { return nil }
    (id, content, self.json) = (event.id, event.data, json)
    (self.state, self.severity) = (state, severity)
    (self.firstSeen, self.windowEnd) = (firstSeen, windowEnd)
  }

  /// What is told together: all alerts of one rule, version, window and state.
  ///
  /// Records of versions that had no groups are told one by one.
  var group: String { content.group ?? id }

  /// The same, to be kept without the record.
  var withoutRecord: AlertNotice {
    var notice = self
    notice.json = []
    return notice
  }
}
