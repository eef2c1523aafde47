internal import CRDKafka

/// A topic that exists.
public struct TopicDescription: Hashable, Sendable {
  /// Its name.
  public var name: String
  /// The number of its partitions.
  public var partitions: Int
  /// The smallest number of replicas that any of its partitions has.
  public var replication: Int
}

extension Handle {
  private static let allAreDown = "_ALL_BROKERS_DOWN"

  /// Waits until a broker has answered a request.
  ///
  /// Addresses where nobody listens are tried again until the limit, as brokers may just be
  /// starting; wrong credentials end the wait at once.
  ///
  /// - Parameters:
  ///   - settings: What the handle was made with.
  ///   - limit: How long to wait.
  /// - Throws: `brokerUnreachable` with the last cause, or `authentication`.
  func waitForBroker(_ settings: KafkaSettings, within limit: Duration) throws(KafkaError) {
    let deadline = Deadline(limit)
    var slice = Duration.milliseconds(250)
    var lastError: KafkaError?
    while !deadline.hasPassed {
      var metadata: UnsafePointer<rd_kafka_metadata_t>?
      let wait = min(slice, deadline.remaining).milliseconds
      let response = unsafe rd_kafka_metadata(pointer, 0, nil, &metadata, wait)
      unsafe rd_kafka_metadata_destroy(metadata)
      if response == RD_KAFKA_RESP_ERR_NO_ERROR { return }
      unsafe rd_kafka_poll(pointer, 0)
      for error in inbox.takeErrors() {
        if error.code == .authentication { throw error }
        // That all are down says less than what is wrong with one.
        if error.reason != Self.allAreDown || lastError == nil { lastError = error }
      }
      drainLog()
      slice += slice
    }
    let cause = lastError.map { ": \($0.message)" } ?? ""
    // A listener that wants TLS closes the connection without a word.
    let isUnexplained = lastError.map { $0.reason == Self.allAreDown } ?? true
    let hint =
      isUnexplained && !settings.namesProtocol
      ? "; if it expects TLS or SASL, set security.protocol" : ""
    throw KafkaError(
      .brokerUnreachable,
      "no Kafka broker answers at \(settings.brokers) (waited \(limit))\(cause)\(hint)",
      isRetriable: true
    )
  }

  /// What the cluster says of each topic; nil for one that does not exist.
  ///
  /// Asks for all topics: asking for one by its name would create it on a broker that creates
  /// topics by itself and is too old to be told not to, as the mock cluster of 2.0.2 is.
  func describe(
    _ topics: [String],
    within limit: Duration
  ) throws(KafkaError) -> [TopicDescription?] {
    var metadata: UnsafePointer<rd_kafka_metadata_t>?
    let response = unsafe rd_kafka_metadata(pointer, 1, nil, &metadata, limit.milliseconds)
    drainLog()
    try KafkaError.check(response, "cannot ask for topics")
    guard let answer = unsafe metadata else { return topics.map { _ in nil } }
    defer { unsafe rd_kafka_metadata_destroy(answer) }
    var found = [TopicDescription?](repeating: nil, count: topics.count)
    for index in unsafe 0..<Int(answer.pointee.topic_cnt) {
      let topic = unsafe answer.pointee.topics[index]
      let name = unsafe String(cString: topic.topic)
      guard let place = topics.firstIndex(of: name) else { continue }
      try KafkaError.check(unsafe topic.err, "topic \(name)")
      let count = unsafe Int(topic.partition_cnt)
      let replicas = (0..<count).map { unsafe Int(topic.partitions[$0].replica_cnt) }
      let replication = replicas.min() ?? 0
      found[place] = TopicDescription(name: name, partitions: count, replication: replication)
    }
    return found
  }
}
