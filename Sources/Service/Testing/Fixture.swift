internal import Records
internal import Reference
internal import Rules

/// The events of a file, in its order, in batches.
struct Fixture {
  private let file: InputFile
  private let isCSV: Bool

  /// The events of a file.
  ///
  /// - Throws: `InputError`.
  init(_ path: String) throws {
    file = InputFile(path)
    var input = try file.open()
    let beginning = try input.next() ?? []
    isCSV = (InputFormat(fileName: path) ?? InputFormat(beginning: beginning)) == .csv
  }

  /// Goes through the events.
  ///
  /// - Throws: `InputError`, and what `body` throws.
  func forEachBatch(_ body: (RecordBatch) throws -> Void) throws {
    guard isCSV else {
      var reader = try NDJSONReader(file)
      var batch = RecordBatch()
      while try reader.nextBatch(into: &batch, maxRecords: 1_024) { try body(batch) }
      return
    }
    var (batch, offset) = (RecordBatch(), Int64(0))
    var json = JSONText()
    var layout: EventLayout?
    try CSVRows(file, RowSource.Options()).forEachBatch { columns, header in
      let rows = try layout ?? self.layout(of: header)
      layout = rows
      batch.removeAll()
      for row in 0..<columns.rowCount {
        if case .rejected(let reason) = columns.status(row) {
          let place = "\(file.name), row \(offset + 1)"
          throw InputError("\(place): cannot be an event: \(reason.rawValue)")
        }
        let values = columns.columns.indices.map { columns.value(column: $0, row: row) }
        json.removeAll()
        rows.write(values, time: Timestamp(microseconds: 0), to: &json)
        batch.append(payload: json.bytes.span, offset: offset)
        offset += 1
      }
      try body(batch)
    }
  }

  /// Where the columns of a CSV file stand in its events.
  private func layout(of header: [String]) throws -> EventLayout {
    let paths = header.map { FieldPath($0) }
    let known = Set(paths)
    for path in paths {
      guard case .payload(let names) = path.source,
        let outer = names.indices.dropFirst()
          .map({ FieldPath(segments: Array(names[..<$0])) }).first(where: known.contains)
      else { continue }
      throw InputError(
        "\(file.name): the columns \(outer) and \(path) cannot both be in one event: rename one"
      )
    }
    return EventLayout(paths, unit: nil)
  }
}

extension ColumnBatch {
  /// A cell of a CSV file as a value of an event: numbers are numbers, what stands for no value is
  /// null.
  fileprivate func value(column: Int, row: Int) -> EventValue {
    switch columns[column].tags[row] {
    case .number: .value(.number(columns[column].numbers[row]))
    case .string, .booleanText: .value(.text(textString(column: column, row: row)))
    default: .value(.null)
    }
  }
}
