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
    fileprivate var rows: [Int] = []
    fileprivate var numbers: [Double] = []
  }

  /// One segment field.
  private struct Dimension: Sendable {
    var column: Int
    var places: ValuePlaces
    /// Numbers of its segments.
    var segments: Range<Int>
  }

  private let dimensions: [Dimension]
  /// By segment, then field.
  private let recorders: [[FieldRecorder]]
  private let layouts: [[FieldSummary.Layout]]

  init(_ plan: Plan, _ profile: ReferenceProfile, _ layout: RecordLayout) {
    layouts = profile.segmentLayouts(of: plan)
    let references = profile.segmentReferences(of: plan)
    recorders = plan.segmentFields.indices.flatMap { field in
      plan.segments(of: field).map { segment in
        references[segment].enumerated().map { index, reference in
          FieldRecorder(
            field: reference,
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
    _ memory: inout Memory
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
      for (place, range) in memory.present {
        let segment = first + place
        memory.rows.removeAll(keepingCapacity: true)
        memory.rows.append(contentsOf: memory.sorted[range])
        for field in recorders[segment].indices {
          recorders[segment][field].record(
            columns,
            column: field,
            rows: memory.rows,
            into: &counts[segment]!.fields[field],
            numbers: &memory.numbers
          )
        }
      }
    }
  }
}

extension SegmentRecorder.Memory {
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
