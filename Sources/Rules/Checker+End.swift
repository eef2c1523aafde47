internal import Windowing

// What ends an alert.

extension Checker {
  /// Says where `clear` and `keep_firing_for` cannot do what they are asked.
  mutating func checkEnd(
    of rule: RuleDefinition,
    _ window: WindowSpecification?,
    in file: String
  ) {
    if let test = rule.clearComparisons.first(where: { $0.detector != nil }),
      let name = test.detector
    {
      error(
        file,
        test.place,
        "'\(name.name)' signals in one window and begins anew: it cannot say that an alert is over",
        hint: "compare what it looks at, such as '\(test.metric.name)'"
      )
    }
    let isOfField = [rule.comparisons, rule.clearComparisons].map { tests in
      tests.contains { $0.metric.isOfField }
    }
    if let test = rule.clearComparisons.first, isOfField[1], !isOfField[0] {
      error(
        file,
        test.place,
        "the rule judges the stream as a whole, 'clear' a field",
        hint: "write two rules"
      )
    }
    guard let place = rule.keepPlace, let keep = rule.life.keepFiringFor,
      let every = window?.every, keep <= every,
      !rule.comparisons.contains(where: { $0.metric.isOfClock })
    else { return }
    warning(
      file,
      place,
      "'keep_firing_for' is no longer than from one window to the next and changes nothing",
      hint: "windows are \(DurationText.text(of: every)) apart"
    )
  }
}
