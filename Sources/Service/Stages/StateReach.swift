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
    if let committed, metadata == nil { throw committed.foreign }
  }

  /// Whether the log ends before what was evaluated of it: it was made anew, or has lost its end.
  var isBeyondEnd: Bool { committed.map { $0.offset > range.high } ?? false }
}
