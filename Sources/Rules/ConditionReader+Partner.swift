extension NodeReader {
  /// Takes the second field out of a call of a metric of two fields together.
  ///
  /// - Returns: That field and the call without it; the call as it is for another metric; nil when
  ///   the call does not fit the metric.
  mutating func withoutPartner(
    _ call: CallSyntax,
    _ metric: Metric,
    in text: AlignedText,
    hasEach: Bool
  ) -> (partner: Located<String>?, call: CallSyntax)? {
    guard metric.takesPartner else { return (nil, call) }
    let name = metric.name
    guard !hasEach else {
      let message = "'each' names fields one by one, but '\(name)' is of two together"
      let hint = "write a rule without 'each': \(name)(FIELD, FIELD)"
      report(SyntaxError(call.nameRange, message, hint: hint), in: text)
      return nil
    }
    guard call.arguments.count > 1, call.arguments[1].arguments == nil else {
      let message = "'\(name)' needs two fields"
      report(
        SyntaxError(call.nameRange, message, hint: "write \(name)(FIELD, FIELD)"),
        in: text
      )
      return nil
    }
    if call.arguments.count > 2 {
      let message = "'\(name)' takes two fields"
      report(SyntaxError(call.arguments[2].range, message), in: text)
      return nil
    }
    let second = call.arguments[1]
    let place = text.place(of: second.range)
    let partner = Located(second.text, at: place.position, length: place.length)
    return (partner, call.with(call.arguments.prefix(1) + call.arguments.dropFirst(2)))
  }
}
