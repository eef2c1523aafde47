import Drift
import Records
import Reference
import Rules
import Sketches
import Windowing

/// Compares a closed window with each version's reference and judges the rules that look at it.
struct WindowJudge: Sendable {
  private let plan: Plan
  private let references: ByVersion<[FieldReference]>
  /// By segment, then field.
  private let segmentReferences: ByVersion<[[FieldReference]]>
  /// Of the standard reference, whose pace the stream as a whole is expected to keep.
  let rhythm: Rhythm?
  /// How the plan's pairs of fields go together in each reference, as far as it is known.
  private let correlations: ByVersion<[RankCorrelation?]>
  private let emptyPopulation: Population
  private let depth: LineComparison.Depth
  /// For each size of window, the fields that are compared with the previous one.
  private let previousFields: [[Int]]
  /// The pairs of fields that rules look at.
  private let fieldPairs: [Plan.FieldPair]

  /// What one judgement is made on: one model version's records of a window.
  private struct Case {
    var version: ModelVersion?
    var segment: Int?
    var totals: StreamTotals
    var fields: [FieldComparison] = []
    var previous: [Int: FieldComparison] = [:]
    var pairs: [PairResult] = []
    var covers: [OffsetCover] = []
    /// Whether the window may lack records, or have some twice.
    var isInDoubt = false

    /// Whether a rule is judged on it.
    ///
    /// - Parameter segments: Those of the rule's `by`; nil without.
    /// - Returns: Whether it is one of them, or all records without.
    func isJudged(in segments: Range<Int>?) -> Bool {
      guard let segments else { return segment == nil }
      return segment.map(segments.contains) ?? false
    }

    /// What is compared of a field; nil without a previous window.
    subscript(comparison: Comparison, field: Int) -> FieldComparison? {
      comparison.isAgainstPrevious ? previous[field] : fields[field]
    }
  }

  init(plan: Plan, references: References) {
    self.plan = plan
    self.references = ByVersion(references) { $0.judgedFields(of: plan).map(\.reference) }
    segmentReferences = ByVersion(references) { profile in
      profile.segmentReferences(of: plan).map { $0.map(\.reference) }
    }
    rhythm = references.standard.rhythm
    let fieldPairs = plan.pairs
    self.fieldPairs = fieldPairs
    correlations = ByVersion(references) { profile in
      let fields = profile.judgedFields(of: plan).map(\.name)
      return fieldPairs.map { profile.correlation(fields[$0.first], fields[$0.second]) }
    }
    emptyPopulation = Population(PopulationLayout(plan, references.standard))
    depth = plan.depth
    previousFields = plan.windows.indices.map(plan.previousFields)
  }

  /// The window's results, for each model version one of all records, and one of each segment with
  /// records behind it; one without a version when it is empty.
  ///
  /// - Parameters:
  ///   - window: Which window.
  ///   - state: What it holds.
  ///   - violations: Where that is in doubt.
  ///   - previous: What it is compared with beside the references.
  ///   - isWhole: Whether the stream was read for all of its time.
  /// - Returns: In the order of the versions.
  func results(
    of window: Window,
    state: PaneState,
    violations: [Violation],
    after previous: PreviousWindows,
    isWhole: Bool
  ) -> [WindowResult] {
    var populations = state.populations
    if populations.isEmpty { populations = [(nil, emptyPopulation)] }
    var read = state.accounting.total
    for entry in populations { read.add(entry.population.records) }
    return populations.enumerated().flatMap { index, entry in
      let whole = WindowResult(
        window: window,
        version: entry.version,
        records: entry.population.records,
        read: index == 0 ? read : 0,
        unexpected: entry.population.unexpected,
        accounting: index == 0 ? state.accounting : Accounting(),
        fields: zip(references[entry.version], entry.population.fields).map {
          FieldComparison(reference: $0, current: $1, depth: depth)
        },
        previous: comparisons(of: window, entry.population, entry.version, with: previous),
        identifiers: entry.population.identifiers,
        lags: entry.population.lags,
        expected: index == 0 && isWhole
          ? rhythm?.expected(in: window.start..<window.end) : nil,
        pairs: pairs(of: entry.population, entry.version),
        violations: violations,
        covers: entry.population.covers
      )
      return [whole] + segmentResults(of: whole, entry.population)
    }
  }

  /// The results of the segments with records, beside that of all records of a model version.
  private func segmentResults(of whole: WindowResult, _ population: Population) -> [WindowResult] {
    let references = segmentReferences[whole.version]
    return population.segments.indices.compactMap { segment in
      guard let counts = population.segments[segment] else { return nil }
      return WindowResult(
        window: whole.window,
        version: whole.version,
        segment: segment,
        records: counts.records,
        fields: zip(references[segment], counts.fields).map {
          FieldComparison(reference: $0, current: $1, depth: depth)
        },
        violations: whole.violations,
        covers: whole.covers
      )
    }
  }

  /// The fields that are compared with the previous window, where there is one.
  private func comparisons(
    of window: Window,
    _ population: Population,
    _ version: ModelVersion?,
    with previous: PreviousWindows
  ) -> [Int: FieldComparison] {
    guard let earlier = previous.fields(of: version, by: window.start) else { return [:] }
    let fields = previousFields[window.specification]
    let comparisons = zip(fields, earlier).map { field, summary in
      FieldComparison(
        reference: references[version][field],
        previous: summary,
        current: population.fields[field],
        depth: depth
      )
    }
    return Dictionary(uniqueKeysWithValues: zip(fields, comparisons))
  }

  /// Adds to results what other sizes compare with their previous windows that have this very
  /// window, too: these results are all that is written of it.
  ///
  /// - Parameters:
  ///   - others: Positions of the sizes.
  ///   - results: Those of the window, after it was judged.
  ///   - window: The window.
  ///   - state: What it held.
  ///   - previous: What each size remembers.
  func add(
    _ others: [Int],
    to results: inout [WindowResult],
    of window: Window,
    state: PaneState,
    after previous: [PreviousWindows]
  ) {
    let populations = Dictionary(uniqueKeysWithValues: state.populations.map { ($0, $1) })
    for index in results.indices where results[index].segment == nil {
      let version = results[index].version
      results[index].alike = others
      for other in others {
        let comparisons = comparisons(
          of: Window(specification: other, start: window.start, end: window.end),
          populations[version] ?? emptyPopulation,
          version,
          with: previous[other]
        )
        results[index].previous.merge(comparisons) { own, _ in own }
      }
    }
  }

  /// What a field is compared with; nil for a field that is not judged.
  func reference(of field: String, _ version: ModelVersion?, segment: String) -> FieldReference? {
    let references =
      plan.segment(named: segment).map { segmentReferences[version][$0] } ?? references[version]
    return plan.fields.firstIndex { $0.name == field }.map { references[$0] }
  }

  /// How the plan's pairs of fields go together.
  private func pairs(of population: Population, _ version: ModelVersion?) -> [PairResult] {
    zip(population.comoments, correlations[version]).map { comoments, reference in
      PairResult(
        records: comoments.count,
        current: RankCorrelation(comoments),
        reference: reference
      )
    }
  }

  /// Remembers what later windows are compared with.
  func remember(_ window: Window, _ state: PaneState, in previous: inout PreviousWindows) {
    let specification = plan.windows[window.specification]
    let every = specification.every.microseconds
    let next = Timestamp(microseconds: window.start.microseconds + every)
    previous.note(
      state.populations,
      previousFields[window.specification],
      fewest: plan.fewestPreviousRecords(of: window.specification),
      end: window.end,
      next: specification.minRecords == nil ? next : window.end
    )
  }

  /// The alerts that change their state by this window, in the plan's order of rules and fields.
  func alerts(
    of window: Window,
    state: PaneState,
    results: inout [WindowResult],
    book: inout AlertBook
  ) -> [Alert] {
    let totals = totals(of: window, results, state.accounting)
    let cases = results.map { result in
      Case(
        version: result.version,
        segment: result.segment,
        totals: result.segment == nil ? totals : segmentTotals(of: result),
        fields: result.fields,
        previous: result.previous,
        pairs: result.pairs,
        covers: result.covers,
        isInDoubt: !result.violations.isEmpty
      )
    }
    var stream = Case(totals: totals, isInDoubt: totals.violations > 0)
    for result in results where result.segment == nil { stream.covers.merge(result.covers) }
    // An empty window says nothing of any model version.
    let isSilent = state.populations.isEmpty && plan.roles.modelVersion != nil
    var alerts: [Alert] = []
    for (index, rule) in plan.rules.enumerated()
    where rule.windowIndex == window.specification && !rule.isOfClock {
      if rule.isOfStream {
        for one in parts(of: stream, by: rule, cases) {
          alerts += judge(rule, index, one, window, &book, &results[0].undecided)
        }
      } else if !isSilent {
        let segments = rule.by.map(plan.segments)
        var judged: [Case] = []
        for (number, one) in cases.enumerated() where one.isJudged(in: segments) {
          alerts += judge(rule, index, one, window, &book, &results[number].undecided)
          judged.append(one)
        }
        // What holds no segment of the field says nothing of any.
        guard !judged.isEmpty else { continue }
        let present = Set(judged.map { AlertSubject(of: index, $0.version, $0.segment) })
        let retired = book.retire(rule: index) {
          present.contains(AlertSubject(of: index, $0.version, $0.segment))
        }
        alerts += retired.map { retirement(of: $0, at: window, covers: stream.covers) }
      }
    }
    return alerts
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
  private func parts(of stream: Case, by rule: PlannedRule, _ cases: [Case]) -> [Case] {
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
      return segment == segments.last && part.totals.accepted == 0 ? nil : part
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
  /// - Returns: In the plan's order of rules.
  func alerts(ofMinute minute: Int64, age: Measurement, book: inout AlertBook) -> [Alert] {
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
      return judge(rule, index, stream, window, &book, &undecided)
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
    _ undecided: inout [Undecided]
  ) -> [Alert] {
    var alerts: [Alert] = []
    for field in rule.fields.map({ $0.map(Optional.some) }) ?? [nil] {
      let subject = AlertSubject(
        rule: index,
        field: field ?? rule.onlyField,
        version: one.version,
        segment: one.segment
      )
      var watch = DetectorWatch(book.detectors(of: subject), isInDoubt: one.isInDoubt)
      let judgement = judgement(rule, field, one, &watch)
      book.remember(watch.detectors, of: subject)
      guard judgement.verdict != .undecided else {
        let needed = judgement.recordsNeeded
        undecided.append(Undecided(rule: index, field: field, recordsNeeded: needed))
        continue
      }
      let transition = book.judge(
        subject,
        failed: judgement.verdict == .fail,
        window: window,
        hold: rule.hold
      )
      if let transition {
        alerts.append(alert(transition, rule, judgement, field, one, window))
      }
    }
    return alerts
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
    let confidence = Confidence.standard(fields: plan.comparedDistributions, alpha: rule.alpha)
    return Judgement(of: rule.condition, minRecords: rule.minRecords) { comparison in
      watch.look(
        at: comparison,
        field: comparison.field.map { plan.fields[$0].name },
        observe(comparison, of: field, one, confidence),
        minRecords: rule.minRecords
      )
    }
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
      let records = comparison.metric.records(of: one.fields[target])
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
        ? nil : judgement.evidence.map { one[$0.comparison, field] } ?? one.fields[field]
    }
    return Alert(
      transition: transition,
      window: window,
      evidence: judgement.evidence,
      comparison: comparison,
      currentCount: pair?.records ?? comparison?.currentCount ?? one.totals.accepted,
      referenceCount: pair?.reference?.count ?? comparison?.referenceCount,
      summary: AlertSummary(
        plan: plan,
        rule: rule,
        field: target.map { plan.fields[$0].name },
        version: one.version,
        segment: one.segment,
        window: window,
        evidence: judgement.evidence,
        comparison: comparison,
        records: pair?.records ?? one.totals.accepted
      ).text,
      covers: one.covers
    )
  }
}

extension AlertSubject {
  /// All fields of a rule in one population.
  fileprivate init(of rule: Int, _ version: ModelVersion?, _ segment: Int?) {
    self.init(rule: rule, field: nil, version: version, segment: segment)
  }
}
