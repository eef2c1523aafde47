/// A trigger's test as written: `firing(RULE)`, `firing(RULE) >= 3`, or `>= 30% of features`.
struct FiringSyntax: Equatable {
  var rule: String
  var ruleRange: Range<Int>
  var relation: Relation
  var quantity: Quantity
  /// The quantity as written.
  var quantityText: String
  /// The group that a percentage is of.
  var group: FieldGroup?
  var text: String

  static func parse(_ cursor: inout TokenCursor) throws(SyntaxError) -> Formula<FiringSyntax> {
    let start = cursor.current.range.lowerBound
    guard case .word(let word) = cursor.current.kind, !CallSyntax.reserved.contains(word) else {
      throw cursor.expected("a test such as 'firing(RULE)'")
    }
    let call = try CallSyntax.parse(&cursor)
    guard call.name == "firing" else {
      throw SyntaxError(
        call.nameRange,
        "a trigger tests rules, not \(shown(call.name))",
        hint: Suggestion.didYouMean(call.name, among: ["firing"])
          ?? "write a rule that judges it, and here firing(RULE)"
      )
    }
    guard call.arguments.count == 1, call.arguments[0].arguments == nil else {
      throw SyntaxError(call.nameRange, "'firing' takes the name of one rule")
    }
    var test = FiringSyntax(
      rule: call.arguments[0].text,
      ruleRange: call.arguments[0].range,
      relation: .greaterOrEqual,
      quantity: .one,
      quantityText: "1",
      text: ""
    )
    if let (relation, _) = cursor.acceptRelation() {
      test.relation = relation
      try test.parseThreshold(&cursor)
    }
    test.text = cursor.text(of: start..<cursor.previousEnd)
    return .comparison(test)
  }

  private mutating func parseThreshold(_ cursor: inout TokenCursor) throws(SyntaxError) {
    guard case .quantity(let quantity) = cursor.current.kind else {
      throw cursor.expected("a number or a percentage", hint: "such as 3, or 30% of features")
    }
    let range = cursor.advance().range
    quantityText = cursor.text(of: range)
    self.quantity = quantity
    switch quantity.kind {
    case .number where quantity.value >= 0 && quantity.value == quantity.value.rounded(): break
    case .percentage where (0...1).contains(quantity.value):
      guard cursor.accept(.word("of")) else {
        throw cursor.expected("'of' and a group", hint: "such as \(quantityText) of features")
      }
      group = try Self.group(&cursor)
    default:
      throw SyntaxError(
        range,
        "\(shown(quantityText)) counts no alerts",
        hint: "write a whole number such as 3, or a percentage such as 30% of features"
      )
    }
  }

  private static func group(_ cursor: inout TokenCursor) throws(SyntaxError) -> FieldGroup {
    let names = FieldGroup.allCases.map(\.rawValue)
    let what = "one of \(names.joined(separator: ", "))"
    guard case .word(let word) = cursor.current.kind, let group = FieldGroup(rawValue: word) else {
      if case .word(let word) = cursor.current.kind {
        throw cursor.expected(what, hint: Suggestion.didYouMean(word, among: names))
      }
      throw cursor.expected(what)
    }
    cursor.advance()
    return group
  }
}

extension FiringSyntax: CustomStringConvertible {
  /// As the parser reads it back.
  var description: String {
    let share = group.map { " of \($0.rawValue)" } ?? ""
    return "firing(\(rule)) \(relation.rawValue) \(quantityText)\(share)"
  }
}

extension Quantity {
  fileprivate static let one = Quantity(number: 1)
}

/// A test of a rule that is still a name.
struct UnboundFiring: Sendable {
  var rule: Located<String>
  var relation: Relation
  var threshold: Double
  var group: FieldGroup?
  var text: String
}

extension NodeReader {
  /// Reads a trigger's condition.
  mutating func firing(_ section: Section) -> Formula<UnboundFiring>? {
    guard let text = alignedText(section, "when", needs: "a condition") else { return nil }
    do throws(SyntaxError) {
      let formula = try FormulaParser.parse(text.scalars, test: FiringSyntax.parse)
      let unbound = formula.compactMap { syntax in
        let place = text.place(of: syntax.ruleRange)
        return UnboundFiring(
          rule: Located(syntax.rule, at: place.position, length: place.length),
          relation: syntax.relation,
          threshold: syntax.quantity.value,
          group: syntax.group,
          text: syntax.text
        )
      }
      unbound?.tests.forEach { warnOfReach(of: $0) }
      return unbound
    } catch {
      report(error, in: text)
      return nil
    }
  }
}
