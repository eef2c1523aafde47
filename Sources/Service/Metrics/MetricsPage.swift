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
    page.metric(.monitor, [([shown.monitor], 1)])
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
    page.metric(.watermarkLag, metrics.lagSeconds)
    page.histogram(.eventTimeLag, [([], metrics.lags)])
    page.histogram(.windowLatency, [([], metrics.windowDelays)])
    page.histogram(.alertLatency, [([], metrics.alertDelays)])
    let commits = metrics.commitTimes.sorted { $0.key < $1.key }
    page.histogram(.commitDuration, commits.map { ([$0.key], $0.value) })
    page.metric(.restoreDuration, metrics.restoreSeconds)
  }

  private func writeTraffic(to page: inout MetricsText) {
    page.metric(.collectedRecords, Double(metrics.collected))
    page.metric(.assignedPartitions, shown.phase.partitions.map(Double.init))
    page.metric(.evaluating, shown.phase.isEvaluating.map { $0 ? 1 : 0 })
    let answers = shown.answers.sorted { $0.key < $1.key }
    page.metric(.httpResponses, answers.map { (["\($0.key)"], Double($0.value)) })
  }

  private func writeErrors(to page: inout MetricsText) {
    page.metric(
      .brokerErrors,
      metrics.errors.sorted { $0.key < $1.key }.map {
        ([$0.key.replacing(" ", with: "_")], Double($0.value))
      }
    )
    page.metric(
      .abortedCommits,
      MonitorBoard.Stage.allCases.map {
        ([$0.rawValue], Double(metrics.abortsByStage[$0.rawValue] ?? 0))
      }
    )
  }

  private func writeSaturation(to page: inout MetricsText) {
    page.metric(.lagRecords, metrics.lagRecords.map(Double.init))
    page.metric(.mailboxFill, shown.mailboxFill)
    page.metric(.omittedRecords, Double(shown.omitted))
    page.metric(.stageSilence, silence.map { $0 / .seconds(1) })
    let usage = ProcessUsage()
    page.metric(.processorTime, usage.processorSeconds)
    page.metric(.residentMemory, usage.residentBytes)
    page.metric(.openFiles, usage.openFiles)
    page.metric(.openFileLimit, usage.openFileLimit)
    page.metric(.startTime, Double(shown.started.microseconds) / 1_000_000)
  }

  /// What the evaluator has made of all records, whichever process it was.
  private func writeStream(to page: inout MetricsText) {
    guard let tally = shown.tally else { return }
    page.metric(.readRecords, Double(tally.read))
    page.metric(
      .records,
      [
        (["accepted"], Double(tally.accepted)),
        (["late"], Double(tally.late)),
        (["filtered"], Double(tally.filtered)),
        (["rejected"], tally.rejected.reduce(0.0) { $0 + Double($1.count) }),
      ]
    )
    let rejected = tally.rejected.map { ([$0.reason.rawValue], Double($0.count)) }
    page.metric(.rejectedRecords, rejected)
    page.metric(.windows, shown.windowsWritten.map(Double.init))
    page.metric(.closedThrough, shown.closedThrough.map { Double($0.microseconds) / 1_000_000 })
    page.metric(.auditViolations, metrics.auditViolations.map(Double.init))
  }

  private func writeRules(to page: inout MetricsText) {
    let alerts = shown.standing.alerts
    page.metric(
      .alerts,
      [AlertState.pending, .firing].map { state in
        ([state.rawValue], Double(alerts.count { $0.state == state }))
      }
    )
    page.metric(
      .firingAlerts,
      shown.plan.rules.map { rule in
        let count = alerts.count { $0.rule == rule.name && $0.state == .firing }
        return ([rule.name, rule.severity.rawValue], Double(count))
      }
    )
    let changes = metrics.alertsWritten.sorted { $0.key < $1.key }
    page.metric(.alertChanges, changes.map { ([$0.key], Double($0.value)) })
    let requests = metrics.requestsWritten.sorted { $0.key < $1.key }
    page.metric(.retrainingRequests, requests.map { ([$0.key], Double($0.value)) })
  }

  /// The statistics of the last window of all records, of the first so many fields.
  private func writeFields(to page: inout MetricsText) {
    guard let window = shown.selection(BoardQuery()).last else { return }
    var samples: [(labels: [String], value: Double)] = []
    for (index, field) in window.fields.prefix(fieldLimit).enumerated() {
      for (name, column) in window.columns.sorted(by: { $0.key < $1.key })
      where column.values[index].isFinite {
        samples.append(([field.name, name], column.values[index]))
      }
    }
    page.metric(.fieldStatistic, samples)
    page.metric(.fieldsLeftOut, Double(max(0, window.fields.count - fieldLimit)))
  }
}
