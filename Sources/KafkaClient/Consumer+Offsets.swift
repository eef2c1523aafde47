internal import CRDKafka

extension Consumer {
  /// Commits offsets of this group, each with its metadata, and waits for the broker.
  ///
  /// - Throws: `staleMember` when the group has moved on and nothing was committed; `tooLarge` for
  ///   metadata beyond the broker's limit; `timedOut` when it is not known whether it happened.
  public func commit(
    _ offsets: [CommittedOffset],
    within limit: Duration = .seconds(10)
  ) throws(KafkaError) {
    requireOpen()
    guard !offsets.isEmpty else { return }
    let list = PartitionList(offsets: offsets)
    // `rd_kafka_commit` would wait without a limit, so the answer comes by a queue.
    let answers = unsafe rd_kafka_queue_new(handle.pointer)
    defer { unsafe rd_kafka_queue_destroy(answers) }
    let attempt = "cannot commit offsets"
    let response = unsafe rd_kafka_commit_queue(handle.pointer, list.pointer, answers, nil, nil)
    try KafkaError.check(response, attempt)
    let deadline = Deadline(limit)
    while !deadline.hasPassed {
      let wait = deadline.remaining.milliseconds
      guard let event = unsafe rd_kafka_queue_poll(answers, wait) else { continue }
      defer { unsafe rd_kafka_event_destroy(event) }
      guard unsafe rd_kafka_event_type(event) == RD_KAFKA_EVENT_OFFSET_COMMIT else { continue }
      try KafkaError.check(unsafe rd_kafka_event_error(event), attempt)
      guard let results = unsafe rd_kafka_event_topic_partition_list(event) else { return }
      for index in unsafe 0..<Int(results.pointee.cnt) {
        let place = unsafe PartitionList.partitions(of: results)[index]
        let response = unsafe results.pointee.elems[index].err
        try KafkaError.check(response, "\(attempt) of \(place)")
      }
      return
    }
    throw KafkaError(.timedOut, "\(attempt): no answer in \(limit)", isRetriable: true)
  }

  /// What the group has committed for each partition; nil where nothing was.
  ///
  /// May be called between `assigned` and `assign`.
  ///
  /// - Throws: `timedOut`, `unauthorized`, or what a partition's lookup failed with.
  public func committed(
    _ partitions: [TopicPartition],
    within limit: Duration = .seconds(10)
  ) throws(KafkaError) -> [CommittedOffset?] {
    guard !partitions.isEmpty else { return [] }
    requireOpen()
    let list = PartitionList(partitions)
    let response = unsafe rd_kafka_committed(handle.pointer, list.pointer, limit.milliseconds)
    try KafkaError.check(response, "cannot read committed offsets")
    var offsets: [CommittedOffset?] = []
    for (index, partition) in partitions.enumerated() {
      try KafkaError.check(list.response(index), "cannot read the committed offset of \(partition)")
      let (offset, metadata) = (list.offset(index), list.metadata(index))
      offsets.append(
        offset < 0 ? nil : CommittedOffset(partition, offset: offset, metadata: metadata)
      )
    }
    return offsets
  }

  /// How far each partition's log reaches.
  ///
  /// - Throws: `unknownTopic`, `timedOut`.
  public func watermarks(
    _ partitions: [TopicPartition],
    within limit: Duration = .seconds(10)
  ) throws(KafkaError) -> [Watermarks] {
    try handle.watermarks(partitions, within: limit)
  }

  /// The offset behind the last record of a partition that is read, as its broker last told.
  ///
  /// Records that are not decided count. Asks nobody.
  ///
  /// - Parameter partition: Assigned to this consumer.
  /// - Returns: nil before any answer.
  public func knownEnd(of partition: TopicPartition) -> Int64? {
    requireOpen()
    var (low, high): (Int64, Int64) = (0, 0)
    let response = unsafe rd_kafka_get_watermark_offsets(
      handle.pointer,
      partition.topic,
      partition.partition,
      &low,
      &high
    )
    return response == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0 ? high : nil
  }

  /// The first record of each partition that is not older than an instant; nil where none is.
  ///
  /// - Parameters:
  ///   - partitions: The partitions; nobody is asked where there are none.
  ///   - milliseconds: Since 1970, compared with the records' times as the broker keeps them.
  ///   - limit: How long to wait for the brokers.
  /// - Returns: An offset for each partition, in their order.
  /// - Throws: `unknownTopic`, `timedOut`.
  public func offsets(
    of partitions: [TopicPartition],
    at milliseconds: Int64,
    within limit: Duration = .seconds(10)
  ) throws(KafkaError) -> [Int64?] {
    try handle.offsets(of: partitions, at: milliseconds, within: limit)
  }

  /// What the cluster says of each topic; nil for one that does not exist.
  ///
  /// - Throws: `brokerUnreachable` naming the addresses, `timedOut`.
  public func describe(
    _ topics: [String],
    within limit: Duration = .seconds(10)
  ) throws(KafkaError) -> [TopicDescription?] {
    try handle.describe(topics, within: limit)
  }
}
