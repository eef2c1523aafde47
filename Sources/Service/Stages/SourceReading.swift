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
  private var isAtEnd = false
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

  /// Whether hardly a record waits to be read.
  ///
  /// The end of a partition is told only where no record comes for a moment, so in a steady stream
  /// it never is: there the place counts. Markers of transactions stand in the log, too, and are
  /// not read.
  ///
  /// - Parameter end: The offset behind the last record, as far as it is known.
  /// - Returns: No while the end is not known.
  func isCaughtUp(to end: Int64?) -> Bool {
    isAtEnd || end.map { position >= $0 - Self.few } ?? false
  }

  private static let few: Int64 = 10

  /// Whether nothing that says how far time has come has come for so long that the partition
  /// should hold no window open.
  func isSilent(for limit: Duration, now: Duration) -> Bool {
    isAtEnd && now - lastHeard >= limit
  }
}
