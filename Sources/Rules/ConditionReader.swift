extension NodeReader {
  /// Reads a rule's condition and asks the catalog about every metric in it.
  ///
  /// - Returns: nil where it cannot be read, with a nil for each comparison that makes no sense:
  ///   the others can still be checked against the reference.
  mutating func condition(_ section: Section, _ key: String) -> Formula<UnboundComparison?>? {
    guard let text = alignedText(section, key, needs: "a condition") else { return nil }
    let hasEach = section["each"] != nil
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
    if let values = syntax.values {
      return bind(values, of: syntax, in: text, hasEach: hasEach)
    }
    guard let outer = metric(of: syntax.call, in: text),
      let call = outer.detector == nil ? syntax.call : series(of: syntax.call, in: text),
      let metric = outer.detector == nil ? outer : observed(by: outer, call, in: text),
      let (against, rest) = withoutBaseline(call, metric, in: text, hasEach: hasEach),
      let (partner, others) = withoutPartner(rest, metric, in: text, hasEach: hasEach),
      let (field, argument) = arguments(of: others, metric, in: text, hasEach: hasEach)
    else { return nil }
    guard let thresholdPlace = threshold(of: syntax, outer, in: text) else { return nil }
    let name = text.place(of: syntax.call.nameRange)
    return UnboundComparison(
      metric: metric,
      detector: outer.detector == nil ? nil : outer,
      field: field,
      partner: partner,
      argument: argument,
      baseline: against.baseline,
      versionPlace: against.versionPlace,
      relation: syntax.relation,
      threshold: syntax.quantity.value,
      text: syntax.text,
      place: Located((), at: name.position, length: name.length),
      thresholdPlace: thresholdPlace
    )
  }

  /// How a comparison's quantity is written, and where; nil for one that its metric cannot be.
  mutating func threshold(
    of syntax: ComparisonSyntax,
    _ metric: Metric,
    in text: AlignedText
  ) -> Located<Quantity.Kind>? {
    let place = text.place(of: syntax.quantityRange)
    let found = Located(syntax.quantity.kind, at: place.position, length: place.length)
    if metric.unit.accepts(syntax.quantity.kind) { return found }
    diagnostics.error(
      at: found.with(()),
      "'\(metric.name)' is \(metric.unit.phrase), but "
        + "'\(syntax.quantityText)' is \(syntax.quantity.kind.phrase)",
      hint: metric.unit.example
    )
    return nil
  }

  private mutating func metric(
    of call: CallSyntax,
    in text: AlignedText,
    hint: String? = nil
  ) -> Metric? {
    if let metric = Catalog.metric(named: call.name) { return metric }
    let names = Catalog.metrics.map(\.name)
    let hint =
      call.name == "firing"
      ? "it belongs into a trigger's 'when'"
      : Suggestion.didYouMean(call.name, among: names) ?? hint
    report(
      SyntaxError(call.nameRange, "unknown metric \(shown(call.name))", hint: hint),
      in: text
    )
    return nil
  }

  /// The metric as written whose series a detector looks at.
  private mutating func series(of call: CallSyntax, in text: AlignedText) -> CallSyntax? {
    var hint = "write \(call.name)(mean(FIELD)), or \(call.name)(mean) with 'each'"
    guard let first = call.arguments.first, !first.isQuoted else {
      let message = "'\(call.name)' needs a metric whose windows it looks at"
      report(SyntaxError(call.nameRange, message, hint: hint), in: text)
      return nil
    }
    guard call.arguments.count == 1 else {
      let extra = call.arguments[1]
      let message = "'\(call.name)' takes one metric, with what belongs to it in parentheses"
      let takesIt = Catalog.metric(named: first.text)?.takesBaseline ?? false
      if takesIt || !call.arguments.contains(where: \.isBaseline) {
        let inner = CallSyntax(first)
        let whole = inner.with(inner.arguments + call.arguments.dropFirst())
        hint = "write \(call.name)(\(whole))"
      }
      report(SyntaxError(extra.range, message, hint: hint), in: text)
      return nil
    }
    return CallSyntax(first)
  }

  /// The metric that a detector looks at.
  private mutating func observed(
    by detector: Metric,
    _ call: CallSyntax,
    in text: AlignedText
  ) -> Metric? {
    let field = call.name == Metric.previousArgument ? "FIELD" : call.name
    let hint = "'\(detector.name)' takes a metric, such as \(detector.name)(mean(\(field)))"
    guard let metric = metric(of: call, in: text, hint: hint) else { return nil }
    guard metric.detector == nil else {
      let message = "'\(detector.name)' takes a metric of windows, not another detector"
      let inner = call.arguments.first { $0.arguments != nil }
      let hint = inner.map { "write \(detector.name)(\($0))" }
      report(SyntaxError(call.nameRange, message, hint: hint), in: text)
      return nil
    }
    guard !metric.isOfClock else {
      let message = "'\(metric.name)' is judged by the clock and has no windows"
      report(SyntaxError(call.nameRange, message), in: text)
      return nil
    }
    return metric
  }

  /// The field and the further argument of a call; nil when they do not fit the metric.
  private mutating func arguments(
    of call: CallSyntax,
    _ metric: Metric,
    in text: AlignedText,
    hasEach: Bool
  ) -> (field: Located<String>?, argument: String?)? {
    let name = metric.name
    if let nested = call.arguments.first(where: { $0.arguments != nil }) {
      let detectors = Catalog.metrics.filter { $0.detector != nil }.map(\.name)
      let message = "'\(name)' takes a field, not a metric"
      let hint = "only \(detectors.joined(separator: ", ")) take one"
      report(SyntaxError(nested.range, message, hint: hint), in: text)
      return nil
    }
    var rest = call.arguments[...]
    var field: Located<String>?
    if !metric.isOfField {
      if let first = rest.first, first.isQuoted || !metric.arguments.resembles(first.text) {
        let message = "'\(name)' is of the whole stream and takes no field"
        let hint = metric.arguments.example.map { "write \(name), or \(name)(\($0))" }
        report(
          SyntaxError(first.range, message, hint: hint ?? "write \(name)()"),
          in: text
        )
        return nil
      }
    } else if hasEach {
      if let first = rest.first, first.isQuoted || !metric.arguments.resembles(first.text) {
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
      report(metric.refusal(of: argument), in: text)
      return nil
    }
    if let extra = rest.first {
      report(SyntaxError(extra.range, "'\(name)' takes no third argument"), in: text)
      return nil
    }
    return (field, argument.text)
  }
}
