internal import CRDKafka

/// A librdkafka instance with its log queue: what consumer, producer and admin have in common.
///
/// Everything is called from the owner's thread. Librdkafka's own threads never call back into
/// Swift: log lines wait in a queue, and the callbacks run only inside calls of the owner.
@safe struct Handle: ~Copyable {
  let pointer: OpaquePointer
  private let logQueue: OpaquePointer?
  /// Whether it is a consumer with a group, which its owner has to close.
  private let isConsumer: Bool
  /// What callbacks leave for the owner; librdkafka holds it too, so it lives until the end.
  let inbox: Inbox
  /// What it logs in with.
  let credentials: Credentials

  init(
    _ type: rd_kafka_type_t,
    _ properties: [KafkaSettings.Property],
    log: @escaping (LogLine) -> Void
  ) throws(KafkaError) {
    let configuration = try Configuration(properties + [.init("log.queue", "true")])
    let inbox = Inbox(log: log)
    unsafe configuration.withPointer { pointer in
      // Librdkafka's own callback writes to standard error; lines go to the queue without one.
      unsafe rd_kafka_conf_set_log_cb(pointer, nil)
      unsafe rd_kafka_conf_set_opaque(pointer, Unmanaged.passUnretained(inbox).toOpaque())
      unsafe rd_kafka_conf_set_error_cb(pointer, Inbox.onError)
      if type == RD_KAFKA_CONSUMER {
        unsafe rd_kafka_conf_set_rebalance_cb(pointer, Inbox.onRebalance)
      } else {
        unsafe rd_kafka_conf_set_dr_msg_cb(pointer, Inbox.onDelivery)
      }
    }
    let made = unsafe try configuration.makeHandle(type)
    unsafe pointer = made
    self.inbox = inbox
    credentials = Credentials(properties)
    isConsumer = properties.contains { $0.key == "group.id" }
    unsafe logQueue = rd_kafka_queue_new(pointer)
    unsafe rd_kafka_set_log_queue(pointer, logQueue)
  }

  deinit {
    unsafe rd_kafka_queue_destroy(logQueue)
    if isConsumer {
      // One that is closed has nothing left to wait for.
      unsafe crdkafka_destroy_aside(pointer, rd_kafka_consumer_closed(pointer) == 0 ? 0 : 2_000)
    } else {
      unsafe rd_kafka_destroy_flags(pointer, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
    }
  }

  /// Hands the waiting log lines to the owner; as that is done often, passwords are renewed, too.
  func drainLog() {
    unsafe credentials.renew(pointer)
    while let event = unsafe rd_kafka_queue_poll(logQueue, 0) {
      if let line = unsafe LogLine(event) { inbox.log(line) }
      unsafe rd_kafka_event_destroy(event)
    }
  }

  /// The error that ended the use of this handle; nil while there is none.
  var fatalError: KafkaError? {
    var text = [CChar](repeating: 0, count: 512)
    let response = unsafe rd_kafka_fatal_error(pointer, &text, text.count)
    guard response != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
    let bytes = text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
    let detail = String(decoding: bytes, as: UTF8.self)
    var error = KafkaError(response, "the Kafka client cannot go on", detail: detail)
    error.isFatal = true
    return error
  }
}

extension Duration {
  /// Whole milliseconds for librdkafka, not below 0; less than one counts as one.
  var milliseconds: Int32 {
    let (seconds, attoseconds) = components
    guard seconds < 1_000_000 else { return 1_000_000_000 }
    let fraction = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    return Int32(max(0, seconds * 1_000 + fraction))
  }
}

/// A moment until which something may take.
struct Deadline {
  private let end: ContinuousClock.Instant

  init(_ duration: Duration) { end = .now + duration }

  /// What is left, not below 0.
  var remaining: Duration { max(.zero, ContinuousClock.now.duration(to: end)) }

  var hasPassed: Bool { ContinuousClock.now >= end }
}
