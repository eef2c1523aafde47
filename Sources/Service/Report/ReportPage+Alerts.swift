internal import Monitoring
internal import Records
internal import Rules

// What fired and when, and what training was asked for.

extension ReportPage {
  func writeAlerts(to html: inout HTMLText) {
    title("Alerts", "Those that fired, over event time.", to: &html)
    guard !facts.fired.isEmpty else {
      return html.element("p", ["class": "empty"], "None fired.")
    }
    writeTimeline(to: &html)
    let sorted = facts.fired.sorted { left, right in
      (right.severity, facts.length(of: right)) < (left.severity, facts.length(of: left))
    }
    let shown = Array(sorted.prefix(book.limits.rows))
    let head = [
      "Severity", "Rule", "Field", "Fired", "Until", "#For", "Statistic", "#Value", "#Limit",
      "What happened",
    ]
    html.table("Alerts that fired", head, rows: shown.count, stacks: true) { row, column, html in
      writeAlert(shown[row], column, to: &html)
    }
    more(than: shown.count, of: facts.fired.count, "alert", to: &html)
    let omitted = book.alerts.omitted.sorted { $0.key < $1.key }
    if !omitted.isEmpty {
      let rules = omitted.map { "\(ReportText.visible($0.key, 60)) \($0.value)" }
      let said = rules.joined(separator: ", ")
      html.element("p", ["class": "notice"], "Not counted above, as there are too many: \(said).")
    }
  }

  private func writeAlert(_ alert: AlertEpisode, _ column: Int, to html: inout HTMLText) {
    let content = alert.content
    switch column {
    case 0:
      let kind = "state firing \(content.severity)"
      html.element("span", ["class": kind], content.severity)
      if content.silencedBy != nil { html.text(" silenced") }
    case 1: html.name(content.rule)
    case 2: writeSubject(content, to: &html)
    case 3: html.time(alert.fired)
    case 4: if let end = alert.end { html.time(end) } else { html.text("still fires") }
    case 5:
      // What fired with the last window has not stood yet.
      let length = facts.length(of: alert)
      html.text(length > .zero ? ReportText.length(length) : "–")
    case 6: html.text(ReportText.words(content.statistic ?? "–"))
    case 7: html.number(content.value)
    case 8: html.number(content.threshold)
    default:
      html.element("bdi", ["class": "summary"], ReportText.visible(content.summary ?? "", 300))
    }
  }

  /// The field that an alert is about, and the segment and model version where they differ.
  func writeSubject(_ content: AlertContent, to html: inout HTMLText) {
    if let field = content.field {
      if let place = place(of: field) {
        html.element("a", ["href": "#field-\(place)"]) { $0.name(field) }
      } else {
        html.name(field)
      }
    } else {
      html.element("span", ["class": "quiet"], "all fields")
    }
    if let segment = content.segment, segment != Plan.allRecords {
      html.text(" ")
      html.name(segment, 60)
    }
    if let version = content.modelVersion, version != facts.version {
      html.text(" version ")
      html.name(version, 60)
    }
  }

  private static let timelineRows = 40

  private func writeTimeline(to html: inout HTMLText) {
    struct Row: Hashable {
      var rule: String
      var field: String?
      var segment: String?
    }
    var rows: [Row: [AlertEpisode]] = [:]
    for alert in facts.fired {
      let content = alert.content
      rows[Row(rule: content.rule, field: content.field, segment: content.segment), default: []]
        .append(alert)
    }
    // What fired longest is what is asked about.
    let sorted = rows.sorted { left, right in
      let (one, other) = (length(of: left.value), length(of: right.value))
      guard one == other else { return one > other }
      let (a, b) = (left.key, right.key)
      return (a.field ?? "", a.rule, a.segment ?? "") < (b.field ?? "", b.rule, b.segment ?? "")
    }
    html.element("div", ["class": "timeline"]) { html in
      for (row, alerts) in sorted.prefix(Self.timelineRows) {
        html.element("div", ["class": "line"]) { html in
          html.element("div", ["class": "label"]) { html in
            html.name(row.field ?? "all fields", 60)
            html.element("bdi", ["class": "rule"], ReportText.visible(row.rule, 60))
            if let segment = row.segment, segment != Plan.allRecords { html.name(segment, 60) }
          }
          html.element("div", ["class": "track"]) { html in
            for alert in alerts { writeBar(alert, to: &html) }
          }
        }
      }
      html.element("div", ["class": "line axis"]) { html in
        html.element("div", ["class": "label"], "")
        html.element("div", ["class": "track ends"]) { html in
          html.time(facts.start)
          html.time(facts.end)
        }
      }
    }
    more(than: Self.timelineRows, of: sorted.count, "line", to: &html)
  }

  private func length(of alerts: [AlertEpisode]) -> Duration {
    alerts.reduce(.zero) { $0 + facts.length(of: $1) }
  }

  private func writeBar(_ alert: AlertEpisode, to html: inout HTMLText) {
    let span = facts.span(of: alert)
    let whole = Double(max(1, facts.end.microseconds - facts.start.microseconds))
    func percent(_ microseconds: Int64) -> String {
      let part = (Double(microseconds) / whole * 10_000).rounded() / 100
      return "\(min(max(part, 0), 100))%"
    }
    let left = percent(span.start.microseconds - facts.start.microseconds)
    let width = percent(span.end.microseconds - span.start.microseconds)
    let until = alert.end.map { ReportText.moment($0) } ?? "the end, and still"
    html.element(
      "span",
      [
        "class": "bar firing \(alert.content.severity)",
        "style": "left:min(\(left),100% - 3px);width:max(3px,\(width))",
        "title": "fired \(ReportText.moment(span.start)) to \(until)",
      ],
      ""
    )
  }

  // MARK: Training

  func writeTraining(to html: inout HTMLText) {
    title("Training", "What was asked for, and what came of it.", to: &html)
    let requests = facts.requests
    if requests.isEmpty {
      html.element("p", ["class": "empty"], "Nothing was asked for.")
    } else {
      let shown = Array(requests.suffix(book.limits.rows).reversed())
      let head = ["After", "Trigger", "Why", "#Rows", "Fields that moved", "What came of it"]
      html.table("Requests to train", head, rows: shown.count) { row, column, html in
        let request = shown[row]
        switch column {
        case 0: html.time(Timestamp(rfc3339: request.time))
        case 1: html.name(request.trigger)
        case 2: html.text(ReportText.words(request.reason))
        case 3: html.count(request.rows)
        case 4: html.text(ReportText.list(request.fields, most: 8))
        default: html.text(Self.outcome(request.state))
        }
      }
      more(than: shown.count, of: requests.count, "request", to: &html)
    }
    let kinds = Dictionary(grouping: facts.refusals) { "\($0.trigger)\u{0}\($0.kind)" }.values
      .sorted { ($0[0].trigger, $0[0].kind) < ($1[0].trigger, $1[0].kind) }
    for refusals in kinds.prefix(book.limits.rows) {
      html.element("p", ["class": "quiet"]) { html in
        html.name(refusals[0].trigger, 60)
        html.text(" was due and did not ask ")
        html.count(refusals.count)
        html.text(refusals.count == 1 ? " time: " : " times: ")
        html.text("\(Self.reason(refusals[0].kind)).")
      }
    }
  }

  /// What stood against a request.
  private static func reason(_ kind: String) -> String {
    switch kind {
    case "in_flight": "an earlier request was not answered, or its training not judged yet"
    case "cooldown": "it had asked not long before"
    case "at_most": "it had asked as often as it may"
    case "min_records": "there were too few records to train on"
    default: ReportText.words(kind)
    }
  }
}
