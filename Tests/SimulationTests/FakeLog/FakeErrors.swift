import KafkaClient

/// The errors of librdkafka 2.0.2 that the model gives, named as it names them.
extension KafkaError {
  /// What every call of a dead client throws: nobody is there to see it but the simulation.
  static let killed = KafkaError(.other, "the process was killed", reason: "KILLED", isFatal: true)

  /// The producer's epoch is not the current one.
  ///
  /// Also when the coordinator bumped it because the transaction took too long: librdkafka 2.0.2
  /// makes both `_FENCED` (`rd_kafka_txn_normalize_err`).
  static func fenced(_ attempt: String) -> KafkaError {
    KafkaError(
      .fenced,
      "cannot \(attempt): the producer was fenced by a newer one",
      reason: "_FENCED",
      isFatal: true
    )
  }

  /// The group has moved on.
  static func stale(_ reason: String) -> KafkaError {
    KafkaError(
      .staleMember,
      "cannot commit offsets: \(reason)",
      reason: reason,
      requiresAbort: true
    )
  }

  static func timedOut(_ attempt: String, requiresAbort: Bool = false) -> KafkaError {
    KafkaError(
      .timedOut,
      "cannot \(attempt): no answer in time",
      reason: "_TIMED_OUT",
      isRetriable: !requiresAbort,
      requiresAbort: requiresAbort
    )
  }

  static func unreachable(_ attempt: String) -> KafkaError {
    KafkaError(
      .brokerUnreachable,
      "cannot \(attempt): no connection",
      reason: "_TRANSPORT",
      isRetriable: true
    )
  }

  /// The call does not fit the state of the transaction.
  static func badState(_ attempt: String) -> KafkaError {
    KafkaError(.other, "cannot \(attempt) in this state", reason: "_STATE")
  }

  /// There is no right to do this.
  static func unauthorized(_ attempt: String) -> KafkaError {
    KafkaError(
      .unauthorized,
      "cannot \(attempt): no right to",
      reason: "TOPIC_AUTHORIZATION_FAILED",
      requiresAbort: true
    )
  }

  /// The coordinator has no transaction that this would fit.
  static func invalidTransaction(_ attempt: String, isFatal: Bool) -> KafkaError {
    KafkaError(
      .other,
      "cannot \(attempt): the transaction is in another state",
      reason: "INVALID_TXN_STATE",
      isFatal: isFatal,
      requiresAbort: !isFatal
    )
  }

  static func unknown(_ place: TopicPartition, requiresAbort: Bool = false) -> KafkaError {
    KafkaError(
      .unknownTopic,
      "there is no \(place)",
      reason: "UNKNOWN_TOPIC_OR_PART",
      requiresAbort: requiresAbort
    )
  }

  static func outOfRange(_ place: TopicPartition, _ offset: Int64) -> KafkaError {
    KafkaError(.offsetOutOfRange, "\(place) does not hold \(offset)", reason: "_AUTO_OFFSET_RESET")
  }

  static func tooLarge(_ what: String, requiresAbort: Bool) -> KafkaError {
    KafkaError(
      .tooLarge,
      "\(what) is larger than the broker takes",
      requiresAbort: requiresAbort
    )
  }
}
