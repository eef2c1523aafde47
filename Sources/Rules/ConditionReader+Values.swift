/// The values that a test lets through, before the reference was asked.
struct UnboundValues: Equatable {
  var keyword: ValueTestSyntax.Keyword
  /// The values, or the one pattern, each with the number that it is.
  var items: [Item]

  struct Item: Equatable {
    var text: Located<String>
    var number: Double?
  }
}

extension NodeReader {
  /// Reads a test of values: which field it is of, and that its pattern is one.
  mutating func bind(
    _ values: ValueTestSyntax,
    of syntax: ComparisonSyntax,
    in text: AlignedText,
    hasEach: Bool
  ) -> UnboundComparison? {
    guard let name = syntax.call.arguments.first else { return nil }
    guard !hasEach else {
      let message = "'each' names the fields already, and '\(values.keyword.rawValue)' names one"
      report(SyntaxError(name.range, message, hint: "write a rule without 'each'"), in: text)
      return nil
    }
    if values.keyword == .matches, let pattern = values.items.first {
      do { _ = try Regex(pattern.text) } catch {
        let message = "\(shown(pattern.text)) is not a regular expression"
        let hint = "see that all it opens is closed"
        report(SyntaxError(pattern.range, message, hint: hint), in: text)
        return nil
      }
    }
    let metric = Metric.share(of: values.keyword)
    guard let thresholdPlace = threshold(of: syntax, metric, in: text) else { return nil }
    func located<Value>(_ value: Value, _ range: Range<Int>) -> Located<Value> {
      let place = text.place(of: range)
      return Located(value, at: place.position, length: place.length)
    }
    return UnboundComparison(
      metric: metric,
      field: located(name.text, name.range),
      values: UnboundValues(
        keyword: values.keyword,
        items: values.items.map { .init(text: located($0.text, $0.range), number: $0.number) }
      ),
      baseline: .reference,
      relation: syntax.relation,
      threshold: syntax.quantity.value,
      text: syntax.text,
      place: located((), syntax.call.nameRange),
      thresholdPlace: thresholdPlace
    )
  }

  /// Says where `not` in front of a test of values asks for less than it seems to.
  mutating func checkNegatedValues(of rule: RuleDefinition) {
    let tests = rule.condition?.compactMap { $0 }?.signedTests ?? []
    for (test, isNegated) in tests where isNegated && test.values != nil && test.threshold >= 1 {
      diagnostics.warning(
        at: test.place,
        "this breaks the rule only when all values are such",
        hint: "say from which share on, such as 'for 1%'"
      )
    }
  }
}
