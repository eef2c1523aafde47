internal import Records
public import Reference

/// What stands in some records of a stream: all that a monitor can be proposed from.
public struct StreamSurvey {
  /// Records that can be read.
  public private(set) var rows: UInt64 = 0
  /// Others, each reason once, with the place of the first.
  public let notes: RowNotes
  let fields: [FieldSurvey]

  /// Looks at every value: another way through the rows.
  ///
  /// - Parameters:
  ///   - source: The rows.
  ///   - fields: Those to look at.
  /// - Throws: `InputError`.
  public init(_ source: RowSource, _ fields: [FieldSchema]) throws {
    var rows: UInt64 = 0
    var surveys = fields.map { FieldSurvey($0) }
    notes = try source.forEachBatch(of: fields.map(\.request), known: []) { batch, columns in
      for row in 0..<batch.rowCount where batch.status(row) == .ok {
        rows += 1
        for (field, column) in columns.enumerated() {
          guard let column else { continue }
          surveys[field].record(batch, column: column, row: row)
        }
      }
    }
    self.rows = rows
    self.fields = surveys
  }
}
