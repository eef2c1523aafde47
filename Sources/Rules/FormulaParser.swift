/// Reads `or`, `and`, `not` and parentheses; what a test is, its caller says.
///
/// ```
/// formula  = and { "or" and }
/// and      = not { "and" not }
/// not      = "not" not | "(" formula ")" | test
/// ```
struct FormulaParser<Test> {
  typealias TestParser = (inout TokenCursor) throws(SyntaxError) -> Formula<Test>

  private let test: TestParser
  private var depth = 0

  private init(test: @escaping TestParser) { self.test = test }

  /// Deepest nesting of parentheses and `not`.
  static var depthLimit: Int { 32 }
  /// Longest text of a condition.
  static var lengthLimit: Int { 4096 }

  /// Reads a whole text.
  static func parse(
    _ scalars: [Unicode.Scalar],
    test: @escaping TestParser
  ) throws(SyntaxError) -> Formula<Test> {
    guard scalars.count <= lengthLimit else {
      throw SyntaxError(0..<1, "the condition is longer than \(lengthLimit) characters")
    }
    var cursor = try TokenCursor(scalars)
    var parser = FormulaParser(test: test)
    let formula = try parser.formula(&cursor)
    if cursor.current.kind == .closing {
      throw SyntaxError(cursor.current.range, "')' closes nothing")
    }
    guard cursor.current.kind == .end else {
      throw cursor.expected("'and' or 'or'", hint: hint(at: cursor.current))
    }
    return formula
  }

  private mutating func formula(_ cursor: inout TokenCursor) throws(SyntaxError) -> Formula<Test> {
    var parts = [try conjunction(&cursor)]
    while cursor.accept(.word("or")) { parts.append(try conjunction(&cursor)) }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func conjunction(
    _ cursor: inout TokenCursor
  ) throws(SyntaxError) -> Formula<Test> {
    var parts = [try negation(&cursor)]
    while cursor.accept(.word("and")) { parts.append(try negation(&cursor)) }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private mutating func negation(_ cursor: inout TokenCursor) throws(SyntaxError) -> Formula<Test> {
    let start = cursor.current.range
    guard depth < Self.depthLimit else {
      throw SyntaxError(start, "nested more than \(Self.depthLimit) deep")
    }
    depth += 1
    defer { depth -= 1 }
    if cursor.accept(.word("not")) { return .not(try negation(&cursor)) }
    guard cursor.accept(.opening) else { return try test(&cursor) }
    let inner = try formula(&cursor)
    guard cursor.accept(.closing) else {
      throw cursor.expected("')'", hint: Self.hint(at: cursor.current))
    }
    return inner
  }

  private static func hint(at token: Token) -> String? {
    guard case .word(let word) = token.kind else { return nil }
    return Suggestion.didYouMean(word, among: ["and", "or"])
  }
}
