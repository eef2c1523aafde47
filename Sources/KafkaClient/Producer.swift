internal import CRDKafka

/// Writes records: in order per partition, each at most once however often it is sent.
///
/// One owner, on one thread. Records are copied and sent by librdkafka's threads; `produce` waits
/// when its queue is full. What could not be delivered is counted and thrown by `flush`: after
/// each `flush` that returns, everything produced before is in the log. With a transactional id,
/// records are produced within transactions only (`Producer+Transactions.swift`).
@safe public struct Producer: ~Copyable {
  let handle: Handle
  private let patience: Duration
  private var topics: [TopicObject] = []
  /// Records taken by `produce` since the beginning.
  public private(set) var accepted = 0
  /// Records given up since the beginning, those that an abort took back among them.
  public private(set) var failed = 0
  private var firstFailure: KafkaError?
  private var failedSinceFlush = 0

  // So often that failures are seen soon, so seldom that looking costs nothing.
  private static let recordsBetweenLooks = 1_024

  /// A producer.
  ///
  /// Does not wait for a broker: `Admin.waitForBroker` does.
  ///
  /// - Parameters:
  ///   - settings: Brokers and the user's properties.
  ///   - patience: How long `produce` waits for room in the queue.
  ///   - log: Takes librdkafka's log lines, during calls of this producer only.
  /// - Throws: `badSetting` when the settings contradict each other.
  public init(
    settings: KafkaSettings,
    patience: Duration = .seconds(60),
    log: @escaping (LogLine) -> Void = { _ in }
  ) throws(KafkaError) {
    try self.init(settings.properties(for: .producer), patience: patience, log: log)
  }

  init(
    _ properties: [KafkaSettings.Property],
    patience: Duration,
    log: @escaping (LogLine) -> Void
  ) throws(KafkaError) {
    handle = try Handle(RD_KAFKA_PRODUCER, properties, log: log)
    self.patience = patience
  }

  /// Drops what is still in the queue: `flush` first.
  deinit {
    unsafe rd_kafka_purge(handle.pointer, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
    unsafe rd_kafka_poll(handle.pointer, 0)
    for topic in topics { unsafe rd_kafka_topic_destroy(topic.pointer) }
  }

  /// The number of records not yet confirmed by a broker.
  public var undelivered: Int { Int(unsafe rd_kafka_outq_len(handle.pointer)) }

  /// How far each partition's log reaches, to readers of what is committed.
  ///
  /// The answer does not wait behind records that are on their way to a consumer.
  ///
  /// - Throws: `unknownTopic`, `timedOut`.
  public func watermarks(
    _ partitions: [TopicPartition],
    within limit: Duration = .seconds(10)
  ) throws(KafkaError) -> [Watermarks] {
    try handle.watermarks(partitions, within: limit)
  }

  /// Takes a record for sending; waits while the queue is full.
  ///
  /// - Parameters:
  ///   - topic: The topic.
  ///   - partition: The partition; without one, the key decides as it does in Java's client, and
  ///     records without a key go anywhere.
  ///   - key: The key, if it has one.
  ///   - payload: The payload; nil for a tombstone.
  ///   - headers: The headers.
  ///   - timestampMilliseconds: The time, milliseconds since 1970; without one, now.
  /// - Throws: `queueFull` when there was no room in time, `tooLarge`, `unknownTopic` for a
  ///   partition that is known not to exist, `fenced` and other fatal errors.
  public mutating func produce(
    to topic: String,
    partition: Int32? = nil,
    key: Span<UInt8>?,
    payload: Span<UInt8>?,
    headers: [RecordHeader] = [],
    timestampMilliseconds: Int64? = nil
  ) throws(KafkaError) {
    let target = unsafe try handle(of: topic)
    let list = unsafe RecordHeader.list(headers)
    var deadline: Deadline?
    while true {
      let response = unsafe send(
        to: target,
        partition ?? crdkafka_any_partition,
        timestampMilliseconds ?? 0,
        key,
        payload,
        list
      )
      if response == RD_KAFKA_RESP_ERR_NO_ERROR { break }
      let limit = deadline ?? Deadline(patience)
      deadline = limit
      guard response == RD_KAFKA_RESP_ERR__QUEUE_FULL, !limit.hasPassed else {
        unsafe list.map { unsafe rd_kafka_headers_destroy($0) }
        throw handle.fatalError ?? KafkaError(response, "cannot produce to \(topic)")
      }
      look(waiting: .milliseconds(100))
    }
    accepted += 1
    if accepted.isMultiple(of: Self.recordsBetweenLooks) { look(waiting: .zero) }
  }

  /// Waits until every record is confirmed.
  ///
  /// - Throws: `timedOut` when records are still on their way; `notDelivered`, or what the broker
  ///   refused the first with, when records were given up since the last call that said so.
  public mutating func flush(within limit: Duration) throws(KafkaError) {
    let response = unsafe rd_kafka_flush(handle.pointer, limit.milliseconds)
    look(waiting: .zero)
    if let error = handle.fatalError { throw error }
    if let error = takeFailure() { throw error }
    guard response != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
    throw KafkaError(response, "\(undelivered) records were not confirmed in \(limit)")
  }

  /// What became of the records that were given up since this was asked last; nil without any.
  mutating func takeFailure() -> KafkaError? {
    guard failedSinceFlush > 0 else { return nil }
    defer { (failedSinceFlush, firstFailure) = (0, nil) }
    var error = firstFailure ?? KafkaError(.notDelivered, "no reason given")
    error.message = "\(failedSinceFlush) records were not delivered; the first: \(error.message)"
    return error
  }

  /// Serves callbacks, and takes what they left.
  mutating func look(waiting wait: Duration) {
    unsafe rd_kafka_poll(handle.pointer, wait.milliseconds)
    handle.drainLog()
    let (count, first) = handle.inbox.takeFailedDeliveries()
    failed += count
    failedSinceFlush += count
    if firstFailure == nil { firstFailure = first }
  }

  /// Librdkafka's object for a topic: names are looked up once.
  private mutating func handle(of topic: String) throws(KafkaError) -> OpaquePointer {
    for entry in topics where entry.name == topic { return unsafe entry.pointer }
    guard let pointer = unsafe rd_kafka_topic_new(handle.pointer, topic, nil) else {
      throw KafkaError(rd_kafka_last_error(), "cannot produce to \(topic)")
    }
    unsafe topics.append(TopicObject(name: topic, pointer: pointer))
    return unsafe pointer
  }

  private func send(
    to topic: OpaquePointer,
    _ partition: Int32,
    _ timestamp: Int64,
    _ key: Span<UInt8>?,
    _ payload: Span<UInt8>?,
    _ headers: OpaquePointer?
  ) -> rd_kafka_resp_err_t {
    unsafe Self.withBytes(key, orElse: topic) { key, keySize in
      unsafe Self.withBytes(payload, orElse: topic) { payload, size in
        unsafe crdkafka_produce(
          handle.pointer,
          topic,
          partition,
          timestamp,
          key,
          keySize,
          payload,
          size,
          headers
        )
      }
    }
  }

  /// Bytes as C knows them: no pointer for none, and some pointer for empty ones, as librdkafka
  /// tells an empty key or payload from a missing one by it.
  private static func withBytes<Result>(
    _ bytes: Span<UInt8>?,
    orElse somewhere: OpaquePointer,
    _ body: (UnsafeRawPointer?, Int) -> Result
  ) -> Result {
    guard let bytes else { return body(nil, 0) }
    return unsafe bytes.withUnsafeBufferPointer { buffer in
      let start = unsafe buffer.baseAddress.map { unsafe UnsafeRawPointer($0) }
      return unsafe body(start ?? UnsafeRawPointer(somewhere), buffer.count)
    }
  }
}

/// Librdkafka's object for a topic.
@safe private struct TopicObject {
  let name: String
  let pointer: OpaquePointer
}
