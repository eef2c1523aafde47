import KafkaClient

/// Reads a topic of one partition from its beginning, as far as it goes.
struct TopicReader: ~Copyable {
  private var consumer: Consumer
  /// The payloads so far.
  private(set) var values: [String] = []

  init(_ topic: String, at brokers: String) throws {
    var consumer = try Consumer(group: nil, settings: KafkaSettings(brokers: brokers))
    try consumer.assign([PartitionStart(TopicPartition(topic, 0), at: .beginning)])
    self.consumer = consumer
  }

  /// Takes what comes within a tenth of a second.
  mutating func read() throws {
    var more: [String] = []
    _ = consumer.withBatch(timeout: .milliseconds(100)) { batch in
      for row in 0..<batch.count {
        batch.withPayload(row) { payload in
          var bytes: [UInt8] = []
          if let payload { for index in payload.indices { bytes.append(payload[index]) } }
          more.append(String(decoding: bytes, as: UTF8.self))
        }
      }
    }
    values += more
  }
}
