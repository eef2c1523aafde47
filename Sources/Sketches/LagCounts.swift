/// How long events took from their time to the broker's, in buckets that grow with the lag.
///
/// Below 16 ms each millisecond has its own bucket; above, each power of two is cut into 16, so a
/// bucket is at most 1/16 wider than its start. The borders never change: counts can be added.
public struct LagCounts: Summary {
  /// Buckets from 0 on, behind one of events whose time lies ahead of the broker's.
  private static let bucketCount = 16 * 40
  /// Number of counters.
  public static let counterCount = 1 + bucketCount
  private var counts = [UInt64](repeating: 0, count: counterCount)

  /// Nothing counted yet.
  public init() {}

  /// Counts a lag.
  ///
  /// - Parameter milliseconds: Negative when the event's time is ahead.
  public mutating func record(milliseconds: Int64) { counts[Self.bucket(milliseconds)].add(1) }

  /// All lags counted.
  ///
  /// - Complexity: O(buckets).
  public var total: UInt64 { counts.total }

  /// Adds the other lags.
  public mutating func merge(_ other: Self) { counts.add(other.counts) }

  /// Both together.
  public func merging(_ other: Self) -> Self {
    var both = self
    both.merge(other)
    return both
  }

  /// The bucket that holds the lag of a rank.
  ///
  /// - Parameter rank: Counted from 1, at most `total`.
  /// - Returns: In milliseconds, both ends included; from below 0 it is `-1 ... -1`. The last
  ///   bucket holds everything above, too.
  /// - Complexity: O(buckets).
  public func bucket(ofRank rank: UInt64) -> ClosedRange<Int64> {
    var seen: UInt64 = 0
    for (index, count) in counts.enumerated() {
      seen.add(count)
      if seen >= rank { return Self.range(index) }
    }
    preconditionFailure("rank \(rank) of \(total) lags")
  }

  private static func bucket(_ milliseconds: Int64) -> Int {
    guard milliseconds >= 0 else { return 0 }
    guard milliseconds >= 16 else { return 1 + Int(milliseconds) }
    let exponent = 63 - milliseconds.leadingZeroBitCount
    let index = 16 * (exponent - 3) + Int(milliseconds >> Int64(exponent - 4)) - 16
    return 1 + min(index, bucketCount - 1)
  }

  private static func range(_ index: Int) -> ClosedRange<Int64> {
    guard index > 0 else { return -1 ... -1 }
    let bucket = Int64(index - 1)
    guard bucket >= 16 else { return bucket...bucket }
    let (octave, part) = bucket.quotientAndRemainder(dividingBy: 16)
    let start = (16 + part) << (octave - 1)
    return start...start + (1 << (octave - 1)) - 1
  }
}

extension LagCounts {
  /// Writes the counts: 1 byte when empty.
  public func encode(into writer: inout ByteWriter) { writer.counters(counts) }

  /// Reads the counts.
  ///
  /// - Throws: `BadEncoding` when the bytes are not these counters.
  public init(from reader: inout ByteReader) throws(BadEncoding) {
    counts = try reader.counters(Self.counterCount)
  }
}
