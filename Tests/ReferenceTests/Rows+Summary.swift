import Records
import Reference
import Sketches
import TestSupport

extension Rows {
  /// What is counted of these rows against a field of one column.
  func summary(in field: ReferenceProfile.Field) throws -> FieldSummary {
    let recorder = FieldRecorder(field: field)
    var summary = FieldSummary(recorder.layout)
    var numbers: [Double] = []
    try decode([field.schema]) { batch in
      recorder.record(
        batch,
        column: 0,
        rows: Array(0..<batch.rowCount),
        into: &summary,
        numbers: &numbers
      )
    }
    return summary
  }
}
