internal import KafkaClient
internal import Monitoring
internal import Records
internal import Rules
internal import Sketches
internal import Windowing

/// The evaluator's state as of the group's committed offset.
struct StateRestorer {
  /// Holds all that is committed.
  let evaluator: LogEvaluator
  /// The number of the next snapshot.
  let snapshotNumber: UInt64
  /// What an operator should know.
  let notes: [String]

  /// Restores, or makes the state anew.
  ///
  /// - Throws: `StateDamage` when it does not add up to what was committed; `KafkaError`,
  ///   `timedOut` while transactions are open.
  init<Log: StageLog & ~Copyable>(
    _ stage: StageSettings,
    _ versions: PublishedVersions,
    _ reach: StateReach,
    log: inout Log
  ) throws {
    let state = TopicPartition(stage.names.state, 0)
    var chunks = SnapshotChunks(lineage: stage.collector.lineage)
    try log.scan(state, from: 0, to: nil) { if let record = $1 { chunks.take(record) } }
    snapshotNumber = chunks.nextNumber
    let source = StateSource(
      stage: stage,
      reach: reach,
      snapshot: chunks.newest,
      empty: LogEvaluator(
        versions: versions.all,
        silences: versions.silences,
        messages: versions.messages,
        known: versions.known,
        lineage: stage.collector.lineage,
        offset: reach.range.low,
        limits: stage.limits
      )
    )
    var notes: [String] = []
    if chunks.unreadable > 0 {
      notes.append("\(state) holds \(chunks.unreadable) records that are no parts of a snapshot")
    }
    if stage.rebuilds {
      let (evaluator, note) = try source.rebuilt(&log)
      notes.append(note)
      self.evaluator = evaluator
    } else {
      var evaluator = try source.restored(&log)
      let (offset, low) = (evaluator.offset, reach.range.low)
      if offset < low {
        // Nobody evaluated them in time: what they counted is missed by what counts from there on.
        notes.append("the deltas from offset \(offset) to \(low - 1) are gone: nobody read them")
        evaluator.skip(to: low)
      }
      self.evaluator = evaluator
    }
    self.notes = notes
  }
}

/// What a state can be had from.
private struct StateSource {
  let stage: StageSettings
  let reach: StateReach
  /// The last whole one.
  let snapshot: [UInt8]?
  /// Has seen nothing.
  let empty: LogEvaluator

  private var low: Int64 { reach.range.low }

  // MARK: Restoring

  /// The last whole snapshot, and a silent re-fold of what came after it.
  func restored<Log: StageLog & ~Copyable>(_ log: inout Log) throws -> LogEvaluator {
    if let committed = reach.committed, reach.isBeyondEnd {
      throw damage(
        "the deltas end at offset \(reach.range.high), before the committed \(committed.offset)"
      )
    }
    var evaluator = try snapshotted() ?? empty
    try checkReach(of: evaluator)
    let start = evaluator.offset
    try fold(into: &evaluator, &log)
    try verify(evaluator, from: start)
    return evaluator
  }

  private func snapshotted() throws -> LogEvaluator? {
    guard let snapshot else { return nil }
    var evaluator = empty
    do { try evaluator.restore(snapshot) } catch {
      throw damage("the snapshot cannot be read: \(error)")
    }
    return evaluator
  }

  /// Makes sure that the snapshot holds nothing that was not committed, and that the deltas reach
  /// back to it, or to the beginning without one.
  private func checkReach(of evaluator: LogEvaluator) throws {
    let committed = reach.committed?.offset
    if snapshot != nil, evaluator.offset > committed ?? -1, stage.plan.delivery == .exactlyOnce {
      throw damage(
        "the snapshot holds the deltas up to offset \(evaluator.offset), committed is "
          + (committed.map { "\($0)" } ?? "none")
      )
    }
    guard evaluator.offset <= reach.range.high else {
      throw damage(
        "the deltas end at offset \(reach.range.high), before the snapshot's \(evaluator.offset)"
      )
    }
    if let committed, evaluator.offset != committed, snapshot == nil, low > 0 {
      throw damage("there is no snapshot, and the deltas begin at offset \(low)")
    }
  }

  /// Makes sure that the state is the one that was there when the offset was committed.
  private func verify(_ evaluator: LogEvaluator, from start: Int64) throws {
    let found = evaluator.position
    guard evaluator.offset == reach.committed?.offset, let wanted = reach.metadata?.position,
      found != wanted
    else { return }
    // Deltas that are gone were part of it.
    guard start >= low else {
      throw damage("the deltas begin at offset \(low), behind the snapshot's \(start)")
    }
    throw damage(
      "\(found.commits) commits were restored where \(wanted.commits) were committed"
        + (found.commits == wanted.commits ? ", with another content" : "")
    )
  }

  private func damage(_ reason: String) -> StateDamage { StateDamage(stage.names, reason) }

  // MARK: Making anew

  /// A fold of all deltas that are there, as far as they are those that were evaluated.
  ///
  /// - Returns: The state, and how it was come by.
  func rebuilt<Log: StageLog & ~Copyable>(
    _ log: inout Log
  ) throws -> (LogEvaluator, note: String) {
    let closed = reach.metadata?.closedThrough ?? (try? snapshotted())?.closedThrough
    let isOther = reach.committed == nil ? snapshot != nil : reach.isBeyondEnd
    // Without its start, what closed before cannot be told from the deltas that are left.
    for resumes in low > 0 ? [true] : [false, true] where !isOther {
      var evaluator = beginning(behind: resumes ? closed : nil)
      try fold(into: &evaluator, &log)
      let isSame = reach.metadata.map { $0.position == evaluator.position } ?? true
      guard low > 0 || isSame && (resumes || evaluator.closedThrough == closed) else { continue }
      let commits = evaluator.position.commits
      return (evaluator, "made anew from \(commits) commits, the first at offset \(low)")
    }
    // What stands there now was not evaluated: it is, by whoever goes on.
    let behind = closed.map { ", behind the windows up to \($0)" } ?? ""
    return (
      beginning(behind: closed),
      "the deltas are others than were evaluated: they count from offset \(low) on\(behind)"
    )
  }

  private func beginning(behind closed: Timestamp?) -> LogEvaluator {
    var evaluator = empty
    if let closed { evaluator.resume(closedThrough: closed) }
    return evaluator
  }

  // MARK: Folding

  private func fold<Log: StageLog & ~Copyable>(
    into evaluator: inout LogEvaluator,
    _ log: inout Log
  ) throws {
    guard let end = reach.committed?.offset, evaluator.offset < end else { return }
    let partials = TopicPartition(stage.names.partials, 0)
    guard low < end else { return evaluator.skip(to: end) }
    try log.scan(partials, from: max(evaluator.offset, low), to: end) { offset, payload in
      if let needed = evaluator.missingVersions(for: payload) {
        throw MissingVersions(needed: needed)
      }
      _ = evaluator.take(payload, at: offset)
    }
    evaluator.skip(to: end)
  }
}

/// Deltas were counted for versions of the monitor that are not known yet.
struct MissingVersions: Error {
  /// All versions with lower numbers must be.
  let needed: Int64
}
