internal import Drift
public import Records
public import Sketches

/// How one cell enters a field's summary.
///
/// The same for every user of a profile, so that a monitor's counts and those of `compare` agree.
///
/// - A numeric field counts numbers; any other value is mismatched.
/// - A categorical field counts values of the types the reference has; others are mismatched.
/// - Null, NaN, infinities, "" and what is not there are missing, each counted by kind.
public struct FieldRecorder: Sendable {
  private enum Distribution {
    case numeric(ReferencePoints, Moments.Unit)
    case categorical(CategoryIndex, ValueTypes)
  }

  /// What the summaries recorded into must look like.
  public let layout: FieldSummary.Layout
  private let distribution: Distribution

  /// A recorder for one field of a profile.
  ///
  /// - Parameters:
  ///   - field: Of the profile.
  ///   - sketches: What is kept beside the counters.
  /// - Complexity: O(categories).
  public init(field: ReferenceProfile.Field, sketches: FieldSummary.Sketches = []) {
    layout = field.reference.layout.keeping(sketches)
    switch field.reference.distribution {
    case .numeric(let numeric): distribution = .numeric(numeric.points, numeric.unit)
    case .categorical(let categorical):
      distribution = .categorical(CategoryIndex(categorical.categories), field.types)
    }
  }

  /// Counts one cell.
  ///
  /// - Parameters:
  ///   - batch: Decoded rows.
  ///   - column: Column of the field.
  ///   - row: A usable row.
  ///   - summary: State of this field, of the recorder's layout.
  /// - Complexity: O(log points), or O(bytes of the category). Allocates nothing.
  public func record(
    _ batch: borrowing ColumnBatch,
    column: Int,
    row: Int,
    into summary: inout FieldSummary
  ) {
    let tag = batch.columns[column].tags[row]
    if let missing = Completeness.Missing(tag) {
      return summary.completeness.recordMissing(missing)
    }
    switch distribution {
    case .numeric(let points, let unit):
      guard tag == .number else { return summary.completeness.recordMismatch() }
      let number = batch.columns[column].numbers[row]
      let cell = points.cell(of: number)
      summary.counts.add(1, toCell: cell)
      summary.fractions?.record(number, cell: cell, at: points)
      summary.moments.record(number, unit: unit)
      summary.distinct?.record(hash: Hash64.hash(of: number))
    case .categorical(let index, let types):
      guard let type = ValueTypes(tag), types.fits(type) else {
        return summary.completeness.recordMismatch()
      }
      batch.withText(column: column, row: row) { text in
        summary.categories.record(code: index.code(of: text))
        summary.distinct?.record(hash: Hash64.hash(text))
        summary.lengths?.record(TextLengths.codePoints(text))
      }
    }
    summary.completeness.recordValue()
  }

  /// Counts records that do not have the field.
  public func recordAbsent(count: UInt64 = 1, into summary: inout FieldSummary) {
    summary.completeness.recordMissing(.absent, count: count)
  }
}
