public import Windowing

/// Records of one partition among those of a batch.
public struct PartitionRun: Sendable {
  /// The partition, as `Collector.assign` returned it.
  public var handle: Int
  /// Where the records stand.
  public var rows: Range<Int>
  /// Who gives them their times; nil where nobody has said it, as of a file.
  public var trust: PartitionClock.Trust?

  /// Rows of a partition.
  public init(handle: Int, rows: Range<Int>, trust: PartitionClock.Trust? = nil) {
    (self.handle, self.rows, self.trust) = (handle, rows, trust)
  }
}

/// How many records of a run were counted, and whether any of them says how far time has come: late
/// records and those that cannot be used do not.
public typealias RunCounted = (count: Int, saysTime: Bool)
