internal import KafkaClient
internal import Monitoring

/// Writes each output to its topic; records of one key keep their order.
struct TopicSink: OutputSink, ~Copyable {
  private let topics: OutputTopics
  private let report: (LiveMonitor.Event) -> Void
  private var producer: Producer

  /// How long one `finish` waits for the brokers before it says so; what they have not confirmed
  /// stays on its way, so `finish` can be called again.
  private static let patience = Duration.seconds(2)

  init(
    topics: OutputTopics,
    producer: consuming Producer,
    report: @escaping (LiveMonitor.Event) -> Void
  ) {
    self.topics = topics
    self.report = report
    self.producer = producer
  }

  mutating func write(_ record: OutputRecord) throws {
    let headers = record.headers.map { RecordHeader($0.name, $0.value) }
    let key = Array(record.key.utf8)
    let topic = topics.name(record.output)
    guard let value = record.value else {
      return try producer.produce(to: topic, key: key.span, payload: nil, headers: headers)
    }
    try producer.produce(to: topic, key: key.span, payload: value.span, headers: headers)
    if record.output == .alerts || record.output == .retraining {
      report(.written(topic: topic, json: value))
    }
  }

  /// Waits until the brokers have all of it.
  mutating func finish() throws { try producer.flush(within: Self.patience) }
}
