internal import KafkaClient
internal import Monitoring
internal import Records
internal import Reference
internal import Rules
internal import Windowing

/// Reads, counts, writes and commits: one turn after the other, on one thread.
struct CommitLoop: ~Copyable {
  private let plan: Plan
  private let profile: ReferenceProfile
  /// All partitions of all topics, in order.
  private let sources: [TopicPartition]
  private let stopsAtEnd: Bool
  private let readsHeaders: Bool
  private let windowIdentity: String
  private let report: (LiveMonitor.Event) -> Void
  private var sink: TopicSink
  private var stages: JoinedStages
  /// One for each source while all are assigned, else empty.
  private var partitions: [PartitionReading] = []
  private var committed: [CommittedOffset] = []
  private var lastCommit = ContinuousClock.now
  private var readSinceCommit = 0

  private static let commitInterval = Duration.seconds(1)
  private static let recordsPerCommit = 1 << 18

  init(
    plan: Plan,
    profile: ReferenceProfile,
    sources: [TopicPartition],
    stopsAtEnd: Bool,
    sink: consuming TopicSink,
    report: @escaping (LiveMonitor.Event) -> Void
  ) {
    self.plan = plan
    self.profile = profile
    self.sources = sources
    self.stopsAtEnd = stopsAtEnd
    self.sink = sink
    self.report = report
    windowIdentity = WindowIdentity.of(plan)
    stages = JoinedStages(plan: plan, profile: profile, partitions: [])
    readsHeaders = stages.requests.contains {
      if case .header = $0.path.source { true } else { false }
    }
  }

  var summary: RunSummary { stages.summary }

  /// Whether every partition was read to where it ended in the beginning.
  var hasEnded: Bool {
    stopsAtEnd && !partitions.isEmpty && partitions.allSatisfy(\.hasEnded)
  }

  /// Takes what is there, and commits when it is time.
  mutating func turn(_ consumer: inout Consumer) throws {
    var readings: [PartitionReading] = []
    swap(&readings, &partitions)
    let headers = readsHeaders
    let events = consumer.withBatch(timeout: .milliseconds(100)) { messages in
      for row in 0..<messages.count where !readings.isEmpty {
        readings[messages.slot(row)].take(messages, row, headers: headers)
      }
    }
    swap(&readings, &partitions)
    countBatches()
    for event in events { try handle(event, &consumer) }
    noteIdleness()
    noteEnds()
    let isDue = ContinuousClock.now - lastCommit >= Self.commitInterval
    let isMuch = readSinceCommit >= Self.recordsPerCommit || stages.isHeavy
    if isDue || isMuch { try commit(&consumer) }
  }

  /// Commits what is done before the consumer leaves.
  ///
  /// - Throws: `timedOut` without a broker that answers; nothing is lost by it.
  mutating func finish(_ consumer: inout Consumer) throws {
    guard try !commit(&consumer) else { return }
    throw KafkaError(
      .timedOut,
      "stopped while the brokers did not answer: what was not committed will be read again"
    )
  }

  private mutating func countBatches() {
    for index in partitions.indices where partitions[index].batch.count > 0 {
      let handle = partitions[index].handle
      if let trust = partitions[index].trust { stages.setTrust(trust, handle) }
      stages.setIdle(false, handle)
      stages.ingest(partitions[index].batch, handle: handle)
      readSinceCommit += partitions[index].batch.count
      partitions[index].batch.removeAll()
    }
    if readSinceCommit > 0 { report(.read(stages.summary.totals.read)) }
  }

  private mutating func noteIdleness() {
    guard let limit = plan.idleAfter else { return }
    for partition in partitions where partition.isSilent(for: limit) {
      stages.setIdle(true, partition.handle)
    }
  }

  private mutating func noteEnds() {
    for index in partitions.indices where partitions[index].reachesEnd {
      partitions[index].hasEnded = true
      stages.end(partitions[index].handle)
    }
  }

  private mutating func handle(_ event: ConsumerEvent, _ consumer: inout Consumer) throws {
    switch event {
    case .assigned(let assigned):
      try begin(assigned, &consumer)
    case .revoked:
      if !partitions.isEmpty { try commit(&consumer) }
      partitions = []
      try consumer.unassign()
    case .lost:
      report(.note("the group gave the partitions away; what is not committed is read again"))
      partitions = []
      try consumer.unassign()
    case .reachedEnd(let place, let offset):
      guard let index = partitions.firstIndex(where: { $0.source == place }) else { return }
      partitions[index].noteEnd(offset)
    case .failed(let error, _):
      if error.isFatal || error.code == .offsetOutOfRange { throw error }
      report(.note(error.message))
    }
  }

  /// Goes on where the group's last commit says.
  private mutating func begin(_ assigned: [TopicPartition], _ consumer: inout Consumer) throws {
    guard Set(assigned) == Set(sources) else { return try standBy(assigned, &consumer) }
    committed = []
    let starts = try StartingPlaces(sources, plan: plan, consumer: consumer, report: report)
    stages = JoinedStages(
      plan: plan,
      profile: profile,
      partitions: sources.map { (topic: topicIndex($0), partition: Int($0.partition)) }
    )
    if let end = starts.closedThrough {
      stages.resume(closedThrough: end, isSamePlan: starts.isSamePlan)
    }
    partitions = []
    for (source, start) in zip(sources, starts.partitions) {
      let handle = stages.assign(
        topic: topicIndex(source),
        partition: Int(source.partition),
        from: start.point,
        trust: start.trust ?? .producers,
        catchUp: start.catchUp
      )
      let end = stopsAtEnd ? start.logEnd : nil
      partitions.append(
        PartitionReading(source: source, handle: handle, start: start, end: end)
      )
    }
    try consumer.assign(
      zip(sources, starts.partitions).map { PartitionStart($0, at: .offset($1.point.offset)) }
    )
    report(
      .note("reading \(sources.count) partitions of \(plan.source.topics.joined(separator: ", "))")
    )
  }

  /// Windows need all partitions in one process until deltas travel through a topic: of several
  /// processes the one that is given the first partition waits until it has them all.
  private mutating func standBy(
    _ assigned: [TopicPartition],
    _ consumer: inout Consumer
  ) throws {
    guard Set(assigned).isSubset(of: sources) else {
      throw KafkaError(.other, "a topic has more partitions than at the beginning; start again")
    }
    guard let first = sources.first, assigned.contains(first) else {
      throw KafkaError(
        .fenced,
        "another process of this group reads \(sources.count - assigned.count) of "
          + "\(sources.count) partitions; a monitor runs in one process at a time"
      )
    }
    report(.note("another process has joined the group; waiting"))
    partitions = []
    // To stay in the group, what it gives is taken; from the end, and what comes is left alone.
    try consumer.assign(assigned.map { PartitionStart($0, at: .end) })
  }

  private func topicIndex(_ place: TopicPartition) -> Int {
    plan.source.topics.firstIndex(of: place.topic) ?? 0
  }

  /// Writes what can be closed, waits until the brokers have it, and only then commits.
  ///
  /// - Returns: Whether the brokers have all; otherwise the next commit waits for them again.
  @discardableResult
  private mutating func commit(_ consumer: inout Consumer) throws -> Bool {
    lastCommit = .now
    readSinceCommit = 0
    guard !partitions.isEmpty else { return true }
    try stages.commit(into: &sink)
    do { try sink.finish() } catch let error as KafkaError where error.code == .timedOut {
      report(.note("the brokers do not confirm, nothing is committed: \(error.message)"))
      return false
    }
    return try commitOffsets(consumer)
  }

  private mutating func commitOffsets(_ consumer: borrowing Consumer) throws -> Bool {
    var offsets: [CommittedOffset] = []
    for partition in partitions {
      // Until a window has closed, what was read before the first watermark is counted nowhere
      // yet: all is read again.
      let hasClosed = stages.closedThrough != nil
      let point = hasClosed ? stages.resumePoint(of: partition.handle) : partition.start.point
      let metadata = CommitMetadata(
        point: point,
        trust: partition.trust,
        closedThrough: stages.closedThrough,
        catchUp: hasClosed ? stages.catchUp(of: partition.handle) : nil,
        windows: windowIdentity
      )
      let text = try metadata.text()
      offsets.append(CommittedOffset(partition.source, offset: point.offset, metadata: text))
    }
    guard offsets != committed else { return true }
    if let refusal = Self.refusal(of: offsets, by: consumer) {
      guard refusal.code == .staleMember || refusal.isRetriable else { throw refusal }
      report(.note("offsets were not committed, and will be: \(refusal.message)"))
      return false
    }
    committed = offsets
    return true
  }

  private static func refusal(
    of offsets: [CommittedOffset],
    by consumer: borrowing Consumer
  ) -> KafkaError? {
    do { try consumer.commit(offsets, within: .seconds(3)) } catch { return error }
    return nil
  }
}
