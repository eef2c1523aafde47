internal import CRDKafka

/// The event that a request of the admin interface was answered with.
@safe struct AdminAnswer: ~Copyable {
  let pointer: OpaquePointer

  init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }

  deinit { unsafe rd_kafka_event_destroy(pointer) }
}

extension Admin {
  /// Sends a request and waits for its answer.
  ///
  /// - Parameters:
  ///   - operation: What the options are for.
  ///   - attempt: What is tried: "cannot create topics".
  ///   - limit: How long to wait.
  ///   - send: Sends the request, with these options and this queue for the answer.
  /// - Returns: The answer, which is none that failed as a whole.
  /// - Throws: `timedOut`, or what the request as a whole failed with.
  func ask(
    _ operation: rd_kafka_admin_op_t,
    _ attempt: String,
    within limit: Duration,
    send: (_ options: OpaquePointer?, _ answers: OpaquePointer?) -> Void
  ) throws(KafkaError) -> AdminAnswer {
    let answers = unsafe rd_kafka_queue_new(handle.pointer)
    defer { unsafe rd_kafka_queue_destroy(answers) }
    let options = unsafe rd_kafka_AdminOptions_new(handle.pointer, operation)
    defer { unsafe rd_kafka_AdminOptions_destroy(options) }
    let wait = limit.milliseconds
    unsafe rd_kafka_AdminOptions_set_request_timeout(options, wait, nil, 0)
    unsafe rd_kafka_AdminOptions_set_operation_timeout(options, wait, nil, 0)
    unsafe send(options, answers)
    // The request has the same limit, so that its answer, good or bad, comes a moment later.
    let deadline = Deadline(limit + .seconds(1))
    while !deadline.hasPassed {
      let wait = deadline.remaining.milliseconds
      guard let event = unsafe rd_kafka_queue_poll(answers, wait) else { continue }
      let answer = unsafe AdminAnswer(event)
      let response = unsafe rd_kafka_event_error(event)
      guard response != RD_KAFKA_RESP_ERR_NO_ERROR else { return answer }
      let detail = unsafe rd_kafka_event_error_string(event).map { unsafe String(cString: $0) }
      throw KafkaError(response, attempt, detail: detail)
    }
    throw KafkaError(.timedOut, "\(attempt): no answer in \(limit)")
  }
}
