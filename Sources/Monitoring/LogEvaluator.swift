public import Records
public import Sketches
public import Windowing

/// Stage 2 behind a log: takes the records of the partials' topic one after the other.
///
/// Outcomes are a function of the records up to here, so whoever reads the same log from a snapshot
/// on comes to the same outcomes at the same offsets.
public struct LogEvaluator: Sendable {
  private let lineage: UInt64
  private(set) var chain: VersionChain
  private(set) var assembler = CommitAssembler()
  /// Offset of the next record of the partials' topic.
  public private(set) var offset: Int64

  /// How many commits of which content were folded: two evaluators that agree in it agree in all.
  public struct Position: Equatable, Sendable {
    /// Commits folded.
    public var commits: UInt64
    /// Hash over these, in order.
    public var digest: UInt64

    /// A position as it was stored.
    public init(commits: UInt64, digest: UInt64) {
      self.commits = commits
      self.digest = digest
    }
  }

  /// An evaluator that has seen nothing.
  ///
  /// - Parameters:
  ///   - versions: What it judges by, by increasing numbers; at least one.
  ///   - silences: All that the control topic has held so far.
  ///   - messages: To the triggers, likewise.
  ///   - known: All versions with lower numbers are among them.
  ///   - lineage: Whose deltas count; see `CollectorName`.
  ///   - offset: Of the first record it will be given.
  ///   - limits: What it holds at most.
  public init(
    versions: [MonitorVersion],
    silences: [Silence] = [],
    messages: [RetrainMessage] = [],
    known: Int64 = MonitorVersion.first + 1,
    lineage: UInt64,
    offset: Int64,
    limits: Limits = Limits()
  ) {
    self.lineage = lineage
    self.offset = offset
    chain = VersionChain(versions, silences, messages, known: known, limits: limits)
  }

  /// Takes a record and closes what can be closed.
  ///
  /// - Parameters:
  ///   - record: Its payload, with no `missingVersions`; nil for a tombstone, which says nothing.
  ///   - offset: Its offset.
  /// - Returns: What came of it.
  public mutating func take(_ record: [UInt8]?, at offset: Int64) -> [Judged] {
    self.offset = offset + 1
    guard let record,
      let commit = assembler.take(record, layouts: chain.layouts, lineage: lineage)
    else { return [] }
    chain.fold(commit)
    return chain.advance()
  }

  /// Notes that the log has nothing before an offset that was not taken.
  public mutating func skip(to offset: Int64) { self.offset = max(self.offset, offset) }

  /// Goes on behind the windows that an earlier evaluator has written, whose state is lost.
  ///
  /// - Parameter end: End of the last one.
  public mutating func resume(closedThrough end: Timestamp) { chain.resume(closedThrough: end) }

  /// How far it has come.
  public var position: Position {
    Position(commits: assembler.commits, digest: assembler.digest)
  }

  /// What became of all records.
  public var tally: StreamTally { chain.tally }

  /// End of the last window closed.
  public var closedThrough: Timestamp? {
    chain.judging.compactMap(\.evaluator.closedThrough).max()
  }

  /// How far event time has come in all partitions that hold windows open.
  public var watermark: Timestamp? { evaluator.watermark }

  /// Whether every partition has come to an end that will not move.
  public var hasEnded: Bool { evaluator.state.sources.haveAllEnded }

  /// What judges the windows that come.
  var evaluator: Evaluator { chain.evaluator }
}

// MARK: Versions

extension LogEvaluator {
  /// A version, and the instant from which windows are its own; nil for all.
  public typealias Since = (version: MonitorVersion, from: Timestamp?)

  /// The version that judges the windows to come.
  public var latest: Since { (chain.version, evaluator.state.succession?.start) }

  /// The first version with windows that are open: those before it have had their time.
  public var earliest: Since {
    (chain.judging[0].version, chain.judging[0].evaluator.state.succession?.start)
  }

  /// Up to where versions must be known before a record can be taken; nil when they are.
  public func missingVersions(for record: [UInt8]?) -> Int64? {
    guard let known = record.flatMap(PartialHeader.known(in:)), known > chain.known else {
      return nil
    }
    return known
  }

  /// Notes what has been published since.
  ///
  /// - Parameters:
  ///   - versions: By increasing numbers; those known already may be among them.
  ///   - silences: All that the control topic has held so far.
  ///   - messages: To the triggers, likewise.
  ///   - known: All versions with lower numbers are among them.
  public mutating func learn(
    _ versions: [MonitorVersion],
    _ silences: [Silence],
    _ messages: [RetrainMessage] = [],
    known: Int64
  ) {
    chain.learn(versions, silences, messages, known: known)
  }
}

// MARK: Snapshot

extension LogEvaluator {
  /// Everything it remembers, as bytes; equal states have equal bytes.
  ///
  /// - Complexity: O(state).
  public func snapshot() -> [UInt8] {
    var writer = ByteWriter()
    SnapshotHeader(offset: offset, commits: assembler.commits, digest: assembler.digest)
      .encode(into: &writer)
    assembler.encode(into: &writer)
    chain.encode(into: &writer)
    return writer.bytes
  }

  /// Goes on from a snapshot.
  ///
  /// - Throws: `BadEncoding` for bytes that are none, of a newer format, or of a version of the
  ///   monitor that is not known; it is then as before.
  public mutating func restore(_ snapshot: [UInt8]) throws(BadEncoding) {
    var reader = ByteReader(snapshot)
    let header = try SnapshotHeader(from: &reader)
    var restored = self
    restored.offset = header.offset
    restored.assembler = try CommitAssembler(from: &reader, header)
    try restored.chain.restore(from: &reader)
    try reader.finish()
    guard restored.snapshot() == snapshot else {
      throw BadEncoding("not what would be written of its content", at: 0)
    }
    self = restored
  }
}
