internal import CRDKafka

extension Consumer {
  /// Reads no more of partitions until they are resumed; they stay assigned.
  ///
  /// What of them was fetched and not lent is given up, and fetched again when they are resumed.
  ///
  /// - Parameter partitions: Assigned to this consumer.
  /// - Throws: What librdkafka refuses.
  public mutating func pause(_ partitions: [TopicPartition]) throws(KafkaError) {
    requireOpen()
    let list = PartitionList(partitions)
    let response = unsafe rd_kafka_pause_partitions(handle.pointer, list.pointer)
    try KafkaError.check(response, "cannot pause partitions")
  }

  /// Goes on with partitions that were paused.
  ///
  /// - Parameter partitions: Assigned to this consumer.
  /// - Throws: What librdkafka refuses.
  public mutating func resume(_ partitions: [TopicPartition]) throws(KafkaError) {
    requireOpen()
    let list = PartitionList(partitions)
    let response = unsafe rd_kafka_resume_partitions(handle.pointer, list.pointer)
    try KafkaError.check(response, "cannot go on with paused partitions")
  }
}
