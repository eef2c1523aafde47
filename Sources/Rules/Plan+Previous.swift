// What of a plan compares a window with the one before it.

extension Plan {
  /// What a window's record holds beside the rest: whatever a rule of its sizes compares with the
  /// previous window, in the catalog's order; a p-value stands beside its statistic.
  ///
  /// - Parameter windows: Positions of the sizes that have it.
  /// - Returns: None where no rule does.
  public func previousStatistics(of windows: some Collection<Int>) -> [Statistic] {
    let used = rules.filter { windows.contains($0.windowIndex) }.flatMap(\.tests)
      .filter(\.isAgainstPrevious)
    return Catalog.metrics.filter { metric in used.contains { $0.metric == metric } }
      .map { Statistic($0, isAgainstPrevious: true) }
  }

  /// The fewest records that any of these rules needs of either window: one of fewer is nothing to
  /// compare with.
  ///
  /// - Parameter window: Position of the size.
  /// - Returns: The smallest `min_records`; 0 where no rule compares with the previous window.
  public func fewestPreviousRecords(of window: Int) -> UInt64 {
    rules.filter { rule in
      rule.windowIndex == window && rule.tests.contains(where: \.isAgainstPrevious)
    }.map(\.minRecords).min() ?? 0
  }

  /// The fields that rules of a size of window compare with the previous one, increasing.
  ///
  /// - Parameter window: Position of the size.
  /// - Returns: Positions among the plan's fields.
  public func previousFields(of window: Int) -> [Int] {
    var fields: Set<Int> = []
    for rule in rules where rule.windowIndex == window {
      for test in rule.tests where test.isAgainstPrevious {
        fields.formUnion(test.field.map { [$0] } ?? rule.fields ?? [])
      }
    }
    return fields.sorted()
  }
}
