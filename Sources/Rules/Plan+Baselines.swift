// What of a plan compares a window with other records than the reference's.

extension Plan {
  /// What rules compare with beside the reference, each once: the previous window first, then model
  /// versions in byte order.
  public var baselines: [Baseline] {
    let used = Set(rules.flatMap(\.tests).map(\.baseline))
    let versions = used.compactMap(\.version)
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return (used.contains(.previous) ? [.previous] : []) + versions.map(Baseline.version)
  }

  /// The model versions among them.
  public var comparedVersions: [String] { baselines.compactMap(\.version) }

  /// What a window's record holds beside the rest: whatever a rule of its sizes compares with a
  /// baseline, in the catalog's order; a p-value stands beside its statistic.
  ///
  /// - Parameters:
  ///   - baseline: Not the reference.
  ///   - windows: Positions of the sizes that have it.
  /// - Returns: None where no rule does.
  public func statistics(
    against baseline: Baseline,
    of windows: some Collection<Int>
  ) -> [Statistic] {
    let used = rules.filter { windows.contains($0.windowIndex) }.flatMap(\.tests)
      .filter { $0.baseline == baseline }
    return Catalog.metrics.filter { metric in used.contains { $0.metric == metric } }
      .map { Statistic($0, baseline: baseline) }
  }

  /// The fewest records that any of these rules needs of either window: one of fewer is nothing to
  /// compare with.
  ///
  /// - Parameter window: Position of the size.
  /// - Returns: The smallest `min_records`; 0 where no rule compares with the previous window.
  public func fewestPreviousRecords(of window: Int) -> UInt64 {
    rules.filter { rule in
      rule.windowIndex == window && rule.tests.contains { $0.baseline == .previous }
    }.map(\.minRecords).min() ?? 0
  }

  /// The fields that rules of a size of window compare with a baseline, increasing.
  ///
  /// - Parameters:
  ///   - baseline: Not the reference.
  ///   - window: Position of the size.
  /// - Returns: Positions among the plan's fields.
  public func fields(against baseline: Baseline, of window: Int) -> [Int] {
    fields { $0.baseline == baseline && $1.windowIndex == window }
  }

  /// The fields that rules compare between model versions, increasing: a version with its own
  /// reference counts them at the standard one's points, too.
  public var versionFields: [Int] { fields { test, _ in test.baseline.version != nil } }

  private func fields(where isMeant: (Comparison, PlannedRule) -> Bool) -> [Int] {
    var fields: Set<Int> = []
    for rule in rules {
      for test in rule.tests where isMeant(test, rule) {
        fields.formUnion(test.field.map { [$0] } ?? rule.fields ?? [])
      }
    }
    return fields.sorted()
  }
}

extension PlannedRule {
  /// The model version that others are compared with; nil where it compares none.
  public var versus: String? { tests.lazy.compactMap(\.baseline.version).first }
}
