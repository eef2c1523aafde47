/// The values that a test lets through, as written: `in ["new", "paid"]`, `matches "[a-z]+"`.
struct ValueTestSyntax: Equatable {
  /// What stands behind the field.
  enum Keyword: String, Equatable, CaseIterable {
    case `in`, matches

    /// The one that follows a field's name at hand; nil where none does.
    init?(following cursor: TokenCursor) {
      switch cursor.current.kind {
      case .quoted: break
      case .word(let word) where !CallSyntax.reserved.contains(word): break
      default: return nil
      }
      guard case .word(let word) = cursor.following.kind else { return nil }
      self.init(rawValue: word)
    }
  }

  /// One value, or the pattern.
  struct Item: Equatable {
    /// Its text, without quotes.
    var text: String
    /// The number that it is; nil for a quoted one, and for a word.
    var number: Double?
    /// Where it stands.
    var range: Range<Int>
  }

  var keyword: Keyword
  /// The values; of `matches` the one pattern.
  var items: [Item]
}

extension ComparisonSyntax {
  /// Reads `field in [value, …]` or `field matches "pattern"`, and `for 99.9%` behind it.
  static func ofValues(
    _ keyword: ValueTestSyntax.Keyword,
    _ cursor: inout TokenCursor
  ) throws(SyntaxError) -> ComparisonSyntax {
    let field = cursor.advance()
    let keywordRange = cursor.advance().range
    let items = try keyword == .in ? list(&cursor) : [pattern(&cursor)]
    var (quantity, quantityRange) = (Quantity(number: 1), keywordRange)
    var quantityText = "100%"
    if cursor.accept(.word("for")) {
      guard case .quantity(let share) = cursor.current.kind else {
        throw cursor.expected("the share of values for which it holds", hint: "such as 99.9%")
      }
      quantityRange = cursor.advance().range
      (quantity, quantityText) = (share, cursor.text(of: quantityRange))
    }
    let name: CallSyntax.Argument =
      switch field.kind {
      case .quoted(let text): .init(text: text, isQuoted: true, range: field.range)
      default: .init(text: cursor.text(of: field.range), isQuoted: false, range: field.range)
      }
    return ComparisonSyntax(
      call: CallSyntax(name: keyword.rawValue, nameRange: keywordRange, arguments: [name]),
      relation: .greaterOrEqual,
      quantity: quantity,
      quantityRange: quantityRange,
      quantityText: quantityText,
      text: cursor.text(of: field.range.lowerBound..<cursor.previousEnd),
      values: ValueTestSyntax(keyword: keyword, items: items)
    )
  }

  private static func list(
    _ cursor: inout TokenCursor
  ) throws(SyntaxError) -> [ValueTestSyntax.Item] {
    guard cursor.accept(.openingBracket) else {
      throw cursor.expected("a list of values", hint: "such as [\"new\", \"paid\"]")
    }
    var items: [ValueTestSyntax.Item] = []
    repeat {
      let range = cursor.current.range
      switch cursor.current.kind {
      case .word(let text), .quoted(let text):
        items.append(ValueTestSyntax.Item(text: text, range: range))
      case .quantity(let quantity) where quantity.kind == .number:
        let text = cursor.text(of: range)
        items.append(ValueTestSyntax.Item(text: text, number: quantity.value, range: range))
      default:
        throw cursor.expected("a value", hint: "such as \"paid\", or 3 without a unit")
      }
      cursor.advance()
    } while cursor.accept(.comma)
    guard cursor.accept(.closingBracket) else { throw cursor.expected("',' or ']'") }
    return items
  }

  private static func pattern(
    _ cursor: inout TokenCursor
  ) throws(SyntaxError) -> ValueTestSyntax.Item {
    guard case .quoted(let text) = cursor.current.kind else {
      throw cursor.expected("a pattern in quotes", hint: "such as \"[A-Z]{3}\"")
    }
    return ValueTestSyntax.Item(text: text, range: cursor.advance().range)
  }
}

extension ValueTestSyntax: CustomStringConvertible {
  /// As the parser reads it back.
  var description: String {
    let texts = items.map { item in
      item.number == nil
        ? CallSyntax.Argument(text: item.text, isQuoted: true, range: item.range).description
        : item.text
    }
    return keyword == .in
      ? "in [\(texts.joined(separator: ", "))]" : "matches \(texts.joined())"
  }
}
