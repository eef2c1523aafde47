internal import KafkaClient

/// Up to where the deltas' log was evaluated, and how much of it is there.
struct StateReach {
  /// Nil when nothing was ever committed.
  let committed: CommittedOffset?
  /// What stands beside it.
  let metadata: StateMetadata?
  /// What the log holds.
  let range: Watermarks

  /// Asks the brokers.
  ///
  /// - Throws: `KafkaError`; `badSetting` for an offset that was not committed by leeway.
  init<Log: StageLog & ~Copyable>(
    of partials: TopicPartition,
    _ log: borrowing Log
  ) throws(KafkaError) {
    committed = try log.committed([partials])[0]
    range = try log.watermarks([partials])[0]
    metadata = committed.flatMap(StateMetadata.init)
    if let committed, metadata == nil { throw .foreign(committed) }
  }

  /// Whether the log ends before what was evaluated of it: it was made anew, or has lost its end.
  var isBeyondEnd: Bool { committed.map { $0.offset > range.high } ?? false }
}

extension KafkaError {
  /// What stands beside an offset is not what leeway writes.
  static func foreign(_ commit: CommittedOffset) -> KafkaError {
    KafkaError(
      .badSetting,
      "the committed offset of \(commit.partition) was not written by leeway; use another group "
        + "(-G)"
    )
  }
}
