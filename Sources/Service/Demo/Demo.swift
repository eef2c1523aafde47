internal import KafkaClient
internal import Monitoring
internal import Records
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
  /// - Parameters:
  ///   - path: A file of one JSON object a line.
  ///   - report: Called with the number of events produced so far, now and then.
  /// - Returns: Events produced.
  /// - Throws: `InputError`, or `KafkaError`.
  @discardableResult
  public func produce(_ path: String, report: (UInt64) -> Void = { _ in }) throws -> UInt64 {
    var feed = try DemoFeed(path, plan, at: brokers)
    try feed.produce(before: nil, report: report)
    return feed.count
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
    until stop: StopSignal,
    board: MonitorBoard?,
    report: @escaping (LiveMonitor.Event) -> Void
  ) throws -> RunSummary {
    try monitor(until: stop, board, stopsAtEnd: true, after: RunSummary(), report)
  }

  private func monitor(
    until stop: StopSignal,
    _ board: MonitorBoard?,
    stopsAtEnd: Bool,
    after earlier: RunSummary,
    _ report: @escaping (LiveMonitor.Event) -> Void
  ) throws -> RunSummary {
    var monitor = LiveMonitor(
      plan: plan,
      references: references,
      settings: KafkaSettings(brokers: cluster.brokers),
      board: board,
      stopsAtEnd: stopsAtEnd,
      after: earlier,
      report: report
    )
    return try monitor.run(until: stop)
  }

  /// Runs the real monitor, which is heard: its first request to train is answered while the stream
  /// waits, and then it goes on to the stream's end.
  ///
  /// The events come month by month, as four windows are to the demo, until the monitor asks. The
  /// model is trained by `deploy/retraining`'s job, as it is; the monitor is not running meanwhile.
  ///
  /// - Parameters:
  ///   - path: The events, as of `produce`.
  ///   - workshop: Where the model is trained.
  ///   - stop: Ends it before.
  ///   - board: Shows it to others.
  ///   - report: Hears what happens.
  /// - Returns: What happened, and what came of the training; nil where nobody asked for one.
  /// - Throws: `KafkaError`, `InputError`.
  public func monitor(
    _ path: String,
    retrainingIn workshop: DemoWorkshop,
    until stop: StopSignal,
    board: MonitorBoard,
    report: @escaping (LiveMonitor.Event) -> Void
  ) throws -> (summary: RunSummary, training: DemoTraining?) {
    let script = DemoScript(plan, brokers: brokers, path, workshop, board, stop)
    let outcome = StageOutcome(stopping: stop)
    let thread = StageThread("produce", outcome) { try script.play() }
    let first = try monitor(until: script.pause, board, stopsAtEnd: false, after: RunSummary()) {
      script.hear($0)
      report($0)
    }
    script.paused.request()
    while !thread.hasEnded { StageClock.ofMachine().sleep(.milliseconds(20)) }
    if let error = outcome.firstError { throw error }
    guard !stop.isRequested else { return (first, nil) }
    let summary = try monitor(until: stop, board, stopsAtEnd: true, after: first, report)
    return (summary, script.training)
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
