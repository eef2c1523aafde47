import Drift
import Rules
import Windowing

// What a judgement is made from, and what an alert says of it.

extension RuleJudge {
  /// Measures what a comparison asks for.
  func observe(
    _ comparison: Comparison,
    of field: Int?,
    _ one: JudgedCase,
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
  private func pair(_ comparison: Comparison, _ field: Int, _ one: JudgedCase) -> PairResult? {
    guard let partner = comparison.partner,
      let index = fieldPairs.firstIndex(of: Plan.FieldPair(field, partner.field))
    else { return nil }
    return one.pairs.indices.contains(index) ? one.pairs[index] : nil
  }

  /// The share of the prediction's shift that a field explains; nil for a prediction itself, and
  /// where it is not known.
  private func explains(_ field: Int, _ one: JudgedCase) -> Double? {
    guard let prediction = one.prediction.flatMap({ one[$0] }), let feature = one[field],
      !plan.roles.predictions.contains(plan.fields[field].name)
    else { return nil }
    return ExplainedShift.share(of: feature, in: prediction)
  }

  func alert(
    _ transition: AlertTransition,
    _ rule: PlannedRule,
    _ judgement: Judgement,
    _ field: Int?,
    _ one: JudgedCase,
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
