public import KafkaClient
internal import Monitoring
internal import Records
public import Reference
public import Rules
internal import Windowing

/// A monitor over a stretch of its topics: no group, no commits, no trace on the brokers.
///
/// A partition that has come far ahead of the others in event time waits for them, so that few
/// panes stay open and no byte depends on which broker answers first. One owner.
public struct TopicReplay: ~Copyable {
  private let sources: [TopicPartition]
  private let paneWidth: Int64
  private var stages: JoinedStages
  private var consumer: Consumer
  private var readings: [Reading]
  private var polled = PolledRecords()
  private var sinceCommit = 0
  private var read: UInt64 = 0
  private let readsHeaders: Bool
  private let batchLimit: Int
  /// Called with the number of records read so far, now and then.
  public var progress: ((UInt64) -> Void)?

  /// How far one partition is read.
  private struct Reading {
    /// The next offset, and the first that is not wanted.
    var position: Int64
    var end: Int64
    var hasEnded = false
    var isPaused = false
  }

  /// Records between two hand-overs of deltas, at most; changes no byte.
  private static let recordsPerCommit = 1 << 17
  /// How long to go without any progress.
  private static let patience = Duration.seconds(60)

  /// Looks where the stretch begins and ends in each partition.
  ///
  /// - Parameters:
  ///   - plan: Checked against the references; its topics are read.
  ///   - references: Of its model versions.
  ///   - bounds: The stretch.
  ///   - settings: Brokers and the user's properties.
  /// - Throws: `KafkaError`: `brokerUnreachable`, `unknownTopic`, `timedOut`, `badSetting`.
  public init(
    plan: Plan,
    references: References,
    bounds: ReplayBounds,
    settings: KafkaSettings
  ) throws(KafkaError) {
    let admin = try Admin(settings: settings)
    let counts = try TopicCheck.existing(plan.source.topics, admin, settings).map(\.partitions)
    let consumer = try Consumer(group: nil, settings: settings)
    let sources = zip(plan.source.topics, counts).flatMap { topic, count in
      TopicPartition.first(count, of: topic)
    }
    readings = try bounds.ranges(of: sources, consumer).map {
      Reading(position: $0.lowerBound, end: $0.upperBound)
    }
    // Where the brokers do not tell, requests do not say when their records will be gone.
    let retention = try? admin.retention(of: plan.source.topics, within: .seconds(10))
    stages = JoinedStages(
      plan: plan,
      references: references,
      counts: counts,
      retention: retention ?? []
    )
    self.consumer = consumer
    self.sources = sources
    paneWidth = plan.panes.width
    readsHeaders = plan.readsHeaders
    // Each record may open a pane: so no partition gets so far ahead within one batch.
    batchLimit = max(1, Limits().openPanes / 4)
  }

  /// What happened so far.
  public var summary: RunSummary { stages.summary }

  /// Reads the stretch and writes what comes of it.
  ///
  /// - Throws: `KafkaError` when there is no progress any more; what the sink throws.
  public mutating func run(into sink: inout some OutputSink & ~Copyable) throws {
    do {
      try consumer.assign(
        zip(sources, readings).map { PartitionStart($0, at: .offset($1.position)) }
      )
      var (lastRead, lastProgress) = (read, ContinuousClock.now)
      while try endThoseReached() {
        try poll()
        try count(into: &sink)
        if read > lastRead { (lastRead, lastProgress) = (read, .now) }
        guard ContinuousClock.now - lastProgress < Self.patience else {
          throw KafkaError(.timedOut, "no progress in reading for \(Self.patience)")
        }
      }
      try commit(into: &sink)
    } catch {
      // What was written stays, in whole files; the first error is the one to tell.
      try? sink.finish()
      throw error
    }
    try sink.finish()
  }

  private mutating func poll() throws(KafkaError) {
    let (limit, headers) = (batchLimit, readsHeaders)
    var records = polled
    polled = PolledRecords()
    let events = consumer.withBatch(timeout: .seconds(1), limit: limit) { messages in
      records.append(messages, first: messages.count, headers: headers)
    }
    polled = records
    for event in events {
      switch event {
      case .reachedEnd(let place, let offset):
        guard let index = sources.firstIndex(of: place) else { continue }
        readings[index].position = max(readings[index].position, offset)
      case .failed(let error, let place):
        guard LogScan.mayPass(error, place) else { throw error }
      case .assigned, .revoked, .lost: break
      }
    }
  }

  private mutating func count(into sink: inout some OutputSink & ~Copyable) throws {
    while !polled.isEmpty {
      let runs = polled.runs.map { run in
        let end = readings[run.slot].end
        let due = run.rows.prefix { polled.batch.offset($0) < end }
        return PartitionRun(handle: run.slot, rows: due, trust: run.trust)
      }
      var done = polled.batch.count
      for (index, counted) in stages.ingest(polled.batch, runs).enumerated() {
        let (run, rows) = (polled.runs[index], runs[index].rows)
        sinceCommit += counted.count
        read += UInt64(counted.count)
        if counted.count < rows.count {
          done = rows.lowerBound + counted.count
          break
        }
        if let last = run.rows.last {
          // The end of the partition may have been told with its last records.
          let next = polled.batch.offset(last) + 1
          readings[run.slot].position = max(readings[run.slot].position, next)
        }
        done = run.rows.upperBound
      }
      polled.removeFirst(done)
      if sinceCommit >= Self.recordsPerCommit || stages.isHeavy { try commit(into: &sink) }
    }
    progress?(read)
  }

  private mutating func commit(into sink: inout some OutputSink & ~Copyable) throws {
    sinceCommit = 0
    try stages.commit(into: &sink)
  }

  /// Ends the partitions that are read to the end of the stretch, and lets those that are far ahead
  /// wait.
  ///
  /// - Returns: Whether any is left.
  private mutating func endThoseReached() throws(KafkaError) -> Bool {
    var paused: [TopicPartition] = []
    for index in readings.indices where !readings[index].hasEnded {
      guard readings[index].position >= readings[index].end else { continue }
      (readings[index].hasEnded, readings[index].isPaused) = (true, true)
      stages.end(index)
      paused.append(sources[index])
    }
    let marks = readings.indices.filter { !readings[$0].hasEnded }.map { index in
      (index: index, time: stages.watermark(of: index)?.microseconds ?? .min / 2)
    }
    var resumed: [TopicPartition] = []
    let furthest = (marks.map(\.time).min() ?? 0) + Int64(Limits().openPanes / 2) * paneWidth
    for mark in marks where readings[mark.index].isPaused != (mark.time > furthest) {
      readings[mark.index].isPaused.toggle()
      if readings[mark.index].isPaused {
        paused.append(sources[mark.index])
      } else {
        resumed.append(sources[mark.index])
      }
    }
    if !paused.isEmpty { try consumer.pause(paused) }
    if !resumed.isEmpty { try consumer.resume(resumed) }
    return !marks.isEmpty
  }
}
