internal import Windowing

// A detector looks at windows one after the other, and signals in one of them.

extension RuleDefinition {
  /// The comparisons of a metric's series.
  fileprivate var detectors: [UnboundComparison] { comparisons.filter { $0.detector != nil } }

  /// Windows that its alert lasts where a detector alone makes it fail; nil where none does.
  fileprivate var windowsOfSignal: Int? {
    guard !detectors.isEmpty else { return nil }
    if case .windows(1, let total) = life.hold { return total }
    return 1
  }
}

extension Checker {
  /// Says where a rule's detectors cannot do what they are asked.
  mutating func checkDetectors(
    of rule: RuleDefinition,
    _ window: WindowSpecification?,
    in file: String
  ) {
    for test in rule.detectors {
      guard let window, window.every < window.size else { break }
      let (size, every) = (DurationText.text(of: window.size), DurationText.text(of: window.every))
      error(
        file,
        test.place,
        "'\(test.detectorName)' needs windows that share no records, "
          + "but one of \(size) begins every \(every)",
        hint: "give the rule windows such as 'window: { size: \(every) }'"
      )
    }
    checkHold(of: rule, in: file)
    checkThresholds(of: rule, in: file)
  }

  /// Behind a signal a detector begins anew: no two windows in a row fail.
  private mutating func checkHold(of rule: RuleDefinition, in file: String) {
    guard let test = rule.detectors.first, let place = rule.holdPlace else { return }
    switch rule.life.hold {
    case .immediately, .windows(1, _): return
    case .duration, .windows: break
    }
    error(
      file,
      place,
      "'for' is never reached: '\(test.detectorName)' signals in one window and begins anew",
      hint: "leave it out, or write '1 of 3 windows'"
    )
  }

  /// Both ends of a range stand at one place, and are one test.
  private mutating func checkThresholds(of rule: RuleDefinition, in file: String) {
    for (index, test) in rule.detectors.enumerated() {
      let range = rule.detectors.filter { $0.place.position == test.place.position }
      let isFirst = !rule.detectors[..<index].contains { $0.place.position == test.place.position }
      let holds = [0.0, 1].map { value in
        range.allSatisfy { $0.relation.holds(value, $0.threshold) }
      }
      guard isFirst, holds[0] == holds[1] else { continue }
      warning(
        file,
        test.place,
        "'\(test.detectorName)' is 0 or 1: this \(holds[0] ? "always" : "never") holds",
        hint: "write '< 1' for a good that ends where it signals"
      )
    }
  }

  /// A trigger that waits longer than an alert lasts never asks.
  mutating func checkSettle(
    of trigger: TriggerDefinition,
    _ test: UnboundFiring,
    _ rule: RuleDefinition,
    in file: String
  ) {
    guard let windows = rule.windowsOfSignal, trigger.settle >= windows else { return }
    let lasting = windows == 1 ? "one window" : "\(windows) windows"
    warning(
      file,
      test.rule,
      "\(shown(test.rule.value)) looks at a detector and fires for \(lasting), "
        + "which 'settle' does not outlast",
      hint: "leave 'settle' out, or let the rule fire 'for: 1 of \(trigger.settle + 1) windows'"
    )
  }
}

extension UnboundComparison {
  /// As messages call its detector.
  fileprivate var detectorName: String { detector?.name ?? metric.name }
}
