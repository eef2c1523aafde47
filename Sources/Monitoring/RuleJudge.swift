import Drift
import Records
import Reference
import Rules
import Sketches
import Windowing

/// Judges the rules that look at a closed window, or at a minute of the clock.
struct RuleJudge: Sendable {
  private let plan: Plan
  /// The pairs of fields that rules look at.
  private let fieldPairs: [Plan.FieldPair]

  /// What one judgement is made on: one model version's records of a window.
  private struct Case {
    var version: ModelVersion?
    var segment: Int?
    var totals: StreamTotals
    var fields: [FieldComparison] = []
    /// Position of the prediction whose ranks the reference knows.
    var prediction: Int?
    var previous: [Int: FieldComparison] = [:]
    var versus: [ModelVersion: [Int: FieldComparison]] = [:]
    var pairs: [PairResult] = []
    var covers: [OffsetCover] = []
    /// Whether the window may lack records, or have some twice.
    var isInDoubt = false
    /// Model versions that the window is judged for.
    var versions = 1

    /// What is compared of a field; nil without a previous window, or the other version's records,
    /// and without any record.
    subscript(comparison: Comparison, field: Int) -> FieldComparison? {
      switch comparison.baseline {
      case .reference: self[field]
      case .previous: previous[field]
      case .version(let version): versus[ModelVersion(version)]?[field]
      }
    }

    /// A field against its reference; nil for what the window holds nothing of.
    subscript(field: Int) -> FieldComparison? {
      fields.indices.contains(field) ? fields[field] : nil
    }
  }

  init(plan: Plan) {
    self.plan = plan
    fieldPairs = plan.pairs
  }

  /// The alerts that change their state by this window, in the plan's order of rules and fields.
  func alerts(
    of window: Window,
    state: PaneState,
    results: inout [WindowResult],
    book: inout AlertBook,
    silences: [Silence]
  ) -> [Alert] {
    let totals = totals(of: window, results, state.accounting)
    let cases = cases(of: results, totals)
    var stream = Case(totals: totals, isInDoubt: totals.violations > 0)
    for result in results where result.segment == nil { stream.covers.merge(result.covers) }
    // An empty window says nothing of any model version.
    let isSilent = state.populations.isEmpty && plan.roles.modelVersion != nil
    var alerts: [Alert] = []
    for (index, rule) in plan.rules.enumerated()
    where rule.windowIndex == window.specification && !rule.isOfClock {
      if rule.isOfStream {
        for one in parts(of: stream, by: rule, index, cases, book) {
          alerts += judge(rule, index, one, window, &book, silences, &results[0].undecided)
        }
      } else if isSilent || state.populations.isEmpty && rule.by != nil {
        for population in book.populations(of: index) {
          var one = cases[0]
          (one.version, one.segment) = (population.version, population.segment)
          alerts += judge(rule, index, one, window, &book, silences)
        }
      } else {
        let segments = rule.by.map(plan.segments)
        var judged: [Case] = []
        for (number, one) in cases.enumerated()
        where rule.judges(one.version, one.segment, of: segments) {
          alerts += judge(
            rule,
            index,
            one,
            window,
            &book,
            silences,
            &results[number].undecided
          )
          judged.append(one)
        }
        // What holds no segment of the field says nothing of any.
        guard !judged.isEmpty || rule.by == nil else { continue }
        var present = Set(judged.map { AlertSubject(of: index, $0.version, $0.segment) })
        for absent in absent(from: present, rule, index, book, of: cases) {
          present.insert(AlertSubject(of: index, absent.version, absent.segment))
          alerts += judge(rule, index, absent, window, &book, silences)
        }
        let retired = book.retire(rule: index, at: window.end, rule.life) {
          present.contains(AlertSubject(of: index, $0.version, $0.segment))
        }
        alerts += retired.map { retirement(of: $0, at: window, covers: stream.covers) }
      }
    }
    return Alert.grouped(alerts)
  }

  /// Notes of a window that is not judged that its rules have no answer.
  func leaveUndecided(_ window: Window, _ results: inout [WindowResult]) {
    for number in results.indices { results[number].isJudged = false }
    for (index, rule) in plan.rules.enumerated()
    where rule.windowIndex == window.specification && !rule.isOfClock {
      let segments = rule.by.map(plan.segments)
      for (number, result) in results.enumerated() {
        let isOfRule =
          rule.isOfStream
          ? number == 0 : rule.judges(result.version, result.segment, of: segments)
        guard isOfRule else { continue }
        results[number].undecided += rule.judgedFields.map {
          Undecided(rule: index, field: $0, segment: result.segment, recordsNeeded: nil)
        }
      }
    }
  }

  /// What is judged of a window: each model version's records, and each segment's.
  private func cases(of results: [WindowResult], _ totals: StreamTotals) -> [Case] {
    let versions = Set(results.map(\.version)).count
    return results.map { result in
      Case(
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
  private func absent(
    from present: Set<AlertSubject>,
    _ rule: PlannedRule,
    _ index: Int,
    _ book: AlertBook,
    of cases: [Case]
  ) -> [Case] {
    guard rule.undecided == .alert, let by = rule.by else { return [] }
    let known = plan.segments(of: by).dropLast()
    return book.populations(of: index).compactMap { population in
      guard !present.contains(population), population.segment.map(known.contains) ?? false,
        cases.contains(where: { $0.version == population.version })
      else { return nil }
      var one = Case(totals: StreamTotals(accepted: 0, window: cases[0].totals.window))
      (one.version, one.segment) = (population.version, population.segment)
      return one
    }
  }

  /// The end of an alert about something that is no longer there.
  private func retirement(
    of transition: AlertTransition,
    at window: Window,
    covers: [OffsetCover]
  ) -> Alert {
    let what = transition.subject.segment == nil ? "model version" : "segment"
    return Alert(
      ending: transition,
      at: window,
      summary: "no record of this \(what) for \(AlertBook.retirement) windows",
      covers: covers
    )
  }

  /// What a rule about the stream is judged on: all of it, or each segment by itself.
  ///
  /// A segment that the reference knows is judged without records, too: it has fallen silent.
  /// So is what the others are summed in, while an alert is about it.
  private func parts(
    of stream: Case,
    by rule: PlannedRule,
    _ index: Int,
    _ cases: [Case],
    _ book: AlertBook
  ) -> [Case] {
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

  /// The alerts that change their state by a minute of the clock.
  ///
  /// - Parameters:
  ///   - minute: Counted from 1970.
  ///   - age: Of the newest event.
  ///   - book: Of all alerts.
  ///   - silences: Those in force.
  /// - Returns: In the plan's order of rules.
  func alerts(
    ofMinute minute: Int64,
    age: Measurement,
    book: inout AlertBook,
    silences: [Silence]
  ) -> [Alert] {
    let length = Window.minute.components.seconds * 1_000_000
    var totals = StreamTotals(accepted: 0, window: Window.minute)
    totals.freshness = age
    let stream = Case(totals: totals)
    var undecided: [Undecided] = []
    return plan.rules.enumerated().filter(\.element.isOfClock).flatMap { index, rule in
      let window = Window(
        specification: rule.windowIndex,
        start: Timestamp(microseconds: (minute - 1) * length),
        end: Timestamp(microseconds: minute * length)
      )
      return judge(rule, index, stream, window, &book, silences, &undecided)
    }
  }

  private func totals(
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

  /// Judges one rule on all its fields.
  private func judge(
    _ rule: PlannedRule,
    _ index: Int,
    _ one: Case,
    _ window: Window,
    _ book: inout AlertBook,
    _ silences: [Silence],
    _ undecided: inout [Undecided]
  ) -> [Alert] {
    var alerts: [Alert] = []
    for (field, subject) in subjects(rule, index, one) {
      var watch = DetectorWatch(book.detectors(of: subject), isInDoubt: one.isInDoubt)
      let judgement = judgement(rule, field, one, &watch)
      book.remember(watch.detectors, of: subject)
      if judgement.verdict == .undecided {
        let needed = judgement.recordsNeeded
        undecided.append(
          Undecided(rule: index, field: field, segment: one.segment, recordsNeeded: needed)
        )
      }
      if judgement.verdict == .undecided, book.hasBegun(subject), isOutOfReach(rule, field, one) {
        if let end = book.end(subject, at: window.end) {
          alerts.append(outOfReach(end, at: window, covers: one.covers))
        }
        continue
      }
      let silence = silence(of: subject, silences)
      let transition = book.enter(
        judgement.verdict,
        of: rule,
        subject,
        isClear: book.isFiring(subject) && isClear(rule, field, one),
        isSilenced: silence != nil,
        window: window
      )
      if let transition {
        alerts.append(
          alert(transition, rule, judgement, field, one, window).silenced(by: silence)
        )
      }
    }
    return alerts
  }

  /// Whether a reference leaves a rule undecided, however far a window were from it: an alert that
  /// began under another reference would never end.
  private func isOutOfReach(_ rule: PlannedRule, _ field: Int?, _ one: Case) -> Bool {
    guard rule.undecided != .alert else { return false }
    let confidence = Confidence.standard(fields: plan.comparedDistributions, alpha: rule.alpha)
    return rule.condition.tests.allSatisfy { test in
      guard let field = (test.field ?? field).flatMap({ one[$0] }) else { return false }
      return test.isOutOfReach(of: field, confidence: confidence)
    }
  }

  /// The end of an alert that cannot be judged any more.
  private func outOfReach(
    _ transition: AlertTransition,
    at window: Window,
    covers: [OffsetCover]
  ) -> Alert {
    Alert(
      ending: transition,
      at: window,
      summary: "it cannot be judged under this reference: no window could be as far from it as the "
        + "rule asks",
      covers: covers
    )
  }

  /// Judges one rule on an empty window, which says nothing of a model version but that nothing can
  /// be said.
  private func judge(
    _ rule: PlannedRule,
    _ index: Int,
    _ one: Case,
    _ window: Window,
    _ book: inout AlertBook,
    _ silences: [Silence]
  ) -> [Alert] {
    subjects(rule, index, one).compactMap { field, subject in
      var watch = DetectorWatch([:], isInDoubt: true)
      let judgement = judgement(rule, field, one, &watch)
      let silence = silence(of: subject, silences)
      let isSilenced = silence != nil
      let transition =
        judgement.verdict == .undecided
        ? book.enter(
          .undecided,
          of: rule,
          subject,
          isClear: false,
          isSilenced: isSilenced,
          window: window
        )
        : book.sayAgain(subject, at: window.end, isSilenced: isSilenced, rule.life)
      return transition.map {
        alert($0, rule, judgement, field, one, window).silenced(by: silence)
      }
    }
  }

  private func silence(of subject: AlertSubject, _ silences: [Silence]) -> Silence? {
    guard !silences.isEmpty else { return nil }
    return silences.silencing(
      plan.rules[subject.rule].name,
      subject.field.map { plan.fields[$0].name },
      subject.segment.map { plan.name(ofSegment: $0) }
    )
  }

  /// The fields that a rule is judged on, and what its alerts about them are called.
  private func subjects(
    _ rule: PlannedRule,
    _ index: Int,
    _ one: Case
  ) -> [(field: Int?, subject: AlertSubject)] {
    (rule.fields.map { $0.map(Optional.some) } ?? [nil]).map { field in
      let subject = AlertSubject(
        rule: index,
        field: field ?? rule.onlyField,
        version: one.version,
        segment: one.segment
      )
      return (field, subject)
    }
  }

  /// Whether what ends a firing alert holds; not where that cannot be judged.
  private func isClear(_ rule: PlannedRule, _ field: Int?, _ one: Case) -> Bool {
    guard let clear = rule.clear else { return true }
    let confidence = confidence(of: rule, one)
    return Judgement(of: clear, minRecords: rule.minRecords) {
      observe($0, of: field, one, confidence)
    }.verdict == .pass
  }

  /// The end of an alert whose rule the monitor's next version does not have.
  func ended(_ orphan: AlertBook.Orphan) -> Alert {
    Alert(
      ending: orphan.transition,
      at: orphan.window,
      summary: "the monitor judges by another version from here on, which has no such rule",
      covers: []
    )
  }

  /// Judges one rule on one field.
  private func judgement(
    _ rule: PlannedRule,
    _ field: Int?,
    _ one: Case,
    _ watch: inout DetectorWatch
  ) -> Judgement {
    let confidence = confidence(of: rule, one)
    return Judgement(of: rule.condition, minRecords: rule.minRecords) { comparison in
      watch.look(
        at: comparison,
        field: comparison.field.map { plan.fields[$0].name },
        observe(comparison, of: field, one, confidence),
        minRecords: rule.minRecords
      )
    }
  }

  private func confidence(of rule: PlannedRule, _ one: Case) -> Confidence {
    .standard(
      fields: plan.comparedDistributions,
      alpha: rule.alpha(sharedBy: one.versions)
    )
  }

  /// Measures what a comparison asks for.
  private func observe(
    _ comparison: Comparison,
    of field: Int?,
    _ one: Case,
    _ confidence: Confidence
  ) -> Observation {
    guard let target = comparison.field ?? field, comparison.metric.isOfField else {
      return comparison.observe(one.totals)
    }
    if comparison.partner != nil {
      guard let found = pair(comparison, target, one) else {
        return Observation(measurement: Measurement(nil), records: 0)
      }
      return comparison.observe(
        found.current,
        reference: found.reference,
        records: found.records
      )
    }
    guard let field = one[comparison, target] else {
      let records = one[target].map { comparison.metric.records(of: $0) } ?? 0
      return Observation(measurement: Measurement(nil), records: records)
    }
    return comparison.observe(field, confidence: confidence)
  }

  /// How the two fields of a comparison go together; nil for one of one field.
  private func pair(_ comparison: Comparison, _ field: Int, _ one: Case) -> PairResult? {
    guard let partner = comparison.partner,
      let index = fieldPairs.firstIndex(of: Plan.FieldPair(field, partner.field))
    else { return nil }
    return one.pairs.indices.contains(index) ? one.pairs[index] : nil
  }

  /// The share of the prediction's shift that a field explains; nil for a prediction itself, and
  /// where it is not known.
  private func explains(_ field: Int, _ one: Case) -> Double? {
    guard let prediction = one.prediction.flatMap({ one[$0] }), let feature = one[field],
      !plan.roles.predictions.contains(plan.fields[field].name)
    else { return nil }
    return ExplainedShift.share(of: feature, in: prediction)
  }

  private func alert(
    _ transition: AlertTransition,
    _ rule: PlannedRule,
    _ judgement: Judgement,
    _ field: Int?,
    _ one: Case,
    _ window: Window
  ) -> Alert {
    let isOfField = judgement.evidence?.comparison.metric.isOfField ?? false
    let target = isOfField ? judgement.evidence?.comparison.field ?? field : nil
    let pair = target.flatMap { field in
      judgement.evidence.flatMap { self.pair($0.comparison, field, one) }
    }
    // Of two fields together the bins of one explain nothing.
    let comparison = target.flatMap { field in
      judgement.evidence?.comparison.partner != nil
        ? nil : judgement.evidence.map { one[$0.comparison, field] } ?? one[field]
    }
    let texts = AlertSummary(
      plan: plan,
      rule: rule,
      field: target.map { plan.fields[$0].name },
      version: one.version,
      segment: one.segment,
      window: window,
      judgement: judgement,
      comparison: comparison,
      records: pair?.records ?? one.totals.accepted
    )
    return Alert(
      transition: transition,
      window: window,
      evidence: judgement.evidence,
      comparison: comparison,
      currentCount: pair?.records ?? comparison?.currentCount ?? one.totals.accepted,
      referenceCount: pair?.reference?.count ?? comparison?.referenceCount,
      summary: texts.text,
      runbook: texts.runbook,
      covers: one.covers,
      explains: judgement.evidence?.comparison.isOfReference ?? true
        ? target.flatMap { explains($0, one) } : nil,
      versions: one.versions
    )
  }
}
