public import Records

/// The smallest range of offsets of one partition that holds a set of records.
public struct OffsetCover: Equatable, Sendable {
  /// Position of the topic in the plan.
  public var topic: Int
  /// Partition of that topic.
  public var partition: Int
  /// Offset of the first record.
  public var start: Int64
  /// Offset after the last record.
  public var end: Int64
  /// The partition's watermark just before the record at `start`.
  public var watermark: Timestamp?

  fileprivate var key: (Int, Int) { (topic, partition) }

  fileprivate mutating func merge(_ other: Self) {
    if other.start < start { (start, watermark) = (other.start, other.watermark) }
    end = max(end, other.end)
  }
}

extension [OffsetCover] {
  /// Widens the cover of one partition; the array stays sorted by topic and partition.
  ///
  /// - Complexity: O(partitions).
  mutating func extend(by cover: OffsetCover) {
    guard let index = firstIndex(where: { $0.key >= cover.key }) else { return append(cover) }
    if self[index].key == cover.key {
      self[index].merge(cover)
    } else {
      insert(cover, at: index)
    }
  }

  /// Widens all covers by those of other records.
  mutating func merge(_ other: Self) {
    for cover in other { extend(by: cover) }
  }
}
