/// One decoded batch: typed columns, one cell per row and field.
///
/// Reused from batch to batch; a decoder replaces what stands in it.
public struct ColumnBatch: Sendable {
  /// The cells of one field; every array has one element per row.
  public struct Column: Sendable {
    /// What stands in each cell.
    public internal(set) var tags: [ValueTag] = []
    /// The number of cells tagged `number` or `infinite`; 0 elsewhere.
    public internal(set) var numbers: [Double] = []
    /// Where each cell's text begins in the batch's `text`.
    public internal(set) var textStarts: [UInt32] = []
    /// How many bytes of text each cell has; 0 for those without text.
    public internal(set) var textLengths: [UInt32] = []
    /// Where each cell's text stands among the categories of the request: -1 for a text that is
    /// none of them, and for cells without text; empty when the request has no categories.
    public internal(set) var codes: [Int32] = []

    /// Where the text of a cell stands in the batch's `text`.
    public func textRange(_ row: Int) -> Range<Int> {
      let start = Int(textStarts[row])
      return start..<start + Int(textLengths[row])
    }
  }

  /// The number of rows.
  public internal(set) var rowCount = 0
  /// One column per field, in the order the decoder was asked for them (CSV: of the header).
  public internal(set) var columns: [Column] = []
  /// The bytes all texts of all columns point into; every text is valid UTF-8.
  public internal(set) var text: [UInt8] = []
  var statusCodes: [UInt8] = []
  var unexpectedCounts: [UInt32] = []

  /// A batch without rows.
  public init() {}

  /// What became of a row.
  public func status(_ row: Int) -> RowStatus { RowStatus(code: statusCodes[row]) }

  /// How many leaf fields of a row were neither asked for nor declared as known.
  public func unexpectedFields(_ row: Int) -> Int { Int(unexpectedCounts[row]) }

  /// Lends the text of one cell; empty where the cell has none.
  public func withText<Result, Failure: Error>(
    column: Int,
    row: Int,
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(text.span.extracting(columns[column].textRange(row)))
  }

  /// The text of one cell as a string, for cold paths: it allocates.
  public func textString(column: Int, row: Int) -> String {
    String(decoding: text[columns[column].textRange(row)], as: UTF8.self)
  }
}

extension ColumnBatch.Column {
  mutating func removeAll() {
    tags.removeAll(keepingCapacity: true)
    numbers.removeAll(keepingCapacity: true)
    textStarts.removeAll(keepingCapacity: true)
    textLengths.removeAll(keepingCapacity: true)
    codes.removeAll(keepingCapacity: true)
  }

  mutating func dropText(_ row: Int) {
    textStarts[row] = 0
    textLengths[row] = 0
  }

  mutating func append(_ tag: ValueTag, number: Double = 0, text: Range<Int> = 0..<0) {
    tags.append(tag)
    numbers.append(number)
    textStarts.append(UInt32(text.lowerBound))
    textLengths.append(UInt32(text.count))
  }
}

extension ColumnBatch {
  /// Empties the batch for this many columns and keeps its memory.
  mutating func removeAll(columns count: Int) {
    rowCount = 0
    text.removeAll(keepingCapacity: true)
    statusCodes.removeAll(keepingCapacity: true)
    unexpectedCounts.removeAll(keepingCapacity: true)
    if columns.count != count { columns = [Column](repeating: Column(), count: count) }
    for index in columns.indices { columns[index].removeAll() }
  }

  /// Appends a row; each column has to get a cell.
  mutating func appendRow(_ status: RowStatus) {
    rowCount += 1
    statusCodes.append(status.code)
    unexpectedCounts.append(0)
  }

  /// Appends one run of text and says where it stands.
  mutating func appendText(_ added: Span<UInt8>) -> Range<Int> {
    let start = text.count
    text.append(copying: added)
    return start..<text.count
  }

  /// Takes back what was decoded of a row.
  mutating func reject(_ row: Int, _ rejection: Rejection) {
    statusCodes[row] = RowStatus.rejected(rejection).code
    unexpectedCounts[row] = 0
    for index in columns.indices {
      columns[index].tags[row] = .absent
      columns[index].numbers[row] = 0
      columns[index].dropText(row)
      if !columns[index].codes.isEmpty { columns[index].codes[row] = -1 }
    }
  }
}
