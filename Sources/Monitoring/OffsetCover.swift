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

  /// What it takes in memory.
  var bytes: Int {
    let ahead = before?.clock.ahead.count ?? 0
    return MemoryLayout<Self>.stride
      + ArrayBytes.of(ahead, MemoryLayout<PartitionClock.Start.Ahead>.stride)
      + Self.bytes(of: before?.clock.farPanes ?? [])
  }

  /// What far panes take beside a cover.
  static func bytes(of farPanes: [Int64]) -> Int {
    ArrayBytes.of(farPanes.count, MemoryLayout<Int64>.stride)
  }

  /// The most that one takes.
  static let mostBytes =
    MemoryLayout<Self>.stride
    + ArrayBytes.of(
      PartitionClock.Start.mostAhead,
      MemoryLayout<PartitionClock.Start.Ahead>.stride
    ) + ArrayBytes.of(Limits().farPanes, MemoryLayout<Int64>.stride)

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
  /// - Complexity: O(partitions) for a partition that is new, else O(log partitions).
  mutating func extend(by cover: OffsetCover) {
    var (place, last) = (0, count)
    while place < last {
      let middle = (place + last) / 2
      if self[middle].key < cover.key { place = middle + 1 } else { last = middle }
    }
    if place < count, self[place].key == cover.key {
      self[place].merge(cover)
    } else {
      insert(cover, at: place)
    }
  }

  /// Widens all covers by those of other records.
  ///
  /// - Complexity: O(partitions) of both.
  mutating func merge(_ other: Self) {
    guard other.count > 1 else { return other.forEach { extend(by: $0) } }
    var rest = other[...]
    var merged: Self = []
    merged.reserveCapacity(count + other.count)
    for cover in self {
      while let next = rest.first, next.key < cover.key { merged.append(rest.removeFirst()) }
      merged.append(cover)
      if let next = rest.first, next.key == cover.key {
        merged[merged.count - 1].merge(next)
        rest.removeFirst()
      }
    }
    self = merged + rest
  }
}

/// What arrays take beside what they stand in.
enum ArrayBytes {
  /// What stands before the elements.
  static let header = 32

  /// What an array of so many elements takes, with what stands before them; an empty one takes
  /// nothing.
  static func of(_ count: Int, _ stride: Int) -> Int { count == 0 ? 0 : header + count * stride }
}
