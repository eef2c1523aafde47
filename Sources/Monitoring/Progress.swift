public import Records

/// How far one partition was read in one delta.
public struct Progress: Equatable, Sendable {
  /// Position of the topic in the plan.
  public var topic: Int
  /// Partition of that topic.
  public var partition: Int
  /// Offset of the first record that the delta covers.
  public var from: Int64
  /// Offset after the last one.
  public var to: Int64
  /// Records read; fewer than offsets where the log has gaps.
  public var read: UInt64 = 0
  /// Watermark after the last one; nil before it exists.
  public var watermark: Timestamp?
  /// Largest event time accepted in it, which the watermark may stay behind; nil for none.
  public var latest: Timestamp?
  /// The partition is a file that was read to its end: it holds nothing back any more.
  public var hasEnded = false
  /// The partition has been silent for so long that it holds nothing back for now.
  public var isIdle = false
  /// No record stands behind the last one.
  public var isAtEnd = false
  /// Nothing of the partition was committed before `from`.
  public var isFirst = false
  /// The log before `from` is another one than before.
  public var isReset = false
}
