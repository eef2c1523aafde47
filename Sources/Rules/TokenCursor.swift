/// Goes through the tokens of a condition.
struct TokenCursor {
  private let tokens: [Token]
  private var index = 0
  private let scalars: [Unicode.Scalar]
  /// What it goes through, as messages call it.
  private let subject: String

  init(_ scalars: [Unicode.Scalar], of subject: String = "condition") throws(SyntaxError) {
    self.scalars = scalars
    self.subject = subject
    tokens = try Tokenizer.tokens(of: scalars)
  }

  /// The token that comes next; at the end always the end.
  var current: Token { tokens[index] }

  /// The token behind the current one.
  var following: Token { tokens[min(index + 1, tokens.count - 1)] }

  /// Where the token before the current one ends.
  var previousEnd: Int { index == 0 ? 0 : tokens[index - 1].range.upperBound }

  /// Goes on by one token and gives the one passed.
  @discardableResult
  mutating func advance() -> Token {
    let token = tokens[index]
    if token.kind != .end { index += 1 }
    return token
  }

  /// Passes a token of this kind, if it comes next.
  mutating func accept(_ kind: Token.Kind) -> Bool {
    guard current.kind == kind else { return false }
    advance()
    return true
  }

  /// Passes a relation, if one comes next.
  mutating func acceptRelation() -> (relation: Relation, range: Range<Int>)? {
    guard case .relation(let relation) = current.kind else { return nil }
    return (relation, advance().range)
  }

  /// The text as it was written, runs of spaces as one.
  func text(of range: Range<Int>) -> String {
    let words = scalars[range].split(whereSeparator: \.isSpace)
    return words.map { String(scalars: $0) }.joined(separator: " ")
  }

  /// An error at the current token.
  func expected(_ what: String, hint: String? = nil) -> SyntaxError {
    let found =
      current.kind == .end ? "the \(subject) ends here" : "found \(shown(text(of: current.range)))"
    return SyntaxError(current.range, "expected \(what), but \(found)", hint: hint)
  }
}
