import Records
import Reference
import Rules
import Sketches

/// How the fields of accepted records are counted against one reference.
struct PopulationRecorder: Sendable {
  private let fields: [(column: Int, recorder: FieldRecorder)]
  private let pairs: [(columns: (Int, Int), recorder: PairRecorder)]
  private let identifier: Int?
  private let segments: SegmentRecorder?

  /// - Parameters:
  ///   - plan: Its fields are the first columns.
  ///   - profile: The reference.
  ///   - standard: The standard one, where that is another.
  ///   - layout: Of the columns.
  init(
    _ plan: Plan,
    _ profile: ReferenceProfile,
    beside standard: ReferenceProfile?,
    _ layout: RecordLayout
  ) {
    let judged = profile.judgedFields(of: plan)
    let codes = { (column: Int) in layout.requests[column].categories ?? [] }
    let own = judged.enumerated().map { column, field in
      let sketches = plan.sketches(of: column)
      return (column, FieldRecorder(field: field, sketches: sketches, codes: codes(column)))
    }
    let others = standard?.versionFields(of: plan) ?? []
    fields = own + others.map { ($0, FieldRecorder(field: $1, codes: codes($0))) }
    pairs = plan.pairs.compactMap { pair in
      PairRecorder(judged[pair.first], judged[pair.second])
        .map { (columns: (pair.first, pair.second), recorder: $0) }
    }
    identifier = layout.identifier
    segments = plan.segmentFields.isEmpty ? nil : SegmentRecorder(plan, profile, layout)
  }

  /// Summaries of fields that rows are counted in.
  var fieldCount: Int { fields.count }

  /// Counts rows in the segments that they belong to.
  func recordSegments(
    _ columns: ColumnBatch,
    rows: [Int],
    into population: inout Population,
    _ memory: inout SegmentRecorder.Memory,
    numbers: inout [Double]
  ) {
    segments?.record(
      columns,
      rows: rows,
      into: &population.segments,
      &memory,
      numbers: &numbers
    )
  }

  /// Counts one field of rows.
  ///
  /// - Parameters:
  ///   - field: By its place among the population's; nothing happens behind the last one.
  ///   - columns: Decoded records.
  ///   - rows: Those to count.
  ///   - population: Of the layout that follows from the same plan and reference.
  ///   - numbers: Memory for a column's numbers.
  func record(
    field: Int,
    _ columns: ColumnBatch,
    rows: [Int],
    into population: inout Population,
    numbers: inout [Double]
  ) {
    guard field < fields.count else { return }
    fields[field].recorder.record(
      columns,
      column: fields[field].column,
      rows: rows,
      into: &population.fields[field],
      numbers: &numbers
    )
  }

  /// Counts what is kept of rows beside single fields.
  func recordRest(_ columns: ColumnBatch, rows: [Int], into population: inout Population) {
    for (index, pair) in pairs.enumerated() {
      for row in rows {
        pair.recorder.record(
          columns,
          columns: pair.columns,
          row: row,
          into: &population.comoments[index]
        )
      }
    }
    guard let identifier else { return }
    for row in rows {
      guard let hash = columns.scalarHash(column: identifier, row: row) else { continue }
      population.identifiers?.record(hash: hash)
    }
  }
}
