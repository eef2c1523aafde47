import KafkaClient

/// What tests do with topics besides running a monitor over them.
public enum TestTopic {
  /// Writes each partition's lines; a blank line is a tombstone.
  public static func produce(_ partitions: [[String]], to topic: String, at brokers: String) throws
  {
    var producer = try Producer(settings: KafkaSettings(brokers: brokers))
    for (partition, lines) in partitions.enumerated() {
      for line in lines {
        let bytes = Array(line.utf8)
        try producer.produce(
          to: topic,
          partition: Int32(partition),
          key: nil,
          payload: bytes.isEmpty ? nil : bytes.span
        )
      }
    }
    try producer.flush(within: .seconds(30))
  }
}
