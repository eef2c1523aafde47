import Drift
import Rules

/// What one judgement is made on: one model version's records of a window.
struct JudgedCase {
  var version: ModelVersion?
  var segment: Int?
  var totals: StreamTotals
  var fields: [FieldComparison] = []
  /// Position of the prediction whose ranks the reference knows.
  var prediction: Int?
  var previous: [Int: FieldComparison] = [:]
  var versus: [ModelVersion: [Int: FieldComparison]] = [:]
  var pairs: [PairResult] = []
  var covers: [OffsetCover] = []
  /// Whether the window may lack records, or have some twice.
  var isInDoubt = false
  /// Model versions that the window is judged for.
  var versions = 1

  /// What is compared of a field; nil without a previous window, or the other version's records,
  /// and without any record.
  subscript(comparison: Comparison, field: Int) -> FieldComparison? {
    switch comparison.baseline {
    case .reference: self[field]
    case .previous: previous[field]
    case .version(let version): versus[ModelVersion(version)]?[field]
    }
  }

  /// A field against its reference; nil for what the window holds nothing of.
  subscript(field: Int) -> FieldComparison? {
    fields.indices.contains(field) ? fields[field] : nil
  }
}
