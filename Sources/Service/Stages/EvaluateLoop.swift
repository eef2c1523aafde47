public import KafkaClient
internal import Monitoring
internal import Records

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
  private let events: EventWriter
  private let partials: TopicPartition
  /// The stage's connection.
  public var log: Log

  /// nil while another instance has the partition.
  private var evaluator: LogEvaluator?
  private var batches: [PolledBatch] = []
  /// The first row of the batch that was not taken yet.
  private var nextRow = 0
  private var unanswered: ConsumerEvent?
  private var leftBehind = LeftBehind()
  private var outcomes: [Outcome] = []
  private var records: [OutputRecord] = []
  private var recordBytes = 0
  private var pending: PendingCommit?
  private var pendingSince = Duration.zero
  private var lastCommit = Duration.zero
  private var lastSnapshot = Duration.zero
  private var snapshotNumber: UInt64 = 1
  private var committedOffset: Int64?
  private var snapshotOffset: Int64?
  /// Whether the state must be committed as a whole before anything is added to it.
  private var needsSnapshot = false

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
    events = EventWriter(plan: stage.plan, references: stage.references)
  }

  /// Whether there is nothing more to do: all windows of a source that has ended are closed and
  /// committed, or a state that was to be made anew is.
  public var hasEnded: Bool {
    if stage.rebuilds { return snapshotOffset != nil && pending == nil }
    return stage.stopsAtEnd && pending == nil && records.isEmpty && evaluator?.hasEnded ?? false
  }

  /// Whether this instance has the state; another one may.
  var isEvaluating: Bool { evaluator != nil }

  /// How far event time has come; nil before that is known, and when every partition is silent.
  var watermark: Timestamp? { evaluator?.watermark }

  /// Takes what is there, and commits when it is time.
  ///
  /// - Throws: `KafkaError` that no repetition can mend: `fenced`, `unauthorized`; `StateDamage`.
  public mutating func turn() throws {
    guard try advancePending(), !hasEnded else { return }
    if let event = unanswered {
      unanswered = nil
      try answer(event)
      if unanswered != nil { return }
    }
    if needsSnapshot, evaluator != nil {
      needsSnapshot = false
      return try commit(withSnapshot: true)
    }
    if nextRow == 0 {
      for event in log.poll(into: &batches, within: stage.pollWait) { try answer(event) }
    }
    try leftBehind.leaveAlone(&batches, stage)
    takeRecords()
    if isDue { try commit(withSnapshot: isSnapshotDue) }
  }

  /// Commits what is done, with a snapshot, as far as a limit of time allows.
  ///
  /// - Returns: Whether all is committed.
  public mutating func finish(within limit: Duration) throws(KafkaError) -> Bool {
    try settle(within: limit)
    guard pending == nil else { return false }
    guard let evaluator, evaluator.offset != snapshotOffset else { return true }
    try commit(withSnapshot: true)
    try settle(within: limit)
    return pending == nil
  }

  private mutating func settle(within limit: Duration) throws(KafkaError) {
    let deadline = stage.clock.now() + limit
    while try !advancePending(), stage.clock.now() < deadline {
      stage.clock.sleep(stage.retryInterval)
    }
  }

  private mutating func takeRecords() {
    guard let batch = batches.first?.records, var evaluator = evaluator.take() else { return }
    while nextRow < batch.count, recordBytes < Self.outputLimit {
      let outcomes = evaluator.take(batch.payload(nextRow), at: batch.offset(nextRow))
      nextRow += 1
      for outcome in outcomes {
        let record = events.record(outcome)
        recordBytes += record.value?.count ?? 0
        records.append(record)
      }
      self.outcomes += outcomes
    }
    if nextRow == batch.count {
      nextRow = 0
      for index in batches.indices { batches[index].records.removeAll() }
    }
    self.evaluator = evaluator
  }

  // MARK: Rebalances

  private mutating func answer(_ event: ConsumerEvent) throws {
    switch event {
    case .assigned(let partitions):
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
      if nextRow == 0, batches.allSatisfy({ $0.records.count == 0 }) {
        evaluator?.skip(to: offset)
      }
    case .failed(let error, let place):
      if error.code == .offsetOutOfRange, place != nil {
        report(.note(error.message))
        pending?.drop()
        clear()
        unanswered = .assigned([partials])
        return
      }
      if error.isFatal { throw error }
      report(.note(error.message))
    }
  }

  private mutating func forget() throws(KafkaError) {
    pending?.drop()
    clear()
    (unanswered, batches) = (nil, [])
    leftBehind.end()
    do throws(KafkaError) { try log.unassign() } catch {
      guard error.isRetriable || error.code == .timedOut else { throw error }
      unanswered = .lost([])
    }
  }

  private mutating func clear() {
    (evaluator, outcomes, records, recordBytes, nextRow) = (nil, [], [], 0, 0)
    for index in batches.indices { batches[index].records.removeAll() }
  }

  /// Restores the state, and goes on from there; without a partition it only stands by.
  private mutating func begin(_ partitions: [TopicPartition]) throws {
    let start = stage.clock.now()
    do {
      guard partitions.contains(partials) else {
        clear()
        batches = []
        leftBehind.end()
        try log.assign([])
        return report(.note("standing by: another instance evaluates"))
      }
      let restored = try StateRestorer(stage, log: &log, usesSnapshots: !stage.rebuilds)
      evaluator = restored.evaluator
      needsSnapshot = stage.rebuilds || restored.isOfAnotherPlan
      snapshotNumber = restored.snapshotNumber
      if let note = restored.note { report(.note(note)) }
      batches = [PolledBatch()]
      leftBehind.end()
      try log.assign([PartitionStart(partials, at: .offset(restored.evaluator.offset))])
      (committedOffset, snapshotOffset) = (restored.evaluator.offset, nil)
      (lastCommit, lastSnapshot) = (start, start)
      report(.restored(in: stage.clock.now() - start))
      report(.note("evaluating from offset \(restored.evaluator.offset) of \(partials)"))
    } catch let error as KafkaError {
      guard error.isRetriable || error.code == .timedOut else { throw error }
      report(.note(error.message))
      evaluator = nil
      unanswered = .assigned(partitions)
    }
  }

  // MARK: Commits

  private var isDue: Bool {
    guard let evaluator, evaluator.offset != committedOffset else { return false }
    return !records.isEmpty || stage.clock.now() - lastCommit >= stage.evaluateInterval
  }

  private var isSnapshotDue: Bool {
    stage.clock.now() - lastSnapshot >= stage.snapshotInterval
  }

  private mutating func commit(withSnapshot: Bool) throws(KafkaError) {
    guard let evaluator else { return }
    lastCommit = stage.clock.now()
    var outgoing = records.map(names.outgoing)
    if withSnapshot {
      let chunks = SnapshotChunks.records(of: evaluator.snapshot(), number: snapshotNumber)
      outgoing += chunks.map {
        OutgoingRecord(topic: names.state, partition: 0, key: $0.key, value: $0.value)
      }
      (snapshotNumber, lastSnapshot) = (snapshotNumber + 1, lastCommit)
      snapshotOffset = evaluator.offset
    }
    let metadata = StateMetadata(evaluator)
    pending = PendingCommit(
      records: outgoing,
      offsets: [CommittedOffset(partials, offset: evaluator.offset, metadata: metadata.text)]
    )
    (pendingSince, committedOffset) = (lastCommit, evaluator.offset)
    _ = try advancePending()
  }

  /// Goes on with the commit under way; when it is visible, so are its outcomes.
  ///
  /// - Returns: Whether none is any more.
  private mutating func advancePending() throws(KafkaError) -> Bool {
    guard pending != nil else { return true }
    let report = report
    let fate = try pending?.advance(&log, clock: stage.clock) { report(.note($0)) }
    guard fate != .pending else { return false }
    pending = nil
    if fate == .committed {
      report(.committed(after: stage.clock.now() - pendingSince))
      if !records.isEmpty { report(.written(outcomes, records)) }
      if let evaluator { report(.tally(evaluator.tally)) }
      (outcomes, records, recordBytes) = ([], [], 0)
    } else {
      report(.aborted)
      // What was folded is ahead of what is committed now; and only the group's next word, never
      // what it said before, tells whether this instance evaluates.
      if evaluator == nil { leftBehind.end() } else { leftBehind.begin(now: stage.clock.now()) }
      snapshotOffset = nil
      clear()
    }
    return true
  }
}
