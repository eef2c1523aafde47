internal import Monitoring
internal import Records

extension BoardContents {
  /// `/api/v1/alerts`: those that stand, and what has changed lately; with `alert`, all records of
  /// one, as they stand in the topic.
  func alerts(_ query: BoardQuery) -> [UInt8] {
    var json = JSONText()
    json.object { json in
      guard let name = query.name else {
        json.array("standing") { json in
          for alert in standingAlerts where fits(alert, query) {
            json.object { Self.write(alert, to: &$0) }
          }
        }
        json.array("changes") { json in
          let chosen = alerts.things.filter { fits($0.notice, query) }
          for change in chosen.suffix(query.limit ?? Self.changeLimit) {
            json.object { Self.write(change.notice, to: &$0) }
          }
        }
        return
      }
      json.member("alert", name)
      json.array("events") { json in
        for change in alerts.things where change.notice.content.alert == name {
          json.raw(change.json)
        }
      }
    }
    return json.bytes
  }

  /// Changes of an answer, unless more are asked for.
  private static let changeLimit = 500

  private func fits(_ alert: StandingAlert, _ query: BoardQuery) -> Bool {
    query.field.map { $0 == alert.field } ?? true
      && query.segment.map { $0 == alert.segment } ?? true
      && query.version.map { $0 == alert.version } ?? true
  }

  private func fits(_ notice: AlertNotice, _ query: BoardQuery) -> Bool {
    let content = notice.content
    return query.covers(notice.windowEnd)
      && query.field.map { $0 == content.field } ?? true
      && query.segment.map { $0 == content.segment ?? Self.allRecords } ?? true
      && query.version.map { $0 == content.modelVersion } ?? true
  }

  private static func write(_ alert: StandingAlert, to json: inout JSONText) {
    json.member("alert", alert.alert)
    json.member("state", alert.state.rawValue)
    json.member("rule", alert.rule)
    json.member("severity", alert.severity)
    json.member("field", alert.field)
    json.member("segment", alert.segment)
    json.member("version", alert.version)
    json.member("first_seen", alert.since)
    json.member("last_failure", alert.lastFailure)
  }

  private static func write(_ notice: AlertNotice, to json: inout JSONText) {
    let content = notice.content
    json.member("id", notice.id)
    json.member("alert", content.alert)
    json.member("state", content.state)
    json.member("rule", content.rule)
    json.member("severity", content.severity)
    json.member("field", content.field)
    json.member("segment", content.segment)
    json.member("version", content.modelVersion)
    json.member("window_start", content.windowStart)
    json.member("window_end", content.windowEnd)
    json.member("first_seen", content.firstSeen)
    json.member("statistic", content.statistic)
    json.member("value", content.value)
    json.member("threshold", content.threshold)
    json.member("distance", content.distance)
    json.member("n_current", content.currentCount)
    json.member("group", content.group)
    json.member("group_rank", content.groupRank)
    json.member("summary", content.summary)
    json.member("runbook", content.runbook)
    json.member("silenced_by", content.silencedBy)
  }
}
