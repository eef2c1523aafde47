internal import KafkaClient
internal import Monitoring

/// Snapshots on their way into the log, each in as many transactions as its size asks for.
///
/// One counts only when it is whole, so that one which was given up on the way does no harm.
struct SnapshotsUnderWay {
  private let stage: StageSettings
  /// Those of the last one that are not in a commit yet.
  private var pieces: ArraySlice<OutgoingRecord> = []
  private var next: UInt64 = 1
  private var last = Duration.zero
  /// Up to where the last one holds the deltas' log; nil before any.
  private(set) var offset: Int64?

  init(_ stage: StageSettings) { self.stage = stage }

  /// Whether all pieces of the last one are in a commit.
  var isWhole: Bool { pieces.isEmpty }

  /// Whether it is time for another one.
  var isDue: Bool { isWhole && stage.clock.now() - last >= stage.snapshotInterval }

  /// Goes on with a state as it was restored.
  ///
  /// - Parameters:
  ///   - number: Of the next snapshot.
  ///   - now: When it was restored.
  mutating func restart(at number: UInt64, now: Duration) {
    drop()
    (next, last) = (number, now)
  }

  /// Gives the last one up.
  mutating func drop() { (pieces, offset) = ([], nil) }

  /// Takes a snapshot; the one before it is whole.
  mutating func begin(_ evaluator: LogEvaluator) {
    precondition(isWhole, "a snapshot is not whole yet")
    let chunks = SnapshotChunks.records(
      of: evaluator.snapshot(),
      number: next,
      lineage: stage.collector.lineage,
      size: min(Pieces.size, stage.snapshotBytesPerCommit)
    )
    pieces =
      chunks.map {
        OutgoingRecord(topic: stage.names.state, partition: 0, key: $0.key, value: $0.value)
      }[...]
    (next, last, offset) = (next + 1, stage.clock.now(), evaluator.offset)
  }

  /// Hands over what one transaction may hold of it.
  mutating func takePieces() -> [OutgoingRecord] {
    var bytes = 0
    let taken = pieces.prefix { piece in
      bytes += piece.value?.count ?? 0
      // Each piece has some bytes that say what it is.
      return bytes <= stage.snapshotBytesPerCommit + (1 << 10)
    }
    pieces = pieces.dropFirst(taken.count)
    return Array(taken)
  }
}
