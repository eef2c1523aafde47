import KafkaClient

/// What producers upstream, operators and log cleaners do.
extension FakeBroker {
  /// Makes a topic, or makes it anew: offsets begin at 0.
  func createTopic(
    _ name: String,
    partitions: Int,
    timestamps: TopicTable.Timestamps = .producer
  ) {
    topics.create(name, partitions: partitions, timestamps: timestamps)
    groups.noteChange(of: name)
  }

  /// Deletes a topic with everything that was committed for it.
  func deleteTopic(_ name: String) {
    topics.delete(name)
    for group in groups.all { group.offsets.forget(name) }
    groups.noteChange(of: name)
  }

  func addPartitions(_ topic: String, to count: Int) {
    topics.grow(topic, to: count)
    groups.noteChange(of: topic)
  }

  /// Appends a record of a producer without transactions, and returns its offset.
  ///
  /// Twice is a duplicate, as the retry of such a producer makes. The timestamp, milliseconds since
  /// 1970 and nil for now, counts only where producers give the times.
  @discardableResult
  func append(
    topic: String,
    partition: Int32,
    key: [UInt8]? = nil,
    value: [UInt8]?,
    headers: [RecordHeader] = [],
    timestamp: Int64? = nil
  ) -> Int64 {
    let log = log(TopicPartition(topic, partition))
    let time = topics.timestamps(of: topic) == .producer ? timestamp : nil
    return log.append(
      UpstreamRecord(key: key, value: value, headers: headers, timestamp: time ?? clock.wall)
    )
  }

  /// Cleans all partitions of a topic, as `cleanup.policy=compact` does now and then.
  func compact(_ topic: String, dropsTombstones: Bool = true) {
    for partition in 0..<Int32(topics.count(of: topic) ?? 0) {
      log(TopicPartition(topic, partition)).compact(dropsTombstones: dropsTombstones)
    }
  }

  /// Deletes what stands before an offset, as retention does.
  func truncate(_ topic: String, partition: Int32, before offset: Int64) {
    log(TopicPartition(topic, partition)).truncate(before: offset)
  }

  private func log(_ place: TopicPartition) -> PartitionLog {
    guard let log = topics.partition(place) else { preconditionFailure("there is no \(place)") }
    return log
  }
}
