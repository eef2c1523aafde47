internal import Records
internal import Sketches

/// How the cells of a categorical field are counted.
struct CategoryRecorder: Sendable {
  private let index: CategoryIndex
  /// Which cells hold what the distribution is of, a bit for each tag.
  private let usable: UInt16
  /// The reference's category that each code of a decoded column stands for; negative for none.
  private let categories: [Int32]

  /// - Parameters:
  ///   - categories: The reference's.
  ///   - types: Those it was seen with.
  ///   - codes: What the codes of a decoded column stand for.
  init(_ categories: [String], types: ValueTypes, codes: [String]) {
    let index = CategoryIndex(categories)
    self.index = index
    usable = ValueTag.allCases.filter { ValueTypes($0).map(types.fits) ?? false }
      .reduce(0) { $0 | 1 << UInt16($1.rawValue) }
    self.categories = codes.map { Int32(index.code(of: Array($0.utf8).span) ?? -1) }
  }

  /// Counts cells that were looked up as they were decoded.
  func record(_ cells: ColumnBatch.Column, rows: Span<Int>, into summary: inout FieldSummary) {
    // Some are looked up, then they are counted: the counters are borrowed once for all of them.
    var found = InlineArray<128, Int32>(repeating: 0)
    var (values, waiting): (UInt64, Int) = (0, 0)
    for index in rows.indices {
      let row = rows[index]
      guard isUsable(cells.tags[row]) else {
        summary.completeness.recordUnusable(cells.tags[row])
        continue
      }
      let code = Int(cells.codes[row])
      found[waiting] = code < 0 ? -1 : categories[code]
      waiting += 1
      guard waiting == found.count else { continue }
      summary.categories.record(found.span)
      (values, waiting) = (values + UInt64(waiting), 0)
    }
    summary.categories.record(found.span.extracting(first: waiting))
    summary.completeness.recordValue(count: values + UInt64(waiting))
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
      let tag = batch.columns[column].tagAsText(row, takesNumbers: isUsable(.number))
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

  private func isUsable(_ tag: ValueTag) -> Bool { usable >> UInt16(tag.rawValue) & 1 == 1 }
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
