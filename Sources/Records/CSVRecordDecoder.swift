/// Turns a CSV stream into typed columns; its header line names them.
///
/// ```swift
/// var decoder = CSVRecordDecoder(), columns = ColumnBatch()
/// while let chunk = try nextChunk() {
///   var at = 0
///   while at < chunk.count {
///     at += try decoder.decode(chunk.span.extracting(at...), into: &columns)
///     use(columns)
///   }
/// }
/// try decoder.finish(into: &columns)
/// use(columns)
/// ```
///
/// Where chunks are cut makes no difference to the rows. A byte order mark is skipped, and so are
/// blank lines if there are two columns or more. Rows that do not fit the header or have broken
/// quotes are `bad_csv`, and rows may be `bad_utf8`, `too_large` or `string_too_long`: they are
/// rows, and the stream goes on. A quote that is never closed takes the rest of the input with it.
///
/// A cell is, whether it was quoted or not:
/// - `emptyString`, if it is empty and `""` is a null token;
/// - `nan`, if it spells `NaN` in any case and that is a null token; `null` for other null tokens;
/// - `infinite`, with its text, if it spells `inf` or `infinity` in any case, signed or not, or is
///   a decimal number that overflows;
/// - `number`, with its text, if it is a decimal number, spaces around it allowed;
/// - `booleanText`, if it is `true` or `false`, as JSON spells them;
/// - `string` else.
public struct CSVRecordDecoder: Sendable {
  /// The names of the columns; nil until the header line was read.
  public private(set) var header: [String]?

  private let cells: CSVCellReader
  private let limits: RecordLimits
  private var rows: CSVRowReader

  /// A decoder at the start of a stream.
  ///
  /// - Parameters:
  ///   - nullTokens: The texts that stand for no value.
  ///   - limits: What a row may be at most; `depth` means nothing here.
  public init(
    nullTokens: [String] = ["", "NA", "NaN", "null"],
    limits: RecordLimits = RecordLimits()
  ) {
    cells = CSVCellReader(nullTokens: nullTokens)
    self.limits = limits
    rows = CSVRowReader(bytesMax: limits.recordBytes, cellsMax: limits.fields)
  }

  /// Decodes rows until the chunk ends or the batch is full; what stood in `columns` is replaced.
  ///
  /// - Parameters:
  ///   - chunk: The bytes behind those consumed before.
  ///   - columns: The rows that were completed, possibly none.
  ///   - rowsMax: How many rows the batch may hold.
  /// - Returns: How many bytes were consumed; fewer than `chunk.count` when the batch is full.
  /// - Throws: The header is not usable; the decoder then is of no more use.
  public mutating func decode(
    _ chunk: Span<UInt8>,
    into columns: inout ColumnBatch,
    rowsMax: Int = 4096
  ) throws(CSVError) -> Int {
    precondition(rowsMax > 0, "a batch needs room for rows, not \(rowsMax)")
    columns.removeAll(columns: header?.count ?? 0)
    var at = 0
    while columns.rowCount < rowsMax, rows.read(chunk, at: &at) {
      try takeRow(into: &columns)
    }
    return at
  }

  /// Decodes the last row, if the input did not end with a line end.
  ///
  /// - Throws: There was no usable header.
  public mutating func finish(into columns: inout ColumnBatch) throws(CSVError) {
    columns.removeAll(columns: header?.count ?? 0)
    if rows.finish() { try takeRow(into: &columns) }
    if header == nil { throw .missingHeader }
  }

  private mutating func takeRow(into columns: inout ColumnBatch) throws(CSVError) {
    defer { rows.removeRow() }
    guard let header else {
      if !rows.isBlank {
        let names = try readHeader()
        header = names
        columns.removeAll(columns: names.count)
      }
      return
    }
    if rows.isBlank, header.count > 1 { return }
    if let rejection = rejection(columnCount: header.count) {
      columns.appendRow(RowStatus.rejected(rejection))
      for index in columns.columns.indices { columns.columns[index].append(.absent) }
      return
    }
    columns.appendRow(.ok)
    var start = 0
    for (index, end) in rows.ends.enumerated() {
      let cell = rows.content.span.extracting(start..<end)
      let (tag, number) = cells.read(cell)
      let hasText = [.number, .infinite, .string, .booleanText].contains(tag)
      let text = hasText ? columns.appendText(cell) : 0..<0
      columns.columns[index].append(tag, number: number, text: text)
      start = end + 1
    }
  }

  private func rejection(columnCount: Int) -> Rejection? {
    if rows.inputBytes > limits.recordBytes { return .tooLarge }
    if !isUTF8(rows.content.span) { return .badUTF8 }
    if rows.isSpoiled || rows.ends.count != columnCount { return .badCSV }
    var start = 0
    for end in rows.ends {
      if end - start > limits.stringBytes { return .stringTooLong }
      start = end + 1
    }
    return nil
  }

  private func readHeader() throws(CSVError) -> [String] {
    if rows.isTooLarge { throw .headerTooLarge }
    if !isUTF8(rows.content.span) { throw .headerNotUTF8 }
    if rows.isSpoiled { throw .malformedHeader }
    var names: [String] = []
    var seen: Set<[UInt8]> = []
    var start = 0
    for end in rows.ends {
      let name = String(decoding: rows.content[start..<end], as: UTF8.self)
      guard seen.insert(Array(rows.content[start..<end])).inserted else {
        throw .duplicateColumn(name)
      }
      names.append(name)
      start = end + 1
    }
    return names
  }
}
