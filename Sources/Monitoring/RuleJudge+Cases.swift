import Records
import Rules
import Sketches
import Windowing

// What rules are judged on: of a window each model version's records and each segment's, and what
// is absent where that is a failure.

extension RuleJudge {
  /// What is judged of a window: each model version's records, and each segment's.
  func cases(of results: [WindowResult], _ totals: StreamTotals) -> [JudgedCase] {
    let versions = Set(results.map(\.version)).count
    return results.map { result in
      JudgedCase(
        version: result.version,
        segment: result.segment,
        totals: result.segment == nil ? totals : segmentTotals(of: result),
        fields: result.fields,
        prediction: result.prediction,
        previous: result.previous,
        versus: result.versus,
        pairs: result.pairs,
        covers: result.covers,
        isInDoubt: !result.violations.isEmpty,
        versions: versions
      )
    }
  }

  /// Segments of the reference that a window holds nothing of, for a rule to which that is a
  /// failure; of model versions that are there.
  func absent(
    from present: Set<AlertSubject>,
    _ rule: PlannedRule,
    _ index: Int,
    _ book: AlertBook,
    of cases: [JudgedCase]
  ) -> [JudgedCase] {
    guard rule.undecided == .alert, let by = rule.by else { return [] }
    let known = plan.segments(of: by).dropLast()
    return book.populations(of: index).compactMap { population in
      guard !present.contains(population), population.segment.map(known.contains) ?? false,
        cases.contains(where: { $0.version == population.version })
      else { return nil }
      var one = JudgedCase(totals: StreamTotals(accepted: 0, window: cases[0].totals.window))
      (one.version, one.segment) = (population.version, population.segment)
      return one
    }
  }

  /// What a rule about the stream is judged on: all of it, or each segment by itself.
  ///
  /// A segment that the reference knows is judged without records, too: it has fallen silent.
  /// So is what the others are summed in, while an alert is about it.
  func parts(
    of stream: JudgedCase,
    by rule: PlannedRule,
    _ index: Int,
    _ cases: [JudgedCase],
    _ book: AlertBook
  ) -> [JudgedCase] {
    guard let by = rule.by else { return [stream] }
    let segments = plan.segments(of: by)
    var accepted: [Int: UInt64] = [:]
    for one in cases {
      if let segment = one.segment { accepted[segment, default: 0].add(one.totals.accepted) }
    }
    return segments.compactMap { segment in
      var part = stream
      part.segment = segment
      part.totals = StreamTotals(
        accepted: accepted[segment] ?? 0,
        window: stream.totals.window
      )
      guard segment == segments.last, part.totals.accepted == 0 else { return part }
      return book.hasBegun(AlertSubject(of: index, nil, segment)) ? part : nil
    }
  }

  /// The totals that stand for a segment: all that is known of it are its records.
  private func segmentTotals(of result: WindowResult) -> StreamTotals {
    let length = result.window.end.microseconds - result.window.start.microseconds
    return StreamTotals(accepted: result.records, window: .microseconds(length))
  }

  /// What is known of a window as a whole, all versions and segments together.
  func totals(
    of window: Window,
    _ results: [WindowResult],
    _ accounting: Accounting
  ) -> StreamTotals {
    var totals = StreamTotals(
      accepted: results.filter { $0.segment == nil }.map(\.records).total,
      late: accounting.late,
      rejected: accounting.rejected,
      filtered: accounting.filtered,
      unexpected: results.reduce(into: 0) { $0.add($1.unexpected) },
      violations: UInt64(results.first?.violations.count ?? 0),
      expected: results.first?.expected,
      window: .microseconds(window.end.microseconds - window.start.microseconds)
    )
    totals.identifiers = results.compactMap(\.identifiers)
    for lags in results.compactMap(\.lags) {
      totals.lags = totals.lags.map { $0.merging(lags) } ?? lags
    }
    return totals
  }
}
