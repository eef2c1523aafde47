import Records
import Reference
import Rules
import Sketches

/// How accepted records are counted in the segments that they belong to.
///
/// Rows are sorted by segment first; then one field after the other is counted through all
/// segments.
struct SegmentRecorder: Sendable {
  /// Memory that is filled again and again, so that after the first batches nothing is allocated.
  struct Memory: Sendable {
    fileprivate var places: [Int] = []
    fileprivate var sorted: [Int] = []
    /// Of the rows in `sorted`, by place; those behind the last of each.
    fileprivate var ends: [Int] = []
    /// Places with rows, increasing, and where their rows begin.
    fileprivate var present: [(place: Int, rows: Range<Int>)] = []
  }

  /// One segment field.
  private struct Dimension: Sendable {
    var column: Int
    var places: ValuePlaces
    /// Numbers of its segments.
    var segments: Range<Int>
  }

  private let dimensions: [Dimension]
  /// By field, then segment.
  private let fields: [[FieldRecorder]]
  /// Whether a field's cells are numbers, unless they hold something else.
  private let areNumeric: [Bool]
  private let layouts: [[FieldSummary.Layout]]

  init(_ plan: Plan, _ profile: ReferenceProfile, _ layout: RecordLayout) {
    layouts = profile.segmentLayouts(of: plan)
    let references = profile.segmentReferences(of: plan)
    areNumeric = plan.fields.map { $0.kind == .numeric }
    fields = plan.fields.indices.map { index in
      plan.segmentFields.indices.flatMap { field in
        plan.segments(of: field).map { segment in
          FieldRecorder(
            field: references[segment][index],
            sketches: plan.sketches(of: index, by: field),
            codes: layout.requests[index].categories ?? []
          )
        }
      }
    }
    dimensions = plan.segmentFields.enumerated().map { index, field in
      let types = profile.fields.first { $0.name == field.name }?.types ?? []
      let column = layout.segments[index]
      return Dimension(
        column: column,
        places: ValuePlaces(
          of: field.values,
          types: types,
          codes: layout.requests[column].categories ?? []
        ),
        segments: plan.segments(of: index)
      )
    }
  }

  /// Counts rows in the segments that they belong to.
  func record(
    _ columns: ColumnBatch,
    rows: [Int],
    into counts: inout [SegmentCounts?],
    _ memory: inout Memory,
    numbers: inout [Double]
  ) {
    for dimension in dimensions {
      let cells = columns.columns[dimension.column]
      dimension.places.find(cells, rows: rows, into: &memory.places)
      memory.sort(rows, places: dimension.segments.count)
      let first = dimension.segments.lowerBound
      for (place, range) in memory.present {
        let segment = first + place
        if counts[segment] == nil { counts[segment] = SegmentCounts(layouts[segment]) }
        counts[segment]?.records.add(UInt64(range.count))
      }
      for field in fields.indices {
        record(columns, field: field, first: first, into: &counts, &memory, numbers: &numbers)
      }
    }
  }

  /// Counts one field of sorted rows, segment by segment.
  private func record(
    _ columns: ColumnBatch,
    field: Int,
    first: Int,
    into counts: inout [SegmentCounts?],
    _ memory: inout Memory,
    numbers: inout [Double]
  ) {
    let recorders = fields[field]
    guard areNumeric[field], memory.gather(columns.columns[field], into: &numbers) else {
      for (place, range) in memory.present {
        let segment = first + place
        counts[segment]?.record(
          recorders[segment],
          columns,
          field: field,
          rows: memory.sorted.span.extracting(range),
          numbers: &numbers
        )
      }
      return
    }
    for (place, range) in memory.present {
      let segment = first + place
      counts[segment]?.record(recorders[segment], numbers.span.extracting(range), field: field)
    }
  }
}

extension SegmentCounts {
  fileprivate mutating func record(
    _ recorder: FieldRecorder,
    _ columns: ColumnBatch,
    field: Int,
    rows: Span<Int>,
    numbers: inout [Double]
  ) {
    recorder.record(columns, column: field, rows: rows, into: &fields[field], numbers: &numbers)
  }

  fileprivate mutating func record(
    _ recorder: FieldRecorder,
    _ numbers: Span<Double>,
    field: Int
  ) {
    recorder.record(numbers, into: &fields[field])
  }
}

extension SegmentRecorder.Memory {
  /// Takes the numbers of the sorted rows; whether all of them have one.
  fileprivate func gather(_ cells: ColumnBatch.Column, into numbers: inout [Double]) -> Bool {
    numbers.removeAll(keepingCapacity: true)
    for row in sorted {
      guard cells.tags[row] == .number else { return false }
      numbers.append(cells.numbers[row])
    }
    return true
  }

  /// Sorts rows by their places; those of one place stay in their order.
  fileprivate mutating func sort(_ rows: [Int], places count: Int) {
    if ends.count < count { ends.append(contentsOf: repeatElement(0, count: count - ends.count)) }
    for place in places { ends[place] += 1 }
    present.removeAll(keepingCapacity: true)
    var start = 0
    for place in 0..<count where ends[place] > 0 {
      present.append((place, start..<start + ends[place]))
      (ends[place], start) = (start, start + ends[place])
    }
    sorted.removeAll(keepingCapacity: true)
    sorted.append(contentsOf: rows)
    for (row, place) in zip(rows, places) {
      sorted[ends[place]] = row
      ends[place] += 1
    }
    for (place, _) in present { ends[place] = 0 }
  }
}
