internal import CRDKafka

extension Consumer {
  /// Waits for records, and lends those that are there.
  ///
  /// Returns as soon as anything happened: records, an event, or the end of the wait. Call it at
  /// least every `max.poll.interval.ms` (5 minutes), or the group takes the partitions away.
  /// Nothing is allocated per record.
  ///
  /// - Parameters:
  ///   - timeout: How long to wait for the first record.
  ///   - limit: How many records to lend at most; never more than `batchLimit`.
  ///   - body: Gets the records; it is not called without any. The batch and everything it lends
  ///     are gone when it returns.
  /// - Returns: What else happened, behind these records. After `assigned`, `revoked` or `lost`,
  ///   which comes last, `assign` or `unassign` must follow before the next batch.
  /// - Throws: What `body` throws. The records count as read, the events come with the next batch.
  public mutating func withBatch<Failure: Error>(
    timeout: Duration,
    limit: Int = batchLimit,
    _ body: (borrowing MessageBatch) throws(Failure) -> Void
  ) throws(Failure) -> [ConsumerEvent] {
    requireAnswered()
    let received = receive(timeout: timeout, limit: min(limit, Self.batchLimit))
    let bytes = sift(received)
    collectEvents()
    if !slots.isEmpty {
      let batch = unsafe MessageBatch(
        messages: messages,
        slots: slots,
        bytes: bytes,
        disposal: disposal
      )
      try body(batch)
    }
    defer { pending.removeAll() }
    return pending
  }

  /// Fills the buffer.
  ///
  /// Librdkafka's call waits until its buffer is full or the time is over, so
  /// that it is asked to wait for one message and then to give what else is there.
  private func receive(timeout: Duration, limit: Int) -> Int {
    let wait = timeout.milliseconds
    guard unsafe rd_kafka_consume_batch_queue(queue, wait, messages, 1) == 1 else { return 0 }
    let more = unsafe rd_kafka_consume_batch_queue(queue, 0, messages + 1, limit - 1)
    return 1 + max(0, more)
  }

  /// Moves the records that are due to the front, and turns the rest into events.
  ///
  /// - Returns: How many bytes came.
  private mutating func sift(_ received: Int) -> Int {
    slots.removeAll(keepingCapacity: true)
    topicCache.removeAll(keepingCapacity: true)
    var bytes = 0
    for index in 0..<received {
      guard let message = unsafe messages[index] else { continue }
      unsafe bytes += message.pointee.len
      if let slot = unsafe admit(message) {
        unsafe messages[slots.count] = message
        slots.append(Int32(slot))
      } else {
        unsafe rd_kafka_message_destroy(message)
      }
    }
    unsafe waker.note(records: received, bytes: bytes, handle.pointer)
    return bytes
  }

  /// The slot of a record that is due.
  private mutating func admit(_ message: UnsafeMutablePointer<rd_kafka_message_t>) -> Int? {
    let topic = unsafe topicIndex(message.pointee.rkt)
    let partition = unsafe message.pointee.partition
    guard unsafe message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR else {
      unsafe noteFailure(message, topic: topic)
      return nil
    }
    let offset = unsafe message.pointee.offset
    let slot = positions.admit(topic: topic, partition: partition, offset: offset)
    guard slot >= 0 else {
      droppedRecords += 1
      return nil
    }
    return slot
  }

  /// A message that carries no record but an end or an error.
  private mutating func noteFailure(
    _ message: UnsafeMutablePointer<rd_kafka_message_t>,
    topic: Int
  ) {
    let response = unsafe message.pointee.err
    let partition = unsafe message.pointee.partition
    // Errors of a whole topic come with partition 0, so only a partition that is read is named.
    var place: TopicPartition?
    if positions.slot(topic: topic, partition: partition) >= 0 {
      place = TopicPartition(topics[topic], partition)
    }
    if response == RD_KAFKA_RESP_ERR__PARTITION_EOF {
      guard let place else { return }
      pending.append(.reachedEnd(place, offset: unsafe message.pointee.offset))
      return
    }
    if response == RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED { wasEvicted = true }
    let detail = unsafe rd_kafka_message_errstr(message).map { unsafe String(cString: $0) }
    let attempt = place.map { "reading \($0)" } ?? "reading"
    pending.append(.failed(KafkaError(response, attempt, detail: detail), place))
  }

  /// The topic's place in `topics`; -1 for one that this consumer was never told of.
  ///
  /// Topics are recognised by their object's address, which is theirs while messages are held.
  private mutating func topicIndex(_ topic: OpaquePointer?) -> Int {
    guard let topic = unsafe topic else { return -1 }
    for entry in topicCache where unsafe entry.pointer == topic { return entry.index }
    let name = unsafe String(cString: rd_kafka_topic_name(topic))
    let index = topics.firstIndex(of: name) ?? -1
    unsafe topicCache.append(KnownTopic(pointer: topic, index: index))
    return index
  }
}

/// A topic as the messages of one batch name it.
@safe struct KnownTopic {
  let pointer: OpaquePointer
  /// Its place in the consumer's `topics`.
  let index: Int
}
