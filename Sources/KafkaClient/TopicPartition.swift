/// One partition of one topic.
public struct TopicPartition: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The topic's name.
  public var topic: String
  /// The partition's number, from 0.
  public var partition: Int32

  /// A partition by topic and number.
  public init(_ topic: String, _ partition: Int32) {
    self.topic = topic
    self.partition = partition
  }

  /// The first partitions of a topic, by number.
  ///
  /// - Parameters:
  ///   - count: How many: all of them, when it is the number the topic has.
  ///   - topic: Its name.
  /// - Returns: Numbers 0 to `count` - 1.
  public static func first(_ count: Int, of topic: String) -> [TopicPartition] {
    (0..<count).map { TopicPartition(topic, Int32($0)) }
  }

  /// As in `topic[3]`.
  public var description: String { "\(topic)[\(partition)]" }

  /// By topic, then by number.
  public static func < (one: TopicPartition, other: TopicPartition) -> Bool {
    (one.topic, one.partition) < (other.topic, other.partition)
  }
}

/// A place in a partition, with what was or is to be remembered beside it.
public struct CommittedOffset: Hashable, Sendable {
  /// The partition.
  public var partition: TopicPartition
  /// The offset of the first record that is not done.
  public var offset: Int64
  /// Text kept with the offset; brokers take 4,096 bytes unless configured otherwise.
  public var metadata: String

  /// An offset with its metadata.
  public init(_ partition: TopicPartition, offset: Int64, metadata: String = "") {
    self.partition = partition
    self.offset = offset
    self.metadata = metadata
  }
}

/// A partition and where to start reading it.
public struct PartitionStart: Hashable, Sendable {
  /// Where to start.
  public enum Place: Hashable, Sendable {
    /// At the first record that is still there.
    case beginning
    /// Behind the last record.
    case end
    /// At this offset. If it is not there, a `failed` event says so; nothing is skipped.
    case offset(Int64)
  }

  /// The partition.
  public var partition: TopicPartition
  /// Where to start.
  public var place: Place

  /// A partition and where to start.
  public init(_ partition: TopicPartition, at place: Place) {
    self.partition = partition
    self.place = place
  }
}

/// How far a partition's log reaches.
public struct Watermarks: Hashable, Sendable {
  /// The offset of the first record that is still there.
  public var low: Int64
  /// The offset the next record gets; with `read_committed`, of the first undecided one.
  public var high: Int64

  /// Low and high.
  public init(low: Int64, high: Int64) {
    self.low = low
    self.high = high
  }
}
