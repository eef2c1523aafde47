internal import Records
internal import Sketches

/// How the cells of a categorical field are counted.
struct CategoryRecorder: Sendable {
  private let index: CategoryIndex
  private let types: ValueTypes
  /// The reference's category that each code of a decoded column stands for; nil for none of them.
  private let categories: [Int?]

  /// - Parameters:
  ///   - categories: The reference's.
  ///   - types: Those it was seen with.
  ///   - codes: What the codes of a decoded column stand for.
  init(_ categories: [String], types: ValueTypes, codes: [String]) {
    let index = CategoryIndex(categories)
    (self.index, self.types) = (index, types)
    self.categories = codes.map { index.code(of: Array($0.utf8).span) }
  }

  /// Counts cells that were looked up as they were decoded.
  func record(_ cells: ColumnBatch.Column, rows: Span<Int>, into summary: inout FieldSummary) {
    var values: UInt64 = 0
    for index in rows.indices {
      let row = rows[index]
      guard isUsable(cells.tags[row]) else {
        summary.completeness.recordUnusable(cells.tags[row])
        continue
      }
      values += 1
      let code = Int(cells.codes[row])
      summary.categories.record(code: code < 0 ? nil : categories[code])
    }
    summary.completeness.recordValue(count: values)
  }

  /// Counts cells by their texts.
  func record(
    _ batch: borrowing ColumnBatch,
    column: Int,
    rows: Span<Int>,
    into summary: inout FieldSummary
  ) {
    for index in rows.indices {
      let row = rows[index]
      let tag = batch.columns[column].tags[row]
      guard isUsable(tag) else {
        summary.completeness.recordUnusable(tag)
        continue
      }
      summary.completeness.recordValue()
      batch.withText(column: column, row: row) { text in
        summary.categories.record(code: self.index.code(of: text))
        summary.distinct?.record(hash: Hash64.hash(text))
        summary.lengths?.record(TextLengths.codePoints(text))
      }
    }
  }

  private func isUsable(_ tag: ValueTag) -> Bool { ValueTypes(tag).map(types.fits) ?? false }
}

extension Completeness {
  /// Counts a cell that holds nothing that the field's distribution is of.
  mutating func recordUnusable(_ tag: ValueTag) {
    if let missing = Missing(tag) {
      recordMissing(missing)
    } else {
      recordMismatch()
    }
  }
}
