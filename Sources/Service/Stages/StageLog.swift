public import KafkaClient

/// A log as one stage sees it: a member of a consumer group, with a transactional producer.
///
/// What the stages ask of Kafka and nothing more, so that the same loops run over librdkafka and
/// over the deterministic log of the simulation. One owner, on one thread. Every call is bounded in
/// time. Errors are librdkafka's: `isRetriable` (the same call again), `requiresAbort` (the
/// transaction cannot commit), `isFatal` (the producer is of no use any more), code `fenced`
/// (another process has this stage's name), code `staleMember` (the group has moved on).
public protocol StageLog: ~Copyable {
  /// The number of each topic's partitions; nil for a topic that does not exist.
  func partitionCounts(of topics: [String]) throws(KafkaError) -> [Int?]

  /// Milliseconds for which each topic keeps its records; nil for one that keeps them for ever, or
  /// only the last of each key.
  func retention(of topics: [String]) throws(KafkaError) -> [Int64?]

  /// What the group has committed; waits for transactions that hold offsets of it.
  func committed(_ partitions: [TopicPartition]) throws(KafkaError) -> [CommittedOffset?]

  /// How far each partition reaches: its first record, and behind its last decided one.
  func watermarks(_ partitions: [TopicPartition]) throws(KafkaError) -> [Watermarks]

  /// The offset behind the last record of a partition that is read, as the last answer of its
  /// broker told; nil before any. Asks nobody.
  func knownEnd(of partition: TopicPartition) -> Int64?

  /// The first record of each partition that is not older than an instant; nil where none is.
  func offsets(
    of partitions: [TopicPartition],
    at milliseconds: Int64
  ) throws(KafkaError) -> [Int64?]

  /// Waits for records and adds those that are there.
  ///
  /// - Parameters:
  ///   - records: Has been emptied.
  ///   - limit: How long to wait for the first record.
  /// - Returns: What else happened. `assigned`, `revoked` or `lost` comes last, and must be
  ///   answered by `assign` or `unassign` before the next call.
  mutating func poll(
    into records: inout PolledRecords,
    within limit: Duration
  ) -> [ConsumerEvent]

  /// Reads these partitions from these places, and no others; the answer to `assigned`.
  mutating func assign(_ starts: [PartitionStart]) throws(KafkaError)

  /// Reads nothing any more; the answer to `revoked` and `lost`.
  mutating func unassign() throws(KafkaError)

  /// Reads what is committed of one partition, apart from the group: how state is restored.
  ///
  /// Waits for transactions that are still open, since what a dying process has committed may
  /// stand behind them (KAFKA-10167).
  ///
  /// - Parameters:
  ///   - partition: The partition.
  ///   - start: The first offset to read; records that are no longer there are left out.
  ///   - end: The offset to stop at; nil for the end of the log, undecided records included, at the
  ///     time of the call.
  ///   - body: Takes each record's offset and payload, nil for a tombstone.
  /// - Throws: `timedOut` when the end is not reached; what `body` throws.
  mutating func scan(
    _ partition: TopicPartition,
    from start: Int64,
    to end: Int64?,
    _ body: (_ offset: Int64, _ payload: [UInt8]?) throws -> Void
  ) throws

  /// Begins a transaction.
  mutating func begin() throws(KafkaError)

  /// Adds a record to the transaction.
  mutating func produce(_ record: OutgoingRecord) throws(KafkaError)

  /// Adds the group's offsets to the transaction, in the name of this member.
  mutating func send(_ offsets: [CommittedOffset]) throws(KafkaError)

  /// Makes records and offsets visible together. A timeout leaves the outcome unknown; the same
  /// call again goes on with it.
  mutating func commit() throws(KafkaError)

  /// Drops records and offsets of the transaction.
  mutating func abort() throws(KafkaError)

  /// Makes the producer anew under the same name; what the old one left open is completed or
  /// aborted by the broker before this returns.
  mutating func renewProducer() throws(KafkaError)
}

/// A record on its way into the log.
public struct OutgoingRecord: Equatable, Sendable {
  /// Where it goes.
  public var topic: String
  /// The partition; nil to let the key decide.
  public var partition: Int32?
  /// The key.
  public var key: [UInt8]
  /// The payload; nil for a tombstone.
  public var value: [UInt8]?
  /// Names and values, in order.
  public var headers: [RecordHeader]

  /// A record for a topic.
  public init(
    topic: String,
    partition: Int32? = nil,
    key: [UInt8],
    value: [UInt8]?,
    headers: [RecordHeader] = []
  ) {
    self.topic = topic
    self.partition = partition
    self.key = key
    self.value = value
    self.headers = headers
  }
}
