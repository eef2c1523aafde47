// `previous` behind the field of a call.

extension NodeReader {
  /// Whether a call compares with the previous window, and the call without saying so; nil when it
  /// says so where it cannot.
  mutating func withoutPrevious(
    _ call: CallSyntax,
    _ metric: Metric,
    in text: AlignedText,
    hasEach: Bool
  ) -> (isAgainstPrevious: Bool, rest: CallSyntax)? {
    guard metric.isOfField else { return (false, call) }
    let (name, keyword) = (metric.name, Metric.previousArgument)
    let behind = call.arguments.dropFirst(hasEach ? 0 : 1)
    let named = behind.filter(\.isPrevious)
    guard metric.takesPrevious else {
      guard let first = named.first else { return (false, call) }
      let message = "'\(name)' does not compare with the previous window"
      report(SyntaxError(first.range, message), in: text)
      return nil
    }
    if let quoted = behind.first(where: { $0.isQuoted && $0.text == keyword }) {
      let message = "'\(keyword)' is written without quotes"
      report(SyntaxError(quoted.range, message, hint: "quoted it is a field"), in: text)
      return nil
    }
    if !hasEach, let first = call.arguments.first, first.isPrevious {
      report(inTheFieldsPlace(call), in: text)
      return nil
    }
    if named.count > 1 {
      report(SyntaxError(named[1].range, "'\(keyword)' stands here twice"), in: text)
      return nil
    }
    let place = call.arguments.lastIndex(where: \.isPrevious)
    let rest = call.arguments.enumerated().filter { $0.offset != place }.map(\.element)
    return (place != nil, call.with(rest))
  }

  /// Of a call that begins with `previous`: what is wrong with it.
  private func inTheFieldsPlace(_ call: CallSyntax) -> SyntaxError {
    let (name, rest) = (call.name, call.arguments.dropFirst())
    var quoted = call.arguments[0]
    quoted.isQuoted = true
    let field = call.with([quoted] + rest)
    guard let other = rest.first else {
      return SyntaxError(
        call.nameRange,
        "'\(name)' needs a field",
        hint: "write \(name)(FIELD, previous), or \(field) for the field of that name"
      )
    }
    let moved = call.with([other, call.arguments[0]] + rest.dropFirst())
    return SyntaxError(
      call.arguments[0].range,
      "'previous' stands behind the field",
      hint: "write \(other.isPrevious ? field : moved)"
    )
  }
}
