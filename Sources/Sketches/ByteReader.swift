/// Reads back what a `ByteWriter` wrote, and refuses everything else.
///
/// The bytes may come from anywhere: nothing is read beyond their end, nothing is allocated for
/// elements that cannot be there, and of every value only the writer's own form is accepted. After
/// a refusal the reader stands somewhere in the middle and is of no further use.
public struct ByteReader: Sendable {
  private let bytes: ArraySlice<UInt8>
  private var next: Int

  /// Starts at the first byte of a slice.
  public init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    next = bytes.startIndex
  }

  /// Starts at the first byte.
  public init(_ bytes: [UInt8]) { self.init(bytes[...]) }

  /// Where the next piece begins, in bytes from the first.
  public var position: Int { next - bytes.startIndex }

  /// Number of bytes not read yet.
  public var remaining: Int { bytes.endIndex - next }

  /// Ends reading.
  ///
  /// - Throws: `BadEncoding` when bytes are left over.
  public func finish() throws(BadEncoding) {
    guard remaining == 0 else {
      throw BadEncoding("bytes left over: \(remaining)", at: position)
    }
  }
}

// MARK: Numbers

extension ByteReader {
  /// Reads one byte.
  ///
  /// - Throws: `BadEncoding` when none is left.
  public mutating func byte() throws(BadEncoding) -> UInt8 {
    guard next < bytes.endIndex else { throw BadEncoding("a byte is missing", at: position) }
    defer { next += 1 }
    return bytes[next]
  }

  /// Reads a truth value.
  ///
  /// - Throws: `BadEncoding` when there is no byte or it is neither 0 nor 1.
  public mutating func flag() throws(BadEncoding) -> Bool {
    let start = position
    let value = try byte()
    guard value <= 1 else { throw BadEncoding("\(value) is neither 0 nor 1", at: start) }
    return value == 1
  }

  /// Reads a number of 64 bits in groups of 7.
  ///
  /// - Throws: `BadEncoding` when the number is cut off, too long, or not in its shortest form.
  public mutating func varint() throws(BadEncoding) -> UInt64 { try number() }

  /// Reads a number of 64 bits and either sign in groups of 7.
  ///
  /// - Throws: `BadEncoding` when the number is cut off, too long, or not in its shortest form.
  public mutating func signed() throws(BadEncoding) -> Int64 {
    let folded: UInt64 = try number()
    return Int64(bitPattern: folded >> 1) ^ -Int64(bitPattern: folded & 1)
  }

  /// Reads a number of 128 bits in groups of 7.
  ///
  /// - Throws: `BadEncoding` when the number is cut off, too long, or not in its shortest form.
  public mutating func wide() throws(BadEncoding) -> UInt128 { try number() }

  /// Reads a number of 128 bits and either sign in groups of 7.
  ///
  /// - Throws: `BadEncoding` when the number is cut off, too long, or not in its shortest form.
  public mutating func wide() throws(BadEncoding) -> Int128 {
    let folded: UInt128 = try number()
    return Int128(bitPattern: folded >> 1) ^ -Int128(bitPattern: folded & 1)
  }

  /// Reads 8 bytes, lowest first.
  ///
  /// - Throws: `BadEncoding` when fewer are left.
  public mutating func fixed64() throws(BadEncoding) -> UInt64 {
    guard remaining >= 8 else {
      throw BadEncoding("\(remaining) bytes where 8 are needed", at: position)
    }
    defer { next += 8 }
    return bytes[next..<next + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private mutating func number<Number: FixedWidthInteger & UnsignedInteger>()
    throws(BadEncoding) -> Number
  {
    let start = position
    var value: Number = 0
    var shift = 0
    while next < bytes.endIndex {
      let byte = bytes[next]
      next += 1
      let group = Number(truncatingIfNeeded: byte & 0x7F)
      guard shift < Number.bitWidth, (group << shift) >> shift == group else {
        throw BadEncoding("a number has more than \(Number.bitWidth) bits", at: start)
      }
      value |= group << shift
      shift += 7
      guard byte < 0x80 else { continue }
      guard byte > 0 || shift == 7 else {
        throw BadEncoding("a number is not in its shortest form", at: start)
      }
      return value
    }
    throw BadEncoding("a number is cut off", at: start)
  }
}

// MARK: Collections

extension ByteReader {
  /// Reads the number of a collection's elements.
  ///
  /// It is safe to allocate for as many: each of them takes at least one of the remaining bytes.
  ///
  /// - Parameters:
  ///   - limit: Largest number allowed.
  ///   - what: The elements' name in the refusal, in the plural.
  /// - Returns: 0 ... limit.
  /// - Throws: `BadEncoding` when there are more than the limit, or than bytes remain.
  public mutating func count(limit: Int, _ what: String) throws(BadEncoding) -> Int {
    precondition(limit >= 0, "negative limit \(limit)")
    let start = position
    let count = try varint()
    guard count <= UInt64(limit) else {
      throw BadEncoding("more than \(limit) \(what): \(count)", at: start)
    }
    guard count <= UInt64(remaining) else {
      throw BadEncoding("\(count) \(what) cannot stand in \(remaining) bytes", at: start)
    }
    return Int(count)
  }

  /// Reads bytes after their number.
  ///
  /// - Parameter limit: Largest number allowed.
  /// - Returns: A copy of the bytes.
  /// - Throws: `BadEncoding` when there are more than the limit, or than bytes remain.
  public mutating func bytes(limit: Int) throws(BadEncoding) -> [UInt8] {
    let count = try count(limit: limit, "bytes")
    defer { next += count }
    return Array(bytes[next..<next + count])
  }

  /// Reads a text.
  ///
  /// - Parameter limit: Largest length allowed, in bytes of UTF-8.
  /// - Returns: The text with the very bytes it was written with.
  /// - Throws: `BadEncoding` when the text is longer or cut off, or is not UTF-8.
  public mutating func text(limit: Int) throws(BadEncoding) -> String {
    let start = position
    guard let text = String(validating: try bytes(limit: limit), as: UTF8.self) else {
      throw BadEncoding("a text is not UTF-8", at: start)
    }
    return text
  }

  /// Reads a value that may not be there.
  ///
  /// The compiler does not infer what a closure throws, so it is said:
  /// `{ reader throws(BadEncoding) in try reader.signed() }`, or a name is given:
  /// `Moments.init(from:)`.
  ///
  /// - Throws: `BadEncoding` when its flag or the value is refused.
  public mutating func optional<Value>(
    _ read: (inout ByteReader) throws(BadEncoding) -> Value
  ) throws(BadEncoding) -> Value? {
    try flag() ? try read(&self) : nil
  }
}
