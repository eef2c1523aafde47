import Records
import Reference
import Windowing

/// What a collector knows of a partition that it reads.
struct PartitionState: Sendable {
  var topic: Int
  var partition: Int
  var clock: PartitionClock
  /// Nil until the first record says who gives the times.
  var trust: PartitionClock.Trust?
  var time: TimeField
  var from: Int64
  var to: Int64
  var read: UInt64 = 0
  /// Largest event time accepted since the last delta.
  var latest: Timestamp?
  var hasEnded = false
  var isIdle = false
  var isAtEnd = false
  var isFirst = false
  var isReset = false

  /// The cover of the next record, which is accepted.
  func cover(of records: RecordBatch, _ row: Int) -> OffsetCover {
    let start = clock.start
    return OffsetCover(
      topic: topic,
      partition: partition,
      start: records.offset(row),
      end: records.offset(row) + 1,
      watermark: start.watermark,
      before: CoverStart(
        clock: start,
        timeUnit: time.unit,
        trust: trust,
        brokerMilliseconds: records.brokerMilliseconds(row)
      )
    )
  }

  /// Says how far it has been read since the last call.
  mutating func takeProgress() -> Progress {
    defer {
      (from, read, latest) = (to, 0, nil)
      (isFirst, isReset) = (false, false)
    }
    return Progress(
      topic: topic,
      partition: partition,
      from: from,
      to: to,
      read: read,
      watermark: clock.watermark,
      latest: latest,
      hasEnded: hasEnded,
      isIdle: isIdle,
      isAtEnd: isAtEnd,
      isFirst: isFirst,
      isReset: isReset
    )
  }
}
