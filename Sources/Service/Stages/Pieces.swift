internal import Sketches

/// A long run of bytes as pieces that brokers take, each with its place among the others.
enum Pieces {
  static let size = 512 << 10

  /// Cuts bytes; no bytes are one empty piece.
  ///
  /// - Parameters:
  ///   - bytes: To be cut.
  ///   - size: Of all pieces but the last, at most what brokers take.
  /// - Returns: The pieces, in order.
  static func of(_ bytes: [UInt8], size: Int = size) -> [ArraySlice<UInt8>] {
    let count = max(1, (bytes.count + size - 1) / size)
    return (0..<count).map { bytes[$0 * size..<min(bytes.count, ($0 + 1) * size)] }
  }

  /// Writes a piece behind what says whose it is.
  static func write(
    _ piece: ArraySlice<UInt8>,
    _ index: Int,
    of count: Int,
    to writer: inout ByteWriter
  ) {
    writer.varint(UInt64(count))
    writer.varint(UInt64(index))
    writer.bytes(piece)
  }

  /// Reads what `write` wrote.
  ///
  /// - Parameters:
  ///   - reader: Stands where the piece begins.
  ///   - limit: The largest number of pieces allowed.
  /// - Returns: The piece and its place.
  /// - Throws: `BadEncoding`.
  static func read(
    from reader: inout ByteReader,
    limit: Int
  ) throws(BadEncoding) -> (index: Int, count: Int, bytes: [UInt8]) {
    let start = reader.position
    let (count, index) = (try reader.varint(), try reader.varint())
    guard index < count, count <= UInt64(limit) else {
      throw BadEncoding("piece \(index) of \(count)", at: start)
    }
    return (Int(index), Int(count), try reader.bytes(limit: size))
  }
}
