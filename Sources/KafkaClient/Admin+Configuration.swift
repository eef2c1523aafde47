internal import CRDKafka

extension Admin {
  /// The configuration of each topic, such as `cleanup.policy`; nil for one that does not exist.
  ///
  /// It is what the brokers apply: what was not set for the topic has the cluster's value.
  ///
  /// The mock cluster of 2.0.2 does not know the request and says so at once.
  ///
  /// - Throws: `unsupported` for brokers without this request; `unauthorized` when the user may not
  ///   read one of the configurations (the right is DescribeConfigs of the topic); `timedOut`,
  ///   `brokerUnreachable`.
  public func configuration(
    of topics: [String],
    within limit: Duration = .seconds(10)
  ) throws(KafkaError) -> [[String: String]?] {
    guard !topics.isEmpty else { return [] }
    let attempt = "cannot read the configuration of topics"
    let deadline = Deadline(limit)
    let broker = try handle.someBroker(within: limit)
    let request = ConfigurationRequest(topics: topics, broker: broker)
    let left = deadline.remaining
    let answer = unsafe try ask(RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, attempt, within: left) {
      unsafe request.send(handle.pointer, $0, $1)
    }
    let found = unsafe try configurations(rd_kafka_event_DescribeConfigs_result(answer.pointer))
    return topics.map { found[$0] }
  }

  private func configurations(
    _ result: OpaquePointer?
  ) throws(KafkaError) -> [String: [String: String]] {
    var (count, found) = (0, [String: [String: String]]())
    let resources = unsafe rd_kafka_DescribeConfigs_result_resources(result, &count)
    for index in 0..<count {
      guard let resource = unsafe resources?[index] else { continue }
      guard unsafe rd_kafka_ConfigResource_type(resource) == RD_KAFKA_RESOURCE_TOPIC else {
        continue
      }
      let name = unsafe String(cString: rd_kafka_ConfigResource_name(resource))
      let response = unsafe rd_kafka_ConfigResource_error(resource)
      if response == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART { continue }
      try KafkaError.check(response, "cannot read the configuration of topic \(name)")
      found[name] = unsafe entries(resource)
    }
    return found
  }

  private func entries(_ resource: OpaquePointer) -> [String: String] {
    var (count, values) = (0, [String: String]())
    let entries = unsafe rd_kafka_ConfigResource_configs(resource, &count)
    for index in 0..<count {
      guard let entry = unsafe entries?[index] else { continue }
      // A secret has no value here.
      guard let value = unsafe rd_kafka_ConfigEntry_value(entry) else { continue }
      let name = unsafe String(cString: rd_kafka_ConfigEntry_name(entry))
      values[name] = unsafe String(cString: value)
    }
    return values
  }
}

extension Handle {
  /// The number of a broker that is there.
  fileprivate func someBroker(within limit: Duration) throws(KafkaError) -> Int32 {
    var metadata: UnsafePointer<rd_kafka_metadata_t>?
    let response = unsafe rd_kafka_metadata(pointer, 0, nil, &metadata, limit.milliseconds)
    drainLog()
    try KafkaError.check(response, "cannot ask for brokers")
    defer { unsafe rd_kafka_metadata_destroy(metadata) }
    guard let answer = unsafe metadata, unsafe answer.pointee.broker_cnt > 0 else {
      throw KafkaError(.brokerUnreachable, "the cluster names no brokers", isRetriable: true)
    }
    return unsafe answer.pointee.brokers[0].id
  }
}

/// Librdkafka's objects for one request.
@safe private struct ConfigurationRequest: ~Copyable {
  private var resources: [OpaquePointer?]

  /// Any broker knows the topics' configuration, but librdkafka goes to the controller, and waits
  /// in vain where there is none, unless something of one broker is asked for: so one setting is.
  init(topics: [String], broker: Int32) {
    let ofBroker = unsafe rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_BROKER, "\(broker)")
    unsafe rd_kafka_ConfigResource_set_config(ofBroker, "broker.id", "")
    unsafe resources = [ofBroker]
    for topic in Set(topics).sorted() {
      unsafe resources.append(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic))
    }
  }

  deinit { unsafe resources.forEach { unsafe rd_kafka_ConfigResource_destroy($0) } }

  func send(_ handle: OpaquePointer, _ options: OpaquePointer?, _ answers: OpaquePointer?) {
    var list = unsafe resources
    unsafe rd_kafka_DescribeConfigs(handle, &list, list.count, options, answers)
  }
}
