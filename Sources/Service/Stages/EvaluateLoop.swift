public import KafkaClient
internal import Monitoring
internal import Records
internal import Rules

/// Stage 2 over a log: adds deltas up and commits what came of them with the offset up to which it
/// came of them.
///
/// One of all instances is given the partition of deltas; the others wait for it. Whoever gets it
/// restores the state as of the committed offset before it writes anything. One owner, on one
/// thread; every turn is bounded in time, a restore apart.
public struct EvaluateLoop<Log: StageLog & ~Copyable>: ~Copyable {
  private let stage: StageSettings
  private let names: StageTopics
  private let report: (StageEvent) -> Void
  private let partials: TopicPartition
  /// The stage's connection.
  public var log: Log

  /// nil while another instance has the partition.
  private var evaluator: LogEvaluator?
  private var polled = PolledRecords()
  /// The first record polled that was not taken yet.
  private var nextRow = 0
  private var unanswered: ConsumerEvent?
  private var versions: PublishedVersions
  private var leftOut = LeftOutNotes()
  private var outcomes: [Judged] = []
  private var records: [OutputRecord] = []
  private var recordBytes = 0
  private var pending = CommitUnderWay()
  private var snapshots: SnapshotsUnderWay
  private var lastCommit = Duration.zero
  /// The number of the last commit.
  private var sequence: UInt64 = 0
  private var committedOffset: Int64?
  private var trouble = NotedOnce()
  private var endDoubt = Doubt()
  /// The version that was said to judge.
  private var judgingVersion: Int64?
  /// The version before which all were said to have had their time.
  private var activeVersion: Int64?

  /// Outputs are committed at the latest when they weigh so much.
  private static var outputLimit: Int { 4 << 20 }

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
    partials = TopicPartition(stage.names.partials, 0)
    versions = PublishedVersions(stage)
    snapshots = SnapshotsUnderWay(stage)
  }

  /// Whether there is nothing more to do: all windows of a source that has ended are closed and
  /// committed, or a state that was to be made anew is.
  public var hasEnded: Bool {
    if stage.rebuilds { return snapshots.offset != nil && snapshots.isWhole && pending.isOver }
    return stage.stopsAtEnd && pending.isOver && records.isEmpty && evaluator?.hasEnded ?? false
  }

  /// Whether this instance has the state; another one may.
  var isEvaluating: Bool { evaluator != nil }

  /// How far event time has come; nil before that is known, and when every partition is silent.
  var watermark: Timestamp? { evaluator?.watermark }

  /// Takes what is there, and commits when it is time.
  ///
  /// - Throws: `KafkaError` that no repetition can mend: `fenced`, `unauthorized`; `StateDamage`.
  public mutating func turn() throws {
    guard try advancePending() else { return stage.clock.sleep(stage.retryInterval) }
    guard !hasEnded else { return }
    if let event = unanswered {
      unanswered = nil
      try answer(event)
      if unanswered != nil { return stage.clock.sleep(stage.retryInterval) }
    }
    if stage.rebuilds, evaluator != nil {
      return try commit(withSnapshot: snapshots.offset == nil)
    }
    if polled.isEmpty {
      for event in log.poll(into: &polled, within: stage.pollWait) { try answer(event) }
    }
    try pending.leaveAlone(&polled, stage)
    try takeRecords()
    if let news = leftOut.news(of: evaluator, names.partials) { report(.note(news)) }
    if isDue { try commit(withSnapshot: snapshots.isDue) }
  }

  /// Commits what is done, with a snapshot, as far as a limit of time allows.
  ///
  /// - Returns: Whether all is committed.
  public mutating func finish(within limit: Duration) throws(KafkaError) -> Bool {
    let deadline = stage.clock.now() + limit
    guard try advancePending(within: limit) else { return false }
    guard isUnsaved else { return true }
    repeat {
      // One that is on its way comes first; it lacks what came after it, as the next one does not.
      try commit(withSnapshot: snapshots.isWhole)
      guard try advancePending(within: deadline - stage.clock.now()) else { return false }
    } while isUnsaved && stage.clock.now() < deadline
    return true
  }

  /// Whether there is a state that the last whole snapshot does not hold.
  private var isUnsaved: Bool {
    guard let evaluator else { return false }
    return !snapshots.isWhole || evaluator.offset != snapshots.offset
  }

  private mutating func takeRecords() throws {
    guard var evaluator = evaluator.take() else { return }
    let batch = polled.batch
    while nextRow < batch.count, recordBytes < Self.outputLimit {
      let payload = batch.payload(nextRow)
      guard try knowsVersions(&evaluator, for: payload) else { break }
      let outcomes = evaluator.take(payload, at: batch.offset(nextRow))
      nextRow += 1
      for outcome in outcomes {
        let record = outcome.record
        recordBytes += record.value?.count ?? 0
        records.append(record)
      }
      self.outcomes += outcomes
    }
    if nextRow == batch.count {
      nextRow = 0
      polled.removeAll()
    }
    self.evaluator = evaluator
  }

  /// Makes sure that the versions which a delta was counted for are known.
  ///
  /// - Returns: Whether they are; otherwise to be asked again.
  private mutating func knowsVersions(
    _ evaluator: inout LogEvaluator,
    for record: [UInt8]?
  ) throws -> Bool {
    guard evaluator.missingVersions(for: record) != nil else { return true }
    do throws(KafkaError) { try versions.refresh(&log) { report(.note($0)) } } catch {
      guard error.isRetriable || error.code == .timedOut else { throw error }
      stage.clock.sleep(stage.retryInterval)
      return false
    }
    evaluator.learn(
      versions.all,
      versions.silences,
      versions.messages,
      known: versions.known
    )
    guard let needed = evaluator.missingVersions(for: record) else { return true }
    try versions.require(needed)
    stage.clock.sleep(stage.retryInterval)
    return false
  }

  // MARK: Rebalances

  private mutating func answer(_ event: ConsumerEvent) throws {
    switch event {
    case .assigned(let partitions):
      unanswered = nil
      try begin(partitions)
    case .revoked:
      _ = try finish(within: stage.revokeLimit)
      try forget()
    case .lost(let partitions):
      if !partitions.isEmpty {
        report(.note("the group gave the state away; another instance goes on with it"))
      }
      try forget()
    case .reachedEnd(_, let offset):
      if polled.isEmpty { evaluator?.skip(to: offset) }
    case .failed(let error, let place):
      if error.code == .offsetOutOfRange, place != nil {
        report(.note(error.message))
        pending.drop()
        clear()
        unanswered = .assigned([partials])
        return
      }
      report(.trouble(error.code.description))
      if error.isFatal { throw error }
      trouble.note(error.message, report)
    }
  }

  private mutating func forget() throws(KafkaError) {
    report(.evaluating(false))
    pending.drop()
    clear()
    unanswered = nil
    pending.rejoin()
    do throws(KafkaError) { try log.unassign() } catch {
      guard error.isRetriable || error.code == .timedOut else { throw error }
      unanswered = .lost([])
    }
  }

  private mutating func clear() {
    (evaluator, outcomes, records, recordBytes, nextRow) = (nil, [], [], 0, 0)
    snapshots.drop()
    polled.removeAll()
  }

  /// Restores the state, and goes on from there; without a partition it only stands by.
  private mutating func begin(_ partitions: [TopicPartition]) throws {
    let start = stage.clock.now()
    do {
      guard partitions.contains(partials) else {
        clear()
        pending.rejoin()
        try log.assign([])
        report(.evaluating(false))
        return report(.note("standing by: another instance evaluates"))
      }
      try versions.refresh(&log) { report(.note($0)) }
      let reach = try StateReach(of: partials, log)
      guard !endDoubt.holds(reach.isBeyondEnd, stage) else {
        return unanswered = .assigned(partitions)
      }
      try go(on: StateRestorer(stage, versions, reach, log: &log), since: start)
    } catch let missing as MissingVersions {
      try versions.require(missing.needed)
      unanswered = .assigned(partitions)
    } catch let error as KafkaError {
      guard error.isRetriable || error.code == .timedOut else { throw error }
      trouble.note(error.message, report)
      evaluator = nil
      unanswered = .assigned(partitions)
    }
  }

  private mutating func go(on restored: StateRestorer, since start: Duration) throws(KafkaError) {
    for note in restored.notes { trouble.note(note, report) }
    polled.removeAll()
    pending.rejoin()
    try log.assign([PartitionStart(partials, at: .offset(restored.evaluator.offset))])
    evaluator = restored.evaluator
    activeVersion = nil
    snapshots.restart(at: restored.snapshotNumber, now: start)
    (committedOffset, lastCommit) = (restored.evaluator.offset, start)
    trouble.end()
    endDoubt.end()
    report(.restored(in: stage.clock.now() - start))
    report(.evaluating(true))
    report(.standing(restored.evaluator.standing))
    reportProgress(of: restored.evaluator)
    report(.note("evaluating from offset \(restored.evaluator.offset) of \(partials)"))
  }

  private func reportProgress(of evaluator: LogEvaluator) {
    report(.tally(evaluator.tally))
    let (watermark, end) = (evaluator.watermark, evaluator.closedThrough)
    report(.reached(watermark: watermark, closedThrough: end))
  }

  // MARK: Commits

  private var isDue: Bool {
    guard let evaluator else { return false }
    if !snapshots.isWhole { return true }
    guard evaluator.offset != committedOffset else { return false }
    return !records.isEmpty || stage.clock.now() - lastCommit >= stage.evaluateInterval
  }

  private mutating func commit(withSnapshot: Bool) throws(KafkaError) {
    guard let evaluator else { return }
    lastCommit = stage.clock.now()
    sequence += 1
    if withSnapshot { snapshots.begin(evaluator) }
    var outgoing = records.map(names.outgoing)
    if let activation = activation(of: evaluator) { outgoing.append(activation) }
    outgoing += snapshots.takePieces()
    let metadata = StateMetadata(
      evaluator,
      incarnation: stage.collector.incarnation,
      sequence: sequence
    )
    let offset = CommittedOffset(partials, offset: evaluator.offset, metadata: metadata.text)
    pending.begin(PendingCommit(records: outgoing, offsets: [offset]), now: lastCommit)
    committedOffset = evaluator.offset
    _ = try advancePending()
  }

  /// What tells collectors that versions before the one that judges have had their time, all of
  /// their windows being closed; nil when they know.
  private mutating func activation(of evaluator: LogEvaluator) -> OutgoingRecord? {
    let latest = evaluator.latest
    if latest.version.number > judgingVersion ?? versions.activeNumber {
      judgingVersion = latest.version.number
      let start = latest.from.map { "the windows that begin at or after \($0)" } ?? "all windows"
      report(.note("version \(VersionName.short(latest.version.name)) judges \(start)"))
    }
    let (version, from) = evaluator.earliest
    guard version.number > versions.activeNumber, version.number != activeVersion else {
      return nil
    }
    activeVersion = version.number
    let activation = Activation(
      offset: 0,
      monitor: stage.plan.monitor,
      group: names.groupBase,
      version: version.name,
      publication: version.number,
      from: from
    )
    return ControlRecords.record(of: activation, topic: names.control)
  }

  /// Goes on with the commit under way; when it is visible, so are its outcomes.
  ///
  /// - Parameter limit: How long to try; zero for once.
  /// - Returns: Whether none is any more.
  /// - Throws: What ends the stage.
  private mutating func advancePending(within limit: Duration = .zero) throws(KafkaError) -> Bool {
    let isMember = evaluator != nil
    let fate = try pending.advance(&log, stage, within: limit, isMember: isMember, report)
    if fate == .committed {
      if !records.isEmpty { report(.written(outcomes, records)) }
      if let evaluator {
        if !records.isEmpty { report(.standing(evaluator.standing)) }
        reportProgress(of: evaluator)
      }
      (outcomes, records, recordBytes) = ([], [], 0)
    } else if fate == .dropped {
      clear()
    }
    return pending.isOver
  }
}
