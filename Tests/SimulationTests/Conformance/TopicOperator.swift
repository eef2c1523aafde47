import CRDKafka
import KafkaClient

/// What operators do to topics, and our client never does.
///
/// Answers say only that a request was taken: what it comes to is to be waited for.
@safe struct TopicOperator: ~Copyable {
  private let handle: OpaquePointer
  private let answers: OpaquePointer

  init(brokers: String) throws {
    let configuration = unsafe rd_kafka_conf_new()
    unsafe rd_kafka_conf_set(configuration, "bootstrap.servers", brokers, nil, 0)
    guard let made = unsafe rd_kafka_new(RD_KAFKA_PRODUCER, configuration, nil, 0) else {
      throw Overdue(description: "an operator")
    }
    unsafe handle = made
    unsafe answers = rd_kafka_queue_new(made)
  }

  deinit {
    unsafe rd_kafka_queue_destroy(answers)
    unsafe rd_kafka_destroy(handle)
  }

  /// Adds partitions to a topic.
  func addPartitions(_ topic: String, to count: Int) throws {
    var request = unsafe rd_kafka_NewPartitions_new(topic, count, nil, 0)
    defer { unsafe rd_kafka_NewPartitions_destroy(request) }
    unsafe rd_kafka_CreatePartitions(handle, &request, 1, nil, answers)
    try waitForAnswer("partitions of \(topic)")
  }

  /// Deletes a topic.
  func delete(_ topic: String) throws {
    var request = unsafe rd_kafka_DeleteTopic_new(topic)
    defer { unsafe rd_kafka_DeleteTopic_destroy(request) }
    unsafe rd_kafka_DeleteTopics(handle, &request, 1, nil, answers)
    try waitForAnswer("the end of \(topic)")
  }

  /// Deletes what stands before an offset.
  func truncate(_ partition: TopicPartition, before offset: Int64) throws {
    let list = unsafe rd_kafka_topic_partition_list_new(1)
    defer { unsafe rd_kafka_topic_partition_list_destroy(list) }
    let entry = unsafe rd_kafka_topic_partition_list_add(
      list,
      partition.topic,
      partition.partition
    )
    unsafe entry?.pointee.offset = offset
    var request = unsafe rd_kafka_DeleteRecords_new(list)
    defer { unsafe rd_kafka_DeleteRecords_destroy(request) }
    unsafe rd_kafka_DeleteRecords(handle, &request, 1, nil, answers)
    try waitForAnswer("the records of \(partition)")
  }

  private func waitForAnswer(_ what: String) throws {
    guard let event = unsafe rd_kafka_queue_poll(answers, 30_000) else {
      throw Overdue(description: what)
    }
    defer { unsafe rd_kafka_event_destroy(event) }
    let response = unsafe rd_kafka_event_error(event)
    guard response == RD_KAFKA_RESP_ERR_NO_ERROR else {
      let name = unsafe String(cString: rd_kafka_err2name(response))
      throw Overdue(description: "\(what): \(name)")
    }
  }
}
