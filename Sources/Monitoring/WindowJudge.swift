import Drift
import Records
import Rules
import Sketches
import Windowing

/// Compares a closed window with each version's reference and judges the rules that look at it.
struct WindowJudge: Sendable {
  private let plan: Plan
  private let references: ByVersion<[FieldReference]>
  private let emptyPopulation: Population
  private let depth: LineComparison.Depth

  /// What one judgement is made on: one model version's records of a window.
  private struct Case {
    var version: ModelVersion?
    var totals: StreamTotals
    var fields: [FieldComparison]
    var covers: [OffsetCover]
  }

  init(plan: Plan, references: ByVersion<[FieldReference]>) {
    self.plan = plan
    self.references = references
    emptyPopulation = Population(layouts: references.standard.map(\.layout))
    depth = plan.depth
  }

  /// The window's results, one for each model version; one without a version when it is empty.
  func results(
    of window: Window,
    state: PaneState,
    violations: [Violation]
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
        violations: violations,
        covers: entry.population.covers
      )
    }
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
        totals: totals,
        fields: result.fields,
        covers: result.covers
      )
    }
    var stream = Case(version: nil, totals: totals, fields: [], covers: [])
    for result in results { stream.covers.merge(result.covers) }
    // An empty window says nothing of any model version.
    let isSilent = state.populations.isEmpty && plan.roles.modelVersion != nil
    var alerts: [Alert] = []
    for (index, rule) in plan.rules.enumerated() where rule.windowIndex == window.specification {
      if rule.isOfStream {
        alerts += judge(rule, index, stream, window, &book, &results[0].undecided)
      } else if !isSilent {
        for (number, one) in cases.enumerated() {
          alerts += judge(rule, index, one, window, &book, &results[number].undecided)
        }
        alerts += book.retire(rule: index, unless: cases.map(\.version)).map {
          Alert(
            ending: $0,
            at: window,
            summary: "no record of this model version for \(AlertBook.retirement) windows",
            covers: stream.covers
          )
        }
      }
    }
    return alerts
  }

  private func totals(
    of window: Window,
    _ results: [WindowResult],
    _ accounting: Accounting
  ) -> StreamTotals {
    StreamTotals(
      accepted: results.reduce(into: 0) { $0.add($1.records) },
      late: accounting.late,
      rejected: accounting.rejected,
      filtered: accounting.filtered,
      unexpected: results.reduce(into: 0) { $0.add($1.unexpected) },
      violations: UInt64(results.first?.violations.count ?? 0),
      window: .microseconds(window.end.microseconds - window.start.microseconds)
    )
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
      let judgement = judgement(rule, field, one)
      guard judgement.verdict != .undecided else {
        let needed = judgement.recordsNeeded
        undecided.append(Undecided(rule: index, field: field, recordsNeeded: needed))
        continue
      }
      let alert = enter(judgement, rule, index, field, one, window, &book)
      if let alert { alerts.append(alert) }
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
  private func judgement(_ rule: PlannedRule, _ field: Int?, _ one: Case) -> Judgement {
    let confidence = Confidence.standard(fields: plan.fields.count, alpha: rule.alpha)
    return Judgement(of: rule.condition, minRecords: rule.minRecords) { comparison in
      guard let target = comparison.field ?? field, comparison.metric.isOfField else {
        return comparison.observe(one.totals)
      }
      return comparison.observe(one.fields[target], confidence: confidence)
    }
  }

  /// Enters a decided verdict in the book.
  private func enter(
    _ judgement: Judgement,
    _ rule: PlannedRule,
    _ index: Int,
    _ field: Int?,
    _ one: Case,
    _ window: Window,
    _ book: inout AlertBook
  ) -> Alert? {
    let subject = AlertSubject(
      rule: index,
      field: field ?? rule.onlyField,
      version: one.version
    )
    let transition = book.judge(
      subject,
      failed: judgement.verdict == .fail,
      window: window,
      hold: rule.hold
    )
    return transition.map { alert($0, rule, judgement, field, one, window) }
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
    let comparison = target.map { one.fields[$0] }
    return Alert(
      transition: transition,
      window: window,
      evidence: judgement.evidence,
      comparison: comparison,
      currentCount: comparison?.currentCount ?? one.totals.accepted,
      referenceCount: comparison?.referenceCount,
      summary: AlertSummary(
        plan: plan,
        rule: rule,
        field: target.map { plan.fields[$0].name },
        version: one.version,
        window: window,
        evidence: judgement.evidence,
        comparison: comparison,
        records: one.totals.accepted
      ).text,
      covers: one.covers
    )
  }
}

extension Alert {
  /// The end of an alert that no judgement will bring.
  fileprivate init(
    ending transition: AlertTransition,
    at window: Window,
    summary: String,
    covers: [OffsetCover]
  ) {
    self.init(
      transition: transition,
      window: window,
      evidence: nil,
      comparison: nil,
      currentCount: 0,
      referenceCount: nil,
      summary: summary,
      covers: covers
    )
  }
}

extension PlannedRule {
  /// The fields that its alerts are about, nil for the stream or several at once.
  var judgedFields: [Int?] { fields.map { $0.map(Optional.some) } ?? [onlyField] }

  /// Whether it looks at no field at all.
  var isOfStream: Bool {
    condition.tests.allSatisfy { !$0.metric.isOfField }
  }

  /// The one field that a rule without `each` names; nil when it names several or none.
  fileprivate var onlyField: Int? {
    let named = Set(condition.tests.compactMap(\.field))
    return named.count == 1 ? named.first : nil
  }
}
