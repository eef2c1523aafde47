/// Writes a binary format, piece by piece; `ByteReader` reads the same pieces in the same order.
///
/// The bytes do not say what they are: a version, a checksum and the layout belong to the format
/// that is built from the pieces. Every value has one form only, and the reader refuses all others,
/// so equal states have equal bytes.
public struct ByteWriter: Sendable {
  /// What was written.
  public private(set) var bytes: [UInt8] = []

  /// Nothing written yet.
  public init() {}

  /// Number of bytes written.
  public var count: Int { bytes.count }

  /// Writes one byte.
  public mutating func byte(_ value: UInt8) { bytes.append(value) }

  /// Writes one byte: 1 for true, 0 for false.
  public mutating func flag(_ value: Bool) { byte(value ? 1 : 0) }

  /// Writes a number in groups of 7 bits, lowest first (LEB128): 1 byte below 128, at most 10.
  public mutating func varint(_ value: UInt64) { append(value) }

  /// Writes a number that is small in magnitude, of either sign: 1 byte from -64 to 63.
  public mutating func signed(_ value: Int64) {
    append(UInt64(bitPattern: value << 1 ^ value >> 63))
  }

  /// Writes a number in groups of 7 bits, at most 19 bytes.
  public mutating func wide(_ value: UInt128) { append(value) }

  /// Writes a number of either sign in groups of 7 bits, at most 19 bytes.
  public mutating func wide(_ value: Int128) {
    append(UInt128(bitPattern: value << 1 ^ value >> 127))
  }

  /// Writes 8 bytes, lowest first; for hashes and the bit patterns of doubles.
  public mutating func fixed64(_ value: UInt64) {
    for shift in stride(from: 0, to: 64, by: 8) {
      byte(UInt8(truncatingIfNeeded: value >> shift))
    }
  }

  /// Writes the number of a collection's elements, which follow.
  ///
  /// - Parameter value: Not negative; each element must take at least one byte.
  public mutating func count(_ value: Int) {
    precondition(value >= 0, "negative count \(value)")
    append(UInt64(value))
  }

  /// Writes bytes after their number.
  public mutating func bytes(_ value: some Collection<UInt8>) {
    count(value.count)
    bytes.append(contentsOf: value)
  }

  /// Writes the UTF-8 form of a text after its length in bytes.
  ///
  /// Texts that Swift takes as equal although their code points differ stay apart.
  public mutating func text(_ value: String) { bytes(value.utf8) }

  /// Writes whether there is a value, and the value if there is.
  public mutating func optional<Value>(
    _ value: Value?,
    _ write: (inout ByteWriter, Value) -> Void
  ) {
    flag(value != nil)
    if let value { write(&self, value) }
  }

  private mutating func append(_ value: some FixedWidthInteger & UnsignedInteger) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }
}
