/// A piece of a condition.
struct Token: Equatable {
  enum Kind: Equatable {
    case word(String), quoted(String)
    case quantity(Quantity)
    case relation(Relation)
    case opening, closing, openingBracket, closingBracket, comma, colon
    case end
  }

  var kind: Kind
  /// Offsets in Unicode scalars.
  var range: Range<Int>
}

/// Cuts a condition into tokens; conditions and triggers have the same.
struct Tokenizer {
  private let scalars: [Unicode.Scalar]
  private var offset = 0

  private init(_ scalars: [Unicode.Scalar]) { self.scalars = scalars }

  /// The tokens, the last of which is the end.
  static func tokens(of scalars: [Unicode.Scalar]) throws(SyntaxError) -> [Token] {
    var tokenizer = Tokenizer(scalars)
    var tokens: [Token] = []
    while true {
      let token = try tokenizer.next()
      tokens.append(token)
      if token.kind == .end { return tokens }
    }
  }

  private func peek(_ distance: Int = 0) -> Unicode.Scalar? {
    offset + distance < scalars.count ? scalars[offset + distance] : nil
  }

  private mutating func next() throws(SyntaxError) -> Token {
    while peek()?.isSpace == true { offset += 1 }
    let start = offset
    guard let scalar = peek() else { return Token(kind: .end, range: start..<start) }
    let kind: Token.Kind
    switch scalar {
    case "(": kind = single(.opening)
    case ")": kind = single(.closing)
    case "[": kind = single(.openingBracket)
    case "]": kind = single(.closingBracket)
    case ",": kind = single(.comma)
    case ":": kind = single(.colon)
    case "<", ">", "=", "!": kind = try relation()
    case "\"", "'": kind = try quoted(by: scalar)
    case _ where startsNumber: kind = try quantity()
    case _ where scalar.startsWord: kind = word()
    default: throw unexpected(scalar)
    }
    return Token(kind: kind, range: start..<offset)
  }

  private mutating func single(_ kind: Token.Kind) -> Token.Kind {
    offset += 1
    return kind
  }

  private mutating func relation() throws(SyntaxError) -> Token.Kind {
    let text = String(scalars: scalars[offset...].prefix(2))
    for candidate in [text, String(text.prefix(1))] {
      guard let relation = Relation(rawValue: candidate) else { continue }
      offset += candidate.unicodeScalars.count
      return .relation(relation)
    }
    let hint = text.hasPrefix("=") ? "write '==' for equality" : "write 'not'"
    throw SyntaxError(offset..<offset + 1, "unexpected '\(text.prefix(1))'", hint: hint)
  }

  private mutating func quoted(by quote: Unicode.Scalar) throws(SyntaxError) -> Token.Kind {
    let start = offset
    var content: [Unicode.Scalar] = []
    offset += 1
    while let scalar = peek() {
      offset += 1
      if scalar == quote { return .quoted(String(scalars: content)) }
      // Only a quote or a backslash can be escaped: `\.` is left to the field's path.
      if scalar == "\\", let escaped = peek(), escaped == quote || escaped == "\\" {
        content.append(escaped)
        offset += 1
      } else {
        content.append(scalar)
      }
    }
    let hint = "close it with \(quote)"
    throw SyntaxError(start..<offset, "this quoted name does not end", hint: hint)
  }

  private var startsNumber: Bool {
    guard let scalar = peek() else { return false }
    if scalar == "-" || scalar == "+" || scalar == "." {
      let next = peek(1)
      return next?.isDigit == true || (next == "." && peek(2)?.isDigit == true)
    }
    return scalar.isDigit
  }

  private mutating func quantity() throws(SyntaxError) -> Token.Kind {
    let start = offset
    offset += 1
    while let scalar = peek() {
      let isExponentSign =
        (scalar == "-" || scalar == "+") && ["e", "E"].contains(scalars[offset - 1])
        && scalars[start..<(offset - 1)].allSatisfy { $0.isDigit || $0 == "." || $0 == "-" }
      guard scalar.continuesQuantity || isExponentSign else { break }
      offset += 1
    }
    // `1 %` is how many people write it.
    if peek() == " ", peek(1) == "%" { offset += 2 }
    let text = String(scalars: scalars[start..<offset].filter { $0 != " " })
    guard let quantity = Quantity(text) else {
      throw SyntaxError(
        start..<offset,
        "\(shown(text)) is not a quantity",
        hint: "quantities are like 0.2, 1%, 5m or 10/s"
      )
    }
    return .quantity(quantity)
  }

  private mutating func word() -> Token.Kind {
    let start = offset
    while let scalar = peek() {
      // A hyphen or a dot is part of a name only between two of its letters.
      let isInner =
        (scalar == "-" || scalar == ".") && peek(1).map { $0.startsWord || $0.isDigit } == true
      guard scalar.startsWord || scalar.isDigit || isInner else { break }
      offset += 1
    }
    return .word(String(scalars: scalars[start..<offset]))
  }

  private func unexpected(_ scalar: Unicode.Scalar) -> SyntaxError {
    let hint: String? =
      switch scalar {
      case "+", "-", "*", "/": "conditions have no arithmetic"
      case "&": "write 'and'"
      case "|": "write 'or'"
      case "{": "quote a field name that holds such characters"
      default: nil
      }
    return SyntaxError(offset..<offset + 1, "unexpected \(shown(String(scalar)))", hint: hint)
  }
}

extension Unicode.Scalar {
  fileprivate var startsWord: Bool { self == "_" || self == "$" || properties.isAlphabetic }

  fileprivate var continuesQuantity: Bool {
    isDigit || self == "." || self == "%" || self == "/" || properties.isAlphabetic
  }
}
