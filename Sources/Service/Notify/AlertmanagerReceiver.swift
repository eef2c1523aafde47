internal import Foundation
internal import Monitoring
internal import Records

/// Prometheus' Alertmanager, version 2 of its API.
///
/// Labels say which alert it is, so that they never change while it fires; all that does is an
/// annotation.
struct AlertmanagerReceiver: AlertReceiver {
  private let sender: HTTPSender
  private let now: () -> Timestamp

  /// An Alertmanager.
  ///
  /// - Parameters:
  ///   - address: Where its own pages begin.
  ///   - tokenFile: Holds a bearer token.
  ///   - now: The time.
  init(_ address: URL, tokenFile: String?, now: @escaping () -> Timestamp = Timestamp.ofMachine) {
    sender = HTTPSender(address.appending(path: "api/v2/alerts"), tokenFile: tokenFile)
    self.now = now
  }

  var forgets: Bool { true }

  func deliver(_ notices: [AlertNotice]) -> DeliveryResult {
    sender.post(body(notices), headers: [("Content-Type", "application/json")])
  }

  /// What Alertmanager is told.
  func body(_ notices: [AlertNotice]) -> [UInt8] {
    let now = now()
    var json = JSONText()
    json.array { json in
      for notice in notices {
        json.object { json in
          json.object("labels") { json in
            for (name, value) in Self.labels(notice.content) { json.member(name, value) }
          }
          json.object("annotations") { json in
            for (name, value) in Self.annotations(notice.content) { json.member(name, value) }
          }
          // Event time may be ahead of this machine's, and then it would have no alert yet.
          let start = min(notice.firstSeen, now)
          json.member("startsAt", start)
          if notice.state == .resolved {
            json.member("endsAt", max(start, min(notice.windowEnd, now)))
          }
        }
      }
    }
    return json.bytes
  }

  private static func labels(_ content: AlertContent) -> [(String, String)] {
    var labels = content.labels ?? [:]
    labels["alertname"] = content.rule
    labels["monitor"] = content.monitor
    labels["severity"] = content.severity
    labels["model_version"] = content.modelVersion
    labels["segment"] = content.segment
    labels["field"] = content.field
    return labels.filter { isLabelName($0.key) && !$0.value.isEmpty }.sorted { $0.key < $1.key }
  }

  private static func isLabelName(_ name: String) -> Bool {
    name.wholeMatch(of: /[a-zA-Z_][a-zA-Z0-9_]*/) != nil
  }

  private static func annotations(_ content: AlertContent) -> [(String, String)] {
    let all: [(String, String?)] = [
      ("summary", content.summary),
      ("runbook", content.runbook),
      ("statistic", content.statistic),
      ("value", content.value.map(text)),
      ("threshold", content.threshold.map(text)),
      ("distance", content.distance.map(text)),
      ("n_current", content.currentCount.map(\.description)),
      ("explains", content.explains.map(text)),
      ("alert", content.alert),
      ("group", content.group),
      ("window_start", content.windowStart),
      ("window_end", content.windowEnd),
    ]
    return all.compactMap { name, value in
      value.flatMap { $0.isEmpty ? nil : (name, $0) }
    }
  }

  /// A number as it stands in the record.
  private static func text(_ number: Double) -> String {
    var json = JSONText()
    json.value(number)
    return json.string
  }
}

extension Timestamp {
  /// The machine's time.
  static func ofMachine() -> Timestamp {
    Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
  }
}
