internal import CRDKafka

/// Librdkafka's own small brokers, on free ports of the loopback interface: for tests and demos.
///
/// Any client can connect over TCP while it lives. In 2.0.2 it keeps 5 MiB and 100,000 batches a
/// partition and then drops the oldest; creates any topic, with four partitions, that a producer
/// or a consumer names; knows no request to create topics, no compaction and no lookup by time;
/// hands a group over only after its session timeout less one second; and answers transactional
/// requests without meaning it. A group's first members wait three seconds, and a session shorter
/// than that (`session.timeout.ms`) never gets an assignment. Like the rest of this room, one
/// owner on one thread.
@safe public struct MockCluster: ~Copyable {
  private let handle: OpaquePointer
  private let cluster: OpaquePointer

  /// Starts the brokers.
  ///
  /// - Throws: `other` when no port can be opened.
  public init(size: Int = 1) throws(KafkaError) {
    precondition((1...100).contains(size), "a mock cluster of \(size) brokers")
    let configuration = try Configuration([.init("client.id", "leeway-mock")])
    unsafe configuration.withPointer { unsafe rd_kafka_conf_set_log_cb($0, nil) }
    let handle = unsafe try configuration.makeHandle(RD_KAFKA_PRODUCER)
    guard let cluster = unsafe rd_kafka_mock_cluster_new(handle, Int32(size)) else {
      unsafe rd_kafka_destroy(handle)
      throw KafkaError(.other, "cannot start a mock cluster of \(size) brokers")
    }
    unsafe self.handle = handle
    unsafe self.cluster = cluster
  }

  deinit {
    unsafe rd_kafka_mock_cluster_destroy(cluster)
    unsafe rd_kafka_destroy(handle)
  }

  /// The brokers' addresses, as `KafkaSettings` takes them.
  public var brokers: String { unsafe String(cString: rd_kafka_mock_cluster_bootstraps(cluster)) }

  /// Creates a topic.
  ///
  /// - Throws: `other` when it exists.
  public func createTopic(_ name: String, partitions: Int) throws(KafkaError) {
    let response = unsafe rd_kafka_mock_topic_create(cluster, name, Int32(partitions), 1)
    try KafkaError.check(response, "cannot create topic \(name)")
  }

  /// Makes a broker the leader of a partition.
  ///
  /// - Parameters:
  ///   - broker: Its number, from 1 on.
  ///   - partition: The partition; its topic exists.
  public func lead(_ broker: Int32, _ partition: TopicPartition) {
    _ = unsafe rd_kafka_mock_partition_set_leader(
      cluster,
      partition.topic,
      partition.partition,
      broker
    )
  }

  /// Refuses a topic to everybody, as brokers do to a user without rights to it.
  public func refuse(_ topic: String) {
    unsafe rd_kafka_mock_topic_set_error(
      cluster,
      topic,
      RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED
    )
  }

  /// Lets all brokers refuse connections, or accept them again.
  public func setReachable(_ reachable: Bool) {
    if reachable {
      unsafe rd_kafka_mock_broker_set_up(cluster, -1)
    } else {
      unsafe rd_kafka_mock_broker_set_down(cluster, -1)
    }
  }

  /// Lets all brokers take their time for each answer.
  public func setResponseTime(_ time: Duration) {
    unsafe rd_kafka_mock_broker_set_rtt(cluster, -1, time.milliseconds)
  }

  /// A kind of request, by the protocol's number.
  public struct Request: Hashable, Sendable {
    let number: Int16

    /// Records to be appended.
    public static let produce = Request(number: 0)
    /// Records to be read.
    public static let fetch = Request(number: 1)
    /// The ends of partitions, and offsets of times.
    public static let listOffsets = Request(number: 2)
    /// A group's offsets to be kept.
    public static let offsetCommit = Request(number: 8)
    /// A producer's identity, which ends what an earlier one of its name left open.
    public static let initProducerID = Request(number: 22)
    /// Partitions that a transaction will write to.
    public static let addPartitionsToTransaction = Request(number: 24)
    /// The group whose offsets a transaction will commit.
    public static let addOffsetsToTransaction = Request(number: 25)
    /// A transaction to be committed or aborted.
    public static let endTransaction = Request(number: 26)
    /// A group's offsets to be kept when the transaction commits.
    public static let transactionOffsetCommit = Request(number: 28)
  }

  /// Lets the next requests of a kind fail with these codes of the Kafka protocol, one each.
  public func fail(_ request: Request, with codes: [Int32]) {
    let responses = codes.map { rd_kafka_resp_err_t(rawValue: $0) }
    unsafe rd_kafka_mock_push_request_errors_array(
      cluster,
      request.number,
      responses.count,
      responses
    )
  }
}
