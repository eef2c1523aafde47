internal import Records
internal import Reference

/// The rows of a file of JSON lines.
struct JSONRows {
  private let file: InputFile
  private let limits: RecordLimits

  init(_ file: InputFile, _ limits: RecordLimits) {
    self.file = file
    self.limits = limits
  }

  func scan(into scan: inout SchemaScan) throws {
    var lines = try NDJSONReader(file, limits: limits)
    var batch = RecordBatch()
    while try lines.nextBatch(into: &batch) { try scan.record(batch) }
  }

  /// - Returns: Fields that were neither asked for nor known.
  func read(
    _ requests: [FieldRequest],
    known: [FieldPath],
    _ body: RowConsumer
  ) throws -> [FieldPath] {
    var lines = try NDJSONReader(file, limits: limits)
    var decoder = JSONRecordDecoder(
      fields: requests,
      known: known,
      limits: limits,
      collectsUnexpectedPaths: true
    )
    var (batch, columns) = (RecordBatch(), ColumnBatch())
    let places = requests.indices.map(Optional.some)
    var unexpected: [FieldPath] = []
    while try lines.nextBatch(into: &batch) {
      decoder.decode(batch, into: &columns)
      unexpected += decoder.unexpectedPaths().filter { !unexpected.contains($0) }
      try body(columns, places) { row in "\(file.name):\(batch.offset(row) + 1)" }
    }
    return unexpected
  }
}
