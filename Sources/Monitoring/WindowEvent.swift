import Drift
import Records
import Rules
import Sketches
import Windowing

extension EventWriter {
  /// `io.leeway.window.v1`: one closed window of one model version and one segment, or a
  /// gap.
  func record(_ result: WindowResult) -> OutputRecord {
    let type = EventType.window
    let isGap = result.skippedWindows > 0
    let id = id(
      type: type,
      version: result.version,
      window: result.window,
      segment: result.segment,
      state: isGap ? "gap" : nil
    )
    let segment = plan.name(ofSegment: result.segment)
    return event(
      .windows,
      type: type,
      subject: "segment/\(segment)",
      id: id,
      time: result.window.end
    ) { json in
      json.member("monitor", plan.monitor)
      json.member("model_version", result.version)
      json.member("segment", segment)
      json.member("window_start", result.window.start)
      json.member("window_end", result.window.end)
      json.member("window_size", DurationText.text(of: size(of: result.window)))
      if let minRecords = plan.windows[result.window.specification].minRecords {
        json.member("min_records", minRecords)
      }
      if isGap { json.member("empty_windows", result.skippedWindows) }
      if !result.isJudged { json.member("judged", false) }
      json.member("records", result.records)
      if result.read > 0 { json.member("read", result.read) }
      json.member("late", result.accounting.late)
      json.object("rejected") { json in
        for reason in Rejection.allCases where result.accounting.rejected(reason) > 0 {
          json.member(reason.rawValue, result.accounting.rejected(reason))
        }
      }
      json.member("filtered", result.accounting.filtered)
      json.member("reference", references[result.version])
      json.member("config", configuration)
      write(result.violations, &json)
      json.array("fields") { json in
        let table = StatisticsTable(result.fields, statistics, confidence: confidence)
        let others = baselines(of: result)
        for (index, comparison) in result.fields.enumerated() {
          write(plan.fields[index], comparison, table[index] + (others[index] ?? []), &json)
        }
      }
      write(pairs: result.pairs, &json)
      write(stream: result, &json)
      if !result.undecided.isEmpty { write(result.undecided, &json) }
      writeCovers("offsets", result.covers, watermarks: false, &json)
    }
  }

  /// What rules ask to be kept of the records as such.
  private func write(stream result: WindowResult, _ json: inout JSONText) {
    guard result.skippedWindows == 0 else { return }
    // What was expected is of all versions together, as what was read.
    let accepted =
      result.expected == nil ? result.records : result.read - result.accounting.total
    var totals = StreamTotals(accepted: accepted, window: .zero)
    totals.identifiers = [result.identifiers].compactMap(\.self)
    (totals.lags, totals.expected) = (result.lags, result.expected)
    let measured = plan.streamStatistics.map { statistic in
      (statistic, statistic.metric.measure(totals, argument: statistic.argument))
    }.filter { $0.1.value != nil }
    guard !measured.isEmpty else { return }
    json.object("stream") { json in
      for (statistic, measurement) in measured { json.member(statistic.name, measurement) }
    }
  }

  /// How the pairs of fields that rules look at go together.
  private func write(pairs: [PairResult], _ json: inout JSONText) {
    guard !pairs.isEmpty else { return }
    json.array("pairs") { json in
      for (pair, result) in zip(plan.pairs, pairs) {
        json.object { json in
          json.member("fields", [pair.first, pair.second].map { plan.fields[$0].name })
          json.member("n", result.records)
          json.member("correlation", result.current?.value)
          json.member("reference", result.reference?.value)
          let change = CorrelationChange.measure(result.current, reference: result.reference)
          json.member("correlation_change", change)
        }
      }
    }
  }

  /// The statistics against the previous window and other model versions, by field.
  private func baselines(
    of result: WindowResult
  ) -> [Int: [(statistic: Statistic, measurement: Measurement)]] {
    let sizes = [result.window.specification] + result.alike
    var rows: [Int: [(statistic: Statistic, measurement: Measurement)]] = [:]
    for baseline in plan.baselines {
      let fields = result.comparisons(with: baseline).sorted { $0.key < $1.key }
      guard !fields.isEmpty else { continue }
      let statistics = plan.statistics(against: baseline, of: sizes)
      let table = StatisticsTable(fields.map(\.value), statistics, confidence: confidence)
      for (row, field) in fields.enumerated() { rows[field.key, default: []] += table[row] }
    }
    return rows
  }

  /// Whether the window holds each record exactly once, and where that is in doubt.
  private func write(_ violations: [Violation], _ json: inout JSONText) {
    json.member("integrity", violations.isEmpty ? "ok" : "violated")
    guard !violations.isEmpty else { return }
    json.array("violations") { json in
      for violation in violations {
        json.object {
          $0.member("kind", "\(violation.kind)")
          $0.member("topic", plan.source.topics[violation.topic])
          $0.member("partition", violation.partition)
          $0.member("start", violation.start)
          $0.member("end", violation.end)
        }
      }
    }
  }

  /// Rules without a verdict, and the number of records that would give one.
  private func write(_ undecided: [Undecided], _ json: inout JSONText) {
    json.array("undecided") { json in
      for item in undecided {
        json.object {
          $0.member("rule", plan.rules[item.rule].name)
          $0.member("field", item.field.map { plan.fields[$0].name })
          if let segment = item.segment {
            $0.member("segment", plan.name(ofSegment: segment))
          }
          $0.member("records_needed", item.recordsNeeded)
        }
      }
    }
  }

  private func write(
    _ field: PlannedField,
    _ comparison: FieldComparison,
    _ statistics: [(statistic: Statistic, measurement: Measurement)],
    _ json: inout JSONText
  ) {
    json.object { json in
      json.member("field", field.name)
      json.member("kind", field.kind.rawValue)
      json.member("n", comparison.currentCount)
      json.member("missing", comparison.currentCompleteness.missing)
      json.object("missing_by_kind") { json in
        for kind in Completeness.Missing.allCases {
          let count = comparison.currentCompleteness.missing(kind)
          if count > 0 { json.member("\(kind)", count) }
        }
      }
      json.object("statistics") { json in
        for (statistic, measurement) in statistics { json.member(statistic.name, measurement) }
      }
    }
  }
}
