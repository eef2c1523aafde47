import Records
import Sketches

/// Turns a collector's commits into the records of the partials' topic.
///
/// A commit is as many pieces as its deltas need and one progress record behind them, which says
/// how many pieces there are and ends with the checksum of them and of itself. The bytes are a
/// function of the commit alone.
public struct PartialsWriter: Sendable {
  private let collector: CollectorName

  /// A piece is closed behind the field that reaches this size, far below what brokers refuse.
  private static let pieceSize = 256 << 10

  /// A writer for one collector.
  public init(collector: CollectorName) { self.collector = collector }

  /// Writes a commit.
  ///
  /// - Parameters:
  ///   - commit: With at least one delta.
  ///   - sequence: Number of the commit, higher than those before.
  /// - Returns: Its records, in the order in which they must stand in the topic.
  /// - Complexity: O(state in the deltas).
  public func records(of commit: Commit, sequence: UInt64) -> [[UInt8]] {
    precondition(!commit.deltas.isEmpty, "a commit without a delta")
    var records: [[UInt8]] = []
    var checksum: UInt64 = 0
    for (layout, delta) in commit.deltas {
      for (pane, state) in delta.panes {
        for body in bodies(pane, state) {
          var writer = header(.piece, sequence, layout)
          writer.count(records.count)
          writer.bytes(body)
          records.append(writer.bytes)
          checksum = Hash64.hash(body.span, seed: checksum)
        }
      }
    }
    let (first, others) = (commit.deltas[0], commit.deltas.dropFirst())
    var writer = header(.progress, sequence, first.layout)
    writer.signed(commit.known)
    writer.count(records.count)
    first.delta.encodeProgress(into: &writer)
    writer.count(others.count)
    for (layout, delta) in others {
      writer.fixed64(layout)
      delta.beforeFirst.encode(into: &writer)
    }
    writer.fixed64(Hash64.hash(writer.bytes.span, seed: checksum))
    records.append(writer.bytes)
    return records
  }

  private func header(
    _ kind: PartialHeader.Kind,
    _ sequence: UInt64,
    _ layout: UInt64
  ) -> ByteWriter {
    var writer = ByteWriter()
    PartialHeader(kind: kind, collector: collector, sequence: sequence, layout: layout)
      .encode(into: &writer)
    return writer
  }

  /// A pane's state in pieces, none much larger than `pieceSize`.
  private func bodies(_ pane: Int64, _ state: PaneState) -> [[UInt8]] {
    var bodies: [[UInt8]] = []
    if state.accounting.total > 0 || state.entries.isEmpty {
      var writer = ByteWriter()
      writer.signed(pane)
      writer.byte(PiecePart.accounting.rawValue)
      state.accounting.encode(into: &writer)
      bodies.append(writer.bytes)
    }
    for entry in state.entries {
      var first = 0
      repeat {
        let end = endOfPiece(entry.population, first)
        var writer = ByteWriter()
        writer.signed(pane)
        writer.byte(PiecePart.fields.rawValue)
        writer.optional(entry.version) { $1.encode(into: &$0) }
        entry.population.encode(fields: first..<end, into: &writer)
        bodies.append(writer.bytes)
        first = end
      } while first < entry.population.fields.count
      bodies += segmentBodies(pane, entry)
    }
    return bodies
  }

  /// What a version holds of its segments, in pieces.
  private func segmentBodies(_ pane: Int64, _ entry: PaneState.Entry) -> [[UInt8]] {
    SegmentRun.pieces(of: entry.population.segments, size: Self.pieceSize).map { run in
      var writer = ByteWriter()
      writer.signed(pane)
      writer.byte(PiecePart.segments.rawValue)
      writer.optional(entry.version) { $1.encode(into: &$0) }
      run.encode(of: entry.population.segments, into: &writer)
      return writer.bytes
    }
  }

  /// The field behind the last one that fits into a piece; at least one fits.
  private func endOfPiece(_ population: Population, _ first: Int) -> Int {
    var (end, size) = (first, 0)
    while end < population.fields.count, size < Self.pieceSize {
      var writer = ByteWriter()
      population.fields[end].encode(into: &writer)
      size += writer.count
      end += 1
    }
    return end
  }
}

extension Delta {
  /// Adds one piece of a pane, written in some version of the format.
  mutating func merge(
    piece body: [UInt8],
    layout: StateLayout,
    format: UInt8
  ) throws(BadEncoding) {
    var reader = ByteReader(body)
    let pane = try reader.pane(layout)
    let index = index(of: pane, layout)
    let start = reader.position
    switch PiecePart(rawValue: try reader.byte()) {
    case .accounting: panes[index].state.accounting.merge(try Accounting(from: &reader))
    case .fields:
      try panes[index].state.mergePopulation(from: &reader, layout: layout, format: format)
    case .segments: try panes[index].state.mergeSegments(from: &reader, layout: layout)
    case nil: throw BadEncoding("a piece of an unknown kind", at: start)
    }
    try reader.finish()
    let populations = panes.reduce(0) { $0 + $1.state.entries.count }
    guard panes.count <= CommitLimits.panes(of: layout),
      populations <= CommitLimits.populations(of: layout)
    else {
      throw BadEncoding("\(populations) versions in \(panes.count) panes", at: reader.position)
    }
  }

  private mutating func index(of pane: Int64, _ layout: StateLayout) -> Int {
    let place = panes.firstIndex { $0.pane >= pane } ?? panes.count
    if place == panes.count || panes[place].pane != pane {
      panes.insert((pane, layout.emptyPane), at: place)
    }
    return place
  }

  func encodeProgress(into writer: inout ByteWriter) {
    writer.optional(wallSecond) { $0.signed($1) }
    writer.count(partitionCounts.count)
    for count in partitionCounts { writer.count(count) }
    writer.count(retention.count)
    for milliseconds in retention { writer.optional(milliseconds) { $0.signed($1) } }
    beforeFirst.encode(into: &writer)
    writer.count(progress.count)
    for step in progress { step.encode(into: &writer) }
  }

  mutating func readProgress(
    from reader: inout ByteReader,
    version: UInt8,
    topicCount: Int
  ) throws(BadEncoding) {
    wallSecond = try reader.optional { (reader) throws(BadEncoding) in try reader.second() }
    for _ in 0..<(try reader.count(limit: topicCount, "topics")) {
      partitionCounts.append(try reader.index("partition", below: CommitLimits.partitions + 1))
    }
    for _ in 0..<(version > 3 ? try reader.count(limit: topicCount, "topics") : 0) {
      retention.append(try reader.optional { (reader) throws(BadEncoding) in try reader.signed() })
    }
    beforeFirst = try Accounting(from: &reader)
    for _ in 0..<(try reader.count(limit: .max, "partitions")) {
      progress.append(try Progress(from: &reader, version: version, topicCount: topicCount))
    }
  }
}

extension Progress {
  fileprivate func encode(into writer: inout ByteWriter) {
    writer.count(topic)
    writer.count(partition)
    writer.signed(from)
    writer.signed(to)
    writer.varint(read)
    writer.optional(watermark) { $0.signed($1.microseconds) }
    writer.optional(latest) { $0.signed($1.microseconds) }
    writer.flag(hasEnded)
    writer.flag(isIdle)
    writer.flag(isFirst)
    writer.flag(isReset)
    writer.flag(isAtEnd)
  }

  /// Version 1 of the format does not say `latest`, version 2 not `isAtEnd`.
  fileprivate init(
    from reader: inout ByteReader,
    version: UInt8,
    topicCount: Int
  ) throws(BadEncoding) {
    topic = try reader.index("topic", below: topicCount)
    partition = try reader.index("partition", below: CommitLimits.partitions)
    let start = reader.position
    from = try reader.signed()
    to = try reader.signed()
    guard from <= to else { throw BadEncoding("offsets run backwards", at: start) }
    read = try reader.records()
    watermark = try reader.instant()
    if version > 1 { latest = try reader.instant() }
    hasEnded = try reader.flag()
    isIdle = try reader.flag()
    isFirst = try reader.flag()
    isReset = try reader.flag()
    if version > 2 { isAtEnd = try reader.flag() }
  }
}
