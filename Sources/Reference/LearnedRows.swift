internal import Sketches

/// What was counted of one field in the rows that are learned from: all, or those of a segment.
struct LearnedRows {
  /// Counts by window.
  struct Windows {
    var rows: [UInt64]
    var values: [UInt64]
    var missing: [UInt64]
    /// They in time.
    var order: WindowOrder
  }

  var schema: FieldSchema
  /// Fields learned beside it, and itself.
  var fieldCount: Int
  var completeness: Completeness
  /// nil when there are no two windows.
  var windows: Windows?

  /// One field of all rows.
  init(of field: Int, in collector: ValueCollector) {
    schema = collector.fields[field]
    fieldCount = collector.fields.count
    completeness = collector.completeness[field]
    guard collector.window != nil, collector.rowsByWindow.count > 1 else { return }
    windows = Windows(
      rows: collector.rowsByWindow,
      values: collector.valuesByWindow[field],
      missing: collector.missingByWindow[field],
      order: WindowOrder(collector.windowsInTime, rows: collector.rowsByWindow)
    )
  }

  /// One field of a segment's rows; windows in which it has none are no windows of it.
  ///
  /// - Parameters:
  ///   - field: Its position.
  ///   - collector: Of the segments.
  ///   - segment: The segment's position.
  ///   - inTime: All windows, in time.
  init(of field: Int, in collector: SegmentCollector, segment: Int, inTime: [Int]) {
    let segment = collector.segments[segment]
    schema = collector.fields[field]
    fieldCount = collector.fields.count
    completeness = segment.completeness[field]
    guard segment.rowsByWindow.count(where: { $0 > 0 }) > 1 else { return }
    windows = Windows(
      rows: segment.rowsByWindow,
      values: segment.valuesByWindow[field],
      missing: segment.missingByWindow[field],
      order: WindowOrder(inTime, rows: segment.rowsByWindow)
    )
  }
}
