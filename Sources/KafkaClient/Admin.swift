internal import CRDKafka

/// Asks about a cluster and creates topics; reads and writes no records.
///
/// One owner, on one thread.
@safe public struct Admin: ~Copyable {
  let handle: Handle
  private let settings: KafkaSettings

  /// A connection to a cluster; it is made when it is first needed.
  ///
  /// - Throws: `badSetting` when the settings contradict each other.
  public init(
    settings: KafkaSettings,
    log: @escaping (LogLine) -> Void = { _ in }
  ) throws(KafkaError) {
    handle = try Handle(RD_KAFKA_CONSUMER, settings.properties(for: .admin), log: log)
    self.settings = settings
  }

  /// Waits until a broker has answered, so that what follows does not wait in vain.
  ///
  /// - Throws: `brokerUnreachable` naming the addresses and the last cause, at the end of the
  ///   limit; `authentication` as soon as a broker refuses us.
  public func waitForBroker(within limit: Duration = .seconds(8)) throws(KafkaError) {
    try handle.waitForBroker(settings, within: limit)
  }

  /// What the cluster says of each topic; nil for one that does not exist, and is not created.
  ///
  /// - Throws: `brokerUnreachable`, `timedOut`.
  public func describe(
    _ topics: [String],
    within limit: Duration = .seconds(10)
  ) throws(KafkaError) -> [TopicDescription?] {
    try handle.describe(topics, within: limit)
  }

  /// Creates topics and waits for the outcome of each, in the order given.
  ///
  /// - Throws: `timedOut` and other errors of the request as a whole; what is wrong with one topic
  ///   is its outcome.
  public func create(
    _ topics: [NewTopic],
    within limit: Duration = .seconds(30)
  ) throws(KafkaError) -> [NewTopic.Outcome] {
    guard !topics.isEmpty else { return [] }
    let request = try TopicRequest(topics)
    let event = unsafe try ask(
      RD_KAFKA_ADMIN_OP_CREATETOPICS,
      "cannot create topics",
      within: limit
    ) {
      unsafe request.send(handle.pointer, $0, $1)
    }
    guard let result = unsafe rd_kafka_event_CreateTopics_result(event.pointer) else { return [] }
    return unsafe outcomes(topics, result)
  }

  private func outcomes(_ topics: [NewTopic], _ result: OpaquePointer) -> [NewTopic.Outcome] {
    var count = 0
    let results = unsafe rd_kafka_CreateTopics_result_topics(result, &count)
    var outcomes: [String: NewTopic.Outcome] = [:]
    for index in 0..<count {
      guard let answer = unsafe results?[index] else { continue }
      let name = unsafe String(cString: rd_kafka_topic_result_name(answer))
      let response = unsafe rd_kafka_topic_result_error(answer)
      let detail = unsafe rd_kafka_topic_result_error_string(answer).map {
        unsafe String(cString: $0)
      }
      switch response {
      case RD_KAFKA_RESP_ERR_NO_ERROR: outcomes[name] = .created
      case RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS: outcomes[name] = .exists
      default:
        let attempt = "cannot create topic \(name)"
        outcomes[name] = .failed(KafkaError(response, attempt, detail: detail))
      }
    }
    return topics.map {
      outcomes[$0.name]
        ?? .failed(KafkaError(.other, "cannot create topic \($0.name): no answer"))
    }
  }
}
