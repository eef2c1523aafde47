internal import Drift
public import Records
public import Sketches

/// How one cell enters a field's summary.
///
/// The same for every user of a profile, so that a monitor's counts and those of `compare` agree.
///
/// - A numeric field counts numbers; any other value is mismatched.
/// - A categorical field counts values of the types the reference has; others are mismatched.
/// - Null, NaN, infinities, "" and what is not there are missing, each counted by kind; but CSV has
///   texts only, and such as `inf` and `12e456` are values of a categorical field.
public struct FieldRecorder: Sendable {
  /// What the summaries recorded into must look like.
  public let layout: FieldSummary.Layout
  private let kind: FieldKind
  // Not with the kind, as what an enumeration holds is copied, and its references are counted, each
  // time that it is looked at.
  private let points: ReferencePoints
  private let unit: Moments.Unit
  private let categories: CategoryRecorder

  /// A recorder for one field of a profile.
  ///
  /// - Parameters:
  ///   - field: Of the profile.
  ///   - sketches: What is kept beside the counters.
  ///   - codes: What the codes of a decoded column stand for, as in its request.
  /// - Complexity: O(categories).
  public init(
    field: ReferenceProfile.Field,
    sketches: FieldSummary.Sketches = [],
    codes: [String] = []
  ) {
    layout = field.reference.layout.keeping(sketches)
    kind = field.kind
    switch field.reference.distribution {
    case .numeric(let numeric):
      (points, unit) = (numeric.points, numeric.unit)
      categories = CategoryRecorder([], types: [], codes: [])
    case .categorical(let categorical):
      (points, unit) = (ReferencePoints([]), Moments.Unit(covering: 0))
      categories = CategoryRecorder(categorical.categories, types: field.types, codes: codes)
    }
  }

  /// Counts a column's cells of some rows.
  ///
  /// - Parameters:
  ///   - batch: Decoded rows.
  ///   - column: Column of the field.
  ///   - rows: Usable rows, increasing.
  ///   - summary: State of this field, of the recorder's layout.
  ///   - numbers: Memory for the column's numbers; what stands in it is lost.
  /// - Complexity: O(1) for most numbers, O(log points) for any, or O(bytes of the category).
  ///   Allocates nothing once `numbers` has held as many.
  public func record(
    _ batch: borrowing ColumnBatch,
    column: Int,
    rows: [Int],
    into summary: inout FieldSummary,
    numbers: inout [Double]
  ) {
    record(batch, column: column, rows: rows.span, into: &summary, numbers: &numbers)
  }

  /// Counts finite numbers of a numeric field's rows.
  public func record(_ numbers: Span<Double>, into summary: inout FieldSummary) {
    precondition(kind == .numeric, "numbers of a categorical field")
    Self.record(numbers, at: points, unit: unit, into: &summary)
  }

  /// Counts the cells of a categorical field's rows by their codes alone.
  ///
  /// - Parameters:
  ///   - cells: The field's column, decoded with the categories' codes.
  ///   - rows: Usable rows.
  ///   - summary: State of this field, which keeps nothing of texts.
  public func recordCodes(
    _ cells: ColumnBatch.Column,
    rows: Span<Int>,
    into summary: inout FieldSummary
  ) {
    categories.record(cells, rows: rows, into: &summary)
  }

  /// Counts a column's cells of some rows, which are part of an array.
  ///
  /// - Parameters:
  ///   - batch: Decoded rows.
  ///   - column: Column of the field.
  ///   - rows: Usable rows, increasing.
  ///   - summary: State of this field, of the recorder's layout.
  ///   - numbers: Memory for the column's numbers; what stands in it is lost.
  public func record(
    _ batch: borrowing ColumnBatch,
    column: Int,
    rows: Span<Int>,
    into summary: inout FieldSummary,
    numbers: inout [Double]
  ) {
    switch kind {
    case .numeric:
      let cells = batch.columns[column]
      if rows.isEmpty { return }
      let (first, last) = (rows[0], rows[rows.count - 1])
      if last - first + 1 == rows.count, cells.holdsNumbers(first...last) {
        return Self.record(
          cells.numbers.span.extracting(first...last),
          at: points,
          unit: unit,
          into: &summary
        )
      }
      numbers.removeAll(keepingCapacity: true)
      for index in rows.indices {
        let row = rows[index]
        if cells.tags[row] == .number {
          numbers.append(cells.numbers[row])
        } else {
          summary.completeness.recordUnusable(cells.tags[row])
        }
      }
      Self.record(numbers.span, at: points, unit: unit, into: &summary)
    case .categorical:
      let needsTexts = summary.distinct != nil || summary.lengths != nil
      if needsTexts || batch.columns[column].codes.isEmpty {
        categories.record(batch, column: column, rows: rows, into: &summary)
      } else {
        categories.record(batch.columns[column], rows: rows, into: &summary)
      }
    }
  }

  private static func record(
    _ numbers: Span<Double>,
    at points: ReferencePoints,
    unit: Moments.Unit,
    into summary: inout FieldSummary
  ) {
    summary.record(numbers, at: points, unit: unit)
    guard summary.distinct != nil else { return }
    for index in numbers.indices {
      summary.distinct?.record(hash: Hash64.hash(of: numbers[index]))
    }
  }

  /// Counts records that do not have the field.
  public func recordAbsent(count: UInt64, into summary: inout FieldSummary) {
    summary.completeness.recordMissing(.absent, count: count)
  }
}

extension ColumnBatch.Column {
  /// Whether all these cells hold finite numbers.
  fileprivate func holdsNumbers(_ rows: ClosedRange<Int>) -> Bool {
    let tags = tags.span.extracting(rows)
    for index in tags.indices where tags[index] != .number { return false }
    return true
  }
}
