public import KafkaClient
internal import Monitoring
internal import Records
internal import Reference
internal import Rules
internal import Windowing

/// Stage 1 over a log: reads its share of the source, and commits deltas with the offsets they
/// cover.
///
/// Nothing to restore: what is not committed is forgotten and read again, by this process or by
/// whoever is given the partition next. One owner, on one thread; every turn is bounded in time.
public struct CollectLoop<Log: StageLog & ~Copyable>: ~Copyable {
  private let stage: StageSettings
  private let names: StageTopics
  private let report: (StageEvent) -> Void
  private let writer: PartialsWriter
  /// The stage's connection.
  public var log: Log

  private var versions: PublishedVersions
  private var lanes: CountingLanes
  private var readings: [SourceReading] = []
  private var polled = PolledRecords()
  /// What came with the records, and is answered when they are counted.
  private var events: [ConsumerEvent] = []
  /// A rebalance that could not be answered yet.
  private var unanswered: ConsumerEvent?
  private var trouble = NotedOnce()
  private var retention = TopicRetention()
  private var endDoubt = Doubt()
  private var topicDoubt = Doubt()
  private var pending = CommitUnderWay()
  /// Records that the commit under way covers.
  private var pendingRead = 0
  private var sequence: UInt64 = 0
  private var hasNews = false
  private var lastCommit = Duration.zero
  private var readSinceCommit = 0

  /// A stage that has not joined its group yet.
  public init(
    _ stage: StageSettings,
    log: consuming Log,
    report: @escaping (StageEvent) -> Void
  ) {
    self.stage = stage
    self.report = report
    self.log = log
    names = stage.names
    versions = PublishedVersions(stage)
    lanes = CountingLanes(limits: stage.limits)
    writer = PartialsWriter(collector: stage.collector)
  }

  /// Whether every partition was read and committed to where it ended in the beginning.
  public var hasEnded: Bool {
    stage.stopsAtEnd && !readings.isEmpty && pending.isOver && !hasNews
      && readings.allSatisfy(\.hasEnded)
  }

  /// The partitions of this member, each with how far it is read.
  var positions: [(partition: TopicPartition, offset: Int64)] {
    readings.map { ($0.source, $0.position) }
  }

  /// Records that were read since the last commit was begun.
  var uncommitted: Int { readSinceCommit + pendingRead }

  /// Takes what is there, and commits when it is time.
  ///
  /// - Throws: `KafkaError` that no repetition can mend: `fenced`, `badSetting`, `unauthorized`.
  public mutating func turn() throws(KafkaError) {
    guard try advancePending() else { return stage.clock.sleep(stage.retryInterval) }
    if let event = unanswered {
      unanswered = nil
      try answer(event)
      if unanswered != nil { return stage.clock.sleep(stage.retryInterval) }
    }
    // What is left of records that fill a commit comes before all else.
    if polled.isEmpty { events = log.poll(into: &polled, within: stage.pollWait) }
    try pending.leaveAlone(&polled, stage)
    countRecords()
    if polled.isEmpty {
      let due = events
      events = []
      for event in due { try answer(event) }
    }
    noteSilence()
    noteEnds()
    if isDue { try commit() }
  }

  /// Commits what is done, as far as a limit of time allows; what is not is read again by others.
  ///
  /// - Returns: Whether all is committed.
  public mutating func finish(within limit: Duration) throws(KafkaError) -> Bool {
    guard try advancePending(within: limit) else { return false }
    guard hasNews || readSinceCommit > 0, !readings.isEmpty else { return true }
    try commit()
    return try advancePending(within: limit)
  }

  // MARK: Records

  /// Counts what was polled, as far as one commit takes it.
  private mutating func countRecords() {
    guard !polled.isEmpty, !lanes.isHeavy else { return }
    let now = stage.clock.now()
    let runs = polled.runs.map { run in
      PartitionRun(handle: readings[run.slot].handle, rows: due(of: run), trust: run.trust)
    }
    var done = polled.batch.count
    for (index, counted) in lanes.ingest(polled.batch, runs).enumerated() where counted.count > 0 {
      let last = runs[index].rows.lowerBound + counted.count - 1
      readings[polled.runs[index].slot].advance(
        to: polled.batch.offset(last) + 1,
        heard: counted.saysTime ? now : nil
      )
      readSinceCommit += counted.count
      hasNews = true
      if lanes.isHeavy { done = last + 1 }
    }
    polled.removeFirst(done)
  }

  /// Records that stand before the end of reading; the others are left for somebody else to read.
  private func due(of run: PolledRecords.Run) -> Range<Int> {
    guard let end = readings[run.slot].end else { return run.rows }
    var rows = run.rows
    while let last = rows.last, polled.batch.offset(last) >= end { rows.removeLast() }
    return rows
  }

  private mutating func noteSilence() {
    // One whose records are here and not counted yet is not silent.
    guard polled.isEmpty, let limit = stage.plan.idleAfter else { return }
    let now = stage.clock.now()
    for reading in readings where reading.isSilent(for: limit, now: now) {
      if lanes.setIdle(reading.handle) { hasNews = true }
    }
  }

  private mutating func noteEnds() {
    for index in readings.indices where readings[index].reachesEnd {
      readings[index].hasEnded = true
      lanes.end(readings[index].handle)
      hasNews = true
    }
  }

  // MARK: Rebalances

  private mutating func answer(_ event: ConsumerEvent) throws(KafkaError) {
    switch event {
    case .assigned(let partitions):
      unanswered = nil
      try begin(partitions)
    case .revoked:
      // A commit now spares the next owner the records since the last one.
      _ = try finish(within: stage.revokeLimit)
      try forget()
    case .lost(let partitions):
      if !partitions.isEmpty {
        report(.note("the group gave the partitions away; what is not committed is read again"))
      }
      try forget()
    case .reachedEnd(let place, let offset):
      guard let index = readings.firstIndex(where: { $0.source == place }) else { return }
      readings[index].noteEnd(offset)
      lanes.skip(to: readings[index].position, readings[index].handle)
    case .failed(let error, let place):
      if error.code == .offsetOutOfRange, place != nil { return try restart(error) }
      report(.trouble(error.code.description))
      if error.isFatal { throw error }
      trouble.note(error.message, report)
    }
  }

  /// Gives up the partitions, with what was not committed of them.
  private mutating func forget() throws(KafkaError) {
    pending.drop()
    unanswered = nil
    reset()
    do throws(KafkaError) { try log.unassign() } catch {
      guard error.isRetriable || error.code == .timedOut else { throw error }
      unanswered = .lost([])
    }
  }

  private mutating func reset() {
    (readings, events, hasNews, readSinceCommit) = ([], [], false, 0)
    polled.removeAll()
    pending.rejoin()
  }

  /// Reads again from the committed offsets: the log does not hold what was to be read next.
  private mutating func restart(_ error: KafkaError) throws(KafkaError) {
    report(.note(error.message))
    // Another partition may have said so before; all are read again.
    guard unanswered == nil else { return }
    let partitions = readings.map(\.source)
    pending.drop()
    reset()
    unanswered = .assigned(partitions)
  }

  /// Goes on where the group's last commit says.
  private mutating func begin(_ partitions: [TopicPartition]) throws(KafkaError) {
    do throws(KafkaError) {
      try versions.refresh(&log) { report(.note($0)) }
      let counts = try partitionCounts()
      let places = try SourcePlaces(partitions, plan: stage.plan, counts: counts, log: log)
      guard !endDoubt.holds(!places.doubtful.isEmpty, stage) else {
        return unanswered = .assigned(partitions)
      }
      try read(partitions, places, counts)
    } catch {
      guard error.isRetriable || error.code == .timedOut else { throw error }
      trouble.note(error.message, report)
      unanswered = .assigned(partitions)
    }
  }

  /// The number of partitions of each of the source's topics.
  ///
  /// - Throws: `unknownTopic`, to be asked again for some time, as no answer says what a topic that
  ///   is left out of it has.
  private mutating func partitionCounts() throws(KafkaError) -> [Int] {
    let topics = stage.plan.source.topics
    let counts = try log.partitionCounts(of: topics)
    let missing = zip(topics, counts).first { $0.1 == nil }?.0
    let isAskedAgain = topicDoubt.holds(missing != nil, stage)
    guard let missing else { return counts.compactMap(\.self) }
    throw KafkaError(
      .unknownTopic,
      "the brokers know no topic \(missing)",
      isRetriable: isAskedAgain
    )
  }

  private mutating func read(
    _ partitions: [TopicPartition],
    _ places: SourcePlaces,
    _ counts: [Int]
  ) throws(KafkaError) {
    for note in places.notes { report(.note(note)) }
    endDoubt.end()
    trouble.end()
    lanes = CountingLanes(limits: stage.limits)
    lanes.count(for: versions.current, known: versions.known)
    lanes.setPartitionCounts(counts)
    askForRetention()
    readings = []
    let now = stage.clock.now()
    for (index, source) in partitions.enumerated() {
      let place = places.places[index]
      let handle = lanes.assign(
        topic: stage.plan.source.topics.firstIndex(of: source.topic) ?? 0,
        partition: Int(source.partition),
        from: place
      )
      readings.append(
        SourceReading(
          source: source,
          handle: handle,
          founding: places.foundings[index],
          from: place.offset,
          end: stage.stopsAtEnd ? places.ends[index] : nil,
          now: now
        )
      )
    }
    polled.removeAll()
    try log.assign(
      zip(partitions, places.places).map { PartitionStart($0, at: .offset($1.offset)) }
    )
    // Whose partitions these are, and that they are waited for, is said even if nothing comes.
    hasNews = !partitions.isEmpty
    pending.rejoin()
    report(.collecting(partitions: partitions.count))
    report(.note("collecting from \(partitions.count) partitions"))
  }

  // MARK: Commits

  private var isDue: Bool {
    guard !readings.isEmpty else { return false }
    let age = stage.clock.now() - lastCommit
    if readSinceCommit >= stage.recordsPerCommit || lanes.isHeavy { return true }
    if hasNews, readings.allSatisfy(\.hasEnded) { return true }
    return age >= (hasNews ? stage.collectInterval : stage.heartbeat)
  }

  private mutating func commit() throws(KafkaError) {
    lastCommit = stage.clock.now()
    (readSinceCommit, hasNews) = (0, false)
    sequence += 1
    for reading in readings {
      let isCaughtUp = reading.isCaughtUp(to: log.knownEnd(of: reading.source))
      lanes.setAtEnd(isCaughtUp, reading.handle)
    }
    askForRetention()
    let (commit, letters) = lanes.takeCommit(wallSecond: stage.clock.wallSecond())
    let key = Array(stage.plan.monitor.utf8)
    var records = writer.records(of: commit, sequence: sequence).map {
      OutgoingRecord(topic: names.partials, partition: 0, key: key, value: $0)
    }
    records += letters.map { names.outgoing($0) }
    pending.begin(PendingCommit(records: records, offsets: offsets()), now: lastCommit)
    pendingRead = Int(clamping: commit.deltas[0].delta.progress.reduce(0) { $0 + $1.read })
    try learn()
    _ = try advancePending()
  }

  private mutating func askForRetention() {
    retention.refresh(stage.plan.source.topics, log, now: stage.clock.now(), report)
    lanes.setRetention(retention.milliseconds)
  }

  /// Looks for versions published since; they count from the next record on.
  private mutating func learn() throws(KafkaError) {
    do throws(KafkaError) {
      try versions.refresh(&log) { report(.note($0)) }
    } catch {
      // Until it is known, a version judges none of the windows that come.
      guard error.isRetriable || error.code == .timedOut else { throw error }
    }
    lanes.count(for: versions.current, known: versions.known)
  }

  private func offsets() -> [CommittedOffset] {
    readings.map { reading in
      let place = lanes.place(of: reading.handle)
      let metadata = OffsetMetadata(
        place: place,
        incarnation: stage.collector.incarnation,
        sequence: sequence,
        founding: reading.founding
      )
      return CommittedOffset(reading.source, offset: place.offset, metadata: metadata.text)
    }
  }

  /// Goes on with the commit under way.
  ///
  /// - Parameter limit: How long to try; zero for once.
  /// - Returns: Whether none is any more.
  /// - Throws: What ends the stage.
  private mutating func advancePending(within limit: Duration = .zero) throws(KafkaError) -> Bool {
    let isMember = !readings.isEmpty
    let fate = try pending.advance(&log, stage, within: limit, isMember: isMember, report)
    if fate == .committed {
      if pendingRead > 0 { report(.collected(UInt64(pendingRead))) }
    } else if fate == .dropped {
      (readings, hasNews, readSinceCommit) = ([], false, 0)
    }
    if pending.isOver { pendingRead = 0 }
    return pending.isOver
  }
}
