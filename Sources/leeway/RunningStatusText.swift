internal import Records
internal import Rules
internal import Service

/// What `leeway status --http` prints for people.
struct RunningStatusText {
  private let status: RunningStatus

  init(_ status: RunningStatus) { self.status = status }

  /// Whether there is nothing wrong.
  var isGood: Bool {
    status.overview.healthy && status.overview.ready
      && status.overview.violations ?? 0 == 0
  }

  /// How the process is, what came of the records, and which alerts stand.
  var text: String {
    let overview = status.overview
    var parts = [
      "\(overview.monitor) at \(second(overview.time)): \(state)\n"
        + "running since \(second(overview.started)), "
        + "version \(VersionName.short(overview.version))"
    ]
    if let records = overview.records { parts.append(RecordsText(records).text()) }
    if !progress.isEmpty { parts.append(progress) }
    let standing = status.rules.filter { $0.pending + $0.firing > 0 }
    if standing.isEmpty {
      parts.append("no alerts are pending or firing")
    } else {
      var table = TextTable(header: ["rule", "severity", "pending", "firing"])
      for rule in standing {
        table.add([rule.rule, rule.severity, "\(rule.pending)", "\(rule.firing)"])
      }
      parts.append(table.text)
    }
    return parts.joined(separator: "\n\n")
  }

  private var state: String {
    let overview = status.overview
    let work = overview.evaluating.map { $0 ? "evaluates" : "stands by" } ?? "waits for its state"
    let partitions = overview.partitions.map { "reads \($0) partitions" } ?? "waits for partitions"
    let health = overview.healthy ? (overview.ready ? "ready" : "not ready") : "NOT HEALTHY"
    return "\(health); \(partitions), \(work)"
  }

  private var progress: String {
    let overview = status.overview
    let windows = overview.windows.map { "\($0) window\($0 == 1 ? "" : "s") written" }
    let closed = overview.closed_through.map { "closed through \($0)" }
    var lines = [[windows, closed].compactMap(\.self).joined(separator: ", ")]
    if let lag = overview.lag_seconds {
      let text = DurationText.text(of: .seconds(max(0, lag).rounded(.down)))
      lines.append("event time \(text) behind the clock")
    }
    if let lag = overview.lag_records { lines.append("\(lag) records are not read") }
    if let violations = overview.violations, violations > 0 {
      lines.append("\(violations) audit violations: records were lost or counted twice")
    }
    return lines.filter { !$0.isEmpty }.joined(separator: "\n")
  }

  /// An instant without its fraction.
  private func second(_ text: String) -> String {
    Timestamp(rfc3339: text).map { "\($0.wholeSecond)" } ?? text
  }
}
