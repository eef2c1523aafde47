import Records
import Sketches

/// Puts the records of the partials' topic together to whole commits again.
///
/// Commits of several collectors stand mixed. A commit counts when its progress record has come,
/// all its pieces are there and their checksum is right; whatever else stands in the topic is left
/// out and counted, and the continuity of offsets then shows what is missing.
struct CommitAssembler: Equatable, Sendable {
  struct Pending: Equatable, Sendable {
    var sequence: UInt64
    /// Commits handed on before its first piece came.
    var since: UInt64
    private(set) var pieces: [Piece] = []
    private(set) var bytes = 0

    mutating func append(_ piece: Piece) {
      pieces.append(piece)
      bytes += piece.body.count + CommitLimits.pieceOverhead
    }
  }

  struct Piece: Equatable, Sendable {
    var layout: UInt64
    var body: [UInt8]
  }

  struct Folded: Equatable, Sendable {
    var sequence: UInt64
    /// Number of the commit among all of the topic: says which collectors are still at work.
    var order: UInt64
  }

  /// What was left out.
  struct Oddities: Equatable, Sendable {
    /// Commits that stood in the topic once more.
    var repeats: UInt64 = 0
    /// Commits of which a part was missing.
    var torn: UInt64 = 0
    /// Commits of other layouts of state only.
    var foreign: UInt64 = 0
    /// Records that no writer wrote, and commits of more than any would.
    var unreadable: UInt64 = 0
  }

  var pending: [CollectorName: Pending] = [:]
  var folded: [CollectorName: Folded] = [:]
  var oddities = Oddities()
  /// Commits handed on.
  var commits: UInt64 = 0
  /// Hash over the progress records of these, in order: two that agree have seen the same.
  var digest: UInt64 = 0

  /// Takes the next record.
  ///
  /// - Parameters:
  ///   - record: Its payload.
  ///   - layouts: Those that are of use; deltas of others are left out. At least one; all are of
  ///     the same topics and panes.
  ///   - lineage: Whose commits count.
  /// - Returns: The commit that it completes.
  mutating func take(_ record: [UInt8], layouts: [StateLayout], lineage: UInt64) -> Commit? {
    var reader = ByteReader(record)
    do {
      let header = try PartialHeader(from: &reader)
      guard header.collector.lineage == lineage else { return nil }
      switch header.kind {
      case .piece:
        let index = try reader.index("piece")
        let body = try reader.bytes(limit: record.count)
        try reader.finish()
        keep(body, index, header, CommitLimits(layouts))
        return nil
      case .progress:
        return try complete(header, &reader, record, layouts)
      }
    } catch {
      oddities.unreadable.add(1)
      return nil
    }
  }

  private mutating func keep(
    _ body: [UInt8],
    _ index: Int,
    _ header: PartialHeader,
    _ limits: CommitLimits
  ) {
    if index == 0 {
      if pending[header.collector] != nil { oddities.torn.add(1) }
      pending[header.collector] = Pending(sequence: header.sequence, since: commits)
    }
    guard let found = pending[header.collector], found.sequence == header.sequence,
      found.pieces.count == index, found.bytes + body.count <= limits.commitBytes
    else {
      if pending.removeValue(forKey: header.collector) != nil { oddities.torn.add(1) }
      return
    }
    pending[header.collector]?.append(Piece(layout: header.layout, body: body))
    giveUpOldest(limits)
  }

  /// Keeps no more commits that are incomplete than may be.
  private mutating func giveUpOldest(_ limits: CommitLimits) {
    while pending.count > CommitLimits.openCommits
      || pending.values.reduce(0, { $0 + $1.bytes }) > limits.openBytes
    {
      let oldest = pending.min { ($0.value.since, $0.key) < ($1.value.since, $1.key) }
      guard let oldest else { return }
      pending[oldest.key] = nil
      oddities.torn.add(1)
    }
  }

  private mutating func complete(
    _ header: PartialHeader,
    _ reader: inout ByteReader,
    _ record: [UInt8],
    _ layouts: [StateLayout]
  ) throws(BadEncoding) -> Commit? {
    let found = pending.removeValue(forKey: header.collector)
    let pieces = found?.sequence == header.sequence ? found?.pieces ?? [] : []
    if found != nil, found?.sequence != header.sequence { oddities.torn.add(1) }
    let isOld = header.version == 1
    let known = isOld ? MonitorVersion.first + 1 : try reader.signed()
    let count = try reader.varint()
    var delta = Delta()
    try delta.readProgress(
      from: &reader,
      version: header.version,
      topicCount: layouts[0].topicCount
    )
    var commit = Commit(known: known, deltas: [(header.layout, delta)])
    for _ in 0..<(isOld ? 0 : try reader.count(limit: CommitLimits.layouts, "layouts")) {
      let layout = try reader.fixed64()
      delta.beforeFirst = try Accounting(from: &reader)
      commit.deltas.append((layout, delta))
    }
    let declared = commit.deltas.map(\.layout)
    commit.deltas.removeAll { entry in !layouts.contains { $0.identity == entry.layout } }
    guard !commit.deltas.isEmpty else {
      oddities.foreign.add(1)
      return nil
    }
    let content = Array(record[..<reader.position])
    let checksum = try reader.fixed64()
    try reader.finish()
    if let last = folded[header.collector], header.sequence <= last.sequence {
      oddities.repeats.add(1)
      return nil
    }
    let sum = pieces.reduce(UInt64(0)) { Hash64.hash($1.body.span, seed: $0) }
    // The checksum is of the pieces' bodies, not of what they say of their layout.
    guard UInt64(pieces.count) == count, Hash64.hash(content.span, seed: sum) == checksum,
      pieces.allSatisfy({ declared.contains($0.layout) })
    else {
      oddities.torn.add(1)
      return nil
    }
    for piece in pieces {
      guard let layout = layouts.first(where: { $0.identity == piece.layout }),
        let index = commit.deltas.firstIndex(where: { $0.layout == piece.layout })
      else { continue }
      try commit.deltas[index].delta.merge(
        piece: piece.body,
        layout: layout,
        format: header.version
      )
    }
    // All are of the same records: what one of them has room for, all have.
    guard commit.deltas.allSatisfy({ $0.delta.isOfSameRecords(as: commit.deltas[0].delta) }) else {
      throw BadEncoding("deltas of other records in one commit", at: reader.position)
    }
    note(header, record)
    return commit
  }

  private mutating func note(_ header: PartialHeader, _ record: [UInt8]) {
    commits.add(1)
    digest = Hash64.hash(record.span, seed: digest)
    folded[header.collector] = Folded(sequence: header.sequence, order: commits)
    guard folded.count > CommitLimits.collectors else { return }
    let oldest = folded.min { ($0.value.order, $0.key) < ($1.value.order, $1.key) }
    if let oldest { folded[oldest.key] = nil }
  }
}
