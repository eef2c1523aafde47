internal import Drift
internal import Sketches

/// A numeric field's reference, learned from its sorted values.
struct NumericLearning {
  var reference: NumericReference
  var fences: Fences?

  /// - Parameters:
  ///   - tallies: The field's values.
  ///   - count: How many they are, repetitions included.
  ///   - limit: Most points; at least `PointSelection.fewestPoints`.
  /// - Throws: `temporaryFile`.
  /// - Complexity: Four times through the values; memory O(limit).
  init(_ tallies: Tallies<Double>, count: UInt64, limit: Int) throws(ReferenceError) {
    let selection = try PointSelection(from: tallies, count: count, limit: limit)
    let points = ReferencePoints(selection.points)
    let unit = Moments.Unit(fences: selection.fences)
    var cells = [UInt64](repeating: 0, count: 2 * points.count + 1)
    var moments = Moments()
    try tallies.forEachValue { value, windows in
      let times = windows.total()
      cells[points.cell(of: value)] += times
      moments.add(value, count: times, unit: unit)
    }
    var (below, equal): ([UInt64], [UInt64]) = ([], [])
    var seen: UInt64 = 0
    for index in 0..<points.count {
      below.append(seen + cells[2 * index])
      equal.append(cells[2 * index + 1])
      seen += cells[2 * index] + cells[2 * index + 1]
    }
    let gaps = stride(from: 0, to: cells.count, by: 2).map { cells[$0] }
    let isExact = gaps.allSatisfy { $0 == 0 }
    reference = NumericReference(
      points: points,
      below: below,
      equal: equal,
      count: count,
      edges: selection.edges.compactMap { points.index(of: $0) },
      fences: selection.fences?.positions(among: points),
      distanceBound: isExact ? 0 : Double(gaps.max() ?? 0) / (2 * Double(count)),
      areaBound: isExact ? 0 : try Self.area(tallies, points: points, gaps: gaps, count: count),
      unit: unit,
      mean: moments.mean(unit: unit),
      standardDeviation: moments.standardDeviation(unit: unit)
    )
    fences = selection.fences
  }

  /// ∫ |F − F_k|, where F_k is half-way between a gap's ends inside it; finite.
  private static func area(
    _ tallies: Tallies<Double>,
    points: ReferencePoints,
    gaps: [UInt64],
    count: UInt64
  ) throws(ReferenceError) -> Double {
    var area = 0.0
    var previous: Double?
    // twice the values between the last point and here, less those of the whole gap
    var imbalance = 0.0
    try tallies.forEachValue { value, windows in
      if let previous, imbalance != 0 {
        // halves first: the difference of two large values must not overflow
        area += (value / 2 - previous / 2) * (abs(imbalance) / Double(count))
      }
      let times = windows.total()
      let cell = points.cell(of: value)
      if cell.isMultiple(of: 2) {
        imbalance += 2 * Double(times)
      } else {
        imbalance = -Double(gaps[cell / 2 + 1])
      }
      previous = value
    }
    return min(area, .greatestFiniteMagnitude)
  }
}

extension Fences {
  /// Where Tukey's fences stand; nil when they are none of the points.
  func positions(among points: ReferencePoints) -> ClosedRange<Int>? {
    guard let low = points.index(of: tukeyLow), let high = points.index(of: tukeyHigh),
      low <= high
    else { return nil }
    return low...high
  }
}

extension Moments.Unit {
  /// The scale of a field: its p99 − p1, its magnitude where that is 0, or 1 where that is 0 too.
  init(p1: Double, p99: Double) {
    let spread = p99 > p1 ? p99 - p1 : p1 != 0 ? p1.magnitude : 1
    self.init(covering: spread, magnitude: max(p1.magnitude, p99.magnitude))
  }

  /// The scale of a field by its fences; 1 for a field without values.
  init(fences: Fences?) { self.init(p1: fences?.p1 ?? 0, p99: fences?.p99 ?? 0) }
}
