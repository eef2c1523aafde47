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
    var totals: StreamTotals
    var fields: [FieldComparison] = []
    var previous: [Int: FieldComparison] = [:]
    var pairs: [PairResult] = []
    var covers: [OffsetCover] = []
    /// Whether the window may lack records, or have some twice.
    var isInDoubt = false
    /// Model versions that the window is judged for.
    var versions = 1

    /// What is compared of a field; nil without a previous window.
    subscript(comparison: Comparison, field: Int) -> FieldComparison? {
      comparison.isAgainstPrevious ? previous[field] : fields[field]
    }
  }

  init(plan: Plan, references: References) {
    self.plan = plan
    self.references = ByVersion(references) { $0.judgedFields(of: plan).map(\.reference) }
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

  /// The window's results, one for each model version; one without a version when it is empty.
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
    return populations.enumerated().map { index, entry in
      WindowResult(
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
    for index in results.indices {
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
  func reference(of field: String, _ version: ModelVersion?) -> FieldReference? {
    plan.fields.firstIndex { $0.name == field }.map { references[version][$0] }
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
    book: inout AlertBook,
    silences: [Silence]
  ) -> [Alert] {
    let totals = totals(of: window, results, state.accounting)
    let versions = Set(results.map(\.version)).count
    let cases = results.map { result in
      Case(
        version: result.version,
        totals: totals,
        fields: result.fields,
        previous: result.previous,
        pairs: result.pairs,
        covers: result.covers,
        isInDoubt: !result.violations.isEmpty,
        versions: versions
      )
    }
    var stream = Case(totals: totals, isInDoubt: totals.violations > 0)
    for result in results { stream.covers.merge(result.covers) }
    // An empty window says nothing of any model version.
    let isSilent = state.populations.isEmpty && plan.roles.modelVersion != nil
    var alerts: [Alert] = []
    for (index, rule) in plan.rules.enumerated()
    where rule.windowIndex == window.specification && !rule.isOfClock {
      if rule.isOfStream {
        alerts += judge(rule, index, stream, window, &book, silences, &results[0].undecided)
      } else if isSilent {
        for version in book.versions(of: index) {
          var one = cases[0]
          one.version = version
          alerts += judge(rule, index, one, window, &book, silences)
        }
      } else {
        for (number, one) in cases.enumerated() {
          alerts += judge(
            rule,
            index,
            one,
            window,
            &book,
            silences,
            &results[number].undecided
          )
        }
        alerts += book.retire(rule: index, unless: cases.map(\.version)).map {
          Alert(
            ending: $0,
            at: window,
            summary: "no record of this model version for \(AlertBook.retirement) windows",
            runbook: nil,
            covers: stream.covers
          )
        }
      }
    }
    return Alert.grouped(alerts)
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
      accepted: results.reduce(into: 0) { $0.add($1.records) },
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
        undecided.append(Undecided(rule: index, field: field, recordsNeeded: needed))
      }
      let silence = silence(of: subject, silences)
      let isSilenced = silence != nil
      let transition =
        judgement.verdict == .undecided && rule.undecided == .ignore
        ? book.sayAgain(subject, at: window.end, isSilenced: isSilenced, rule.life)
        : book.judge(
          subject,
          failed: judgement.verdict != .pass,
          isClear: book.isFiring(subject) && isClear(rule, field, one),
          isSilenced: isSilenced,
          window: window,
          life: rule.life
        )
      if let transition {
        alerts.append(
          alert(transition, rule, judgement, field, one, window).silenced(by: silence)
        )
      }
    }
    return alerts
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
      let isFailure = rule.undecided == .alert && judgement.verdict == .undecided
      let silence = silence(of: subject, silences)
      let isSilenced = silence != nil
      let transition =
        isFailure
        ? book.judge(
          subject,
          failed: true,
          isSilenced: isSilenced,
          window: window,
          life: rule.life
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
      subject.field.map { plan.fields[$0].name }
    )
  }

  /// The fields that a rule is judged on, and what its alerts about them are called.
  private func subjects(
    _ rule: PlannedRule,
    _ index: Int,
    _ one: Case
  ) -> [(field: Int?, subject: AlertSubject)] {
    (rule.fields.map { $0.map(Optional.some) } ?? [nil]).map { field in
      (field, AlertSubject(rule: index, field: field ?? rule.onlyField, version: one.version))
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
      runbook: nil,
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
    .standard(fields: plan.fields.count, alpha: rule.alpha(sharedBy: one.versions))
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
    let texts = AlertSummary(
      plan: plan,
      rule: rule,
      field: target.map { plan.fields[$0].name },
      version: one.version,
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
      versions: one.versions
    )
  }
}
