internal import CRDKafka

/// A topic to be created.
public struct NewTopic: Hashable, Sendable {
  /// What became of it.
  public enum Outcome: Hashable, Sendable {
    /// It was created.
    case created
    /// It was there already; nothing was changed.
    case exists
    /// It was not created.
    case failed(KafkaError)
  }

  /// Its name.
  public var name: String
  /// The number of its partitions.
  public var partitions: Int
  /// The number of its replicas; nil for the cluster's default (brokers from 2.4).
  public var replication: Int?
  /// Topic properties such as `cleanup.policy`.
  public var configuration: [KafkaSettings.Property]

  /// A topic to be created.
  public init(
    _ name: String,
    partitions: Int,
    replication: Int? = nil,
    configuration: [KafkaSettings.Property] = []
  ) {
    self.name = name
    self.partitions = partitions
    self.replication = replication
    self.configuration = configuration
  }
}

/// Librdkafka's objects for the topics of one request.
@safe struct TopicRequest: ~Copyable {
  private var topics: [OpaquePointer?]

  init(_ wanted: [NewTopic]) throws(KafkaError) {
    unsafe topics = []
    for topic in wanted {
      var text = [CChar](repeating: 0, count: 512)
      let made = unsafe rd_kafka_NewTopic_new(
        topic.name,
        Int32(clamping: topic.partitions),
        Int32(clamping: topic.replication ?? -1),
        &text,
        text.count
      )
      guard let made = unsafe made else {
        let bytes = text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        let detail = String(decoding: bytes, as: UTF8.self)
        throw KafkaError(.other, "cannot create topic \(topic.name): \(detail)")
      }
      unsafe topics.append(made)
      for property in topic.configuration {
        let response = unsafe rd_kafka_NewTopic_set_config(made, property.key, property.value)
        try KafkaError.check(response, "topic \(topic.name): \(property.key)")
      }
    }
  }

  deinit {
    unsafe topics.forEach { unsafe rd_kafka_NewTopic_destroy($0) }
  }

  func send(_ handle: OpaquePointer, _ options: OpaquePointer?, _ answers: OpaquePointer?) {
    var list = unsafe topics
    unsafe rd_kafka_CreateTopics(handle, &list, list.count, options, answers)
  }
}
