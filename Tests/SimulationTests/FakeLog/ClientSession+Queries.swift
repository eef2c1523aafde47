import KafkaClient

/// What a client asks of brokers besides reading on.
extension ClientSession {
  /// What the group has committed.
  ///
  /// - Throws: `timedOut` while a transaction holds offsets of a partition: the real client waits,
  ///   and in the simulation others must get their turn for the wait to end.
  func committed(_ partitions: [TopicPartition]) throws(KafkaError) -> [CommittedOffset?] {
    let offsets = membership.group.offsets
    for partition in partitions where offsets.isUnstable(partition) {
      throw .timedOut("read the committed offset of \(partition)")
    }
    return partitions.map { offsets[$0] }
  }

  func watermarks(_ partitions: [TopicPartition]) throws(KafkaError) -> [Watermarks] {
    var found: [Watermarks] = []
    for partition in partitions {
      let log = try log(partition)
      found.append(Watermarks(low: log.start, high: log.stableEnd))
    }
    return found
  }

  /// The lookup by time does not care whether a record can be seen: it may name a marker.
  func offsets(
    of partitions: [TopicPartition],
    at milliseconds: Int64
  ) throws(KafkaError) -> [Int64?] {
    var found: [Int64?] = []
    for partition in partitions {
      let log = try log(partition)
      let first = log.entries.first { $0.timestamp >= milliseconds }
      found.append(first.flatMap { $0.offset < log.stableEnd ? $0.offset : nil })
    }
    return found
  }

  /// Reads what is decided; then says whether that was all.
  func scan(
    _ partition: TopicPartition,
    from start: Int64,
    to end: Int64?,
    _ body: (_ offset: Int64, _ payload: [UInt8]?) throws -> Void
  ) throws {
    let log = try log(partition)
    let goal = end ?? log.end
    let first = max(start, log.start)
    _ = try log.read(from: first, to: min(goal, log.stableEnd)) { entry in
      try body(entry.offset, entry.value)
    }
    if log.stableEnd < goal { throw KafkaError.timedOut("read \(partition) to \(goal)") }
  }

  private func log(_ place: TopicPartition) throws(KafkaError) -> PartitionLog {
    guard let log = broker.topics.partition(place) else { throw .unknown(place) }
    return log
  }
}
