// `previous`, and `versus` with a model version, behind the field of a call.

extension NodeReader {
  /// What a call compares with, and where that names a model version.
  struct BaselineSyntax {
    var baseline = Baseline.reference
    var versionPlace: Located<Void>?
  }

  /// What a call compares with, and the call without saying so; nil when it says so where it
  /// cannot.
  mutating func withoutBaseline(
    _ call: CallSyntax,
    _ metric: Metric,
    in text: AlignedText,
    hasEach: Bool
  ) -> (syntax: BaselineSyntax, rest: CallSyntax)? {
    guard metric.isOfField else { return (BaselineSyntax(), call) }
    let behind = call.arguments.dropFirst(hasEach ? 0 : 1)
    let named = behind.filter(\.isBaseline)
    guard metric.takesBaseline else {
      guard let first = named.first else { return (BaselineSyntax(), call) }
      let what = first.isPrevious ? "the previous window" : "another model version"
      report(SyntaxError(first.range, "'\(metric.name)' does not compare with \(what)"), in: text)
      return nil
    }
    if let quoted = behind.first(where: { $0.isQuoted && $0.isBaselineKeyword }) {
      let message = "'\(quoted.text)' is written without quotes"
      report(SyntaxError(quoted.range, message, hint: "quoted it is a field"), in: text)
      return nil
    }
    if !hasEach, let first = call.arguments.first, first.isBaseline {
      report(inTheFieldsPlace(call), in: text)
      return nil
    }
    if named.count > 1 {
      let isSame = named[0].text == named[1].text
      let message =
        isSame
        ? "'\(named[1].text)' stands here twice"
        : "a comparison is with the previous window or with a model version, not both"
      report(SyntaxError(named[1].range, message), in: text)
      return nil
    }
    guard let place = behind.firstIndex(where: \.isBaseline) else {
      return (BaselineSyntax(), call)
    }
    guard let syntax = baseline(call.arguments[place], in: text) else { return nil }
    var rest = call.arguments
    rest.remove(at: place)
    return (syntax, call.with(rest))
  }

  /// What an argument names that is no field and no kind.
  private mutating func baseline(
    _ argument: CallSyntax.Argument,
    in text: AlignedText
  ) -> BaselineSyntax? {
    guard !argument.isPrevious else { return BaselineSyntax(baseline: .previous) }
    guard let version = argument.version, !version.isEmpty else {
      let message = "'\(argument.text)' needs a model version"
      report(SyntaxError(argument.range, message, hint: "such as versus \"2\""), in: text)
      return nil
    }
    guard version != Self.otherVersions else {
      let message = "\(shown(version)) sums what versions are not told apart"
      report(SyntaxError(argument.range, message), in: text)
      return nil
    }
    let place = text.place(of: argument.range)
    return BaselineSyntax(
      baseline: .version(version),
      versionPlace: Located((), at: place.position, length: place.length)
    )
  }

  /// Of a call that begins with `previous` or `versus`: what is wrong with it.
  private func inTheFieldsPlace(_ call: CallSyntax) -> SyntaxError {
    let (name, rest) = (call.name, call.arguments.dropFirst())
    let first = call.arguments[0]
    var quoted = first
    (quoted.isQuoted, quoted.version) = (true, nil)
    let field = call.with([quoted] + rest)
    guard let other = rest.first else {
      let also = first.version == nil ? ", or \(field) for the field of that name" : ""
      return SyntaxError(
        call.nameRange,
        "'\(name)' needs a field",
        hint: "write \(name)(FIELD, \(first))\(also)"
      )
    }
    let moved = call.with([other, first] + rest.dropFirst())
    return SyntaxError(
      first.range,
      "'\(first.text)' stands behind the field",
      hint: "write \(other.isBaseline ? field : moved)"
    )
  }
}
