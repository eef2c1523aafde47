/// Where a value stands among sorted points, found in a step or two.
///
/// The line is cut into buckets by a function that does not fall, so points in earlier buckets are
/// below a value and points in later ones above it, however it rounds; a search remains over the
/// bucket's own points, of which there is hardly one. Most fields are served by buckets of equal
/// widths; where values crowd together over many sizes, the leading bits of a double are the better
/// function. Whichever leaves less to search is taken.
///
/// The search takes as many steps for every value as for the fullest bucket. Where no bucket has
/// more than a few points, all are compared, without a branch that depends on the value: a wrongly
/// predicted one costs more than all steps.
struct PointTable: Sendable {
  /// From a value between the first and the last point to its bucket.
  private enum Scale {
    case even(from: Double, perUnit: Double)
    case leadingBits(from: UInt64, shift: UInt64)

    @inline(__always)
    func bucket(_ value: Double) -> Int {
      switch self {
      case .even(let start, let perUnit): Self.even(value, from: start, perUnit: perUnit)
      case .leadingBits(let start, let shift): Self.leadingBits(value, from: start, shift: shift)
      }
    }

    /// The sum's last digits are the nearest integer: what `Int` would do is checked three times.
    @inline(__always)
    static func even(_ value: Double, from start: Double, perUnit: Double) -> Int {
      Int(truncatingIfNeeded: ((value - start) * perUnit + 0x1p52).bitPattern & 0xFFFF_FFFF)
    }

    @inline(__always)
    static func leadingBits(_ value: Double, from start: UInt64, shift: UInt64) -> Int {
      // a negative zero is a zero
      Int(truncatingIfNeeded: ((value + 0).ordinal &- start) &>> shift)
    }
  }

  /// Number of the first point of each bucket: narrow where that is enough, as a table that fills
  /// the processor's nearest cache drives out what is counted.
  private enum Starts {
    case narrow([UInt16])
    case wide([Int32])

    /// - Parameter counts: Points of each bucket.
    init(_ counts: [Int32]) {
      let total = counts.reduce(0, +)
      self =
        total <= UInt16.max ? .narrow(Self.sums(counts)) : .wide(Self.sums(counts))
    }

    /// How many stand before each.
    private static func sums<Start: FixedWidthInteger>(_ counts: [Int32]) -> [Start] {
      var sum: Int32 = 0
      return counts.map { count in
        defer { sum += count }
        return Start(sum)
      }
    }

    subscript(bucket: Int) -> Int {
      switch self {
      case .narrow(let starts): Int(starts[bucket])
      case .wide(let starts): Int(starts[bucket])
      }
    }
  }

  private let scale: Scale
  private let starts: Starts
  /// The points, and behind them as many of what nothing is above or equal to as a search may look
  /// beyond the last one.
  private let points: [Double]
  /// The most points of any bucket.
  private let reach: Int
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
    let best = [even, bits].compactMap(\.self).min { $0.reach < $1.reach } ?? bits
    (scale, starts, reach) = best
    self.points = points + Array(repeating: .nan, count: 1 + max(reach, Self.few))
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
  ) -> (scale: Scale, starts: Starts, reach: Int) {
    var counts = [Int32](repeating: 0, count: (points.last.map(scale.bucket) ?? 0) + 1)
    for point in points { counts[scale.bucket(point)] += 1 }
    return (scale, Starts(counts), Int(counts.max() ?? 0))
  }

  /// Cell of a value, as `ReferencePoints.cell(of:)` gives it.
  ///
  /// - Complexity: O(1) for most fields, O(log points) for any.
  @inline(__always)
  func cell(of value: Double) -> Int {
    search(value, starts[scale.bucket(inside(value))])
  }

  /// Cells of values.
  ///
  /// - Parameters:
  ///   - values: As many as there is room for, at most.
  ///   - cells: Takes them, from the first on.
  /// - Complexity: As that of `cell(of:)` for each.
  func find(_ values: Span<Double>, _ cells: inout Cells) {
    switch starts {
    case .narrow(let starts): find(values, &cells, starts)
    case .wide(let starts): find(values, &cells, starts)
    }
  }

  /// Cells found at once.
  typealias Cells = InlineArray<128, Int>

  /// What is the same for all values is decided before the first.
  @inline(__always)
  private func find(_ values: Span<Double>, _ cells: inout Cells, _ starts: [some BinaryInteger]) {
    switch scale {
    case .even(let start, let perUnit):
      find(values, &cells, starts) { Scale.even($0, from: start, perUnit: perUnit) }
    case .leadingBits(let start, let shift):
      find(values, &cells, starts) { Scale.leadingBits($0, from: start, shift: shift) }
    }
  }

  @inline(__always)
  private func find(
    _ values: Span<Double>,
    _ cells: inout Cells,
    _ starts: [some BinaryInteger],
    bucket: (Double) -> Int
  ) {
    if reach <= Self.few {
      for index in values.indices {
        let value = values[index]
        cells[index] = compareFew(value, Int(starts[bucket(inside(value))]))
      }
    } else {
      for index in values.indices {
        let value = values[index]
        cells[index] = search(value, Int(starts[bucket(inside(value))]))
      }
    }
  }

  /// The value, or the nearest point to one outside.
  @inline(__always)
  private func inside(_ value: Double) -> Double {
    // `max` and `min` of the library take three times the instructions
    let atMost = value < last ? value : last
    return atMost > first ? atMost : first
  }

  /// So few points are all compared, which takes less than to choose among them.
  private static let few = 3

  @inline(__always)
  private func compareFew(_ value: Double, _ base: Int) -> Int {
    let near = points.span.extracting(base..<base &+ Self.few &+ 1)
    var below = 0
    for index in 0..<Self.few { below &+= near[index] < value ? 1 : 0 }
    return (base &+ below) &<< 1 | (near[below] == value ? 1 : 0)
  }

  /// Takes as many steps as for the fullest bucket.
  @inline(__always)
  private func search(_ value: Double, _ start: Int) -> Int {
    var (base, size) = (start, reach)
    while size > 0 {
      let half = (size &+ 1) / 2
      base &+= points[base &+ half &- 1] < value ? half : 0
      size &-= half
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
