internal import KafkaClient
internal import Monitoring
public import Records
public import Reference
public import Rules

/// The whole job on real data with librdkafka's own small broker: events are produced over TCP,
/// and the real monitor reads them from there.
public struct Demo: ~Copyable {
  /// Partitions of the events' topic.
  public static let partitions = 4

  private var plan: Plan
  private let references: References
  private let cluster: MockCluster

  /// Starts a broker on a free port of the loopback interface and makes the topics.
  ///
  /// - Throws: `KafkaError` when no port can be opened.
  public init(plan: Plan, references: References) throws {
    let cluster = try MockCluster()
    for topic in plan.source.topics {
      try cluster.createTopic(topic, partitions: Self.partitions)
    }
    for topic in TopicPolicy.all(plan) { try cluster.createTopic(topic.name, partitions: 1) }
    self.plan = plan
    // The small broker's transactions promise nothing.
    self.plan.delivery = .atLeastOnce
    self.references = references
    self.cluster = cluster
  }

  /// The broker's address: any client can attach to it while this value lives.
  public var brokers: String { cluster.brokers }

  /// Produces every line of a file, each to the partition that the hash of its key says.
  ///
  /// Zstandard keeps a year of events within the 5 MiB that the broker keeps of a partition.
  ///
  /// - Parameters:
  ///   - events: One JSON object a line.
  ///   - key: The field whose value is the record's key.
  ///   - report: Called with the number of events produced so far, now and then.
  /// - Returns: Events produced.
  /// - Throws: `InputError`, or `KafkaError`.
  @discardableResult
  public func produce(
    _ events: InputFile,
    key: FieldPath,
    report: (UInt64) -> Void = { _ in }
  ) throws -> UInt64 {
    var settings = KafkaSettings(brokers: cluster.brokers)
    settings.set("compression.type", "zstd")
    settings.set("batch.size", "1000000")
    settings.set("linger.ms", "100")
    var producer = try Producer(settings: settings)
    var reader = try NDJSONReader(events)
    var decoder = JSONRecordDecoder(fields: [FieldRequest(path: key, wantsNumberText: true)])
    var (batch, columns) = (RecordBatch(), ColumnBatch())
    var count: UInt64 = 0
    while try reader.nextBatch(into: &batch) {
      decoder.decode(batch, into: &columns)
      for row in 0..<batch.count {
        let name = columns.text[columns.columns[0].textRange(row)]
        let key = Array(name)
        let partition = Int32(Hash64.hash(key.span) % UInt64(Self.partitions))
        try batch.withPayload(row) { payload in
          try producer.produce(
            to: plan.source.topics[0],
            partition: partition,
            key: key.span,
            payload: payload
          )
        }
      }
      count += UInt64(batch.count)
      report(count)
    }
    try producer.flush(within: .seconds(60))
    return count
  }

  /// Runs the real monitor over all that was produced, and closes all windows at its end.
  ///
  /// - Parameters:
  ///   - stop: Ends it before.
  ///   - board: Shows it to others; nil for nobody to look.
  ///   - report: Hears what happens.
  /// - Returns: What happened.
  /// - Throws: `KafkaError`.
  public func monitor(
    until stop: StopSignal = StopSignal(),
    board: MonitorBoard? = nil,
    report: @escaping (LiveMonitor.Event) -> Void
  ) throws -> RunSummary {
    var monitor = LiveMonitor(
      plan: plan,
      references: references,
      settings: KafkaSettings(brokers: cluster.brokers),
      board: board,
      stopsAtEnd: true,
      report: report
    )
    return try monitor.run(until: stop)
  }

  /// What the monitor has written, for a report.
  ///
  /// - Throws: `KafkaError`.
  public func report() throws -> ReportBook {
    var book = ReportBook(plan: plan)
    try book.readTopics(KafkaSettings(brokers: cluster.brokers))
    return book
  }
}
