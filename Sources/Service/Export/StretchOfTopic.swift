internal import KafkaClient
internal import Records

/// Reads stretches of partitions one after the other, without a group.
struct StretchOfTopic {
  let settings: KafkaSettings
  /// Whether records' headers are wanted.
  let readsHeaders: Bool

  /// Reads all that is committed between two offsets of a partition.
  ///
  /// - Parameters:
  ///   - partition: The partition.
  ///   - offsets: From the first wanted, which is still there, to the first not wanted.
  ///   - body: Gets the records, some at a time.
  /// - Throws: `KafkaError`; what `body` throws.
  func read(
    _ partition: TopicPartition,
    _ offsets: Range<Int64>,
    _ body: (RecordBatch) throws -> Void
  ) throws {
    var polled = PolledRecords()
    try LogScan.readBatches(
      partition,
      from: offsets.lowerBound,
      to: offsets.upperBound,
      settings: settings
    ) { messages, count in
      polled.removeAll()
      polled.append(messages, first: count, headers: readsHeaders)
      try body(polled.batch)
    }
  }
}
