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

extension FieldSchema {
  /// What a cell of the field's column holds.
  func content(of cells: ColumnBatch.Column, _ row: Int) -> CellContent {
    let tag = cells.tags[row]
    if let missing = Completeness.Missing(tag) { return .missing(missing) }
    switch kind {
    case .numeric: return tag == .number ? .number(cells.numbers[row]) : .mismatch
    case .categorical:
      let isUsable = ValueTypes(tag).map(types.fits) ?? false
      return isUsable ? .text(cells.textRange(row)) : .mismatch
    }
  }
}
