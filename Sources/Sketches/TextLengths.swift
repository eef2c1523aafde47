/// How long the texts of a field are: the shortest, the longest, and the mean.
public struct TextLengths: Summary {
  /// Texts counted.
  public private(set) var count: UInt64 = 0
  /// Characters in all of them.
  public private(set) var sum: UInt64 = 0
  /// Characters of the shortest and of the longest; nil before any.
  public private(set) var range: ClosedRange<UInt64>?

  /// Nothing counted yet.
  public init() {}

  /// Counts a text.
  ///
  /// - Parameters:
  ///   - length: Number of its characters.
  ///   - count: How often it was seen, at least once.
  public mutating func record(_ length: UInt64, count: UInt64 = 1) {
    precondition(count > 0, "a text that was never seen")
    self.count.add(count)
    let (product, overflow) = length.multipliedReportingOverflow(by: count)
    sum.add(overflow ? .max : product)
    widen(length...length)
  }

  private mutating func widen(_ other: ClosedRange<UInt64>) {
    let known = range ?? other
    range = min(known.lowerBound, other.lowerBound)...max(known.upperBound, other.upperBound)
  }

  /// Adds the other texts.
  public mutating func merge(_ other: Self) {
    count.add(other.count)
    sum.add(other.sum)
    if let other = other.range { widen(other) }
  }

  /// Mean length in characters; nil of no text, or of more than can be counted.
  public var mean: Double? {
    guard count > 0, count < .max, sum < .max else { return nil }
    return Double(sum) / Double(count)
  }

  /// Number of Unicode code points of a text.
  ///
  /// - Parameter text: Valid UTF-8.
  /// - Returns: Not the number of graphemes: a combined emoji is several.
  /// - Complexity: O(bytes).
  public static func codePoints(_ text: Span<UInt8>) -> UInt64 {
    var count: UInt64 = 0
    for index in text.indices where text[index] & 0xC0 != 0x80 { count += 1 }
    return count
  }
}

extension TextLengths {
  /// Writes the sums: 1 byte when empty.
  public func encode(into writer: inout ByteWriter) {
    writer.varint(count)
    guard let range else { return }
    writer.varint(sum)
    writer.varint(range.lowerBound)
    writer.varint(range.upperBound - range.lowerBound)
  }

  /// Reads the sums.
  ///
  /// - Throws: `BadEncoding` when the bytes are no such sums, or no texts have them.
  public init(from reader: inout ByteReader) throws(BadEncoding) {
    let start = reader.position
    count = try reader.varint()
    guard count > 0 else { return }
    sum = try reader.varint()
    let shortest = try reader.varint()
    let (longest, overflow) = shortest.addingReportingOverflow(try reader.varint())
    let (least, most) = (UInt128(count) * UInt128(shortest), UInt128(count) * UInt128(longest))
    // A full counter says no more than that there were as many.
    let isFull = count == .max || sum == .max
    guard !overflow, isFull || (least...most).contains(UInt128(sum)) else {
      throw BadEncoding("no \(count) texts have these lengths", at: start)
    }
    range = shortest...longest
  }
}
