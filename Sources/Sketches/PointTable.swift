/// Where a value stands among sorted points, found in a step or two.
///
/// The line is cut into buckets by a function that does not fall, so points in earlier buckets are
/// below a value and points in later ones above it, however it rounds; a search remains over the
/// bucket's own points, of which there is hardly one. Most fields are served by buckets of equal
/// widths; where values crowd together over many sizes, the leading bits of a double are the better
/// function. Whichever leaves less to search is taken.
///
/// The search takes as many steps for every value as for the fullest bucket, without a branch that
/// depends on the value: a wrongly predicted one costs more than all steps.
struct PointTable: Sendable {
  /// From a value to its bucket.
  private enum Scale {
    case even(from: Double, perUnit: Double)
    case leadingBits(from: UInt64, shift: UInt64)

    @inline(__always)
    func bucket(_ value: Double) -> Int {
      switch self {
      case .even(let start, let perUnit): Int((value - start) * perUnit)
      // a negative zero is a zero
      case .leadingBits(let start, let shift): Int(((value + 0).ordinal &- start) >> shift)
      }
    }
  }

  private let scale: Scale
  /// Number of the first point of each bucket.
  private let starts: [Int32]
  /// The points, and behind them as many infinities as a search may look beyond the last one.
  private let points: [Double]
  /// Steps of a search: 2ˢ is above the number of points of any bucket.
  private let steps: Int
  private let count: Int
  private let first: Double
  private let last: Double

  /// Buckets for each point: enough for most to have one point or none.
  private static let bucketsPerPoint = 4

  /// - Parameter points: Strictly increasing, finite.
  /// - Complexity: O(points).
  init(_ points: [Double]) {
    precondition(points.count < 1 << 28, "\(points.count) points")
    count = points.count
    let (first, last) = (points.first ?? .infinity, points.last ?? .infinity)
    (self.first, self.last) = (first, last)
    let buckets = max(1, count * Self.bucketsPerPoint)
    let even = Self.even(first, last, buckets).map { Self.starts(points, $0) }
    let bits = Self.starts(points, Self.leadingBits(first, last, buckets))
    let best = [even, bits].compactMap(\.self).min { $0.steps < $1.steps } ?? bits
    (scale, starts, steps) = best
    self.points = points + Array(repeating: .infinity, count: 1 << steps)
  }

  /// Buckets of equal widths; nil where the range, or its inverse, is beyond a double.
  private static func even(_ first: Double, _ last: Double, _ buckets: Int) -> Scale? {
    let perUnit = Double(buckets - 1) / (last - first)
    return perUnit.isFinite && perUnit > 0 ? .even(from: first, perUnit: perUnit) : nil
  }

  private static func leadingBits(_ first: Double, _ last: Double, _ buckets: Int) -> Scale {
    let (start, range) = (first.ordinal, last.ordinal - first.ordinal)
    var shift: UInt64 = 0
    while range >> shift >= UInt64(buckets) { shift += 1 }
    return .leadingBits(from: start, shift: shift)
  }

  private static func starts(
    _ points: [Double],
    _ scale: Scale
  ) -> (scale: Scale, starts: [Int32], steps: Int) {
    var counts = [Int32](repeating: 0, count: (points.last.map(scale.bucket) ?? 0) + 1)
    for point in points { counts[scale.bucket(point)] += 1 }
    let fullest = counts.max() ?? 0
    var sum: Int32 = 0
    for bucket in counts.indices { (counts[bucket], sum) = (sum, sum + counts[bucket]) }
    return (scale, counts, Int32.bitWidth - fullest.leadingZeroBitCount)
  }

  /// Cell of a value, as `ReferencePoints.cell(of:)` gives it.
  ///
  /// - Complexity: O(1) for most fields, O(log points) for any.
  @inline(__always)
  func cell(of value: Double) -> Int {
    guard value >= first else { return 0 }
    guard value <= last else { return 2 * count }
    var base = Int(starts[scale.bucket(value)])
    var step = steps
    while step > 0 {
      step &-= 1
      let isBelow = points[base &+ 1 &<< step &- 1] < value
      base &+= (isBelow ? 1 : 0) &<< step
    }
    return base &<< 1 | (points[base] == value ? 1 : 0)
  }
}

extension Double {
  /// The bits as a number that grows with the value.
  fileprivate var ordinal: UInt64 {
    let sign: UInt64 = 1 << 63
    return bitPattern & sign == 0 ? bitPattern | sign : ~bitPattern
  }
}
