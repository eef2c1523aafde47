internal import CRDKafka

extension KafkaError {
  /// What librdkafka's error means to us.
  ///
  /// - Parameters:
  ///   - response: The error; not "no error".
  ///   - attempt: What was tried: "cannot commit offsets".
  ///   - detail: The sentence that came with the error, if there was one.
  init(_ response: rd_kafka_resp_err_t, _ attempt: String, detail: String? = nil) {
    let name = unsafe String(cString: rd_kafka_err2name(response))
    let said = detail ?? (unsafe String(cString: rd_kafka_err2str(response)))
    self.init(
      Self.code(of: response),
      "\(attempt): \(said) (\(name))\(Self.remedy(for: response))",
      reason: name,
      isRetriable: Self.retriable.contains(response.rawValue),
      isFatal: Self.fatal.contains(response.rawValue)
    )
  }

  /// The settings that stand against it; nothing where there is no such.
  private static func remedy(for response: rd_kafka_resp_err_t) -> String {
    switch response {
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
      "; raise max.message.bytes of the topic, and -X message.max.bytes"
    case RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE:
      "; raise offset.metadata.max.bytes of the brokers"
    default: ""
    }
  }

  /// Throws unless the response is "no error".
  static func check(
    _ response: rd_kafka_resp_err_t,
    _ attempt: @autoclosure () -> String
  ) throws(KafkaError) {
    if response != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaError(response, attempt()) }
  }

  /// Takes over librdkafka's error object; nil when there is none.
  ///
  /// - Parameters:
  ///   - object: What a call returned; it is destroyed here.
  ///   - attempt: What was tried.
  /// - Returns: The error.
  static func take(_ object: OpaquePointer?, _ attempt: String) -> KafkaError? {
    guard let object = unsafe object else { return nil }
    defer { unsafe rd_kafka_error_destroy(object) }
    let response = unsafe rd_kafka_error_code(object)
    let detail = unsafe String(cString: rd_kafka_error_string(object))
    var error = KafkaError(response, attempt, detail: detail)
    error.isRetriable = unsafe rd_kafka_error_is_retriable(object) != 0
    error.isFatal = unsafe rd_kafka_error_is_fatal(object) != 0
    error.requiresAbort = unsafe rd_kafka_error_txn_requires_abort(object) != 0
    return error
  }

  private static func code(of response: rd_kafka_resp_err_t) -> Code {
    codes.first { $0.responses.contains(response) }?.code ?? .other
  }

  private static let codes: [(code: Code, responses: [rd_kafka_resp_err_t])] = [
    (
      .brokerUnreachable,
      [
        RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,
        RD_KAFKA_RESP_ERR__RESOLVE, RD_KAFKA_RESP_ERR__NODE_UPDATE,
      ]
    ),
    (
      .authentication,
      [
        RD_KAFKA_RESP_ERR__AUTHENTICATION, RD_KAFKA_RESP_ERR__SSL,
        RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED,
        RD_KAFKA_RESP_ERR_UNSUPPORTED_SASL_MECHANISM,
      ]
    ),
    (
      .unauthorized,
      [
        RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED,
        RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED,
        RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
        RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
        RD_KAFKA_RESP_ERR_POLICY_VIOLATION,
      ]
    ),
    (
      .unknownTopic,
      [
        RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC,
        RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, RD_KAFKA_RESP_ERR_TOPIC_EXCEPTION,
      ]
    ),
    (
      .fenced,
      [
        RD_KAFKA_RESP_ERR__FENCED, RD_KAFKA_RESP_ERR_PRODUCER_FENCED,
        RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID,
      ]
    ),
    (
      .staleMember,
      [
        RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
        RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST,
        RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED,
      ]
    ),
    (
      .offsetOutOfRange,
      [RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE]
    ),
    (
      .timedOut,
      [
        RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT,
        RD_KAFKA_RESP_ERR__WAIT_COORD,
      ]
    ),
    (.queueFull, [RD_KAFKA_RESP_ERR__QUEUE_FULL]),
    (
      .notDelivered,
      [
        RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, RD_KAFKA_RESP_ERR__PURGE_QUEUE,
        RD_KAFKA_RESP_ERR__PURGE_INFLIGHT,
        // What a transaction with such records says when it is to be committed.
        RD_KAFKA_RESP_ERR__INCONSISTENT,
      ]
    ),
    (.badSetting, [RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT]),
    (
      .tooLarge,
      [
        RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE,
        RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE,
      ]
    ),
    (
      .unsupported,
      [RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE, RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION]
    ),
  ]

  private static let retriable: Set = [
    RD_KAFKA_RESP_ERR__TRANSPORT.rawValue, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN.rawValue,
    RD_KAFKA_RESP_ERR__RESOLVE.rawValue, RD_KAFKA_RESP_ERR__TIMED_OUT.rawValue,
    RD_KAFKA_RESP_ERR__WAIT_COORD.rawValue, RD_KAFKA_RESP_ERR__QUEUE_FULL.rawValue,
    RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT.rawValue, RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION.rawValue,
    RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE.rawValue,
    RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION.rawValue,
    RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS.rawValue,
    RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE.rawValue,
    RD_KAFKA_RESP_ERR_NOT_COORDINATOR.rawValue,
    RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS.rawValue,
    RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR.rawValue,
    RD_KAFKA_RESP_ERR_UNSTABLE_OFFSET_COMMIT.rawValue,
    // What brokers say that come up or hand partitions over.
    RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE.rawValue,
    RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE.rawValue,
    RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE.rawValue,
    RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH.rawValue,
    RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH.rawValue,
    RD_KAFKA_RESP_ERR_LISTENER_NOT_FOUND.rawValue,
    RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND.rawValue,
  ]

  private static let fatal: Set = [
    RD_KAFKA_RESP_ERR__FATAL.rawValue, RD_KAFKA_RESP_ERR__FENCED.rawValue,
    RD_KAFKA_RESP_ERR_PRODUCER_FENCED.rawValue, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID.rawValue,
  ]
}
