internal import KafkaClient
internal import Monitoring
internal import Records
internal import Windowing

/// How far one partition is read.
struct PartitionReading {
  let source: TopicPartition
  let handle: Int
  /// Where reading began.
  let start: StartingPlaces.Start
  /// Where reading ends, when it ends.
  private let end: Int64?
  /// Records taken and not yet counted.
  var batch = RecordBatch()
  var hasEnded = false
  /// Who gives the records their times; known from the first record on.
  private(set) var trust: PartitionClock.Trust?
  private var position: Int64
  private var isAtEnd = false
  private var lastRecord = ContinuousClock.now

  init(source: TopicPartition, handle: Int, start: StartingPlaces.Start, end: Int64?) {
    self.source = source
    self.handle = handle
    self.start = start
    self.end = end
    trust = start.trust
    position = start.point.offset
  }

  /// Whether all was read that there was in the beginning.
  var reachesEnd: Bool { !hasEnded && end.map { position >= $0 } ?? false }

  /// Copies a record; those behind the end are left for another run.
  mutating func take(_ messages: borrowing MessageBatch, _ row: Int, headers: Bool) {
    let offset = messages.offset(row)
    if let end, offset >= end { return }
    position = offset + 1
    isAtEnd = false
    lastRecord = .now
    let time = messages.timestamp(row)
    if trust == nil { trust = time.kind == .logAppend ? .broker : .producers }
    messages.withPayload(row) { payload in
      messages.withKey(row) { key in
        batch.append(
          payload: payload,
          offset: offset,
          brokerMilliseconds: time.milliseconds,
          key: key
        )
      }
    }
    guard headers else { return }
    messages.forEachHeader(row) { name, value in batch.appendHeader(name: name, value: value) }
  }

  /// Notes that nothing stands behind an offset for now.
  mutating func noteEnd(_ offset: Int64) {
    // Records of the same batch may stand behind this end already.
    guard offset >= position else { return }
    position = offset
    isAtEnd = true
  }

  /// Whether nothing has come for so long that the partition should hold no window open.
  func isSilent(for limit: Duration) -> Bool {
    isAtEnd && ContinuousClock.now - lastRecord >= limit
  }
}
