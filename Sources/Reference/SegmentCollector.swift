internal import Drift
internal import Foundation
internal import Records
internal import Sketches

/// Takes in rows apart by the values of one categorical field: every value of every field counted.
///
/// The fields of each segment are fields of their own to the store, so that all segments together
/// stay within one budget.
struct SegmentCollector {
  /// One value of the field, and the rows that have it.
  struct Segment {
    var value: TextKey
    var rows: UInt64 = 0
    var rowsByWindow: [UInt64] = []
    /// By field.
    var completeness: [Completeness]
    /// By field, then by window.
    var valuesByWindow: [[UInt64]]
    var missingByWindow: [[UInt64]]
  }

  /// Place of the field among the collector's.
  let field: Int
  let fields: [FieldSchema]
  private(set) var segments: [Segment] = []
  private var places: [TextKey: Int] = [:]
  private var store: TallyStore
  /// The segment of each row of the batch at hand; negative for a row of none.
  private var segmentOfRow: [Int] = []

  init(by field: Int, of fields: [FieldSchema], budget: Int, directory: URL?) {
    precondition(fields[field].kind == .categorical, "segments by numbers")
    (self.field, self.fields) = (field, fields)
    store = TallyStore(kinds: [], budget: budget, directory: directory)
  }

  /// Takes in a batch.
  ///
  /// - Parameters:
  ///   - batch: Decoded rows.
  ///   - columns: Column of each field; nil where this file has none, so that it is absent.
  ///   - windows: The window of each row; negative for one that does not count.
  ///   - count: Windows so far; 0 when they are not told apart.
  /// - Throws: `temporaryFile`, `tooManySegments`, `tooManyWindows`.
  mutating func record(
    _ batch: ColumnBatch,
    columns: [Int?],
    windows: [Int32],
    count: Int
  ) throws(ReferenceError) {
    try place(batch, column: columns[field], windows)
    let counters = segments.count * fields.count * count
    guard counters <= ValueCollector.windowCounterLimit else {
      throw ReferenceError(
        .tooManyWindows,
        "\(segments.count) segments by \(fields[field].path) in \(count) windows are more than can "
          + "be learned; choose a longer --window"
      )
    }
    for index in segments.indices { segments[index].extend(to: count) }
    for (row, segment) in segmentOfRow.enumerated() where segment >= 0 {
      segments[segment].rows += 1
      if count > 0 { segments[segment].rowsByWindow[Int(windows[row])] += 1 }
    }
    for (index, column) in columns.enumerated() {
      for (row, segment) in segmentOfRow.enumerated() where segment >= 0 {
        let content = column.map { fields[index].content(of: batch.columns[$0], row) }
        let window = windows[row]
        let slot = segment * fields.count + index
        switch content ?? .missing(.absent) {
        case .missing(let kind):
          segments[segment].completeness[index].recordMissing(kind)
          if count > 0 { segments[segment].missingByWindow[index][Int(window)] += 1 }
          continue
        case .mismatch:
          segments[segment].completeness[index].recordMismatch()
          continue
        case .number(let number): store.add(number, window: window, field: slot)
        case .text(let range): store.add(Array(batch.text[range]), window: window, field: slot)
        }
        segments[segment].completeness[index].recordValue()
        if count > 0 { segments[segment].valuesByWindow[index][Int(window)] += 1 }
      }
    }
    try store.relieve()
  }

  /// Finds the segment of each row.
  private mutating func place(
    _ batch: ColumnBatch,
    column: Int?,
    _ windows: [Int32]
  ) throws(ReferenceError) {
    segmentOfRow.removeAll(keepingCapacity: true)
    for (row, window) in windows.enumerated() {
      guard window >= 0, let column,
        case .text(let range) = fields[field].content(of: batch.columns[column], row),
        range.count <= CategoricalLearning.nameLimit
      else {
        segmentOfRow.append(-1)
        continue
      }
      segmentOfRow.append(try place(of: TextKey(bytes: Array(batch.text[range]))))
    }
  }

  private mutating func place(of value: TextKey) throws(ReferenceError) -> Int {
    if let place = places[value] { return place }
    guard segments.count < SegmentLimits.segments else {
      throw ReferenceError(
        .tooManySegments,
        "\(fields[field].path) has more than \(SegmentLimits.segments) values; segments are of "
          + "fields with fewer"
      )
    }
    let none = fields.map { _ in [UInt64]() }
    segments.append(
      Segment(
        value: value,
        completeness: fields.map { _ in Completeness() },
        valuesByWindow: none,
        missingByWindow: none
      )
    )
    store.add(fields.map(\.kind))
    places[value] = segments.count - 1
    return segments.count - 1
  }

  /// Everything counted of a numeric field in a segment; given once.
  mutating func takeNumbers(_ segment: Int, _ field: Int) -> Tallies<Double> {
    store.takeNumbers(segment * fields.count + field)
  }

  /// Everything counted of a categorical field in a segment; given once.
  mutating func takeTexts(_ segment: Int, _ field: Int) -> Tallies<TextKey> {
    store.takeTexts(segment * fields.count + field)
  }
}

extension SegmentCollector.Segment {
  /// Counters for so many windows.
  fileprivate mutating func extend(to count: Int) {
    guard rowsByWindow.count < count else { return }
    rowsByWindow.append(contentsOf: repeatElement(0, count: count - rowsByWindow.count))
    for field in valuesByWindow.indices {
      let more = repeatElement(UInt64(0), count: count - valuesByWindow[field].count)
      valuesByWindow[field].append(contentsOf: more)
      missingByWindow[field].append(contentsOf: more)
    }
  }
}
