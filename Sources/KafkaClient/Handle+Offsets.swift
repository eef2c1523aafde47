internal import CRDKafka

extension Handle {
  /// How far each partition's log reaches.
  func watermarks(
    _ partitions: [TopicPartition],
    within limit: Duration
  ) throws(KafkaError) -> [Watermarks] {
    guard !partitions.isEmpty else { return [] }
    let deadline = Deadline(limit)
    let low = try ends(.beginning, of: partitions, before: deadline)
    let high = try ends(.end, of: partitions, before: deadline)
    return zip(low, high).map { Watermarks(low: $0, high: $1) }
  }

  /// The first record of each partition that is not older than an instant; nil where none is.
  func offsets(
    of partitions: [TopicPartition],
    at milliseconds: Int64,
    within limit: Duration
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
    let response = unsafe rd_kafka_offsets_for_times(pointer, list.pointer, wait)
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
}
