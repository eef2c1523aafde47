internal import Drift
public import Records
internal import Sketches

/// Counts rows over a profile, exactly as a monitor counts a window.
public struct CurrentCounter {
  /// Rows that were taken in.
  public private(set) var rows: UInt64 = 0
  private let profile: ReferenceProfile
  private let recorders: [FieldRecorder]
  private var summaries: [FieldSummary]
  private var numbers: [Double] = []

  /// Nothing counted yet.
  public init(profile: ReferenceProfile) {
    self.profile = profile
    recorders = profile.fields.map { field in
      let sketches: FieldSummary.Sketches =
        field.kind == .numeric ? [.distinct, .fractions] : [.distinct, .lengths]
      return FieldRecorder(field: field, sketches: sketches)
    }
    summaries = recorders.map { FieldSummary($0.layout) }
  }

  /// Counts a batch's usable rows.
  ///
  /// - Parameters:
  ///   - batch: Decoded rows.
  ///   - columns: Column of each of the profile's fields; nil where this file has none.
  public mutating func record(_ batch: borrowing ColumnBatch, columns: [Int?]) {
    let usable = (0..<batch.rowCount).filter { batch.status($0) == .ok }
    rows += UInt64(usable.count)
    for (field, column) in columns.enumerated() {
      if let column {
        recorders[field].record(
          batch,
          column: column,
          rows: usable,
          into: &summaries[field],
          numbers: &numbers
        )
      } else {
        recorders[field].recordAbsent(count: UInt64(usable.count), into: &summaries[field])
      }
    }
  }

  /// The comparison of each field with the profile, in the profile's order.
  public var fields: [ComparedField] {
    zip(profile.fields, summaries).map { field, summary in
      var comparison = FieldComparison(reference: field.reference, current: summary)
      comparison.purpose = .report
      return ComparedField(name: field.name, comparison: comparison)
    }
  }
}
