import Records
import Reference
import Rules
import Sketches

/// How the fields of accepted records are counted against one reference.
struct PopulationRecorder: Sendable {
  private let fields: [FieldRecorder]
  private let pairs: [(columns: (Int, Int), recorder: PairRecorder)]
  private let identifier: Int?

  /// - Parameters:
  ///   - plan: Its fields are the first columns.
  ///   - profile: The reference.
  ///   - layout: Of the columns.
  init(_ plan: Plan, _ profile: ReferenceProfile, _ layout: RecordLayout) {
    let judged = profile.judgedFields(of: plan)
    fields = judged.enumerated().map { index, field in
      FieldRecorder(
        field: field,
        sketches: plan.sketches(of: index),
        codes: layout.requests[index].categories ?? []
      )
    }
    pairs = plan.pairs.compactMap { pair in
      PairRecorder(judged[pair.first], judged[pair.second])
        .map { (columns: (pair.first, pair.second), recorder: $0) }
    }
    identifier = layout.identifier
  }

  /// Counts rows, one field after the other.
  ///
  /// - Parameters:
  ///   - columns: Decoded records.
  ///   - rows: Those to count.
  ///   - population: Of the layout that follows from the same plan and reference.
  ///   - numbers: Memory for a column's numbers.
  func record(
    _ columns: ColumnBatch,
    rows: [Int],
    into population: inout Population,
    numbers: inout [Double]
  ) {
    for (field, recorder) in fields.enumerated() {
      recorder.record(
        columns,
        column: field,
        rows: rows,
        into: &population.fields[field],
        numbers: &numbers
      )
    }
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
