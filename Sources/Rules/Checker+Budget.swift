internal import Drift
internal import Windowing

// What a budget of false alarms does not hold for, and what it needs to hold.

extension Checker {
  /// Says which tests of a rule a budget does not hold for.
  mutating func warnOfBudget(_ rule: RuleDefinition, in file: String) {
    for (test, isNegated) in rule.condition?.signedTests ?? [] {
      guard let test else { continue }
      if !test.isLowerBound {
        warnOfPlain(test, in: file)
      } else if !test.failsAboveThreshold(isNegated: isNegated) {
        warning(
          file,
          test.place,
          "a lower bound is low where little is certain: alerts that '\(test.metric.name)' is low "
            + "are outside the budget"
        )
      } else if test.baseline == .previous {
        warning(
          file,
          test.place,
          "'\(test.metric.name)(previous)' takes nothing off for what windows differ by in any "
            + "case: where they do, the budget does not hold"
        )
      } else {
        warnOfSmallShare(test, minRecords: rule.minRecords, in: file)
      }
    }
  }

  private mutating func warnOfPlain(_ test: UnboundComparison, in file: String) {
    guard test.detector != nil || test.metric.isOfField else { return }
    let name = test.detector?.name ?? test.metric.name
    let what = test.detector == nil ? "a plain statistic" : "a detector"
    warning(
      file,
      test.place,
      "'\(name)' is \(what): its false alarms are outside the budget"
    )
  }

  /// Says where a threshold is worth less than half a record of the window.
  ///
  /// Newcombe's interval is a large-sample one: single records exceed such thresholds more often
  /// than a strict α allows (see `ShareChange`).
  private mutating func warnOfSmallShare(
    _ test: UnboundComparison,
    minRecords: UInt64,
    in file: String
  ) {
    guard test.metric.unit == .share else { return }
    let fewest = minRecords > 0 ? minRecords : Self.usualRecords
    guard test.threshold * Double(fewest) < Self.sureRecords else { return }
    let needed = Self.sureRecords / test.threshold
    let enough = needed < 1e9 ? NumberText.whole(needed.rounded(.up)) : nil
    warning(
      file,
      test.thresholdPlace,
      "of \(fewest) records this is less than half a one: single records may exceed it more often "
        + "than the budget allows",
      hint: enough.map { "write 'min_records: \($0)', or take a higher threshold" }
        ?? "take a threshold above 0"
    )
  }

  /// Records of a window where a rule does not say: below 0.05 % of them nothing is sure.
  private static let usualRecords: UInt64 = 1000
  /// Records of a window that a threshold must be worth.
  private static let sureRecords = 0.5
}

extension Checker {
  /// Says where windows are much shorter than those in which the reference learned what it varies.
  mutating func warnOfNaturalWindow(
    of rule: RuleDefinition,
    _ window: WindowSpecification?,
    in file: String
  ) {
    guard let window else { return }
    let tests = rule.comparisons.filter { Self.usingNatural.contains($0.metric.name) }
    let standard = fields.map { [("the reference", $0.schema)] } ?? []
    let own = ownFields.map {
      ("the reference of model version \(shown($0.reference.version.value))", $0.fields.schema)
    }
    for test in tests {
      for (reference, schema) in standard + own {
        guard let learned = schema.naturalWindow, window.size * 2 < learned else { continue }
        let size = DurationText.text(of: window.size)
        warning(
          file,
          test.place,
          "\(reference) knows how much windows of \(DurationText.text(of: learned)) differ, but "
            + "these of \(size) differ by more than '\(test.metric.name)' takes for usual",
          hint: "profile it with --window \(size)"
        )
      }
    }
  }

  /// Says where windows like those of the reference itself fail.
  ///
  /// Their records have something in common, and bounds that take records for independent promise
  /// too much: of such fields only the excess keeps a budget.
  mutating func warnOfOwnWindows(of rule: RuleDefinition, _ selected: [Int], in file: String) {
    guard let fields else { return }
    for (test, isNegated) in rule.condition?.signedTests ?? [] {
      guard let test, test.baseline == .reference, test.isLowerBound,
        test.failsAboveThreshold(isNegated: isNegated),
        let excess = Self.excesses[test.metric.name]
      else { continue }
      var judged = selected
      if let name = test.field {
        guard case .judged(let index) = fields.standing(of: name.value) else { continue }
        judged = [index]
      }
      let naturals = judged.compactMap { index -> (name: String, value: Double)? in
        let field = fields.judged[index]
        let reference = fields.schema.fields[field.referenceIndex].distribution
        return reference?.natural.map { (field.name, excess.natural($0)) }
      }
      guard let largest = naturals.max(by: { $0.value < $1.value }),
        largest.value > 0, largest.value >= test.threshold
      else { continue }
      warning(
        file,
        test.place,
        "windows of the reference itself differ by as much, those of \(shown(largest.name)) by "
          + "\(NumberText.readable(largest.value)): '\(test.metric.name)' does not keep the budget",
        hint: "write '\(excess.name)'"
      )
    }
  }

  /// By bound: what it is called beyond what is natural, and what that is.
  static let excesses: [String: (name: String, natural: @Sendable (NaturalVariation) -> Double)] = [
    "drift": ("excess_drift", { $0.drift }),
    "missing_change": ("excess_missing_change", { $0.missing }),
  ]

  /// What needs to know how much a reference differs from itself.
  static let usingNatural = ["natural", "excess_drift", "excess_missing_change"]
}

extension UnboundComparison {
  /// Whether it fails only where the metric is above the threshold: what a lower bound is sure of.
  fileprivate func failsAboveThreshold(isNegated: Bool) -> Bool {
    switch relation {
    case .less, .lessOrEqual: !isNegated
    case .greater, .greaterOrEqual: isNegated
    case .equal: !isNegated && threshold == 0
    case .unequal: isNegated && threshold == 0
    }
  }
}
