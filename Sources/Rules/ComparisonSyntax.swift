/// One comparison as written, before the catalog was asked.
struct ComparisonSyntax: Equatable {
  var call: CallSyntax
  var relation: Relation
  var quantity: Quantity
  /// Where the quantity stands.
  var quantityRange: Range<Int>
  /// The quantity as written.
  var quantityText: String
  /// The whole comparison as written; of a range, the range.
  var text: String
  /// The values that are let through, of a test of values; the call is then of `in` or `matches`.
  var values: ValueTestSyntax?

  /// Reads `call relation quantity`, or the range `quantity relation call relation quantity`.
  static func parse(
    _ cursor: inout TokenCursor
  ) throws(SyntaxError) -> Formula<ComparisonSyntax> {
    if let keyword = ValueTestSyntax.Keyword(following: cursor) {
      return .comparison(try ofValues(keyword, &cursor))
    }
    switch cursor.current.kind {
    case .quantity: return try range(&cursor)
    case .word(let word) where !CallSyntax.reserved.contains(word): return try single(&cursor)
    default: throw cursor.expected("a comparison such as 'missing(amount) < 1%'")
    }
  }

  private static func single(
    _ cursor: inout TokenCursor
  ) throws(SyntaxError) -> Formula<ComparisonSyntax> {
    let start = cursor.current.range.lowerBound
    let call = try CallSyntax.parse(&cursor)
    guard let (relation, _) = cursor.acceptRelation() else {
      throw cursor.expected("a comparison with \(shown(call.name))", hint: "such as '< 0.1'")
    }
    var comparison = try comparison(of: call, relation, &cursor)
    if case .relation = cursor.current.kind {
      throw SyntaxError(
        cursor.current.range,
        "a second comparison",
        hint: "a range is written '0 < \(call) < 1'"
      )
    }
    comparison.text = cursor.text(of: start..<cursor.previousEnd)
    return .comparison(comparison)
  }

  private static func range(
    _ cursor: inout TokenCursor
  ) throws(SyntaxError) -> Formula<ComparisonSyntax> {
    let start = cursor.current.range
    guard case .quantity(let lowest) = cursor.advance().kind,
      let (left, leftRange) = cursor.acceptRelation()
    else { throw cursor.expected("a comparison") }
    let call = try CallSyntax.parse(&cursor)
    guard let (right, rightRange) = cursor.acceptRelation() else {
      let text = cursor.text(of: start)
      throw cursor.expected(
        "the other end of the range",
        hint: "or write '\(call) \(left.mirrored.rawValue) \(text)'"
      )
    }
    try checkDirection(of: left, leftRange, and: right, rightRange)
    var first = ComparisonSyntax(
      call: call,
      relation: left.mirrored,
      quantity: lowest,
      quantityRange: start,
      quantityText: cursor.text(of: start),
      text: ""
    )
    var second = try comparison(of: call, right, &cursor)
    first.text = cursor.text(of: start.lowerBound..<cursor.previousEnd)
    second.text = first.text
    return .all([.comparison(first), .comparison(second)])
  }

  private static func comparison(
    of call: CallSyntax,
    _ relation: Relation,
    _ cursor: inout TokenCursor
  ) throws(SyntaxError) -> ComparisonSyntax {
    guard case .quantity(let quantity) = cursor.current.kind else {
      throw cursor.expected("a quantity", hint: "such as 0.2, 1%, 5m or 10/s")
    }
    let range = cursor.advance().range
    return ComparisonSyntax(
      call: call,
      relation: relation,
      quantity: quantity,
      quantityRange: range,
      quantityText: cursor.text(of: range),
      text: ""
    )
  }

  private static func checkDirection(
    of left: Relation,
    _ leftRange: Range<Int>,
    and right: Relation,
    _ rightRange: Range<Int>
  ) throws(SyntaxError) {
    let rising: [Relation] = [.less, .lessOrEqual]
    let falling: [Relation] = [.greater, .greaterOrEqual]
    if rising.contains(left), rising.contains(right) { return }
    if falling.contains(left), falling.contains(right) { return }
    throw SyntaxError(
      [.equal, .unequal].contains(left) ? leftRange : rightRange,
      "both comparisons of a range point the same way",
      hint: "such as '0 < mean(amount) <= 100'"
    )
  }
}

extension ComparisonSyntax: CustomStringConvertible {
  /// As the parser reads it back.
  var description: String {
    guard let values else { return "\(call) \(relation.rawValue) \(quantityText)" }
    let field = call.arguments.map(\.description).joined()
    return "\(field) \(values) for \(quantityText)"
  }
}
