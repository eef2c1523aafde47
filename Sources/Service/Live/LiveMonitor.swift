public import KafkaClient
internal import Monitoring
internal import Records
public import Reference
public import Rules
internal import Windowing

/// A monitor attached to Kafka: reads topics, writes windows, alerts and retraining requests.
///
/// At least once: outputs are confirmed by the brokers before offsets are committed, and a
/// partition's committed offset is that of its first record in any open pane, so a process that is
/// killed counts those records again. Windows it has committed are not written again; what it
/// wrote after its last commit is written again with the same ids.
public struct LiveMonitor: ~Copyable {
  /// What the owner hears while the monitor runs.
  public enum Event: Sendable {
    /// So many records were read so far.
    case read(UInt64)
    /// An alert or a retraining request was written: its JSON.
    case written(topic: String, json: [UInt8])
    /// Something an operator should know.
    case note(String)
  }

  private let plan: Plan
  private let profile: ReferenceProfile
  private let settings: KafkaSettings
  private let group: String
  private let stopsAtEnd: Bool
  private let report: (Event) -> Void

  /// A monitor that is not yet connected.
  ///
  /// - Parameters:
  ///   - plan: Checked against the profile.
  ///   - profile: The reference.
  ///   - settings: Brokers and the user's properties.
  ///   - group: Consumer group; nil for `<prefix>.<monitor>.collect`.
  ///   - stopsAtEnd: Whether to end where the partitions end when it begins, closing all windows.
  ///   - report: Hears what happens, on the thread of `run`.
  public init(
    plan: Plan,
    profile: ReferenceProfile,
    settings: KafkaSettings,
    group: String? = nil,
    stopsAtEnd: Bool = false,
    report: @escaping (Event) -> Void = { _ in }
  ) {
    self.plan = plan
    self.profile = profile
    self.settings = settings
    self.group = group ?? "\(plan.outputPrefix).\(plan.monitor).collect"
    self.stopsAtEnd = stopsAtEnd
    self.report = report
  }

  /// Runs until it is told to stop, or to the ends of the partitions.
  ///
  /// - Returns: What happened.
  /// - Throws: `KafkaError` when the brokers cannot be reached at the beginning, a topic is
  ///   missing, or another process reads part of the partitions.
  public consuming func run(until stop: StopSignal) throws -> RunSummary {
    let report = report
    let log: (LogLine) -> Void = { line in
      // What old brokers say of a setting that only newer ones know.
      guard line.level <= .warning, line.facility != "AUTOCREATE" else { return }
      report(.note("kafka: \(line.text)"))
    }
    let sources = try checkTopics(log)
    var consumer = try Consumer(group: group, settings: settings, log: log)
    try consumer.subscribe(to: plan.source.topics)
    var loop = CommitLoop(
      plan: plan,
      profile: profile,
      sources: sources,
      stopsAtEnd: stopsAtEnd,
      sink: TopicSink(
        topics: OutputTopics(plan),
        producer: try Producer(settings: settings, patience: .seconds(5), log: log),
        report: report
      ),
      report: report
    )
    while !stop.isRequested, !loop.hasEnded { try loop.turn(&consumer) }
    defer { try? consumer.close(within: .seconds(3)) }
    try loop.finish(&consumer)
    return loop.summary
  }

  /// Makes sure that all topics are there.
  ///
  /// - Returns: All partitions to read.
  private func checkTopics(_ log: @escaping (LogLine) -> Void) throws -> [TopicPartition] {
    let admin = try Admin(settings: settings, log: log)
    try admin.waitForBroker()
    var sources: [TopicPartition] = []
    for (name, topic) in zip(plan.source.topics, try admin.describe(plan.source.topics)) {
      guard let topic else {
        throw KafkaError(.unknownTopic, "topic \(name) does not exist at \(settings.brokers)")
      }
      sources += (0..<Int32(topic.partitions)).map { TopicPartition(name, $0) }
    }
    let outputs = OutputTopics(plan).names
    let missing = zip(outputs, try admin.describe(outputs)).filter { $0.1 == nil }.map(\.0)
    guard missing.isEmpty else {
      let names = missing.joined(separator: ", ")
      throw KafkaError(
        .unknownTopic,
        "the output topics \(names) do not exist; create them with `leeway init`"
      )
    }
    return sources
  }
}
