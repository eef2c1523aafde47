public import Records
public import Windowing

/// A place in a source partition's log, and all that a collector must know to go on from there as
/// if it had read everything before.
public struct SourcePlace: Equatable, Sendable {
  /// Offset of the next record.
  public var offset: Int64
  /// The partition's clock before that record.
  public var clock: PartitionClock.Memory
  /// Unit of the time field, once found.
  public var timeUnit: TimeUnit?
  /// Who gives the records their times; nil until there was one.
  public var trust: PartitionClock.Trust?
  /// Nothing of the partition was ever committed before it.
  public var isFirst = false
  /// The log before it is another one: the topic was made anew, or has lost its end.
  public var isReset = false

  /// A log of which nothing was read.
  public static let beginning: SourcePlace = {
    let clock = PartitionClock.Memory(watermark: nil, recent: [], farPanes: [])
    var place = SourcePlace(offset: 0, clock: clock, timeUnit: nil)
    place.isFirst = true
    return place
  }()

  /// A place in a partition's log.
  public init(
    offset: Int64,
    clock: PartitionClock.Memory,
    timeUnit: TimeUnit?,
    trust: PartitionClock.Trust? = nil
  ) {
    self.offset = offset
    self.clock = clock
    self.timeUnit = timeUnit
    self.trust = trust
  }
}
