internal import Records
internal import Reference

/// The rows of a CSV file; a column's name is its field's path.
struct CSVRows {
  private let file: InputFile
  private let options: RowSource.Options

  init(_ file: InputFile, _ options: RowSource.Options) {
    self.file = file
    self.options = options
  }

  /// The names of the columns, without a look at more rows than it takes.
  func header() throws -> [String] {
    try naming { () throws in
      var input = try file.open()
      var (decoder, batch) = (decoder, ColumnBatch())
      while decoder.header == nil, let chunk = try input.next() {
        _ = try decoder.decode(chunk.span, into: &batch)
      }
      if decoder.header == nil { try decoder.finish(into: &batch) }
      return decoder.header ?? []
    }
  }

  /// The columns; text as soon as one value is no number.
  func schema() throws -> [FieldSchema] {
    var types: [ValueTypes] = []
    var header: [String] = []
    try forEachBatch { batch, names in
      header = names
      if types.isEmpty { types = Array(repeating: [], count: names.count) }
      for (index, column) in batch.columns.enumerated() {
        for tag in column.tags {
          guard let type = ValueTypes(tag) else { continue }
          types[index].formUnion(type == .number ? .number : .text)
        }
      }
    }
    return zip(header, types).map { name, types in
      FieldSchema(path: FieldPath(name), types: types.contains(.text) ? .text : types)
    }
  }

  /// - Returns: Columns that were neither asked for nor known.
  func read(
    _ requests: [FieldRequest],
    known: [FieldPath],
    _ body: RowConsumer
  ) throws -> [FieldPath] {
    var unexpected: [FieldPath]?
    var places: [Int?] = []
    var rowsBefore = 0
    try forEachBatch { batch, header in
      if unexpected == nil {
        let paths = header.map { FieldPath($0) }
        places = requests.map { paths.firstIndex(of: $0.path) }
        let expected = known + requests.map(\.path)
        unexpected = paths.filter { !$0.isAt(orBelow: expected) }
      }
      try body(batch, places) { row in "\(file.name), row \(rowsBefore + row + 1)" }
      rowsBefore += batch.rowCount
    }
    return unexpected ?? []
  }

  /// Goes through the rows; the last batch may be empty, so that a header alone is seen too.
  func forEachBatch(_ body: (ColumnBatch, [String]) throws -> Void) throws {
    var input = try file.open()
    var (decoder, batch) = (decoder, ColumnBatch())
    try naming {
      while let chunk = try input.next() {
        var position = 0
        while position < chunk.count {
          position += try decoder.decode(chunk.span.extracting(position...), into: &batch)
          if batch.rowCount > 0 { try body(batch, decoder.header ?? []) }
        }
      }
      try decoder.finish(into: &batch)
    }
    try body(batch, decoder.header ?? [])
  }

  private var decoder: CSVRecordDecoder {
    guard let tokens = options.nullTokens else { return CSVRecordDecoder(limits: options.limits) }
    return CSVRecordDecoder(nullTokens: tokens, limits: options.limits)
  }

  /// Says of which file an error is.
  private func naming<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch let error as CSVError {
      throw InputError("\(file.name):1: \(error)")
    }
  }
}
