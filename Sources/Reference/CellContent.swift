internal import Records
internal import Sketches

/// What a cell is to the field that is learned.
enum CellContent {
  /// No value.
  case missing(Completeness.Missing)
  /// A value of another type than the field's.
  case mismatch
  /// A value of a numeric field.
  case number(Double)
  /// A value of a categorical one: where it stands in the batch's text.
  case text(Range<Int>)
}

extension ColumnBatch.Column {
  /// What a cell is to a categorical field: an infinity with a text, which CSV has, is that text.
  ///
  /// - Parameters:
  ///   - row: Of the cell.
  ///   - takesNumbers: Whether the field has the texts of numbers, too.
  /// - Returns: The cell's tag; of such a text that of a number, or of a string.
  func tagAsText(_ row: Int, takesNumbers: Bool) -> ValueTag {
    guard tags[row] == .infinite, textLengths[row] > 0 else { return tags[row] }
    return takesNumbers ? .number : .string
  }
}

extension FieldSchema {
  /// What a cell of the field's column holds.
  func content(of cells: ColumnBatch.Column, _ row: Int) -> CellContent {
    let tag =
      kind == .categorical
      ? cells.tagAsText(row, takesNumbers: types.fits(.number)) : cells.tags[row]
    if let missing = Completeness.Missing(tag) { return .missing(missing) }
    switch kind {
    case .numeric: return tag == .number ? .number(cells.numbers[row]) : .mismatch
    case .categorical:
      let isUsable = ValueTypes(tag).map(types.fits) ?? false
      return isUsable ? .text(cells.textRange(row)) : .mismatch
    }
  }
}
