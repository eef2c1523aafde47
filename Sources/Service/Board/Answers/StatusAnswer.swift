internal import Monitoring
internal import Records
internal import Rules

extension BoardContents {
  /// `/api/v1/status`: how the process is, and what came of the records.
  func status(isHealthy: Bool) -> [UInt8] {
    let alerts = standingAlerts
    var json = JSONText()
    json.object { json in
      json.member("monitor", monitor)
      json.member("version", versionName)
      json.member("time", Timestamp.ofMachine())
      json.member("started", started)
      json.member("healthy", isHealthy)
      json.member("ready", phase.isReady)
      json.member("stopping", phase.isStopping)
      json.member("partitions", phase.partitions)
      json.member("evaluating", phase.isEvaluating)
      json.member("lag_records", metrics.lagRecords)
      json.member("lag_seconds", metrics.lagSeconds)
      json.member("watermark", watermark)
      // Another process' windows are known by their records.
      let isOther = phase.isEvaluating == false
      json.member("closed_through", isOther ? windows.things.last?.end : closedThrough)
      json.name("records")
      if let tally { json.object { tally.writeMembers(to: &$0) } } else { json.value(Int?.none) }
      // Like the records', not known where another process counts them.
      json.member("violations", metrics.auditViolations)
      json.member("windows", windowsWritten)
      json.object("alerts") { json in
        json.member("pending", alerts.count { $0.state == .pending })
        json.member("firing", alerts.count { $0.state == .firing })
      }
      json.member("requests", requests.things.count)
      json.member("restored_seconds", metrics.restoreSeconds)
      json.member("omitted", omitted)
      json.member("omitted_distributions", omittedDistributions)
      json.member("lacks", lacks)
    }
    return json.bytes
  }
}
