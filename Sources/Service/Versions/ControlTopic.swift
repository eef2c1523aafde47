public import KafkaClient
public import Rules

/// The control topic of a monitor, on its brokers.
public struct ControlTopic {
  /// Its name.
  public let name: String
  let settings: KafkaSettings
  private let policy: TopicPolicy

  /// A topic that is not yet looked at.
  ///
  /// - Parameters:
  ///   - plan: A monitor whose versions it holds.
  ///   - settings: Brokers and the user's properties.
  public init(_ plan: Plan, settings: KafkaSettings) {
    self.init(name: StageTopics(plan).control, settings: settings)
  }

  /// The topic of all monitors of a prefix.
  public init(prefix: String, settings: KafkaSettings) {
    self.init(name: "\(prefix).control", settings: settings)
  }

  private init(name: String, settings: KafkaSettings) {
    (self.name, self.settings) = (name, settings)
    policy = TopicPolicy.control(named: name)
  }

  /// Makes sure that the topic is there and will do.
  ///
  /// - Throws: `brokerUnreachable`, `unknownTopic`, `badSetting`.
  public func check() throws(KafkaError) {
    let admin = try Admin(settings: settings)
    try admin.waitForBroker()
    try TopicCheck.check([policy], admin)
  }

  /// Reads all that was said up to now, and decided.
  ///
  /// - Returns: What it says.
  /// - Throws: `KafkaError`.
  public func read() throws -> ControlLog {
    var log = ControlLog()
    try read(into: &log)
    return log
  }

  /// Reads what was said since a log was read last.
  ///
  /// - Throws: `KafkaError`.
  public func read(into log: inout ControlLog) throws {
    let partition = TopicPartition(name, 0)
    let end = try LogScan.endOffset(of: partition, settings: settings)
    let first = try Consumer(group: nil, settings: settings).watermarks([partition])[0].low
    let start = max(first, log.next)
    try LogScan.read(partition, from: start, to: end, settings: settings) { offset, _, payload in
      guard let payload else { return log.take(nil, at: offset) }
      log.take(payload.indices.map { payload[$0] }, at: offset)
    }
  }

  /// Writes records, each behind those before it.
  ///
  /// - Throws: `KafkaError` when one of them was not taken.
  func append(_ records: [OutgoingRecord]) throws(KafkaError) {
    var producer = try Producer(settings: settings)
    for record in records {
      try producer.produce(
        to: record.topic,
        partition: record.partition,
        key: record.key.span,
        payload: record.value?.span,
        headers: record.headers
      )
    }
    try producer.flush(within: .seconds(60))
  }
}
