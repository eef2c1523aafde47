internal import Monitoring
internal import Records
internal import Reference
internal import Rules
internal import Windowing

/// The two stages joined directly: collector and evaluator in one process, for replays.
///
/// On Kafka a topic stands between them; here `commit` hands the collector's delta over, and
/// nothing else passes from one to the other.
struct JoinedStages: ~Copyable {
  /// What became of the records so far.
  private(set) var summary: RunSummary
  private let version: MonitorVersion
  private var collector: Collector
  private var evaluator: Evaluator
  private var decoder: JSONRecordDecoder
  private var columns = ColumnBatch()

  /// Stages that have seen nothing.
  ///
  /// - Parameters:
  ///   - plan: Checked against the references.
  ///   - references: Of its model versions.
  ///   - counts: Partitions of each of the plan's topics, from the first on; they are numbered one
  ///     topic after the other.
  ///   - retention: Milliseconds for which each topic keeps its records; empty for files.
  init(plan: Plan, references: References, counts: [Int], retention: [Int64?] = []) {
    version = MonitorVersion(plan: plan, references: references)
    collector = Collector(plan: plan, references: references)
    (collector.partitionCounts, collector.retention) = (counts, retention)
    for (topic, count) in counts.enumerated() {
      for partition in 0..<count { _ = collector.assign(topic: topic, partition: partition) }
    }
    evaluator = Evaluator(plan: plan, references: references)
    summary = RunSummary()
    decoder = JSONRecordDecoder(fields: collector.layout.requests, known: collector.layout.known)
  }

  /// Decodes a batch of one partition and counts its first records, until a commit is due.
  ///
  /// - Returns: How many were counted.
  mutating func ingest(_ batch: RecordBatch, partition: Int) -> Int {
    decoder.decode(batch, into: &columns)
    return collector.ingest(columns, of: batch, handle: partition, stopsWhenHeavy: true).count
  }

  /// Decodes a batch of several partitions and counts it, until a commit is due.
  ///
  /// - Returns: What became of each run, up to the one that is not whole.
  mutating func ingest(_ batch: RecordBatch, _ runs: [PartitionRun]) -> [RunCounted] {
    decoder.decode(batch, into: &columns)
    return collector.ingest(columns, of: batch, runs, stopsWhenHeavy: true)
  }

  /// Hands the delta over, closes what can be closed, and writes what comes of it.
  ///
  /// - Parameters:
  ///   - sink: Where to write.
  ///   - wallSecond: The collector's clock, by which all that there is was read; nil for none.
  /// - Throws: What the sink throws.
  mutating func commit(
    into sink: inout some OutputSink & ~Copyable,
    wallSecond: Int64? = nil
  ) throws {
    if wallSecond != nil {
      for handle in 0..<collector.partitionCount { collector.setAtEnd(true, handle) }
    }
    var delta = collector.takeDelta()
    delta.wallSecond = wallSecond
    for letter in delta.deadLetters { try sink.write(version.writer.record(letter)) }
    evaluator.fold(delta)
    let outcomes = evaluator.advance()
    summary.note(evaluator.tally)
    for outcome in outcomes {
      let judged = Judged(version: version, outcome: outcome)
      summary.note(judged)
      try sink.write(judged.record)
    }
  }

  /// Notes that a partition has been read to its end and will not go on.
  mutating func end(_ partition: Int) { collector.end(partition) }

  /// Takes what is said to triggers.
  mutating func hear(_ message: RetrainMessage) { evaluator.hear(message) }

  /// Whether so much was counted that a commit is due.
  var isHeavy: Bool { collector.isHeavy }

  /// How far a partition's event time has come.
  func watermark(of partition: Int) -> Timestamp? { collector.watermark(of: partition) }
}
