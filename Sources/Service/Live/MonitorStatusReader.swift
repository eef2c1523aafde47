public import KafkaClient
internal import Monitoring
internal import Records
public import Rules
internal import Windowing

extension MonitorStatus {
  /// Asks the brokers; joins no group and writes nothing.
  ///
  /// What open transactions hold back is passed over, so that a process which died in the middle
  /// of one keeps nobody waiting.
  ///
  /// - Parameters:
  ///   - plan: The monitor.
  ///   - settings: Brokers and the user's properties.
  ///   - group: Replaces `<prefix>.<monitor>` in the names of the groups.
  /// - Returns: What they say.
  /// - Throws: `brokerUnreachable`; `unknownTopic` for a topic of the source; `badSetting` when
  ///   somebody else has committed offsets in the monitor's groups.
  public static func read(
    _ plan: Plan,
    settings: KafkaSettings,
    group: String? = nil
  ) throws -> MonitorStatus {
    let reader = MonitorStatusReader(plan, settings: settings, group: group)
    var status = try reader.status()
    try reader.addHistory(to: &status)
    return status
  }
}

/// The questions that a status is made of.
private struct MonitorStatusReader {
  private let plan: Plan
  private let names: StageTopics
  private let settings: KafkaSettings

  init(_ plan: Plan, settings: KafkaSettings, group: String?) {
    self.plan = plan
    names = StageTopics(plan, group: group)
    var undecided = settings
    undecided.set("isolation.level", "read_uncommitted")
    self.settings = undecided
  }

  func status() throws -> MonitorStatus {
    let (partitions, hasPartials) = try topics()
    let sources = try sources(partitions)
    var status = MonitorStatus(
      monitor: plan.monitor,
      time: .ofMachine(),
      sources: sources,
      partials: MonitorStatus.Partials(topic: names.partials, end: 0, lag: 0)
    )
    if hasPartials { try evaluate(&status) }
    status.lastSnapshot = try permitted(names.state, &status) { try lastSnapshot() } ?? nil
    return status
  }

  /// What was in force, and what was asked of training, as far as this user may read it.
  func addHistory(to status: inout MonitorStatus) throws {
    var settings = settings
    settings.set("isolation.level", "read_committed")
    let log = try permitted(names.control, &status) {
      try ControlTopic(plan, settings: settings).read()
    }
    guard let log else { return }
    status.versions = ActivationHistory(plan.monitor, group: names.groupBase, log).entries
    let history = try permitted(names.name(.retraining), &status) {
      try RetrainTopic.history(of: plan, log, settings: settings)
    }
    status.requests = history?.requests ?? []
  }

  /// What a topic says; nil where it is not there, or may not be read, and then the status says so.
  private func permitted<Result>(
    _ topic: String,
    _ status: inout MonitorStatus,
    _ read: () throws -> Result
  ) throws -> Result? {
    do {
      if try Admin(settings: settings).describe([topic])[0] != nil { return try read() }
      // What a user may not even describe, brokers do not show.
      guard status.hasRun else { return nil }
      status.unread.append("\(topic) is not there, or may not be seen")
    } catch let error as KafkaError where error.code == .unauthorized {
      status.unread.append("\(topic) may not be read: \(error.message)")
    }
    return nil
  }

  /// The source's partitions, and whether there is a topic of deltas.
  private func topics() throws(KafkaError) -> ([TopicPartition], Bool) {
    let admin = try Admin(settings: settings)
    let partitions = try TopicCheck.existing(plan.source.topics, admin, settings)
      .flatMap { TopicPartition.first($0.partitions, of: $0.name) }
    return (partitions, try admin.describe([names.partials])[0] != nil)
  }

  private func sources(_ partitions: [TopicPartition]) throws(KafkaError) -> [MonitorStatus.Source]
  {
    let consumer = try Consumer(group: names.collectors, settings: settings)
    let committed = try consumer.committed(partitions)
    // Asked for later than the offsets, so that no lag is negative.
    let ranges = try consumer.watermarks(partitions)
    let found = try SourcePlaces.startTime(plan).map { time throws(KafkaError) in
      try consumer.offsets(of: partitions, at: time)
    }
    let firsts = SourcePlaces.firsts(plan, ranges, found: found ?? [])
    var sources: [MonitorStatus.Source] = []
    for (index, partition) in partitions.enumerated() {
      let commit = committed[index]
      let memory = try commit.map { commit throws(KafkaError) in
        guard let metadata = OffsetMetadata(offset: commit.offset, text: commit.metadata) else {
          throw commit.foreign
        }
        return metadata.place.clock
      }
      let next = commit?.offset ?? firsts[index]
      sources.append(
        MonitorStatus.Source(
          topic: partition.topic,
          partition: partition.partition,
          committed: commit?.offset,
          end: ranges[index].high,
          lag: ranges[index].lag(from: next),
          watermark: memory?.watermark
        )
      )
    }
    return sources
  }

  private func evaluate(_ status: inout MonitorStatus) throws(KafkaError) {
    let consumer = try Consumer(group: names.evaluators, settings: settings)
    let partition = TopicPartition(names.partials, 0)
    let commit = try consumer.committed([partition])[0]
    let range = try consumer.watermarks([partition])[0]
    status.partials.committed = commit?.offset
    status.partials.end = range.high
    status.partials.lag = range.lag(from: commit?.offset ?? range.low)
    guard let commit else { return }
    guard let metadata = StateMetadata(commit) else { throw commit.foreign }
    var summary = RunSummary()
    summary.note(metadata.tally)
    status.evaluation = MonitorStatus.Evaluation(
      records: summary.totals,
      violations: metadata.tally.violations,
      windows: metadata.tally.windows,
      closedThrough: metadata.closedThrough,
      watermark: metadata.watermark
    )
  }

  /// When the last record of the state's topic was written.
  ///
  /// Only its end is read: behind the last record stand at most the marks of its transaction and
  /// of an aborted one.
  private func lastSnapshot() throws(KafkaError) -> Timestamp? {
    var settings = settings
    settings.set("isolation.level", "read_committed")
    let partition = TopicPartition(names.state, 0)
    var reader = try Consumer(group: nil, settings: settings)
    let range = try reader.watermarks([partition])[0]
    guard range.high > range.low else { return nil }
    try reader.assign([
      PartitionStart(partition, at: .offset(max(range.low, range.high - 3)))
    ])
    var last: Timestamp?
    let clock = StageClock.ofMachine()
    while clock.now() < .seconds(3) {
      let events = reader.withBatch(timeout: .milliseconds(100)) { batch in
        last = batch.timestamp(batch.count - 1).milliseconds.map {
          Timestamp(microseconds: $0 * 1_000)
        }
      }
      for case .failed(let error, _) in events where error.code == .unauthorized { throw error }
      if events.contains(where: \.isEnd) { break }
    }
    return last
  }
}

extension Watermarks {
  /// Offsets from the next record to be read to the end; all there is, when that one lies behind
  /// the end: the topic was made anew then.
  fileprivate func lag(from next: Int64) -> Int64 {
    next > high ? high - low : high - max(low, next)
  }
}

extension ConsumerEvent {
  fileprivate var isEnd: Bool { if case .reachedEnd = self { true } else { false } }
}
