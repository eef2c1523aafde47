internal import Monitoring
internal import Records
internal import Rules

/// `/metrics`: what the process does, and what it sees.
struct MetricsPage {
  private let shown: BoardContents
  private let silence: Duration?
  private let fieldLimit: Int

  /// A page of a board.
  ///
  /// - Parameters:
  ///   - shown: What the board shows.
  ///   - silence: How long the stage that was silent longest was.
  ///   - fields: How many fields' statistics may be on it.
  init(_ shown: BoardContents, silence: Duration?, fields: Int) {
    (self.shown, self.silence, fieldLimit) = (shown, silence, fields)
  }

  var text: String {
    var page = MetricsText()
    writeLatency(to: &page)
    writeTraffic(to: &page)
    writeErrors(to: &page)
    writeSaturation(to: &page)
    writeStream(to: &page)
    writeRules(to: &page)
    if fieldLimit > 0 { writeFields(to: &page) }
    return page.text
  }

  private var metrics: RunMetrics { shown.metrics }

  private func writeLatency(to page: inout MetricsText) {
    page.metric(
      "leeway_watermark_lag_seconds",
      .gauge,
      "Wall clock minus watermark when it was last measured.",
      metrics.lagSeconds
    )
    page.histogram(
      "leeway_event_time_lag_seconds",
      "Wall clock minus watermark, measured every five seconds.",
      [([:], metrics.lags)]
    )
    page.histogram(
      "leeway_window_latency_seconds",
      "From the end of a window until its record was committed.",
      [([:], metrics.windowDelays)]
    )
    page.histogram(
      "leeway_alert_latency_seconds",
      "From the end of the window that made an alert fire until that was committed.",
      [([:], metrics.alertDelays)]
    )
    page.histogram(
      "leeway_commit_duration_seconds",
      "How long commits took from their beginning until they were visible.",
      metrics.commitTimes.sorted { $0.key < $1.key }.map { (["stage": $0.key], $0.value) }
    )
    page.metric(
      "leeway_restore_duration_seconds",
      .gauge,
      "How long the last restore of the state took.",
      metrics.restoreSeconds
    )
  }

  private func writeTraffic(to page: inout MetricsText) {
    page.metric(
      "leeway_collected_records_total",
      .counter,
      "Records that this process has read and committed.",
      Double(metrics.collected)
    )
    page.metric(
      "leeway_assigned_partitions",
      .gauge,
      "Partitions of the source that this process reads.",
      shown.phase.partitions.map(Double.init)
    )
    page.metric(
      "leeway_evaluating",
      .gauge,
      "1 while this process evaluates, 0 while it stands by.",
      shown.phase.isEvaluating.map { $0 ? 1 : 0 }
    )
    page.metric(
      "leeway_http_responses_total",
      .counter,
      "Answers of the HTTP server by status.",
      shown.answers.sorted { $0.key < $1.key }.map { (["code": "\($0.key)"], Double($0.value)) }
    )
  }

  private func writeErrors(to page: inout MetricsText) {
    page.metric(
      "leeway_broker_errors_total",
      .counter,
      "What brokers, or the way to them, failed with.",
      metrics.errors.sorted { $0.key < $1.key }.map {
        (["reason": $0.key.replacing(" ", with: "_")], Double($0.value))
      }
    )
    page.metric(
      "leeway_aborted_commits_total",
      .counter,
      "Commits that were dropped; what they held is read again.",
      MonitorBoard.Stage.allCases.map {
        (["stage": $0.rawValue], Double(metrics.abortsByStage[$0.rawValue] ?? 0))
      }
    )
  }

  private func writeSaturation(to page: inout MetricsText) {
    page.metric(
      "leeway_lag_records",
      .gauge,
      "Records of this process' partitions that are not committed.",
      metrics.lagRecords.map(Double.init)
    )
    page.metric(
      "leeway_mailbox_fill_ratio",
      .gauge,
      "How full the queue of messages for standard output is.",
      shown.mailboxFill
    )
    page.metric(
      "leeway_board_omitted_records_total",
      .counter,
      "Records that the dashboard left out, as they came faster than they were read.",
      Double(shown.omitted)
    )
    page.metric(
      "leeway_stage_silence_seconds",
      .gauge,
      "How long ago the stage that was silent longest took its last turn.",
      silence.map { $0 / .seconds(1) }
    )
    let usage = ProcessUsage()
    page.metric(
      "process_cpu_seconds_total",
      .counter,
      "User and system time of all threads.",
      usage.processorSeconds
    )
    page.metric(
      "process_resident_memory_bytes",
      .gauge,
      "Resident memory.",
      usage.residentBytes
    )
    page.metric("process_open_fds", .gauge, "Open file descriptors.", usage.openFiles)
    page.metric("process_max_fds", .gauge, "Limit of open file descriptors.", usage.openFileLimit)
    page.metric(
      "process_start_time_seconds",
      .gauge,
      "When the process began to run, since 1970.",
      Double(shown.started.microseconds) / 1_000_000
    )
  }

  /// What the evaluator has made of all records, whichever process it was.
  private func writeStream(to page: inout MetricsText) {
    guard let tally = shown.tally else { return }
    page.metric(
      "leeway_read_records_total",
      .counter,
      "Records of the stream that all processes of the monitor have read.",
      Double(tally.read)
    )
    page.metric(
      "leeway_records_total",
      .counter,
      "What became of them.",
      [
        (["result": "accepted"], Double(tally.accepted)),
        (["result": "late"], Double(tally.late)),
        (["result": "filtered"], Double(tally.filtered)),
        (["result": "rejected"], tally.rejected.reduce(0.0) { $0 + Double($1.count) }),
      ]
    )
    page.metric(
      "leeway_rejected_records_total",
      .counter,
      "Records that could not be used, by reason.",
      tally.rejected.map { (["reason": $0.reason.rawValue], Double($0.count)) }
    )
    page.metric(
      "leeway_windows_total",
      .counter,
      "Windows that were closed.",
      Double(shown.windowsWritten)
    )
    page.metric(
      "leeway_closed_through_timestamp_seconds",
      .gauge,
      "End of the last window closed, since 1970.",
      shown.closedThrough.map { Double($0.microseconds) / 1_000_000 }
    )
    page.metric(
      "leeway_audit_violations_total",
      .counter,
      "Deltas that did not fit to those before: records lost, or counted twice.",
      Double(metrics.auditViolations)
    )
  }

  private func writeRules(to page: inout MetricsText) {
    let alerts = shown.standing.alerts
    page.metric(
      "leeway_alerts",
      .gauge,
      "Alerts that stand, by state.",
      [AlertState.pending, .firing].map { state in
        (["state": state.rawValue], Double(alerts.count { $0.state == state }))
      }
    )
    page.metric(
      "leeway_rule_firing_alerts",
      .gauge,
      "Firing alerts of each rule.",
      shown.plan.rules.map { rule in
        let count = alerts.count { $0.rule == rule.name && $0.state == .firing }
        return (["rule": rule.name, "severity": rule.severity.rawValue], Double(count))
      }
    )
    page.metric(
      "leeway_alert_changes_total",
      .counter,
      "Changes of alerts that this process has written, by new state.",
      metrics.alertsWritten.sorted { $0.key < $1.key }.map { (["state": $0.key], Double($0.value)) }
    )
    page.metric(
      "leeway_retraining_requests_total",
      .counter,
      "Requests to train that this process has written.",
      metrics.requestsWritten.sorted { $0.key < $1.key }.map {
        (["trigger": $0.key], Double($0.value))
      }
    )
  }

  /// The statistics of the last window of all records, of the first so many fields.
  private func writeFields(to page: inout MetricsText) {
    guard let window = shown.selection(BoardQuery()).last else { return }
    var samples: [(labels: MetricsText.Labels, value: Double)] = []
    for (index, field) in window.fields.prefix(fieldLimit).enumerated() {
      for (name, column) in window.columns.sorted(by: { $0.key < $1.key })
      where column.values[index].isFinite {
        samples.append((["field": field.name, "statistic": name], column.values[index]))
      }
    }
    page.metric(
      "leeway_field_statistic",
      .gauge,
      "Statistics of the last window closed, of all records.",
      samples
    )
    page.metric(
      "leeway_fields_left_out",
      .gauge,
      "Fields whose statistics are not among these metrics.",
      Double(max(0, window.fields.count - fieldLimit))
    )
  }
}
