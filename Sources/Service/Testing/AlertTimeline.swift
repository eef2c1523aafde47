internal import Foundation
internal import Monitoring
internal import Rules
internal import Windowing
internal import Records

/// What a monitor wrote while a test ran, by the time from which it counts.
struct AlertTimeline: OutputSink {
  /// An alert as its record has it.
  struct Alert {
    /// By the names that expectations have.
    var values: [ExpectedAlert.Key: String] = [:]
    /// The value that decided, and what it was compared with.
    var value: Double?
    var threshold: Double?
    var records: UInt64 = 0
  }

  /// A request to train.
  struct Request {
    var trigger: String
    var fields: [String]
  }

  /// An event of training.
  struct Training {
    var trigger: String
    var event: String
    var reason: String?
    var refusal: String?
    var id: String
  }

  /// By increasing time for one subject; among subjects as they were written.
  private(set) var alerts: [(time: Int64, alert: Alert)] = []
  private(set) var requests: [(time: Int64, request: Request)] = []
  private(set) var training: [(time: Int64, said: Training)] = []
  /// How far the stream has come, microseconds since 1970; nil for what comes of its end.
  var now: Int64?
  private let lateness: Int64
  /// The longest time between two events; nil where that is not known.
  private let pace: Int64?
  private var lastTimes: [Subject: Int64] = [:]

  /// What an alert is about.
  struct Subject: Hashable {
    var rule: String?
    var field: String?
    var segment: String?
    var version: String?
  }

  init(lateness: Duration, pace: Int64?) {
    (self.lateness, self.pace) = (lateness.microseconds, pace)
  }

  mutating func write(_ record: OutputRecord) throws {
    guard let value = record.value else { return }
    switch record.output {
    case .windows, .deadLetters: return
    case .alerts:
      let event = try JSONDecoder().decode(Event<AlertContent>.self, from: Data(value))
      let alert = event.data.standing
      let last = lastTimes[alert.subject] ?? .min
      let time = max(last, counts(from: event.data.windowStart, event.data.windowEnd))
      lastTimes[alert.subject] = time
      alerts.append((time, alert))
    case .retraining:
      let event = try JSONDecoder().decode(Event<RequestBody>.self, from: Data(value))
      let body = event.data
      // a request looks back over many windows, so that its own length says nothing
      let end = counts(from: body.window_end, body.window_end)
      // whoever asks is answered with a window that has closed before
      let time = body.reason == "asked" ? max(end, now ?? end) : end
      let kind = event.type.split(separator: ".").dropLast().last.map { String($0) } ?? ""
      let said = Training(
        trigger: body.trigger,
        event: kind,
        reason: body.reason,
        refusal: body.refusal,
        id: event.id
      )
      training.append((time, said))
      guard let fields = body.fields, body.rows != nil else { return }
      requests.append((time, Request(trigger: body.trigger, fields: fields)))
    }
  }

  mutating func finish() throws {}

  /// Id of the last request of a trigger; nil before any.
  func lastRequest(of trigger: String) -> String? {
    training.last { $0.said.trigger == trigger && $0.said.event == "request" }?.said.id
  }

  /// From when on something counts: from the end of its window, whenever lateness lets it close.
  ///
  /// A window that stays open for more than a quarter of its length beyond that (two lengths, where
  /// the stream's pace is not known) does so because nothing comes any more: what is said of it is
  /// not known before it closes.
  private func counts(from start: String, _ end: String) -> Int64 {
    guard let start = Timestamp(rfc3339: start), let end = Timestamp(rfc3339: end) else { return 0 }
    let length = end.microseconds - start.microseconds
    // three events that are beyond the lateness close a window, if not one
    let patience = pace.map { length / 4 + 3 * $0 } ?? 2 * length
    guard let now, length > 0, now > end.microseconds + lateness + patience else {
      return end.microseconds
    }
    return now
  }

  /// The alerts that are pending or firing at a time, in order of rule and field.
  func standing(at time: Int64) -> [Alert] {
    var standing: [Subject: Alert] = [:]
    for (start, alert) in alerts where start <= time {
      standing[alert.subject] = alert.isResolved ? nil : alert
    }
    return standing.values.sorted { $0.label() < $1.label() }
  }
}

extension AlertTimeline.Alert {
  var subject: AlertTimeline.Subject {
    AlertTimeline.Subject(
      rule: values[.rule],
      field: values[.field],
      segment: values[.segment],
      version: values[.modelVersion]
    )
  }

  var isResolved: Bool { values[.state] == "resolved" }

  /// `firing FeatureStable(age)`, with the values of further keys.
  func label(_ keys: Set<ExpectedAlert.Key> = []) -> String {
    AlertLabel.text(values, keys)
  }

  /// What was measured: `excess_drift 0.4312, limit 0.1, n 1440`.
  var evidence: String? {
    guard let statistic = values[.statistic], let value else { return nil }
    let limit = threshold.map { ", limit \(NumberText.readable($0))" } ?? ""
    return "\(statistic) \(NumberText.readable(value))\(limit), n \(records)"
  }
}

/// How alerts are called where expected and written ones are compared.
enum AlertLabel {
  static func text(
    _ values: [ExpectedAlert.Key: String],
    _ further: Set<ExpectedAlert.Key>
  ) -> String {
    let field = values[.field].map { "(\($0))" } ?? ""
    var text = "\(values[.state] ?? "firing") \(values[.rule] ?? "")\(field)"
    if let segment = values[.segment], segment != "all" { text += " \(segment)" }
    for key in ExpectedAlert.Key.allCases where further.contains(key) {
      text += " \(key.rawValue)=\(values[key] ?? "none")"
    }
    return text
  }
}

private struct Event<Body: Decodable>: Decodable {
  var id: String
  var type: String
  var data: Body
}

private struct RequestBody: Decodable {
  var trigger: String
  var fields: [String]?
  var rows: UInt64?
  var reason: String?
  var refusal: String?
  var window_end: String
}

extension AlertContent {
  /// As expectations name it.
  fileprivate var standing: AlertTimeline.Alert {
    var alert = AlertTimeline.Alert()
    let values: [(ExpectedAlert.Key, String?)] = [
      (.rule, rule), (.field, field), (.segment, segment), (.modelVersion, modelVersion),
      (.state, state), (.severity, severity), (.statistic, statistic), (.summary, summary),
      (.runbook, runbook),
    ]
    for (key, value) in values { alert.values[key] = value }
    (alert.value, alert.threshold, alert.records) = (value, threshold, currentCount ?? 0)
    return alert
  }
}
