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
    var pieces: [[UInt8]] = []
    var bytes = 0
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
    /// Commits of another layout of state.
    var foreign: UInt64 = 0
    /// Records that no writer wrote.
    var unreadable: UInt64 = 0
  }

  var pending: [CollectorName: Pending] = [:]
  var folded: [CollectorName: Folded] = [:]
  var oddities = Oddities()
  /// Commits handed on.
  var commits: UInt64 = 0
  /// Hash over the progress records of these, in order: two that agree have seen the same.
  var digest: UInt64 = 0

  /// Collectors remembered; those whose last commit is longest ago are forgotten first.
  static let collectorLimit = 1_000
  /// Commits that may be incomplete at a time; those begun longest ago are given up first.
  static let pendingLimit = 256
  /// Bytes of one commit: more than any collector writes at once.
  static let commitLimit = 256 << 20

  /// Takes the next record.
  ///
  /// - Returns: The commit that it completes.
  mutating func take(_ record: [UInt8], layout: StateLayout, lineage: UInt64) -> Delta? {
    var reader = ByteReader(record)
    do {
      let header = try PartialHeader(from: &reader)
      guard header.collector.lineage == lineage else { return nil }
      switch header.kind {
      case .piece:
        let index = try reader.index("piece")
        let body = try reader.bytes(limit: record.count)
        try reader.finish()
        keep(body, index, header)
        return nil
      case .progress:
        return try complete(header, &reader, record, layout)
      }
    } catch {
      oddities.unreadable.add(1)
      return nil
    }
  }

  private mutating func keep(_ body: [UInt8], _ index: Int, _ header: PartialHeader) {
    if index == 0 {
      if pending[header.collector] != nil { oddities.torn.add(1) }
      pending[header.collector] = Pending(sequence: header.sequence, since: commits)
    }
    guard let found = pending[header.collector], found.sequence == header.sequence,
      found.pieces.count == index, found.bytes + body.count <= Self.commitLimit
    else {
      if pending.removeValue(forKey: header.collector) != nil { oddities.torn.add(1) }
      return
    }
    pending[header.collector]?.pieces.append(body)
    pending[header.collector]?.bytes += body.count
    guard pending.count > Self.pendingLimit else { return }
    let oldest = pending.min { ($0.value.since, $0.key) < ($1.value.since, $1.key) }
    if let oldest { pending[oldest.key] = nil }
    oddities.torn.add(1)
  }

  private mutating func complete(
    _ header: PartialHeader,
    _ reader: inout ByteReader,
    _ record: [UInt8],
    _ layout: StateLayout
  ) throws(BadEncoding) -> Delta? {
    let found = pending.removeValue(forKey: header.collector)
    let pieces = found?.sequence == header.sequence ? found?.pieces ?? [] : []
    if found != nil, found?.sequence != header.sequence { oddities.torn.add(1) }
    guard header.layout == layout.identity else {
      oddities.foreign.add(1)
      return nil
    }
    let count = try reader.varint()
    var delta = Delta()
    try delta.readProgress(from: &reader, topicCount: layout.topicCount)
    let content = Array(record[..<reader.position])
    let checksum = try reader.fixed64()
    try reader.finish()
    if let last = folded[header.collector], header.sequence <= last.sequence {
      oddities.repeats.add(1)
      return nil
    }
    let sum = pieces.reduce(UInt64(0)) { Hash64.hash($1.span, seed: $0) }
    guard UInt64(pieces.count) == count, Hash64.hash(content.span, seed: sum) == checksum else {
      oddities.torn.add(1)
      return nil
    }
    for piece in pieces { try delta.merge(piece: piece, layout: layout) }
    note(header, record)
    return delta
  }

  private mutating func note(_ header: PartialHeader, _ record: [UInt8]) {
    commits.add(1)
    digest = Hash64.hash(record.span, seed: digest)
    folded[header.collector] = Folded(sequence: header.sequence, order: commits)
    guard folded.count > Self.collectorLimit else { return }
    let oldest = folded.min { ($0.value.order, $0.key) < ($1.value.order, $1.key) }
    if let oldest { folded[oldest.key] = nil }
  }
}
