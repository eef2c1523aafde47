public import Records
public import Windowing

/// What a collector knew of a partition just before a record: all that decides on it and on those
/// behind it.
public struct CoverStart: Equatable, Sendable {
  /// The partition's clock, as far as it matters from there on.
  public var clock: PartitionClock.Start
  /// Unit of the time field; nil where no record has told.
  public var timeUnit: TimeUnit?
  /// Who gives the records their times; nil where nobody has said it, as of a file.
  public var trust: PartitionClock.Trust?
  /// When the broker wrote the record, milliseconds since 1970; nil from a file.
  public var brokerMilliseconds: Int64?

  /// What was known at a place.
  public init(
    clock: PartitionClock.Start,
    timeUnit: TimeUnit?,
    trust: PartitionClock.Trust?,
    brokerMilliseconds: Int64? = nil
  ) {
    self.clock = clock
    self.timeUnit = timeUnit
    self.trust = trust
    self.brokerMilliseconds = brokerMilliseconds
  }

  /// Where a collector goes on that reads from there.
  func place(at offset: Int64) -> SourcePlace {
    SourcePlace(offset: offset, clock: clock.memory, timeUnit: timeUnit, trust: trust)
  }
}

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
  /// What decides on the record at `start` and on all behind it; nil from older collectors, which
  /// did not say it.
  public var before: CoverStart?

  /// A range of offsets of a partition.
  ///
  /// - Parameters:
  ///   - topic: Position of the topic in the plan.
  ///   - partition: Partition of that topic.
  ///   - start: Offset of the first record.
  ///   - end: Offset after the last one.
  ///   - watermark: The partition's, before the first.
  ///   - before: What else was known before it.
  public init(
    topic: Int,
    partition: Int,
    start: Int64,
    end: Int64,
    watermark: Timestamp?,
    before: CoverStart? = nil
  ) {
    (self.topic, self.partition) = (topic, partition)
    (self.start, self.end) = (start, end)
    (self.watermark, self.before) = (watermark, before)
  }

  fileprivate var key: (Int, Int) { (topic, partition) }

  /// Whether both are of one partition.
  func isSamePartition(as other: Self) -> Bool { key == other.key }

  fileprivate mutating func merge(_ other: Self) {
    if other.start < start {
      (start, watermark, before) = (other.start, other.watermark, other.before)
    }
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
