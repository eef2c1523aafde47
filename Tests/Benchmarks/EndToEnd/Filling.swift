import BenchmarkSupport
import KafkaClient

/// Events of 411 bytes in topics of many partitions, one topic for each way to compress them.
enum Filling {
  static let codecs = ["none", "lz4", "zstd"]
  static let partitions = 128

  static func topic(_ codec: String, prefix: String) -> String { "\(prefix).events-\(codec)" }

  /// Writes the same events to all topics, the next one always to the next partition.
  static func fill(brokers: String, prefix: String, events count: Int) throws {
    var events = Events(.fixed)
    var none = try producer("none", brokers)
    var lz4 = try producer("lz4", brokers)
    var zstd = try producer("zstd", brokers)
    for index in 0..<count {
      let event = Array(events.event().utf8)
      try produce(event, index, to: topic("none", prefix: prefix), &none)
      try produce(event, index, to: topic("lz4", prefix: prefix), &lz4)
      try produce(event, index, to: topic("zstd", prefix: prefix), &zstd)
    }
    try none.flush(within: .seconds(60))
    try lz4.flush(within: .seconds(60))
    try zstd.flush(within: .seconds(60))
  }

  /// Creates the topics on brokers that are there.
  static func createTopics(prefix: String, at brokers: String) throws {
    let admin = try Admin(settings: KafkaSettings(brokers: brokers))
    try admin.waitForBroker()
    let topics = codecs.map { NewTopic(topic($0, prefix: prefix), partitions: partitions) }
    for outcome in try admin.create(topics) {
      if case .failed(let error) = outcome { throw error }
    }
  }

  private static func produce(
    _ event: [UInt8],
    _ index: Int,
    to topic: String,
    _ producer: inout Producer
  ) throws {
    let partition = Int32(index % partitions)
    try producer.produce(to: topic, partition: partition, key: nil, payload: event.span)
  }

  /// With batches as large as those of a busy producer.
  private static func producer(_ codec: String, _ brokers: String) throws -> Producer {
    var settings = KafkaSettings(brokers: brokers)
    settings.set("compression.type", codec)
    settings.set("batch.size", "1000000")
    settings.set("linger.ms", "2000")
    settings.set("queue.buffering.max.kbytes", "1048576")
    return try Producer(settings: settings)
  }
}
