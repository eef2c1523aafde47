internal import Records
internal import Sketches

/// Snapshots as records of the state's topic: pieces that brokers take, under keys that compaction
/// keeps.
///
/// Two snapshots take turns in two sets of keys, so that the last whole one is there while the next
/// is written, with transactions or without. Each piece says which snapshot it belongs to, of how
/// many pieces, and the whole's checksum.
struct SnapshotChunks {
  private static let magic: [UInt8] = Array("LWC".utf8)
  private static let version: UInt8 = 1
  /// More pieces than the largest state needs.
  private static let chunkLimit = 1 << 16

  private struct Chunk {
    var number: UInt64
    var checksum: UInt64
    var count: Int
    var index: Int
    var bytes: [UInt8]
  }

  /// What a whole snapshot is made of, by its number.
  private var chunks: [UInt64: [Int: Chunk]] = [:]
  /// Records that are no pieces.
  private(set) var unreadable = 0

  /// The number after the highest seen.
  var nextNumber: UInt64 { (chunks.keys.max() ?? 0) + 1 }

  /// The pieces of a snapshot, each with its key.
  static func records(
    of snapshot: [UInt8],
    number: UInt64
  ) -> [(key: [UInt8], value: [UInt8])] {
    let checksum = Hash64.hash(snapshot.span, seed: number)
    let pieces = Pieces.of(snapshot)
    return pieces.enumerated().map { index, piece in
      var writer = ByteWriter()
      for byte in magic { writer.byte(byte) }
      writer.byte(version)
      writer.varint(number)
      writer.fixed64(checksum)
      Pieces.write(piece, index, of: pieces.count, to: &writer)
      return (Array("\(number.isMultiple(of: 2) ? "even" : "odd")/\(index)".utf8), writer.bytes)
    }
  }

  /// Takes a record of the state's topic.
  mutating func take(_ record: [UInt8]) {
    do {
      let chunk = try Self.read(record)
      chunks[chunk.number, default: [:]][chunk.index] = chunk
    } catch {
      unreadable += 1
    }
  }

  private static func read(_ record: [UInt8]) throws(BadEncoding) -> Chunk {
    var reader = ByteReader(record)
    for byte in magic where try reader.byte() != byte {
      throw BadEncoding("not a piece of a snapshot", at: 0)
    }
    let version = try reader.byte()
    guard version == Self.version else {
      throw BadEncoding("version \(version) of the format, known is \(Self.version)", at: 3)
    }
    let number = try reader.varint()
    let checksum = try reader.fixed64()
    let (index, count, bytes) = try Pieces.read(from: &reader, limit: chunkLimit)
    try reader.finish()
    return Chunk(number: number, checksum: checksum, count: count, index: index, bytes: bytes)
  }

  /// The newest snapshot of which every piece is there and right; nil without one.
  var newest: [UInt8]? {
    for number in chunks.keys.sorted(by: >) {
      guard let pieces = chunks[number], let first = pieces.values.first else { continue }
      guard (0..<first.count).allSatisfy({ pieces[$0]?.checksum == first.checksum }) else {
        continue
      }
      let whole = (0..<first.count).flatMap { pieces[$0]?.bytes ?? [] }
      if Hash64.hash(whole.span, seed: number) == first.checksum { return whole }
    }
    return nil
  }
}
