internal import Monitoring
internal import Records
internal import Windowing

/// Counts the same records in every layout of state that a version of the monitor has, which judges
/// or waits to.
///
/// One lane most of the time, two while a reference changes. All lanes decide alike what becomes of
/// a record: the versions of a monitor share its source, its time and its panes.
struct CountingLanes {
  private struct Lane {
    let version: MonitorVersion
    var collector: Collector
    let decoder: Decoder

    init(_ version: MonitorVersion, _ limits: Limits, continuing earlier: Collector?) {
      self.version = version
      collector = Collector(plan: version.plan, references: version.references, limits: limits)
      if let earlier { collector.continue(earlier) }
      decoder = Decoder(collector.layout)
    }
  }

  /// A decoder has one owner, and an array cannot be that.
  private final class Decoder {
    private var decoder: JSONRecordDecoder

    init(_ layout: RecordLayout) {
      decoder = JSONRecordDecoder(fields: layout.requests, known: layout.known)
    }

    func decode(_ batch: RecordBatch, into columns: inout ColumnBatch) {
      decoder.decode(batch, into: &columns)
    }
  }

  private var lanes: [Lane] = []
  private var columns = ColumnBatch()
  /// All versions with lower numbers are counted for, or have had their time.
  private var known = MonitorVersion.first + 1
  private let limits: Limits

  /// Counts for nothing and reads nothing.
  init(limits: Limits) { self.limits = limits }

  /// Counts for these versions from the next record on; between two commits only.
  ///
  /// - Parameters:
  ///   - versions: By increasing numbers, at least one.
  ///   - known: All versions with lower numbers are among them, or have had their time.
  mutating func count(for versions: [MonitorVersion], known: Int64) {
    let earlier = lanes
    lanes = []
    for version in versions {
      let layout = version.layout.identity
      guard !lanes.contains(where: { $0.version.layout.identity == layout }) else { continue }
      let same = earlier.first { $0.version.layout.identity == layout }
      lanes.append(same ?? Lane(version, limits, continuing: earlier.first?.collector))
    }
    self.known = known
    guard !lanes.isEmpty else { return }
    lanes[0].collector.otherBytes =
      lanes.dropFirst().reduce(0) { $0 + $1.collector.populationBytes }
  }

  /// Takes a partition in charge before its first record; see `Collector.assign`.
  mutating func assign(topic: Int, partition: Int, from place: SourcePlace) -> Int {
    for index in lanes.indices {
      _ = lanes[index].collector.assign(topic: topic, partition: partition, from: place)
    }
    return lanes[0].collector.partitionCount - 1
  }

  /// Decodes records and counts them, until enough is counted for a commit.
  ///
  /// - Parameters:
  ///   - batch: The records.
  ///   - runs: Those that count, each run with its partition.
  /// - Returns: What became of each run, up to the one that is not whole.
  mutating func ingest(_ batch: RecordBatch, _ runs: [PartitionRun]) -> [RunCounted] {
    var (runs, counted) = (runs, [RunCounted]())
    for index in lanes.indices {
      lanes[index].decoder.decode(batch, into: &columns)
      counted = lanes[index].collector.ingest(
        columns,
        of: batch,
        runs,
        stopsWhenHeavy: index == 0
      )
      // All count the same records: as many as the first one takes.
      runs = zip(runs, counted).map { run, counted in
        PartitionRun(handle: run.handle, rows: run.rows.prefix(counted.count), trust: run.trust)
      }
    }
    return counted
  }

  /// Partitions of each of the source's topics.
  mutating func setPartitionCounts(_ counts: [Int]) {
    for index in lanes.indices { lanes[index].collector.partitionCounts = counts }
  }

  /// Milliseconds for which each of the source's topics keeps its records.
  mutating func setRetention(_ retention: [Int64?]) {
    for index in lanes.indices { lanes[index].collector.retention = retention }
  }

  /// Notes that nothing will come before an offset.
  mutating func skip(to offset: Int64, _ handle: Int) {
    for index in lanes.indices { lanes[index].collector.skip(to: offset, handle) }
  }

  /// Notes that a partition was read to its end.
  mutating func end(_ handle: Int) {
    for index in lanes.indices { lanes[index].collector.end(handle) }
  }

  /// Notes whether a record stands behind the last one of a partition.
  mutating func setAtEnd(_ isAtEnd: Bool, _ handle: Int) {
    for index in lanes.indices { lanes[index].collector.setAtEnd(isAtEnd, handle) }
  }

  /// Notes that a partition is silent.
  ///
  /// - Returns: Whether this is news.
  mutating func setIdle(_ handle: Int) -> Bool {
    lanes.indices.reduce(false) { lanes[$1].collector.setIdle(handle) || $0 }
  }

  /// Whether so much state was touched that it should be handed over.
  var isHeavy: Bool { lanes.first?.collector.isHeavy ?? false }

  /// Where a partition has been read to.
  func place(of handle: Int) -> SourcePlace { lanes[0].collector.place(of: handle) }

  /// Hands over everything counted since the last call and forgets it.
  ///
  /// - Parameter wallSecond: When that is.
  /// - Returns: What goes to the evaluator; the records that could not be used, to be written.
  mutating func takeCommit(wallSecond: Int64?) -> (commit: Commit, deadLetters: [OutputRecord]) {
    var commit = Commit(known: known, deltas: [])
    for index in lanes.indices {
      var delta = lanes[index].collector.takeDelta()
      delta.wallSecond = wallSecond
      commit.deltas.append((lanes[index].version.layout.identity, delta))
    }
    let letters = commit.deltas[0].delta.deadLetters
    return (commit, letters.map { lanes[0].version.writer.record($0) })
  }
}
