import Drift
import Rules
import Windowing

/// The texts of an alert: the rule's templates with named values put in.
struct AlertSummary {
  let plan: Plan
  let rule: PlannedRule
  let field: String?
  let version: ModelVersion?
  let segment: Int?
  let window: Window
  let judgement: Judgement
  let comparison: FieldComparison?
  let records: UInt64

  /// The summary; without a template, the comparison that decided.
  var text: String { rule.summary?.render(value) ?? judgement.phrase ?? rule.name }

  /// Where to read what to do; nil where the rule does not say.
  var runbook: String? { rule.runbook?.render(value) }

  private func value(_ placeholder: Template.Placeholder) -> Template.Value? {
    let evidence = judgement.evidence
    let measurement = evidence?.observation.measurement
    let unit = evidence?.comparison.unit ?? .number
    return switch placeholder {
    case .field: field.map { .text($0) }
    case .value: measurement?.value.map { unit.templateValue($0) }
    case .threshold: evidence.map { unit.templateValue($0.comparison.threshold) }
    case .distance: measurement?.distance.map { unit.templateValue($0) }
    case .currentCount: .count(comparison?.currentCount ?? records)
    case .referenceCount: comparison.map { .count($0.referenceCount) }
    case .statistic: evidence.map { .text($0.comparison.statistic) }
    case .rule: .text(rule.name)
    case .monitor: .text(plan.monitor)
    case .segment: .text(plan.name(ofSegment: segment))
    case .modelVersion: version.map { .text($0.name) }
    case .versus: rule.versus.map { .text($0) }
    case .windowStart: .time(window.start)
    case .windowEnd: .time(window.end)
    case .pValue: measurement?.pValue.map { .number($0) }
    case .bound: measurement?.bound.map { .number($0) }
    case .severity: .text(rule.severity.rawValue)
    }
  }
}

extension Judgement {
  /// What was expected, as far as one comparison says it; under `not`, and in a `when`, that it
  /// does not hold.
  fileprivate var phrase: String? {
    guard let evidence else { return nil }
    let text = evidence.comparison.text
    if verdict == .undecided { return "too few records to judge \(text)" }
    let isNegated = evidence.verdict == (verdict == .fail ? .pass : .fail)
    return "expected \(isNegated ? "not " : "")\(text)"
  }
}
