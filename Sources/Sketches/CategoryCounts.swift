/// How often each of the reference's categories was seen, and how often anything else.
public struct CategoryCounts: Summary {
  /// One counter per reference category, in the reference's order.
  public private(set) var counts: [UInt64]
  /// Values that are none of the reference's categories.
  public private(set) var unseen: UInt64 = 0

  /// Nothing counted yet.
  public init(categoryCount: Int) {
    precondition(categoryCount >= 0, "negative category count \(categoryCount)")
    counts = Array(repeating: 0, count: categoryCount)
  }

  /// Counts one value.
  ///
  /// - Parameter code: The category's position in the reference, nil for an unseen one.
  @inlinable
  public mutating func record(code: Int?) { add(1, code: code) }

  /// Counts values.
  ///
  /// - Parameter codes: The position of each one's category, negative for an unseen one.
  public mutating func record(_ codes: Span<Int32>) {
    var others: UInt64 = 0
    var counters = counts.mutableSpan
    for index in codes.indices {
      let code = Int(codes[index])
      if code < 0 { others += 1 } else { counters[code].add(1) }
    }
    unseen.add(others)
  }

  /// Counts a value seen `count` times.
  public mutating func add(_ count: UInt64, code: Int?) {
    if let code { counts[code].add(count) } else { unseen.add(count) }
  }

  /// All values counted, unseen ones included.
  public var total: UInt64 { counts.reduce(into: unseen) { $0.add($1) } }

  /// Adds the other counters.
  public mutating func merge(_ other: Self) {
    counts.add(other.counts)
    unseen.add(other.unseen)
  }
}

extension CategoryCounts {
  /// Writes the counters.
  ///
  /// - Complexity: O(categories).
  public func encode(into writer: inout ByteWriter) {
    writer.varint(unseen)
    writer.counters(counts)
  }

  /// Reads the counters.
  ///
  /// - Parameters:
  ///   - reader: Stands where they were written.
  ///   - categoryCount: Number of the reference's categories.
  /// - Throws: `BadEncoding` when the bytes are not the counters of so many categories.
  /// - Complexity: O(categories).
  public init(from reader: inout ByteReader, categoryCount: Int) throws(BadEncoding) {
    precondition(categoryCount >= 0, "negative category count \(categoryCount)")
    unseen = try reader.varint()
    counts = try reader.counters(categoryCount)
  }
}
