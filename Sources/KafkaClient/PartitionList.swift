internal import CRDKafka

/// Librdkafka's list of partitions, with one owner.
@safe struct PartitionList: ~Copyable {
  let pointer: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

  init(_ partitions: some Collection<TopicPartition>) {
    unsafe pointer = rd_kafka_topic_partition_list_new(Int32(partitions.count))
    for partition in partitions { add(partition) }
  }

  init(starts: [PartitionStart]) {
    unsafe pointer = rd_kafka_topic_partition_list_new(Int32(starts.count))
    for start in starts { add(start.partition, offset: Self.number(start.place)) }
  }

  init(offsets: [CommittedOffset]) {
    unsafe pointer = rd_kafka_topic_partition_list_new(Int32(offsets.count))
    for offset in offsets {
      add(offset.partition, offset: offset.offset, metadata: offset.metadata)
    }
  }

  deinit { unsafe rd_kafka_topic_partition_list_destroy(pointer) }

  private func add(
    _ partition: TopicPartition,
    offset: Int64 = Int64(RD_KAFKA_OFFSET_INVALID),
    metadata: String = ""
  ) {
    guard
      let element = unsafe rd_kafka_topic_partition_list_add(
        pointer,
        partition.topic,
        partition.partition
      )
    else { return }
    unsafe element.pointee.offset = offset
    guard !metadata.isEmpty else { return }
    // The list frees it with the allocator of librdkafka, so it must come from there.
    var bytes = metadata
    bytes.withUTF8 { source in
      guard let copy = unsafe rd_kafka_mem_malloc(nil, source.count),
        let start = source.baseAddress
      else { return }
      unsafe copy.copyMemory(from: start, byteCount: source.count)
      unsafe element.pointee.metadata = copy
      unsafe element.pointee.metadata_size = source.count
    }
  }

  /// Sets one offset for all partitions.
  func setOffsets(_ place: PartitionStart.Place) {
    for index in 0..<count {
      unsafe pointer.pointee.elems[index].offset = Self.number(place)
    }
  }

  var count: Int { unsafe Int(pointer.pointee.cnt) }

  func offset(_ index: Int) -> Int64 { unsafe pointer.pointee.elems[index].offset }

  func response(_ index: Int) -> rd_kafka_resp_err_t { unsafe pointer.pointee.elems[index].err }

  /// The element's metadata; it is not terminated by a zero, its size counts.
  func metadata(_ index: Int) -> String {
    let element = unsafe pointer.pointee.elems[index]
    let bytes = unsafe UnsafeRawBufferPointer(
      start: element.metadata,
      count: element.metadata_size
    )
    return unsafe String(decoding: bytes, as: UTF8.self)
  }

  /// The partitions of a list that belongs to somebody else; none for none.
  static func partitions(
    of list: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?
  ) -> [TopicPartition] {
    guard let list = unsafe list else { return [] }
    return unsafe (0..<Int(list.pointee.cnt)).map { unsafe partition(list.pointee.elems[$0]) }
  }

  private static func partition(_ element: rd_kafka_topic_partition_t) -> TopicPartition {
    TopicPartition(unsafe String(cString: element.topic), unsafe element.partition)
  }

  private static func number(_ place: PartitionStart.Place) -> Int64 {
    switch place {
    case .beginning: Int64(RD_KAFKA_OFFSET_BEGINNING)
    case .end: Int64(RD_KAFKA_OFFSET_END)
    case .offset(let offset): offset
    }
  }
}
