import Records

/// Accepted rows that are yet to be counted in their segments.
///
/// Of each of many segments a batch has a row or two, for which a field's tables and counters would
/// be fetched from memory one by one. Of many batches there are many, and they are fetched once.
struct SegmentBacklog: Sendable {
  /// Rows of one pane and one model version.
  struct Group: Sendable {
    let pane: Int64
    let version: ModelVersion?
    /// Of `columns`.
    fileprivate(set) var rows: [Int] = []
  }

  private struct Key: Hashable {
    let pane: Int64
    let version: ModelVersion?
  }

  /// The cells of all rows, where a segment or a judged field has them.
  private(set) var columns = ColumnBatch()
  /// The rows, each in one of them.
  private(set) var groups: [Group] = []
  private var places: [Key: Int] = [:]
  /// Of the groups' versions, which are kept whole.
  private var versionBytes = 0
  private let kept: [ColumnBatch.KeptColumn]
  private let segmentFields: Int
  private let rowLimit: Int

  private static let mostRows = 1 << 15
  /// Where a version is a name of its own for each row, nothing is won by waiting.
  private static let mostGroups = 1 << 10
  /// Of numbers and codes, and of texts.
  private static let mostBytes = 8 << 20

  /// No rows yet.
  ///
  /// - Parameters:
  ///   - layout: Of the columns.
  ///   - fields: So many of the first columns are judged.
  init(_ layout: RecordLayout, fields: Int) {
    let indices = Array(0..<fields) + layout.segments.filter { $0 >= fields }
    kept = indices.map { .init($0, hasTexts: layout.requests[$0].wantsText) }
    segmentFields = layout.segments.count
    let cells = indices.reduce(MemoryLayout<Int>.size) { bytes, index in
      let isCoded = layout.requests[index].categories != nil
      let value = isCoded ? MemoryLayout<Int32>.size : MemoryLayout<Double>.size
      return bytes + value + MemoryLayout<ValueTag>.size
    }
    rowLimit = min(Self.mostRows, max(1, Self.mostBytes / cells))
  }

  /// Whether it is time to count them.
  var isFull: Bool {
    columns.rowCount >= rowLimit || groups.count >= Self.mostGroups
      || columns.text.count + versionBytes >= Self.mostBytes
  }

  /// Segments that they are in at most, where there are so many.
  func segments(of count: Int) -> Int {
    groups.reduce(0) { $0 + min(count, $1.rows.count * segmentFields) }
  }

  /// Adds rows of a batch.
  mutating func append(_ group: RowGroups.Group, of batch: ColumnBatch) {
    let first = columns.rowCount
    columns.append(group.rows, of: batch, kept)
    let place = place(of: Key(pane: group.pane, version: group.version))
    groups[place].rows.append(contentsOf: first..<columns.rowCount)
  }

  private mutating func place(of key: Key) -> Int {
    if let last = groups.last, last.pane == key.pane, last.version == key.version {
      return groups.count - 1
    }
    if let place = places[key] { return place }
    places[key] = groups.count
    versionBytes += key.version?.bytes.count ?? 0
    groups.append(Group(pane: key.pane, version: key.version))
    return groups.count - 1
  }

  /// Lets go of all rows.
  mutating func removeAll() {
    columns.removeAll()
    groups.removeAll(keepingCapacity: true)
    places.removeAll(keepingCapacity: true)
    versionBytes = 0
  }
}
