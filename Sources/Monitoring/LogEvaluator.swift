public import Records
public import Reference
public import Rules
public import Sketches
public import Windowing

/// Stage 2 behind a log: takes the records of the partials' topic one after the other.
///
/// Outcomes are a function of the records up to here, so whoever reads the same log from a snapshot
/// on comes to the same outcomes at the same offsets.
public struct LogEvaluator: Sendable {
  private let plan: Plan
  private let layout: StateLayout
  private let lineage: UInt64
  private(set) var evaluator: Evaluator
  private(set) var assembler = CommitAssembler()
  /// Offset of the next record of the partials' topic.
  public private(set) var offset: Int64
  /// Wall-clock second of the last commit; nil before any, or where no clock was looked at.
  public private(set) var wallSecond: Int64?

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
  ///   - plan: Checked against the references.
  ///   - references: Of the model versions.
  ///   - lineage: Whose deltas count; see `CollectorName`.
  ///   - offset: Of the first record it will be given.
  ///   - limits: What it holds at most.
  public init(
    plan: Plan,
    references: References,
    lineage: UInt64,
    offset: Int64,
    limits: Limits = Limits()
  ) {
    self.plan = plan
    self.lineage = lineage
    self.offset = offset
    layout = StateLayout(plan: plan, references: references, limits: limits)
    evaluator = Evaluator(plan: plan, references: references, limits: limits)
  }

  /// Takes a record and closes what can be closed.
  ///
  /// - Parameters:
  ///   - record: Its payload; nil for a tombstone, which says nothing.
  ///   - offset: Its offset.
  /// - Returns: What came of it.
  public mutating func take(_ record: [UInt8]?, at offset: Int64) -> [Outcome] {
    self.offset = offset + 1
    guard let record,
      let delta = assembler.take(record, layout: layout, lineage: lineage)
    else { return [] }
    wallSecond = delta.wallSecond ?? wallSecond
    evaluator.fold(delta)
    return evaluator.advance()
  }

  /// Takes a record that is of no use but to know which commits are under way.
  public mutating func pass(_ record: [UInt8]?, at offset: Int64) {
    self.offset = offset + 1
    if let record { _ = assembler.take(record, layout: layout, lineage: lineage) }
  }

  /// Leaves out all windows that begin before an instant; before the first delta only.
  public mutating func begin(at time: Timestamp) { evaluator.begin(at: time) }

  /// Notes that the log has nothing before an offset that was not taken.
  public mutating func skip(to offset: Int64) { self.offset = max(self.offset, offset) }

  /// Goes on behind the windows that an earlier evaluator has written, whose state is lost.
  ///
  /// - Parameter end: End of the last one.
  public mutating func resume(closedThrough end: Timestamp) {
    evaluator.state.closedThrough = end
    evaluator.state.schedule.begin(at: end)
  }

  /// How far it has come.
  public var position: Position {
    Position(commits: assembler.commits, digest: assembler.digest)
  }

  /// What became of all records.
  public var tally: StreamTally { evaluator.tally }

  /// End of the last window closed.
  public var closedThrough: Timestamp? { evaluator.closedThrough }

  /// No record counted so far belongs to a pane at or behind this instant; nil without records.
  public var frontier: Timestamp? {
    evaluator.state.panes.keys.max().map(PaneGrid(plan.windows).end(of:))
  }

  /// How far event time has come in all partitions that hold windows open.
  public var watermark: Timestamp? { evaluator.watermark }

  /// Whether every partition has come to an end that will not move.
  public var hasEnded: Bool { evaluator.state.sources.haveAllEnded }
}

extension LogEvaluator {
  /// Everything it remembers, as bytes; equal states have equal bytes.
  ///
  /// - Complexity: O(state).
  public func snapshot() -> [UInt8] {
    var writer = ByteWriter()
    SnapshotHeader(
      offset: offset,
      layout: layout.identity,
      windows: SnapshotHeader.windows(of: plan),
      names: SnapshotHeader.names(of: plan),
      closedThrough: evaluator.closedThrough,
      frontier: frontier,
      commits: assembler.commits,
      digest: assembler.digest
    ).encode(into: &writer)
    assembler.encode(into: &writer)
    evaluator.state.encode(into: &writer, plan: plan)
    return writer.bytes
  }

  /// What a snapshot was good for.
  public enum Restoration: Equatable, Sendable {
    /// All of it was taken over.
    case whole
    /// It is of another reference, of other fields or windows: only windows that begin at or after
    /// this instant will be written, since only they lack no record.
    case onlyPosition(from: Timestamp?)
  }

  /// Goes on from a snapshot.
  ///
  /// State of rules, triggers and fields that the plan does not have is left out.
  ///
  /// - Throws: `BadEncoding` for bytes that are none, or of a newer version; it is then as before.
  public mutating func restore(_ snapshot: [UInt8]) throws(BadEncoding) -> Restoration {
    var reader = ByteReader(snapshot)
    let header = try SnapshotHeader(from: &reader)
    guard header.layout == layout.identity, header.windows == SnapshotHeader.windows(of: plan)
    else {
      assembler = try CommitAssembler(from: &reader, header)
      offset = header.offset
      let start = [header.frontier, header.closedThrough].compactMap(\.self).max()
      if let start { evaluator.begin(at: start) }
      evaluator.state.sources.startsAnywhere = true
      return .onlyPosition(from: start)
    }
    var restored = self
    restored.offset = header.offset
    restored.assembler = try CommitAssembler(from: &reader, header)
    restored.evaluator.state = try EvaluatorState(from: &reader, plan: plan, layout: layout)
    try reader.finish()
    let isEdited = header.names != SnapshotHeader.names(of: plan)
    guard isEdited || restored.snapshot() == snapshot else {
      throw BadEncoding("not what would be written of its content", at: 0)
    }
    self = restored
    return .whole
  }
}
