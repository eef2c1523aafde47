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
    guard !partitions.isEmpty else { return [] }
    let deadline = Deadline(limit)
    let low = try ends(.beginning, of: partitions, before: deadline)
    let high = try ends(.end, of: partitions, before: deadline)
    return zip(low, high).map { Watermarks(low: $0, high: $1) }
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
    guard !partitions.isEmpty else { return [] }
    let time = PartitionStart.Place.offset(max(0, milliseconds))
    return try ends(time, of: partitions, before: Deadline(limit)).map { $0 < 0 ? nil : $0 }
  }

  /// One end of each partition, or the offset of a time, which stands in the place's number.
  ///
  /// `rd_kafka_query_watermark_offsets` does not keep to its timeout
  /// in 2.0.2 (its issue 4460); the lookup by time does, and the ends are times to the protocol.
  private func ends(
    _ place: PartitionStart.Place,
    of partitions: [TopicPartition],
    before deadline: Deadline
  ) throws(KafkaError) -> [Int64] {
    let list = PartitionList(partitions)
    list.setOffsets(place)
    let wait = deadline.remaining.milliseconds
    let response = unsafe rd_kafka_offsets_for_times(handle.pointer, list.pointer, wait)
    do throws(KafkaError) {
      try KafkaError.check(response, "cannot read the ends of \(partitions)")
      var offsets: [Int64] = []
      for (index, partition) in partitions.enumerated() {
        try KafkaError.check(list.response(index), "cannot read the ends of \(partition)")
        offsets.append(list.offset(index))
      }
      return offsets
    } catch {
      // Of topics that it does not read, 2.0.2 goes on asking the leader it remembers, which may
      // lead no more, for a quarter of an hour: what the cluster says now makes it forget that one.
      if error.isRetriable { _ = try? describe(partitions.map(\.topic), within: .seconds(1)) }
      throw error
    }
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
