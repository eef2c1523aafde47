/// The text of a file, by line and column.
public struct SourceText: Sendable {
  /// The file as the caller named it.
  public let file: String
  /// The whole text, without a byte order mark.
  public let text: String
  let scalars: [Unicode.Scalar]
  /// Offset of the first scalar of each line.
  private let lineStarts: [Int]

  /// A file's text.
  ///
  /// - Parameters:
  ///   - file: As it shall stand in diagnostics.
  ///   - text: The whole text.
  public init(file: String, text: String) {
    self.file = file
    var scalars = Array(text.unicodeScalars)
    let hasByteOrderMark = scalars.first == "\u{FEFF}"
    if hasByteOrderMark { scalars.removeFirst() }
    self.text = hasByteOrderMark ? String(scalars: scalars) : text
    var starts = [0]
    for (index, scalar) in scalars.enumerated() where scalar.isLineBreak {
      let isFirstOfTwo =
        scalar == "\r" && index + 1 < scalars.count && scalars[index + 1] == "\n"
      if !isFirstOfTwo { starts.append(index + 1) }
    }
    self.scalars = scalars
    lineStarts = starts
  }

  /// The text that a file holds.
  ///
  /// - Parameters:
  ///   - bytes: Its content.
  ///   - file: As it shall stand in diagnostics.
  ///   - problems: Takes the place of the first byte that is no UTF-8.
  /// - Returns: nil where there is one.
  public static func read(
    _ bytes: [UInt8],
    file: String,
    _ problems: inout [Diagnostic]
  ) -> SourceText? {
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: bytes.span)
      return SourceText(file: file, text: String(decoding: bytes, as: UTF8.self))
    } catch {
      let before = String(decoding: bytes[..<error.byteOffsets.lowerBound], as: UTF8.self)
      let good = SourceText(file: file, text: before)
      problems.append(
        Diagnostic(
          .error,
          file: file,
          position: good.position(of: good.scalars.count),
          length: 1,
          message: "is not UTF-8 text",
          hint: nil
        )
      )
      return nil
    }
  }

  /// Offset of a place; beyond the end it is the end.
  func offset(of position: Position) -> Int {
    guard lineStarts.indices.contains(position.line - 1) else { return scalars.count }
    return min(scalars.count, lineStarts[position.line - 1] + max(0, position.column - 1))
  }

  /// Place of an offset.
  ///
  /// - Complexity: O(log lines).
  func position(of offset: Int) -> Position {
    var (low, high) = (0, lineStarts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return Position(line: low + 1, column: offset - lineStarts[low] + 1)
  }

  /// The text of a line, without its end.
  func line(_ number: Int) -> [Unicode.Scalar]? {
    guard lineStarts.indices.contains(number - 1) else { return nil }
    let end = number < lineStarts.count ? lineStarts[number] : scalars.count
    return Array(scalars[lineStarts[number - 1]..<end].filter { !$0.isLineBreak })
  }

  /// All lines, without their ends.
  var lines: some Sequence<[Unicode.Scalar]> {
    lineStarts.indices.lazy.compactMap { line($0 + 1) }
  }

  /// A line with a place in it underlined: `^~~~`.
  func excerpt(at position: Position, length: Int) -> String? {
    guard let whole = line(position.line), !whole.isEmpty else { return nil }
    // Of a very long line only the part around the place is shown.
    let start = position.column > 120 ? position.column - 40 : 0
    let shown = whole.dropFirst(start).prefix(160)
    let column = position.column - 1 - start
    let margin = shown.prefix(column).map { $0 == "\t" ? "\t" : " " }.joined()
    let padding = String(repeating: " ", count: max(0, column - shown.count))
    let width = max(1, min(length, shown.count - column))
    return String(scalars: shown) + "\n" + margin + padding + "^"
      + String(repeating: "~", count: width - 1)
  }
}

extension String {
  /// A string of scalars.
  init(scalars: some Sequence<Unicode.Scalar>) {
    var view = UnicodeScalarView()
    view.append(contentsOf: scalars)
    self.init(view)
  }
}

extension Unicode.Scalar {
  /// The line breaks of YAML 1.1, so that lines are counted as its parser counts them.
  var isLineBreak: Bool {
    self == "\n" || self == "\r" || self == "\u{85}" || self == "\u{2028}" || self == "\u{2029}"
  }

  /// Blank or line break.
  var isSpace: Bool { self == " " || self == "\t" || isLineBreak }

  /// A digit of ASCII.
  var isDigit: Bool { ("0"..."9").contains(self) }
}
