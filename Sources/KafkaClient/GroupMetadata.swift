internal import CRDKafka

/// A group member as it takes part in a transaction: its group, its name and its generation.
@safe struct GroupMetadata: ~Copyable {
  let pointer: OpaquePointer

  /// What a consumer is at this moment; nil for one that was never let into a group.
  init?(of consumer: OpaquePointer) {
    guard let found = unsafe rd_kafka_consumer_group_metadata(consumer) else { return nil }
    unsafe pointer = found
  }

  deinit { unsafe rd_kafka_consumer_group_metadata_destroy(pointer) }

  /// The group's generation that the member belongs to, below 0 for none; nil if it cannot be told.
  ///
  /// Librdkafka 2.0.2 has no call that gives it, only one that writes the whole as bytes, for
  /// another process to read. Its form (`rdkafka_cgrp.c`) begins with `CGMDv2:`, then comes the
  /// generation in the machine's byte order. A form that begins otherwise is not guessed at.
  var generation: Int32? {
    var start: UnsafeMutableRawPointer?
    var count = 0
    if let error = unsafe rd_kafka_consumer_group_metadata_write(pointer, &start, &count) {
      unsafe rd_kafka_error_destroy(error)
      return nil
    }
    guard let start = unsafe start else { return nil }
    defer { unsafe rd_kafka_mem_free(nil, start) }
    let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
    let form = Array("CGMDv2:".utf8)
    guard bytes.count >= form.count + 4, unsafe bytes.starts(with: form) else { return nil }
    return unsafe bytes.loadUnaligned(fromByteOffset: form.count, as: Int32.self)
  }
}

extension Consumer {
  /// This member of its group, for it to commit these offsets in a transaction.
  ///
  /// Two things that no broker refuses are refused here: the generation -1, which brokers take
  /// for a client without a group and let pass, and partitions of another member.
  ///
  /// - Throws: `staleMember`, to be answered by an abort.
  func member(for offsets: [CommittedOffset]) throws(KafkaError) -> GroupMetadata {
    requireOpen()
    let attempt = "cannot commit offsets in the transaction"
    for offset in offsets where granted?.partitions.contains(offset.partition) != true {
      throw KafkaError(
        .staleMember,
        "\(attempt): the group has not given \(offset.partition) to this member",
        requiresAbort: true
      )
    }
    guard let member = unsafe GroupMetadata(of: handle.pointer) else {
      throw KafkaError(.staleMember, "\(attempt): not in a group", requiresAbort: true)
    }
    // The group may have given the partitions to others since, under a generation that this member
    // has joined in the background already.
    guard let generation = member.generation, generation >= 0, generation == granted?.generation
    else {
      let found = member.generation.map { "\($0)" } ?? "unknown"
      throw KafkaError(
        .staleMember,
        "\(attempt): the group's generation is \(found)",
        requiresAbort: true
      )
    }
    return member
  }
}
