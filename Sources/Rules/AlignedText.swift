/// A scalar's text with the place in the file of each of its characters.
///
/// YAML folds lines, doubles quotes and escapes characters. The text is found again in the source
/// by going through both: what is not a space stands in both in the same order.
struct AlignedText {
  let scalars: [Unicode.Scalar]
  /// One place per scalar, and the place just behind the last.
  private let positions: [Position]

  init(_ scalar: YAMLScalar, at start: Position, in source: SourceText) {
    scalars = Array(scalar.text.unicodeScalars)
    var walker = SourceWalker(source: source, start: start, style: scalar.style)
    positions =
      scalars.map { source.position(of: walker.find($0)) } + [source.position(of: walker.offset)]
  }

  /// Where a range of the text stands; of a range over several lines only the first.
  func place(of range: Range<Int>) -> (position: Position, length: Int) {
    let first = min(range.lowerBound, scalars.count)
    let start = positions[first]
    let last = positions[max(first, min(range.upperBound, scalars.count) - 1)]
    let width = last.line == start.line ? last.column - start.column + 1 : range.count
    return (start, max(1, width))
  }
}

/// Goes through the source of one scalar.
private struct SourceWalker {
  let source: SourceText
  let style: YAMLScalar.Style
  var offset: Int

  init(source: SourceText, start: Position, style: YAMLScalar.Style) {
    self.source = source
    self.style = style
    offset = source.offset(of: start)
    skipAnchor()
    switch style {
    case .plain: break
    case .singleQuoted, .doubleQuoted: offset += 1
    case .block: skipLine()
    }
  }

  /// `&name` belongs to the node and not to its text, nor do comments behind it.
  private mutating func skipAnchor() {
    guard current == "&", style != .block else { return }
    while let scalar = current, !scalar.isSpace { offset += 1 }
    while let scalar = current, scalar.isSpace || scalar == "#" {
      if scalar == "#" { skipLine() } else { offset += 1 }
    }
  }

  private mutating func skipLine() {
    while let scalar = current, !scalar.isLineBreak { offset += 1 }
  }

  private var current: Unicode.Scalar? { peek(0) }

  private func peek(_ distance: Int) -> Unicode.Scalar? {
    offset + distance < source.scalars.count ? source.scalars[offset + distance] : nil
  }

  /// Offset of the next decoded scalar; moves behind it.
  mutating func find(_ wanted: Unicode.Scalar) -> Int {
    if !wanted.isSpace { skipSpace() }
    let found = min(offset, source.scalars.count)
    if wanted.isSpace, current?.isSpace != true, !isEscape { return found }
    offset += width
    return min(found, source.scalars.count)
  }

  private var isEscape: Bool { style == .doubleQuoted && current == "\\" }

  /// Source characters that the decoded one is written with.
  private var width: Int {
    if style == .singleQuoted, current == "'" { return 2 }
    guard isEscape else { return current == nil ? 0 : 1 }
    switch peek(1) {
    case "x": return 4
    case "u": return 6
    case "U": return 10
    default: return 2
    }
  }

  private mutating func skipSpace() {
    while let scalar = current {
      let isContinuation = isEscape && peek(1)?.isLineBreak == true
      guard scalar.isSpace || isContinuation else { return }
      offset += isContinuation ? 2 : 1
    }
  }
}
