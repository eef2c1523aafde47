import Sketches

extension CommitAssembler {
  func encode(into writer: inout ByteWriter) {
    for path in Oddities.counters { writer.varint(oddities[keyPath: path]) }
    writer.count(pending.count)
    for name in pending.keys.sorted() {
      guard let entry = pending[name] else { continue }
      name.encode(into: &writer)
      writer.varint(entry.sequence)
      writer.varint(entry.since)
      writer.count(entry.pieces.count)
      for piece in entry.pieces {
        writer.fixed64(piece.layout)
        writer.bytes(piece.body)
      }
    }
    writer.count(folded.count)
    for name in folded.keys.sorted() {
      guard let entry = folded[name] else { continue }
      name.encode(into: &writer)
      writer.varint(entry.sequence)
      writer.varint(entry.order)
    }
  }

  init(from reader: inout ByteReader, _ header: SnapshotHeader) throws(BadEncoding) {
    (commits, digest) = (header.commits, header.digest)
    for path in Oddities.counters { oddities[keyPath: path] = try reader.varint() }
    for _ in 0..<(try reader.count(limit: CommitLimits.openCommits, "open commits")) {
      let name = try CollectorName(from: &reader)
      var entry = Pending(sequence: try reader.varint(), since: try reader.varint())
      for _ in 0..<(try reader.count(limit: .max, "pieces")) {
        let layout = try reader.fixed64()
        entry.append(Piece(layout: layout, body: try reader.bytes(limit: .max)))
      }
      pending[name] = entry
    }
    for _ in 0..<(try reader.count(limit: CommitLimits.collectors, "collectors")) {
      let name = try CollectorName(from: &reader)
      folded[name] = Folded(sequence: try reader.varint(), order: try reader.varint())
    }
  }
}

extension CommitAssembler.Oddities {
  static let counters: [any WritableKeyPath<Self, UInt64> & Sendable] = [
    \.repeats, \.torn, \.foreign, \.unreadable,
  ]
}
