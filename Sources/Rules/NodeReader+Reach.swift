// What a condition can come to at all, whatever the data: by the ranges of its metrics.

extension NodeReader {
  /// Says where a rule's alert can never fire, or never resolve.
  mutating func checkReach(of rule: RuleDefinition) {
    guard let condition = rule.condition?.compactMap({ $0 }) else { return }
    let reach = condition.reach
    let tests = condition.tests.filter { $0.detector == nil }
    let settled = tests.filter { test in
      guard let outcome = test.settledOutcome else { return false }
      // The lower end of `0 <= psi < 0.2` says what the other end is read with.
      let isOfRange = tests.count { $0.place.position == test.place.position } > 1
      return !(outcome && isOfRange && test.range.contains(test.threshold))
    }
    let name = rule.name.value.isEmpty ? "the rule" : shown(rule.name.value)
    let consequence = reach.map { $0 ? "never fires" : "fires in every window and never resolves" }
    for test in settled {
      let holds = test.settledOutcome == true
      let so = consequence.map { ", so \(name) \($0)" } ?? ""
      let phrase = test.metric.rangePhrase(of: test.argument)
      diagnostics.warning(
        at: test.thresholdPlace,
        "\(phrase): this \(holds ? "always" : "never") holds\(so)",
        hint: test.percentageHint
      )
    }
    guard settled.isEmpty, let consequence, let place = condition.repeatedTest?.place else {
      return
    }
    let holds = reach == true
    diagnostics.warning(
      at: place,
      "these comparisons \(holds ? "leave nothing out" : "never hold together"), "
        + "so \(name) \(consequence)",
      hint: "write '\(holds ? "and" : "or")' where \(holds ? "both shall hold" : "one is enough")"
    )
  }

  /// Says where a trigger's test says nothing of any alert.
  mutating func warnOfReach(of test: UnboundFiring) {
    let range = test.group == nil ? 0...Double.greatestFiniteMagnitude : 0...1
    guard let holds = range.outcome(of: test.relation, test.threshold) else { return }
    let what = test.group.map { "a share of \($0.rawValue)" } ?? "a number of alerts"
    diagnostics.warning(
      at: test.rule,
      "\(what) is never \(test.group == nil ? "below 0" : "below 0% or above 100%"): "
        + "'\(test.text)' \(holds ? "always" : "never") holds"
    )
  }
}

extension UnboundComparison {
  /// What it compares with its threshold, as one text.
  fileprivate var statistic: String {
    let parts =
      [field?.value, partner?.value, argument, baseline.argument]
      + (values?.items.map(\.text.value) ?? [])
    return "\(detector?.name ?? "")(\(metric.name)(\(parts.map { $0 ?? "" })))"
  }

  /// What that can be at all.
  fileprivate var range: ClosedRange<Double> { detector?.range ?? metric.range(of: argument) }

  /// Whether it holds, where that is the same for every value of the range.
  fileprivate var settledOutcome: Bool? {
    range.outcome(of: relation, threshold)
  }

  /// Of a percentage without its sign.
  fileprivate var percentageHint: String? {
    let couldBePercent =
      thresholdPlace.value == .number && (1...100).contains(threshold.magnitude)
      && [.share, .change].contains(metric.unit) && !range.contains(threshold)
    return couldBePercent ? "did you mean \(NumberText.readable(threshold))%?" : nil
  }
}

extension ClosedRange<Double> {
  /// Whether a comparison holds, where that is the same for every value of the range.
  fileprivate func outcome(of relation: Relation, _ threshold: Double) -> Bool? {
    let outcomes = Set(samples(around: [threshold]).map { relation.holds($0, threshold) })
    return outcomes.count == 1 ? outcomes.first : nil
  }

  /// Values of the range before, at and behind each threshold, and the ends.
  ///
  /// Comparisons with the thresholds are the same for all values between two of these.
  fileprivate func samples(around thresholds: [Double]) -> [Double] {
    let around = thresholds.flatMap { [$0.nextDown, $0, $0.nextUp] }.filter(contains)
    return around + [lowerBound, upperBound]
  }
}

extension Formula<UnboundComparison> {
  /// More combinations than this are not looked at: the rule is then taken at its word.
  private static var combinationLimit: Int { 10_000 }

  /// Whether it holds, where that is the same whatever the metrics' values; nil where it depends on
  /// them.
  fileprivate var reach: Bool? {
    let known = Dictionary(grouping: tests, by: \.statistic)
    let names = known.keys.sorted()
    let samples = names.map { name in
      let tests = known[name] ?? []
      return Array(Set((tests[0].range).samples(around: tests.map(\.threshold))))
    }
    let count = samples.reduce(1) { product, values in
      let (result, overflow) = product.multipliedReportingOverflow(by: values.count)
      return overflow ? Int.max : result
    }
    guard count <= Self.combinationLimit else { return nil }
    var first: Bool?
    for combination in 0..<count {
      var (rest, values) = (combination, [String: Double]())
      for (name, choices) in zip(names, samples) {
        values[name] = choices[rest % choices.count]
        rest /= choices.count
      }
      let holds =
        verdict { test in
          test.relation.holds(values[test.statistic] ?? .nan, test.threshold) ? .pass : .fail
        } == .pass
      guard first == nil || first == holds else { return nil }
      first = holds
    }
    return first
  }

  /// The first comparison of what another one compares already; detectors are looked at elsewhere.
  fileprivate var repeatedTest: UnboundComparison? {
    var known: Set<String> = []
    return tests.first { $0.detector == nil && !known.insert($0.statistic).inserted }
  }
}
