internal import Monitoring
internal import Records
internal import Rules

extension BoardContents {
  /// The alerts that stand: those of the state, or, where another process has that, those whose
  /// last record says so.
  var standingAlerts: [StandingAlert] {
    guard phase.isEvaluating == false else { return standing.alerts }
    var last: [String: AlertNotice] = [:]
    var names: [String] = []
    for change in alerts.things {
      let notice = change.notice
      if last.updateValue(notice, forKey: notice.content.alert) == nil {
        names.append(notice.content.alert)
      }
    }
    return names.compactMap { last[$0] }.filter { $0.state != .resolved }.map { notice in
      StandingAlert(
        alert: notice.content.alert,
        state: notice.state,
        rule: notice.content.rule,
        severity: notice.content.severity,
        field: notice.content.field,
        segment: notice.content.segment ?? Self.allRecords,
        version: notice.content.modelVersion,
        since: notice.firstSeen
      )
    }
  }
}
