// What of a plan compares a window with the one before it.

extension Plan {
  /// What a window's record holds beside the rest: whatever a rule of its size compares with the
  /// previous window, in the catalog's order; a p-value stands beside its statistic.
  ///
  /// - Parameter window: Position of its size.
  /// - Returns: None where no rule does.
  public func previousStatistics(of window: Int) -> [Statistic] {
    let used = rules.filter { $0.windowIndex == window }.flatMap(\.condition.tests)
      .filter(\.isAgainstPrevious)
    return Catalog.metrics.filter { metric in used.contains { $0.metric == metric } }
      .map { Statistic($0, isAgainstPrevious: true) }
  }

  /// The fields that rules of a size of window compare with the previous one, increasing.
  ///
  /// - Parameter window: Position of the size.
  /// - Returns: Positions among the plan's fields.
  public func previousFields(of window: Int) -> [Int] {
    var fields: Set<Int> = []
    for rule in rules where rule.windowIndex == window {
      for test in rule.condition.tests where test.isAgainstPrevious {
        fields.formUnion(test.field.map { [$0] } ?? rule.fields ?? [])
      }
    }
    return fields.sorted()
  }
}
