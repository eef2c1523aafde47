extension ColumnBatch {
  /// Empties the batch and keeps its memory.
  public mutating func removeAll() { removeAll(columns: columns.count) }

  /// Adds rows of a batch, in some of its columns: the others have no cells.
  ///
  /// Of a column with codes the numbers are left out, and of one without its texts where they
  /// stand, so that millions of rows can wait to be counted.
  ///
  /// - Parameters:
  ///   - rows: Usable ones, increasing.
  ///   - other: With as many columns.
  ///   - kept: Columns to be added, the same for all rows of this batch.
  /// - Complexity: O(rows × columns kept + bytes of their texts).
  public mutating func append(_ rows: [Int], of other: ColumnBatch, _ kept: [KeptColumn]) {
    if columns.count != other.columns.count { removeAll(columns: other.columns.count) }
    guard let first = rows.first, let last = rows.last else { return }
    let run = last - first + 1 == rows.count ? first..<last + 1 : nil
    for column in kept {
      let cells = other.columns[column.index]
      if let run {
        columns[column.index].append(run, of: cells)
      } else {
        for row in rows { columns[column.index].append(row..<row + 1, of: cells) }
      }
      guard column.hasTexts else { continue }
      for row in rows {
        let start = text.count
        text.append(contentsOf: other.text[cells.textRange(row)])
        columns[column.index].textStarts.append(UInt32(start))
        columns[column.index].textLengths.append(cells.textLengths[row])
      }
    }
    rowCount += rows.count
  }

  /// A column that rows are added to.
  public struct KeptColumn: Sendable {
    /// Its place among the columns.
    public let index: Int
    /// Whether its texts are added, too.
    public let hasTexts: Bool

    /// A column.
    public init(_ index: Int, hasTexts: Bool) { (self.index, self.hasTexts) = (index, hasTexts) }
  }
}

extension ColumnBatch.Column {
  fileprivate mutating func append(_ rows: Range<Int>, of cells: Self) {
    tags.append(contentsOf: cells.tags[rows])
    if cells.codes.isEmpty {
      numbers.append(contentsOf: cells.numbers[rows])
    } else {
      codes.append(contentsOf: cells.codes[rows])
    }
  }
}
