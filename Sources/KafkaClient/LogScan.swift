/// Reads a stretch of one partition once, to restore a state from it.
///
/// First `endOffset`, then `read` up to it: what anybody has written by the time of the first call
/// is then either read or was aborted. A transaction that a dead process left open hides, with
/// `read_committed`, where the log ends (KAFKA-10167); so the end is asked for without it, and the
/// reading waits there until the transaction is decided.
public enum LogScan {
  /// The offset behind the last record of a partition, be it committed or not.
  ///
  /// - Throws: `unknownTopic`, `timedOut`, `badSetting`.
  public static func endOffset(
    of partition: TopicPartition,
    settings: KafkaSettings,
    within limit: Duration = .seconds(10),
    log: @escaping (LogLine) -> Void = { _ in }
  ) throws(KafkaError) -> Int64 {
    var settings = settings
    settings.set("isolation.level", "read_uncommitted")
    let reader = try Consumer(group: nil, settings: settings, log: log)
    return try reader.watermarks([partition], within: limit)[0].high
  }

  /// Lends every committed record from one offset up to, but not including, another.
  ///
  /// It has read to the end when librdkafka is there: the last offsets may belong to no record, as
  /// transactions leave their marks in the log, and compaction leaves gaps.
  ///
  /// - Parameters:
  ///   - partition: The partition; its topic exists.
  ///   - start: The first offset wanted. It lies in the log: not before `Watermarks.low`.
  ///   - end: The first offset not wanted; nothing is read when it is not above `start`.
  ///   - settings: Brokers and the user's properties.
  ///   - limit: How long to go without any progress. Waiting for an open transaction is none:
  ///     the brokers abort one only after its own timeout, and up to ten seconds more.
  ///   - isGivenUp: Asked at least every second whether to go on is in vain.
  ///   - log: Takes librdkafka's log lines.
  ///   - body: Gets each record's offset, key and payload, in the order of the log; a nil payload
  ///     is a tombstone.
  /// - Throws: What `body` throws; `timedOut`, retriable, when there was no progress, or it
  ///   was given up; `offsetOutOfRange`, `unknownTopic`, `unauthorized`.
  public static func read(
    _ partition: TopicPartition,
    from start: Int64,
    to end: Int64,
    settings: KafkaSettings,
    within limit: Duration = .seconds(60),
    unless isGivenUp: () -> Bool = { false },
    log: @escaping (LogLine) -> Void = { _ in },
    body: (_ offset: Int64, _ key: Span<UInt8>?, _ payload: Span<UInt8>?) throws -> Void
  ) throws {
    try readBatches(
      partition,
      from: start,
      to: end,
      settings: settings,
      within: limit,
      unless: isGivenUp,
      log: log
    ) { batch, count in
      for row in 0..<count { try batch.lend(row, body) }
    }
  }

  /// Lends the same records some at a time, with all that the broker says of them.
  ///
  /// - Parameters:
  ///   - partition: The partition; its topic exists.
  ///   - start: The first offset wanted. It lies in the log: not before `Watermarks.low`.
  ///   - end: The first offset not wanted; nothing is read when it is not above `start`.
  ///   - settings: Brokers and the user's properties.
  ///   - limit: How long to go without any progress.
  ///   - isGivenUp: Asked at least every second whether to go on is in vain.
  ///   - log: Takes librdkafka's log lines.
  ///   - body: Gets records in the order of the log, and how many of them are wanted: the first.
  /// - Throws: As `read`.
  public static func readBatches(
    _ partition: TopicPartition,
    from start: Int64,
    to end: Int64,
    settings: KafkaSettings,
    within limit: Duration = .seconds(60),
    unless isGivenUp: () -> Bool = { false },
    log: @escaping (LogLine) -> Void = { _ in },
    body: (borrowing MessageBatch, _ count: Int) throws -> Void
  ) throws {
    guard start < end else { return }
    var reader = try Consumer(group: nil, settings: settings, log: log)
    try reader.assign([PartitionStart(partition, at: .offset(start))])
    var (position, trouble) = (start, "")
    var deadline = Deadline(limit)
    while position < end {
      let before = position
      let events = try reader.withBatch(timeout: min(deadline.remaining, .seconds(1))) { batch in
        var count = batch.count
        while count > 0, batch.offset(count - 1) >= end { count -= 1 }
        try body(batch, count)
        position = batch.offset(batch.count - 1) + 1
      }
      for event in events {
        switch event {
        case .reachedEnd(_, let offset): position = max(position, offset)
        case .failed(let error, let place):
          guard mayPass(error, place) else { throw error }
          trouble = ": \(error.message)"
        case .assigned, .revoked, .lost: break
        }
      }
      if position > before { (deadline, trouble) = (Deadline(limit), "") }
      guard position < end else { break }
      if isGivenUp() {
        let text = "gave up reading \(partition) at \(position) of \(end)"
        throw KafkaError(.timedOut, text, isRetriable: true)
      }
      guard deadline.hasPassed else { continue }
      throw KafkaError(
        .timedOut,
        "no progress in reading \(partition) from \(position) to \(end) for \(limit)\(trouble)",
        isRetriable: true
      )
    }
  }

  /// Whether an error is no more than trouble with one of many brokers, or with what one of them
  /// does not know yet.
  package static func mayPass(_ error: KafkaError, _ place: TopicPartition?) -> Bool {
    if error.isFatal { return false }
    return error.isRetriable || place == nil || error.code == .unknownTopic
  }
}

extension MessageBatch {
  /// Lends one record.
  fileprivate func lend(
    _ row: Int,
    _ body: (_ offset: Int64, _ key: Span<UInt8>?, _ payload: Span<UInt8>?) throws -> Void
  ) throws {
    try withKey(row) { key in
      try withPayload(row) { payload in try body(offset(row), key, payload) }
    }
  }
}
