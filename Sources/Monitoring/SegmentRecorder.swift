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

  /// A recorder behind one reference: the many of its own would be counted for each use.
  private final class SharedRecorder: Sendable {
    let recorder: FieldRecorder

    init(_ recorder: FieldRecorder) { self.recorder = recorder }
  }

  private enum Way {
    case numbers, codes, cells
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
  private let fields: [[SharedRecorder]]
  /// How each field is counted where nothing odd stands in its way.
  private let ways: [Way]
  private let layouts: [[FieldSummary.Layout]]

  init(_ plan: Plan, _ profile: ReferenceProfile, _ layout: RecordLayout) {
    layouts = profile.segmentLayouts(of: plan)
    let references = profile.segmentReferences(of: plan)
    ways = plan.fields.enumerated().map { index, field in
      let sketches = plan.segmentFields.indices.map { plan.sketches(of: index, by: $0) }
      guard field.kind == .categorical else { return .numbers }
      return sketches.allSatisfy { $0.isDisjoint(with: [.distinct, .lengths]) } ? .codes : .cells
    }
    fields = plan.fields.indices.map { index in
      plan.segmentFields.indices.flatMap { field in
        plan.segments(of: field).map { segment in
          SharedRecorder(
            FieldRecorder(
              field: references[segment][index],
              sketches: plan.sketches(of: index, by: field),
              codes: layout.requests[index].categories ?? []
            )
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
    let cells = columns.columns[field]
    var way = ways[field]
    if case .numbers = way, !memory.gather(cells, into: &numbers) { way = .cells }
    for (place, range) in memory.present {
      let segment = first + place
      let rows = memory.sorted.span.extracting(range)
      let recorder = recorders[segment]
      switch way {
      case .numbers:
        let found = numbers.span.extracting(range)
        counts[segment]?.record(field) { recorder.recorder.record(found, into: &$0) }
      case .codes:
        counts[segment]?.record(field) {
          recorder.recorder.recordCodes(cells, rows: rows, into: &$0)
        }
      case .cells:
        counts[segment]?.record(field) {
          recorder.recorder.record(
            columns,
            column: field,
            rows: rows,
            into: &$0,
            numbers: &numbers
          )
        }
      }
    }
  }
}

extension SegmentCounts {
  /// Changes one field in place.
  @inline(__always)
  fileprivate mutating func record(_ field: Int, _ change: (inout FieldSummary) -> Void) {
    change(&fields[field])
  }
}

extension SegmentRecorder.Memory {
  /// Takes the numbers of the sorted rows; whether all of them have one.
  fileprivate func gather(_ cells: ColumnBatch.Column, into numbers: inout [Double]) -> Bool {
    // Only these rows are looked at: a column holds those of all groups.
    let (tags, found) = (cells.tags.span, cells.numbers.span)
    numbers.removeAll(keepingCapacity: true)
    numbers.reserveCapacity(sorted.count)
    for row in sorted {
      guard tags[row] == .number else { return false }
      numbers.append(found[row])
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
