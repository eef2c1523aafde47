internal import Records
internal import Sketches

/// Snapshots as records of the state's topic: pieces that brokers take, under keys that compaction
/// keeps.
///
/// Two snapshots take turns in two sets of keys, so that the last whole one is there while the next
/// is written, with transactions or without. Each piece says whose snapshot it belongs to and to
/// which, of how many pieces, and the whole's checksum. Of all that stands in the topic at most one
/// whole snapshot and two newer ones in pieces are held.
struct SnapshotChunks {
  private static let magic: [UInt8] = Array("LWC".utf8)
  /// Version 1 did not say whose it was.
  private static let version: UInt8 = 2
  /// More pieces than the largest state needs: 4 GiB.
  private static let chunkLimit = 1 << 13
  /// More snapshots than are ever taken.
  private static let numberLimit: UInt64 = 1 << 62
  /// Two processes may write at a time when there are no transactions.
  private static let openLimit = 2

  private struct Chunk {
    var lineage: UInt64
    var number: UInt64
    var checksum: UInt64
    var count: Int
    var index: Int
    var bytes: [UInt8]
  }

  /// A snapshot of which pieces are missing.
  private struct Open {
    var number: UInt64
    var checksum: UInt64
    var count: Int
    var pieces: [Int: [UInt8]] = [:]

    func isOf(_ chunk: Chunk) -> Bool {
      number == chunk.number && checksum == chunk.checksum && count == chunk.count
    }

    /// All pieces together; nil when they are not what was cut.
    var whole: [UInt8]? {
      let bytes = (0..<count).flatMap { pieces[$0] ?? [] }
      return Hash64.hash(bytes.span, seed: number) == checksum ? bytes : nil
    }
  }

  private let lineage: UInt64
  private var whole: (number: UInt64, bytes: [UInt8])?
  private var open: [Open] = []
  /// The highest number seen, of whole snapshots and others.
  private var highest: UInt64 = 0
  /// Records that are no pieces.
  private(set) var unreadable = 0

  /// Looks for the snapshots of one lineage; see `CollectorName`.
  init(lineage: UInt64) { self.lineage = lineage }

  /// The newest snapshot of which every piece is there and right; nil without one.
  var newest: [UInt8]? { whole?.bytes }

  /// A number above all seen, whose keys are not those of the newest whole snapshot.
  var nextNumber: UInt64 {
    let next = highest + 1
    guard let whole, Self.keySet(of: whole.number) == Self.keySet(of: next) else { return next }
    return next + 1
  }

  private static func keySet(of number: UInt64) -> String {
    number.isMultiple(of: 2) ? "even" : "odd"
  }

  /// The pieces of a snapshot, each with its key.
  ///
  /// - Parameters:
  ///   - snapshot: The whole.
  ///   - number: Which one it is.
  ///   - lineage: Whose it is.
  ///   - size: Of a piece, at most.
  /// - Returns: The records, in order.
  static func records(
    of snapshot: [UInt8],
    number: UInt64,
    lineage: UInt64,
    size: Int
  ) -> [(key: [UInt8], value: [UInt8])] {
    let checksum = Hash64.hash(snapshot.span, seed: number)
    let pieces = Pieces.of(snapshot, size: size)
    let keys = "\(String(lineage, radix: 16))/\(keySet(of: number))"
    return pieces.enumerated().map { index, piece in
      var writer = ByteWriter()
      for byte in magic { writer.byte(byte) }
      writer.byte(version)
      writer.fixed64(lineage)
      writer.varint(number)
      writer.fixed64(checksum)
      Pieces.write(piece, index, of: pieces.count, to: &writer)
      return (Array("\(keys)/\(index)".utf8), writer.bytes)
    }
  }

  /// Takes a record of the state's topic.
  mutating func take(_ record: [UInt8]) {
    do {
      let chunk = try Self.read(record)
      if chunk.lineage == lineage { take(chunk) }
    } catch {
      unreadable += 1
    }
  }

  private mutating func take(_ chunk: Chunk) {
    highest = max(highest, chunk.number)
    guard chunk.number > whole?.number ?? 0 else { return }
    if !open.contains(where: { $0.isOf(chunk) }) { begin(chunk) }
    guard let index = open.firstIndex(where: { $0.isOf(chunk) }) else { return }
    open[index].pieces[chunk.index] = chunk.bytes
    guard open[index].pieces.count == chunk.count else { return }
    let complete = open.remove(at: index)
    guard let bytes = complete.whole else { return unreadable += chunk.count }
    whole = (chunk.number, bytes)
    open.removeAll { $0.number <= chunk.number }
  }

  /// Makes room for a snapshot, unless those that are open are all newer.
  private mutating func begin(_ chunk: Chunk) {
    if open.count == Self.openLimit {
      let oldest = open.indices.min { open[$0].number < open[$1].number } ?? 0
      guard open[oldest].number <= chunk.number else { return }
      open.remove(at: oldest)
    }
    open.append(Open(number: chunk.number, checksum: chunk.checksum, count: chunk.count))
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
    let lineage = try reader.fixed64()
    let number = try reader.varint()
    guard (1..<numberLimit).contains(number) else {
      throw BadEncoding("a snapshot's number \(number)", at: reader.position)
    }
    let checksum = try reader.fixed64()
    let (index, count, bytes) = try Pieces.read(from: &reader, limit: chunkLimit)
    try reader.finish()
    return Chunk(
      lineage: lineage,
      number: number,
      checksum: checksum,
      count: count,
      index: index,
      bytes: bytes
    )
  }
}
