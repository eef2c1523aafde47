internal import KafkaClient
internal import Monitoring

/// How far one source partition is read.
struct SourceReading {
  let source: TopicPartition
  /// The collector's.
  let handle: Int
  /// Partitions that the topic had when the group began to read it, where that counts.
  let founding: Int?
  /// Where reading ends, when it ends.
  let end: Int64?
  var hasEnded = false
  private(set) var position: Int64
  /// Whether nothing stood behind the last record for the last that was heard.
  private(set) var isAtEnd = false
  /// When the last record came that said how far time has come, or reading began.
  private var lastHeard: Duration

  init(
    source: TopicPartition,
    handle: Int,
    founding: Int?,
    from offset: Int64,
    end: Int64?,
    now: Duration
  ) {
    (self.source, self.handle, self.founding, self.end) = (source, handle, founding, end)
    position = offset
    lastHeard = now
  }

  /// Whether all was read that there was in the beginning.
  var reachesEnd: Bool { !hasEnded && end.map { position >= $0 } ?? false }

  /// Notes that records up to an offset were taken.
  ///
  /// - Parameters:
  ///   - offset: Behind the last of them.
  ///   - now: When one came that says how far time has come; nil for none.
  mutating func advance(to offset: Int64, heard now: Duration?) {
    (position, isAtEnd) = (offset, false)
    lastHeard = now ?? lastHeard
  }

  /// Notes that nothing stands behind an offset for now.
  mutating func noteEnd(_ offset: Int64) {
    // What stands behind the end of reading is left for another run.
    let offset = min(offset, end ?? offset)
    // Records of the same batch may stand behind this end already.
    guard offset >= position else { return }
    (position, isAtEnd) = (offset, true)
  }

  /// Whether nothing that says how far time has come has come for so long that the partition
  /// should hold no window open.
  func isSilent(for limit: Duration, now: Duration) -> Bool {
    isAtEnd && now - lastHeard >= limit
  }
}
