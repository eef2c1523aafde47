/// Says what the text of one CSV cell is.
struct CSVCellReader: Sendable {
  private let nullTokens: [[UInt8]]
  private let booleans = ["true", "false"].map { Array($0.utf8) }
  private let readsNaN: Bool
  private let readsEmpty: Bool

  init(nullTokens: [String]) {
    let tokens = nullTokens.map { Array($0.utf8) }
    readsEmpty = tokens.contains([])
    readsNaN = tokens.contains { isWord($0.span, 0..<$0.count, "nan") }
    self.nullTokens = tokens.filter { !$0.isEmpty }
  }

  /// The tag of a cell, and its number if it has one.
  func read(_ cell: Span<UInt8>) -> (tag: ValueTag, number: Double) {
    if cell.isEmpty { return (readsEmpty ? .emptyString : .string, 0) }
    if readsNaN, isWord(cell, 0..<cell.count, "nan") { return (.nan, 0) }
    for token in nullTokens where isEqual(cell, token) { return (.null, 0) }
    for word in booleans where isEqual(cell, word) { return (.booleanText, 0) }
    let content = trimmed(cell)
    guard let first = content.first else { return (.string, 0) }
    // Most strings are told from numbers by their first byte.
    switch cell[first] {
    case ASCII.zero...ASCII.nine, ASCII.plus, ASCII.minus, ASCII.point:
      if let number = parseDecimal(cell.extracting(content)) { return number }
    default: break
    }
    return infinity(cell, content).map { (.infinite, $0) } ?? (.string, 0)
  }

  private func infinity(_ cell: Span<UInt8>, _ content: Range<Int>) -> Double? {
    let isNegative = cell[content.lowerBound] == ASCII.minus
    let isSigned = isNegative || cell[content.lowerBound] == ASCII.plus
    let word = content.lowerBound + (isSigned ? 1 : 0)..<content.upperBound
    guard isWord(cell, word, "inf") || isWord(cell, word, "infinity") else { return nil }
    return isNegative ? -.infinity : .infinity
  }

  private func trimmed(_ cell: Span<UInt8>) -> Range<Int> {
    var range = 0..<cell.count
    while let last = range.last, cell[last] == ASCII.space { range.removeLast() }
    while let first = range.first, cell[first] == ASCII.space { range.removeFirst() }
    return range
  }

  private func isEqual(_ cell: Span<UInt8>, _ token: [UInt8]) -> Bool {
    guard cell.count == token.count else { return false }
    for index in token.indices where cell[index] != token[index] { return false }
    return true
  }
}

/// Whether a run of bytes is this word (in small letters), whatever its case.
private func isWord(_ bytes: Span<UInt8>, _ range: Range<Int>, _ word: String) -> Bool {
  guard range.count == word.utf8.count else { return false }
  return zip(range, word.utf8).allSatisfy { ASCII.lowercased(bytes[$0]) == $1 }
}
