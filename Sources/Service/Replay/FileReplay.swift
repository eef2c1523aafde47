internal import Monitoring
public import Records
public import Reference
public import Rules
internal import Windowing

/// A monitor over files: the same machines as in production, without a broker.
///
/// The i-th input is partition i, offsets are numbers of lines, from 0. The order in which
/// partitions are read has no influence on any byte written; the one furthest behind comes first so
/// that few panes stay open.
public struct FileReplay: ~Copyable {
  private var stages: JoinedStages
  private var partitions: [FilePartition] = []
  private var batch = RecordBatch()
  private var sinceCommit = 0
  private var read: UInt64 = 0
  /// Called with the number of records read so far, now and then.
  public var progress: ((UInt64) -> Void)?

  private struct FilePartition {
    var reader: NDJSONReader
    var hasEnded = false
  }

  /// Records between two hand-overs of deltas, at most; changes no byte.
  private static let recordsPerCommit = 1 << 17
  /// Records of one file at a time.
  private let batchLimit: Int

  /// Opens the inputs.
  ///
  /// - Parameters:
  ///   - plan: Checked against the references.
  ///   - references: Of its model versions.
  ///   - inputs: One file of events per partition, in the order of partitions.
  /// - Throws: `InputError` for the first input that cannot be opened.
  public init(plan: Plan, references: References, inputs: [InputFile]) throws {
    stages = JoinedStages(plan: plan, references: references, counts: [inputs.count])
    // Each record may open a pane: so no file gets so far ahead that the others are not waited for.
    batchLimit = min(2_048, max(1, Limits().openPanes / (2 * max(1, inputs.count))))
    for input in inputs { partitions.append(FilePartition(reader: try NDJSONReader(input))) }
  }

  /// What happened so far.
  public var summary: RunSummary { stages.summary }

  /// The first path that decides what becomes of a record but that no line of a file can answer.
  ///
  /// Those are the broker's time, the key and headers: every record would be rejected or filtered.
  public static func unanswerable(_ plan: Plan) -> FieldPath? {
    ([plan.roles.time] + plan.source.conditions.map(\.path)).first { path in
      if case .payload = path.source { false } else { true }
    }
  }

  /// Reads all inputs to their ends and writes what comes of them.
  ///
  /// - Throws: `InputError` when an input is damaged, or what the sink throws.
  public mutating func run(into sink: inout some OutputSink & ~Copyable) throws {
    do {
      while let index = furthestBehind() {
        try read(index, into: &sink)
        if sinceCommit >= Self.recordsPerCommit || stages.isHeavy { try commit(into: &sink) }
      }
      try commit(into: &sink)
    } catch {
      // What was written stays, in whole files; the first error is the one to tell.
      try? sink.finish()
      throw error
    }
    try sink.finish()
  }

  /// The partition to read next: the one whose watermark is smallest.
  private func furthestBehind() -> Int? {
    partitions.indices.filter { !partitions[$0].hasEnded }.min {
      (stages.watermark(of: $0)?.microseconds ?? .min, $0)
        < (stages.watermark(of: $1)?.microseconds ?? .min, $1)
    }
  }

  private mutating func read(
    _ index: Int,
    into sink: inout some OutputSink & ~Copyable
  ) throws {
    guard try partitions[index].reader.nextBatch(into: &batch, maxRecords: batchLimit) else {
      partitions[index].hasEnded = true
      return stages.end(index)
    }
    sinceCommit += batch.count
    read += UInt64(batch.count)
    while true {
      batch.removeFirst(stages.ingest(batch, partition: index))
      guard batch.count > 0 else { break }
      try commit(into: &sink)
    }
    progress?(read)
  }

  private mutating func commit(into sink: inout some OutputSink & ~Copyable) throws {
    sinceCommit = 0
    try stages.commit(into: &sink)
  }
}
