internal import RealModule
internal import Sketches

/// How far the window's values outside the reference's range lie from it, by the window's moments.
///
/// Outer gaps have one end only, so counters say nothing of distances there. The sum of all values
/// gives the difference of what is above and below, and the sum of squares, by Cauchy's inequality,
/// the most that both can be together.
struct OutsideArea: Equatable {
  /// Sum of the distances of values below the range, over n.
  private(set) var below = Bracket(0)
  /// Sum of the distances of values above the range, over n.
  private(set) var above = Bracket(0)
  /// Both together: ∫ |F − G| outside the range.
  private(set) var total = Bracket(0)
  /// ∫ (F − G)² outside the range.
  private(set) var squared = Bracket(0)

  /// Nothing lies outside.
  init() {}

  /// Works out the distances, in units of the moments, where squares stay in range.
  ///
  /// - Complexity: O(points) where something lies outside.
  init(
    reference: NumericReference,
    counts: ReferenceCounts,
    moments: Moments,
    fractions: GapFractions?
  ) {
    let points = reference.points.values
    guard counts.outside > 0, let first = points.first, let last = points.last else { return }
    let (low, high) = (Double(counts.cells[0]), Double(counts.cells[2 * points.count]))
    let unit = reference.unit
    if moments.beyond == 0, let mean = moments.mean(unit: unit),
      let deviation = moments.standardDeviation(unit: unit)
    {
      let inside = InsideSums(points, counts.cells, fractions, unit: unit.size)
      let spread = (deviation / unit.size, mean / unit.size - inside.centre)
      let count = Double(counts.total)
      take(inside, low, high, count, deviation: spread.0, mean: spread.1)
      for part in [\Self.below, \.above, \.total] {
        self[keyPath: part] = self[keyPath: part].map { $0 * unit.size / count }
      }
    } else {
      // A value beyond the moments is at least 2³¹ units away from 0, and so many from the range.
      let reach = max(0, 0x1p31 * unit.size - max(abs(first), abs(last)))
      let least = reach * Double(moments.beyond) / Double(counts.total)
      let open = Bracket(lower: least, value: least, upper: .infinity)
      let unknown = Bracket(lower: 0, value: 0, upper: .infinity)
      total = open
      below = low == 0 ? below : high == 0 ? open : unknown
      above = high == 0 ? above : low == 0 ? open : unknown
    }
    // A side with the share s and the distance d adds from d/n, if one value makes it, to s d.
    let count = Double(counts.total)
    squared = Bracket(
      lower: total.lower / count,
      value: max(total.lower, low * below.value + high * above.value) / count,
      upper: (low * below.upper.orZero(low) + high * above.upper.orZero(high)) / count
    )
  }

  private mutating func take(
    _ inside: InsideSums,
    _ low: Double,
    _ high: Double,
    _ count: Double,
    deviation: Double,
    mean: Double
  ) {
    let (half, outside) = (inside.half, low + high)
    // What sums about the middle are rounded by, and the mean and the middle themselves, some times
    // in their last digit; and half a step for each value.
    let rounding = 1e-13 * (abs(mean) + deviation + half) + 0x1p-50 * abs(inside.centre)
    let step = 0x1p-33
    let slack = count * (step + rounding)
    // Σ above − Σ below: what all values are off the centre, less those inside and the way to the
    // ends of the range
    let difference = count * mean - (high - low) * half
    let least = difference - inside.sum.upper - slack
    let most = difference - inside.sum.lower + slack
    // The root of the mean square around the middle: by Minkowski's inequality values that are off
    // by so much each change it by no more than that, however far from 0 the middle is. Squares of
    // what lies inside are off by twice their roots, which are half the range at most.
    let root = (deviation * deviation + mean * mean).squareRoot() + step + rounding
    let squares = count * (root * root) - inside.leastSquares
    let energy = max(0, squares) + 4 * count * rounding * (root + half)
    let limit = max(0, (outside * energy).squareRoot() - outside * half)
    let atLeast = max(0, least, -most)
    let atMost = max(atLeast, min(limit, low == 0 ? most : high == 0 ? -least : limit))
    total = Bracket(lower: atLeast, value: (atLeast + atMost) / 2, upper: atMost)
    if low == 0 {
      above = total
    } else if high == 0 {
      below = total
    } else {
      above = Bracket(around: max(0, least), (atMost + most) / 2)
      below = Bracket(around: max(0, -most), (atMost - least) / 2)
    }
  }
}

/// What the values within the reference's range add up to, around its middle, in units.
private struct InsideSums {
  /// The range's middle and half its width.
  let centre, half: Double
  /// Σ (v − centre).
  private(set) var sum = (lower: 0.0, upper: 0.0)
  /// Σ (v − centre)² at least.
  private(set) var leastSquares = 0.0

  init(_ points: [Double], _ cells: [UInt64], _ fractions: GapFractions?, unit: Double) {
    let scaled = points.map { $0 / unit }
    centre = scaled[0] / 2 + scaled[scaled.count - 1] / 2
    half = scaled[scaled.count - 1] / 2 - scaled[0] / 2
    for index in 1..<(cells.count - 1) where cells[index] > 0 {
      let count = Double(cells[index])
      let (start, end) = (scaled[(index - 1) / 2] - centre, scaled[index / 2] - centre)
      guard start < end, let part = fractions?.sum(ofCell: index) else {
        sum.lower += count * start
        sum.upper += count * end
        if start > 0 || end < 0 { leastSquares += count * min(start * start, end * end) }
        continue
      }
      let (middle, error) = (count * start + part * (end - start), count * (end - start))
      sum.lower += middle - error * GapFractions.error
      sum.upper += middle + error * GapFractions.error
      // Squares of so many values with this sum are least when all are their mean.
      let mean = max(0, abs(middle / count) - (end - start) * GapFractions.error)
      leastSquares += count * mean * mean
    }
  }
}

extension Bracket {
  fileprivate init(around lower: Double, _ upper: Double) {
    let upper = max(lower, upper)
    self.init(lower: lower, value: (lower + upper) / 2, upper: upper)
  }
}

extension Double {
  /// 0 where there are no values: ∞ times nothing is nothing.
  fileprivate func orZero(_ count: Double) -> Double { count == 0 ? 0 : self }
}
