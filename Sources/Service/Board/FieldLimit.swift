internal import Rules
internal import Windowing

/// What a rule allows a statistic.
struct FieldLimit: Equatable, Sendable {
  /// The rule.
  let rule: String
  /// How bad a failure is.
  let severity: Severity
  /// As records name it; a p-value is `ks(p)`.
  let statistic: String
  /// How the rule compares, as written.
  let relation: Relation
  /// How a good value compares: the opposite of what is written where the rule says when to alert.
  let good: Relation
  let threshold: Double
  /// The comparison as written.
  let text: String
  /// The field that the comparison names; nil for each field that the rule judges.
  let field: Int?
  /// Of the rule's windows.
  let size: String

  /// How far a value is from what is allowed: above 1 is beyond the limit, whatever its unit.
  func effect(of value: Double) -> Double {
    switch good {
    case .less, .lessOrEqual:
      threshold > 0 ? value / threshold : 1 + value - threshold
    case .greater, .greaterOrEqual:
      threshold > 0 ? (value > 0 ? threshold / value : .infinity) : 1 + threshold - value
    case .equal, .unequal: good.holds(value, threshold) ? 0 : 2
    }
  }
}

extension Plan {
  /// What a rule's condition allows, test by test.
  func limits(of rule: PlannedRule) -> [FieldLimit] {
    rule.condition.signedTests.map { test, isNegated in
      FieldLimit(
        rule: rule.name,
        severity: rule.severity,
        statistic: test.recordedStatistic,
        relation: test.relation,
        good: isNegated ? test.relation.opposite : test.relation,
        threshold: test.threshold,
        text: test.text,
        field: test.field,
        size: DurationText.text(of: windows[rule.windowIndex].size)
      )
    }
  }

  /// What rules allow the statistics of a field.
  ///
  /// - Parameters:
  ///   - field: Its position.
  ///   - segment: Of which records, such as `carrier=AA`.
  /// - Returns: In the order of the rules.
  func limits(ofField field: Int, segment: String = Plan.allRecords) -> [FieldLimit] {
    rules.filter { judges($0, segment) }.flatMap { rule in
      limits(of: rule).filter { limit in
        limit.field.map { $0 == field } ?? (rule.fields?.contains(field) ?? false)
      }
    }
  }

  /// Whether a rule judges the records of a segment.
  private func judges(_ rule: PlannedRule, _ segment: String) -> Bool {
    guard let by = rule.by else { return segment == Plan.allRecords }
    return segment.hasPrefix("\(segmentFields[by].name)=")
  }
}
