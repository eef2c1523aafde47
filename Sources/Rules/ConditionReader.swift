extension NodeReader {
  /// Reads a rule's condition and asks the catalog about every metric in it.
  ///
  /// - Returns: nil where it cannot be read, with a nil for each comparison that makes no sense:
  ///   the others can still be checked against the reference.
  mutating func condition(_ section: Section, hasEach: Bool) -> Formula<UnboundComparison?>? {
    guard let text = alignedText(section, "expect", needs: "a condition") else { return nil }
    let formula: Formula<ComparisonSyntax>
    do throws(SyntaxError) {
      formula = try FormulaParser.parse(text.scalars, test: ComparisonSyntax.parse)
    } catch {
      report(error, in: text)
      return nil
    }
    return formula.map { bind($0, in: text, hasEach: hasEach) }
  }

  private mutating func bind(
    _ syntax: ComparisonSyntax,
    in text: AlignedText,
    hasEach: Bool
  ) -> UnboundComparison? {
    guard let metric = metric(of: syntax.call, in: text),
      let (field, argument) = arguments(of: syntax.call, metric, in: text, hasEach: hasEach)
    else { return nil }
    let quantity = text.place(of: syntax.quantityRange)
    let quantityPlace = Located((), at: quantity.position, length: quantity.length)
    guard metric.unit.accepts(syntax.quantity.kind) else {
      diagnostics.error(
        at: quantityPlace,
        "'\(metric.name)' is \(metric.unit.phrase), but "
          + "'\(syntax.quantityText)' is \(syntax.quantity.kind.phrase)",
        hint: metric.unit.example
      )
      return nil
    }
    checkBounds(syntax.quantity, of: metric, at: quantityPlace)
    let name = text.place(of: syntax.call.nameRange)
    return UnboundComparison(
      metric: metric,
      field: field,
      argument: argument,
      relation: syntax.relation,
      threshold: syntax.quantity.value,
      text: syntax.text,
      place: Located((), at: name.position, length: name.length)
    )
  }

  private mutating func metric(of call: CallSyntax, in text: AlignedText) -> Metric? {
    if let metric = Catalog.metric(named: call.name) { return metric }
    let names = Catalog.metrics.map(\.name)
    let hint =
      call.name == "firing"
      ? "it belongs into a trigger's 'when'" : Suggestion.didYouMean(call.name, among: names)
    report(
      SyntaxError(call.nameRange, "unknown metric \(shown(call.name))", hint: hint),
      in: text
    )
    return nil
  }

  private mutating func checkBounds(
    _ quantity: Quantity,
    of metric: Metric,
    at place: Located<Void>
  ) {
    guard metric.unit == .share || metric.unit == .distance, !(0...1).contains(quantity.value)
    else { return }
    let isShare = metric.unit == .share
    let couldBePercent = quantity.kind == .number && (1...100).contains(quantity.value)
    diagnostics.warning(
      at: place,
      isShare ? "a share is between 0 and 100%" : "a distance is between 0 and 1",
      hint: couldBePercent && isShare
        ? "did you mean \(NumberText.readable(quantity.value))%?" : nil
    )
  }

  /// The field and the further argument of a call; nil when they do not fit the metric.
  private mutating func arguments(
    of call: CallSyntax,
    _ metric: Metric,
    in text: AlignedText,
    hasEach: Bool
  ) -> (field: Located<String>?, argument: String?)? {
    let name = metric.name
    guard metric.isOfField else {
      guard let first = call.arguments.first else { return (nil, nil) }
      let message = "'\(name)' is of the whole stream and takes no field"
      report(SyntaxError(first.range, message, hint: "write \(name)()"), in: text)
      return nil
    }
    var rest = call.arguments[...]
    var field: Located<String>?
    if hasEach {
      if let first = rest.first, first.isQuoted || !metric.arguments.contains(first.text) {
        let message = "'each' names the fields already"
        report(SyntaxError(first.range, message, hint: "write \(name) without one"), in: text)
        return nil
      }
    } else {
      guard let first = rest.popFirst() else {
        let hint = "write \(name)(FIELD), or say which with 'each: features'"
        report(SyntaxError(call.nameRange, "'\(name)' needs a field", hint: hint), in: text)
        return nil
      }
      let place = text.place(of: first.range)
      field = Located(first.text, at: place.position, length: place.length)
    }
    guard let argument = rest.popFirst() else { return (field, nil) }
    guard metric.arguments.contains(argument.text) else {
      let hint =
        metric.arguments.isEmpty
        ? nil : "the kinds of '\(name)' are \(metric.arguments.joined(separator: ", "))"
      let message =
        metric.arguments.isEmpty
        ? "'\(name)' takes one field" : "unknown kind \(shown(argument.text)) of '\(name)'"
      let nearest = Suggestion.didYouMean(argument.text, among: metric.arguments)
      report(SyntaxError(argument.range, message, hint: nearest ?? hint), in: text)
      return nil
    }
    if let extra = rest.first {
      report(SyntaxError(extra.range, "'\(name)' takes no third argument"), in: text)
      return nil
    }
    return (field, argument.text)
  }
}
