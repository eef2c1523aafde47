public import Records

/// Which of some values of a categorical field a cell holds.
///
/// What counts as a value is the same as for the field's distribution: only values of the types
/// that the reference has.
public struct ValuePlaces: Sendable {
  private let types: ValueTypes
  private let other: Int
  /// By code of the decoded column.
  private let places: [Int]

  /// - Parameters:
  ///   - values: Compared byte by byte, each once.
  ///   - types: Of the field's values.
  ///   - codes: What the codes of the decoded column stand for.
  public init(of values: [String], types: ValueTypes, codes: [String]) {
    let index = CategoryIndex(values)
    let other = values.count
    (self.types, self.other) = (types, other)
    places = codes.map { index.code(of: Array($0.utf8).span) ?? other }
  }

  /// The places of the values of rows.
  ///
  /// - Parameters:
  ///   - cells: The decoded column.
  ///   - rows: Of the column.
  ///   - found: Gets a place for each row; behind the last where it is none of the values.
  public func find(_ cells: ColumnBatch.Column, rows: [Int], into found: inout [Int]) {
    found.removeAll(keepingCapacity: true)
    for row in rows {
      let code = Int(cells.codes[row])
      let isKnown = code >= 0 && ValueTypes(cells.tags[row]).map(types.fits) ?? false
      found.append(isKnown ? places[code] : other)
    }
  }
}
