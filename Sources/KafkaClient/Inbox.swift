internal import CRDKafka

/// Where the callbacks of a handle leave what happened, for its owner to take.
///
/// Librdkafka runs them inside the owner's own calls, on the owner's thread: there is nothing to
/// lock.
@safe final class Inbox {
  /// Takes log lines.
  let log: (LogLine) -> Void
  /// Errors of the handle as a whole, oldest first; more than a few add nothing.
  private(set) var errors: [KafkaError] = []
  /// The rebalance that waits for the owner's answer.
  private(set) var rebalance: ConsumerEvent?
  /// Records that were given up since the last look.
  private(set) var failedDeliveries = 0
  private(set) var firstFailure: KafkaError?
  /// The consumer's queue, to be left at once when a rebalance is to be answered.
  var consumerQueue: OpaquePointer?

  static let errorsKept = 100

  init(log: @escaping (LogLine) -> Void) { self.log = log }

  func takeErrors() -> [KafkaError] {
    defer { errors.removeAll() }
    return errors
  }

  func takeRebalance() -> ConsumerEvent? {
    defer { rebalance = nil }
    return rebalance
  }

  func takeFailedDeliveries() -> (count: Int, first: KafkaError?) {
    defer { (failedDeliveries, firstFailure) = (0, nil) }
    return (failedDeliveries, firstFailure)
  }

  private func note(_ error: KafkaError) {
    if errors.count < Self.errorsKept { errors.append(error) }
  }

  private func note(_ delivery: rd_kafka_resp_err_t, topic: String, partition: Int32) {
    failedDeliveries += 1
    guard firstFailure == nil else { return }
    let place = partition < 0 ? topic : "\(TopicPartition(topic, partition))"
    firstFailure = KafkaError(delivery, "a record for \(place) was not delivered")
  }
}

/// What librdkafka calls. The opaque pointer is the inbox of the handle, which outlives it.
extension Inbox {
  private static func inbox(_ opaque: UnsafeMutableRawPointer?) -> Inbox? {
    guard let opaque = unsafe opaque else { return nil }
    return unsafe Unmanaged<Inbox>.fromOpaque(opaque).takeUnretainedValue()
  }

  typealias ErrorCallback =
    @convention(c) (
      OpaquePointer?, Int32, UnsafePointer<CChar>?, UnsafeMutableRawPointer?
    ) -> Void

  static let onError: ErrorCallback = { _, number, text, opaque in
    let detail = unsafe text.map { unsafe String(cString: $0) }
    let response = rd_kafka_resp_err_t(rawValue: number)
    unsafe inbox(opaque)?.note(KafkaError(response, "Kafka", detail: detail))
  }

  typealias RebalanceCallback =
    @convention(c) (
      OpaquePointer?, rd_kafka_resp_err_t,
      UnsafeMutablePointer<rd_kafka_topic_partition_list_t>?, UnsafeMutableRawPointer?
    ) -> Void

  /// Only notes what is to be done.
  ///
  /// Librdkafka waits for the answer, `rd_kafka_assign`, as it
  /// does with its event queue; so the owner may ask the broker for committed offsets first.
  static let onRebalance: RebalanceCallback = { handle, response, list, opaque in
    guard let inbox = unsafe inbox(opaque) else { return }
    let partitions = unsafe PartitionList.partitions(of: list).sorted()
    if response == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS {
      inbox.rebalance = .assigned(partitions)
    } else {
      let isLost = unsafe rd_kafka_assignment_lost(handle) != 0
      inbox.rebalance = isLost ? .lost(partitions) : .revoked(partitions)
    }
    if let queue = unsafe inbox.consumerQueue { unsafe rd_kafka_queue_yield(queue) }
  }

  typealias DeliveryCallback =
    @convention(c) (
      OpaquePointer?, UnsafePointer<rd_kafka_message_t>?, UnsafeMutableRawPointer?
    ) -> Void

  static let onDelivery: DeliveryCallback = { _, message, opaque in
    guard let message = unsafe message else { return }
    let response = unsafe message.pointee.err
    guard response != RD_KAFKA_RESP_ERR_NO_ERROR else { return }
    let topic = unsafe message.pointee.rkt.map { unsafe String(cString: rd_kafka_topic_name($0)) }
    let partition = unsafe message.pointee.partition
    unsafe inbox(opaque)?.note(response, topic: topic ?? "", partition: partition)
  }
}
