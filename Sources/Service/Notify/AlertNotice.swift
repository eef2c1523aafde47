internal import Foundation
internal import Monitoring
internal import Records
internal import Rules

/// A record of the alerts' topic, as far as those who are told of it need it.
struct AlertNotice: Sendable {
  private struct Event: Decodable {
    var id: String
    var type: String
    var data: AlertContent
  }

  /// Of the CloudEvent: the same for the same news, however often it is written.
  let id: String
  let content: AlertContent
  let state: AlertState
  let severity: Severity
  let firstSeen: Timestamp
  let windowEnd: Timestamp
  /// The record as it stands in the topic; empty where it is not needed any more.
  var json: [UInt8]

  /// Reads a record; nil for one that is no alert of a version that is known here.
  init?(_ json: [UInt8]) {
    guard let event = try? JSONDecoder().decode(Event.self, from: Data(json)),
      event.type == EventType.alert, !event.id.isEmpty, !event.data.alert.isEmpty,
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
