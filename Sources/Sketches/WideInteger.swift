/// An unsigned integer of 192 bits: enough for the sum of 2⁶⁴ squares of 64-bit integers.
public struct WideInteger: Equatable, Comparable, Sendable {
  private var high: UInt64
  private var low: UInt128

  /// A value that fits 128 bits.
  public init(_ value: UInt128 = 0) {
    high = 0
    low = value
  }

  /// The exact product of a 64-bit and a 128-bit integer.
  public init(_ left: UInt64, times right: UInt128) {
    let upper = UInt128(left) * (right >> 64)
    let lower = UInt128(left) * (right & UInt128(UInt64.max))
    let (sum, carry) = lower.addingReportingOverflow(upper << 64)
    low = sum
    high = UInt64(upper >> 64) + (carry ? 1 : 0)
  }

  /// Adds, wrapping at 2¹⁹².
  public static func += (left: inout Self, right: Self) {
    let (sum, carry) = left.low.addingReportingOverflow(right.low)
    left.low = sum
    left.high &+= right.high &+ (carry ? 1 : 0)
  }

  /// Subtracts a value that is not larger.
  public static func - (left: Self, right: Self) -> Self {
    precondition(left >= right, "difference of wide integers is negative")
    var result = left
    let (difference, borrow) = left.low.subtractingReportingOverflow(right.low)
    result.low = difference
    result.high = left.high - right.high - (borrow ? 1 : 0)
    return result
  }

  /// Orders by value.
  public static func < (left: Self, right: Self) -> Bool {
    left.high == right.high ? left.low < right.low : left.high < right.high
  }

  /// The nearest double, up to two roundings.
  public var double: Double { Double(high) * 0x1p128 + low.double }
}

extension WideInteger {
  /// Writes the upper 64 bits and the lower 128: 2 bytes for 0, at most 29.
  public func encode(into writer: inout ByteWriter) {
    writer.varint(high)
    writer.wide(low)
  }

  /// Reads both parts.
  ///
  /// - Throws: `BadEncoding` when they are no such numbers.
  public init(from reader: inout ByteReader) throws(BadEncoding) {
    high = try reader.varint()
    low = try reader.wide()
  }
}
