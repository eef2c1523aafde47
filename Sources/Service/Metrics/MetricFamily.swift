/// All that `/metrics` can hold, in its order: the page is written from this table, and so is its
/// reference.
enum MetricFamily: String, CaseIterable {
  case monitor = "leeway_monitor_info"
  case watermarkLag = "leeway_watermark_lag_seconds"
  case eventTimeLag = "leeway_event_time_lag_seconds"
  case windowLatency = "leeway_window_latency_seconds"
  case alertLatency = "leeway_alert_latency_seconds"
  case commitDuration = "leeway_commit_duration_seconds"
  case restoreDuration = "leeway_restore_duration_seconds"
  case collectedRecords = "leeway_collected_records_total"
  case assignedPartitions = "leeway_assigned_partitions"
  case evaluating = "leeway_evaluating"
  case httpResponses = "leeway_http_responses_total"
  case brokerErrors = "leeway_broker_errors_total"
  case abortedCommits = "leeway_aborted_commits_total"
  case lagRecords = "leeway_lag_records"
  case mailboxFill = "leeway_mailbox_fill_ratio"
  case omittedRecords = "leeway_board_omitted_records_total"
  case stageSilence = "leeway_stage_silence_seconds"
  case processorTime = "process_cpu_seconds_total"
  case residentMemory = "process_resident_memory_bytes"
  case openFiles = "process_open_fds"
  case openFileLimit = "process_max_fds"
  case startTime = "process_start_time_seconds"
  case readRecords = "leeway_read_records_total"
  case records = "leeway_records_total"
  case rejectedRecords = "leeway_rejected_records_total"
  case windows = "leeway_windows_total"
  case closedThrough = "leeway_closed_through_timestamp_seconds"
  case auditViolations = "leeway_audit_violations_total"
  case alerts = "leeway_alerts"
  case firingAlerts = "leeway_rule_firing_alerts"
  case alertChanges = "leeway_alert_changes_total"
  case retrainingRequests = "leeway_retraining_requests_total"
  case fieldStatistic = "leeway_field_statistic"
  case fieldsLeftOut = "leeway_fields_left_out"

  /// Prometheus' kinds of metrics.
  enum Kind: String {
    case counter, gauge, histogram
  }

  /// How its samples are to be read.
  var kind: Kind { facts.kind }
  /// The labels of each of its samples, in order.
  var labels: [String] { facts.labels }
  /// What it measures.
  var help: String { facts.help }

  private typealias Facts = (kind: Kind, labels: [String], help: String)

  private var facts: Facts {
    func gauge(_ help: String, _ labels: String...) -> Facts { (.gauge, labels, help) }
    func counter(_ help: String, _ labels: String...) -> Facts { (.counter, labels, help) }
    func histogram(_ help: String, _ labels: String...) -> Facts { (.histogram, labels, help) }
    return switch self {
    case .monitor: gauge("1, with the name of the monitor that the process runs.", "monitor")
    case .watermarkLag: gauge("Wall clock minus watermark when it was last measured.")
    case .eventTimeLag: histogram("Wall clock minus watermark, measured every five seconds.")
    case .windowLatency: histogram("From the end of a window until its record was committed.")
    case .alertLatency:
      histogram("From the end of the window that made an alert fire until that was committed.")
    case .commitDuration:
      histogram("How long commits took from their beginning until they were visible.", "stage")
    case .restoreDuration: gauge("How long the last restore of the state took.")
    case .collectedRecords: counter("Records that this process has read and committed.")
    case .assignedPartitions: gauge("Partitions of the source that this process reads.")
    case .evaluating: gauge("1 while this process evaluates, 0 while it stands by.")
    case .httpResponses: counter("Answers of the HTTP server by status.", "code")
    case .brokerErrors: counter("What brokers, or the way to them, failed with.", "reason")
    case .abortedCommits:
      counter("Commits that were dropped; what they held is read again.", "stage")
    case .lagRecords: gauge("Records of this process' partitions that are not committed.")
    case .mailboxFill: gauge("How full the queue of messages for standard output is.")
    case .omittedRecords:
      counter("Records that the dashboard left out, as they came faster than they were read.")
    case .stageSilence:
      gauge("How long ago the stage that was silent longest took its last turn.")
    case .processorTime: counter("User and system time of all threads.")
    case .residentMemory: gauge("Resident memory.")
    case .openFiles: gauge("Open file descriptors.")
    case .openFileLimit: gauge("Limit of open file descriptors.")
    case .startTime: gauge("When the process began to run, since 1970.")
    case .readRecords:
      counter("Records of the stream that all processes of the monitor have read.")
    case .records: counter("Records of the stream by what became of them.", "result")
    case .rejectedRecords: counter("Records that could not be used, by reason.", "reason")
    case .windows: counter("Windows that were closed.")
    case .closedThrough: gauge("End of the last window closed, since 1970.")
    case .auditViolations:
      counter("Deltas that did not fit to those before: records lost, or counted twice.")
    case .alerts: gauge("Alerts that stand, by state.", "state")
    case .firingAlerts: gauge("Firing alerts of each rule.", "rule", "severity")
    case .alertChanges:
      counter("Changes of alerts that this process has written, by new state.", "state")
    case .retrainingRequests:
      counter("Requests to train that this process has written.", "trigger")
    case .fieldStatistic:
      gauge("Statistics of the last window closed, of all records.", "field", "statistic")
    case .fieldsLeftOut: gauge("Fields whose statistics are not among these metrics.")
    }
  }
}
