internal import KafkaClient
internal import Monitoring
internal import Sketches

/// The evaluator's state as of the group's committed offset: the last whole snapshot, and a silent
/// re-fold of what came after it.
struct StateRestorer {
  /// Holds all that is committed.
  let evaluator: LogEvaluator
  /// The number of the next snapshot.
  let snapshotNumber: UInt64
  /// What an operator should know.
  let note: String?
  /// Records of the state's topic that are no part of a snapshot.
  let unreadable: Int

  /// Restores.
  ///
  /// - Throws: `StateDamage` when it does not add up to what was committed; `KafkaError`,
  ///   `timedOut` while transactions are open.
  init<Log: StageLog & ~Copyable>(
    _ stage: StageSettings,
    _ versions: PublishedVersions,
    log: inout Log,
    usesSnapshots: Bool = true
  ) throws {
    let partials = TopicPartition(stage.names.partials, 0)
    let committed = try log.committed([partials])[0]
    let low = try log.watermarks([partials])[0].low
    var chunks = SnapshotChunks()
    try log.scan(TopicPartition(stage.names.state, 0), from: 0, to: nil) { _, payload in
      if let payload { chunks.take(payload) }
    }
    snapshotNumber = chunks.nextNumber
    unreadable = chunks.unreadable
    let snapshot = usesSnapshots ? chunks.newest : nil
    var evaluator = LogEvaluator(
      versions: versions.all,
      known: versions.known,
      lineage: stage.collector.lineage,
      offset: low
    )
    if let snapshot {
      do { try evaluator.restore(snapshot) } catch {
        throw StateDamage(stage.names, "the snapshot cannot be read: \(error)")
      }
    }
    let metadata = try committed.map { try Self.metadata($0) }
    if usesSnapshots {
      try Self.checkReach(of: evaluator, snapshot, committed, low, stage.names)
    } else if low > 0, let closed = metadata?.closedThrough {
      // What closed before cannot be told from the deltas that are left.
      evaluator.resume(closedThrough: closed)
    }
    if let end = committed?.offset, evaluator.offset < end {
      try log.scan(partials, from: evaluator.offset, to: end) { offset, payload in
        guard evaluator.missingVersions(for: payload) == nil else {
          throw KafkaError(.timedOut, "\(stage.names.control) does not hold all versions yet")
        }
        _ = evaluator.take(payload, at: offset)
      }
      evaluator.skip(to: end)
    }
    if usesSnapshots, evaluator.offset == committed?.offset, let metadata {
      try Self.verify(evaluator.position, metadata.position, stage.names)
    }
    self.evaluator = evaluator
    note = usesSnapshots ? nil : Self.rebuilt(evaluator, from: low)
  }

  private static func rebuilt(_ evaluator: LogEvaluator, from low: Int64) -> String {
    "made anew from \(evaluator.position.commits) commits, the first at offset \(low)"
  }

  private static func metadata(_ committed: CommittedOffset) throws(KafkaError) -> StateMetadata {
    if let metadata = StateMetadata(committed) { return metadata }
    throw committed.foreign
  }

  /// Makes sure that the deltas reach back to the snapshot, or to the beginning without one.
  private static func checkReach(
    of evaluator: LogEvaluator,
    _ snapshot: [UInt8]?,
    _ committed: CommittedOffset?,
    _ low: Int64,
    _ names: StageTopics
  ) throws {
    guard let committed, evaluator.offset != committed.offset else { return }
    if snapshot == nil, low > 0 {
      throw StateDamage(names, "there is no snapshot, and the deltas begin at offset \(low)")
    }
    if evaluator.offset < low {
      throw StateDamage(
        names,
        "the deltas begin at offset \(low), behind the snapshot's \(evaluator.offset)"
      )
    }
  }

  /// Makes sure that the state is the one that was there when the offset was committed.
  private static func verify(
    _ found: LogEvaluator.Position,
    _ wanted: LogEvaluator.Position,
    _ names: StageTopics
  ) throws {
    guard found != wanted else { return }
    throw StateDamage(
      names,
      "\(found.commits) commits were restored where \(wanted.commits) were committed"
        + (found.commits == wanted.commits ? ", with another content" : "")
    )
  }
}
