import Drift
import Records
import Rules
import Sketches
import Windowing

/// Compares a closed window with the reference and judges the rules that look at it.
struct WindowJudge: Sendable {
  private let plan: Plan
  private let references: [FieldReference]
  private let emptyPopulation: Population

  /// What one judgement is made on: one model version's records of a window.
  private struct Case {
    var version: String?
    var totals: StreamTotals
    var fields: [FieldComparison]
    var covers: [OffsetCover]
  }

  init(plan: Plan, references: [FieldReference]) {
    self.plan = plan
    self.references = references
    emptyPopulation = Population(layouts: references.map(\.layout))
  }

  /// The window's results, one for each model version; one without a version when it is empty.
  func results(of window: Window, state: PaneState) -> [WindowResult] {
    var populations = state.populations
    if populations.isEmpty { populations = [(nil, emptyPopulation)] }
    return populations.enumerated().map { index, entry in
      WindowResult(
        window: window,
        version: entry.version,
        records: entry.population.records,
        unexpected: entry.population.unexpected,
        accounting: index == 0 ? state.accounting : Accounting(),
        fields: zip(references, entry.population.fields).map {
          FieldComparison(reference: $0, current: $1)
        },
        covers: entry.population.covers
      )
    }
  }

  /// The alerts that change their state by this window, in the plan's order of rules and fields.
  func alerts(
    of window: Window,
    state: PaneState,
    results: [WindowResult],
    book: inout AlertBook
  ) -> [Alert] {
    let cases = results.map { result in
      Case(
        version: result.version,
        totals: totals(of: window, [result], state.accounting),
        fields: result.fields,
        covers: result.covers
      )
    }
    var alerts: [Alert] = []
    for (index, rule) in plan.rules.enumerated() where rule.windowIndex == window.specification {
      let judged = rule.isOfStream ? [stream(window, state, results)] : cases
      for one in judged {
        for field in rule.fields.map({ $0.map(Optional.some) }) ?? [nil] {
          let alert = judge(rule, index, field, one, window, &book)
          if let alert { alerts.append(alert) }
        }
      }
    }
    return alerts
  }

  /// The whole window, whatever the model versions: what rules about the stream look at.
  private func stream(_ window: Window, _ state: PaneState, _ results: [WindowResult]) -> Case {
    var covers: [OffsetCover] = []
    for result in results { covers.merge(result.covers) }
    let totals = totals(of: window, results, state.accounting)
    return Case(version: nil, totals: totals, fields: [], covers: covers)
  }

  private func totals(
    of window: Window,
    _ results: [WindowResult],
    _ accounting: Accounting
  ) -> StreamTotals {
    StreamTotals(
      accepted: results.reduce(0) { $0 + $1.records },
      late: accounting.late,
      rejected: accounting.rejected,
      filtered: accounting.filtered,
      unexpected: results.reduce(0) { $0 + $1.unexpected },
      window: plan.windows[window.specification].size
    )
  }

  /// Judges one rule on one field and enters the verdict in the book.
  private func judge(
    _ rule: PlannedRule,
    _ index: Int,
    _ field: Int?,
    _ one: Case,
    _ window: Window,
    _ book: inout AlertBook
  ) -> Alert? {
    let confidence = Confidence.standard(fields: plan.fields.count, alpha: rule.alpha)
    let judgement = Judgement(of: rule.condition, minRecords: rule.minRecords) { comparison in
      guard let target = comparison.field ?? field, comparison.metric.isOfField else {
        return comparison.observe(one.totals)
      }
      return comparison.observe(one.fields[target], confidence: confidence)
    }
    guard judgement.verdict != .undecided else { return nil }
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

extension PlannedRule {
  /// Whether it looks at no field at all.
  fileprivate var isOfStream: Bool {
    condition.tests.allSatisfy { !$0.metric.isOfField }
  }

  /// The one field that a rule without `each` names; nil when it names several or none.
  fileprivate var onlyField: Int? {
    let named = Set(condition.tests.compactMap(\.field))
    return named.count == 1 ? named.first : nil
  }
}
