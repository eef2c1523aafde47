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

  /// Removes the paths that a record has, and stops where none is left.
  ///
  /// - Returns: Whether there was a record.
  func find(_ absent: inout [FieldPath]) throws -> Bool {
    var limits = limits
    // A text that nobody asks for may have any length, and of paths there may be any number.
    (limits.stringBytes, limits.fields) = (limits.recordBytes, max(limits.fields, absent.count))
    let paths = absent
    var decoder = JSONRecordDecoder(
      fields: paths.map { FieldRequest(path: $0, wantsText: false) },
      limits: limits
    )
    var lines = try NDJSONReader(file, limits: limits)
    var (batch, columns, hasRecord) = (RecordBatch(), ColumnBatch(), false)
    while !absent.isEmpty, try lines.nextBatch(into: &batch) {
      decoder.decode(batch, into: &columns)
      hasRecord = hasRecord || (0..<batch.count).contains { columns.status($0) == .ok }
      for (path, column) in zip(paths, columns.columns)
      where column.tags.contains(where: { $0 != .absent }) {
        absent.removeAll { $0 == path }
      }
    }
    return hasRecord
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
