/// Inverted-CDF quantiles as exact ranks.
public enum Quantile {
  /// The rank, counted from 1, of the smallest value with at least this share at or below it.
  ///
  /// - Parameters:
  ///   - part: Numerator of the share, above 0.
  ///   - whole: Its denominator.
  ///   - count: Values in all.
  /// - Returns: ⌈count · part / whole⌉, in integers: a rounded share would miss by one.
  public static func rank(_ part: UInt64, of whole: UInt64, in count: UInt64) -> UInt64 {
    let (high, low) = count.multipliedFullWidth(by: part)
    let product = UInt128(high) << 64 | UInt128(low)
    return max(1, UInt64((product + UInt128(whole) - 1) / UInt128(whole)))
  }

  /// Ranks of the quantiles 1/10 to 9/10: where bins end.
  public static func decileRanks(in count: UInt64) -> [UInt64] {
    (1...9).map { rank($0, of: 10, in: count) }
  }

  /// A percentile of the window: the value itself at a point, else the gap that holds it.
  ///
  /// As `numpy.quantile(current, p, method='inverted_cdf')`. Outside the reference's range the
  /// window's moments bound it, by Chebyshev's argument.
  ///
  /// - Parameters:
  ///   - percentile: The median, or one that the comparison's depth names.
  ///   - comparison: A field.
  /// - Returns: `value` with both its ends; nil for a categorical field, and when either side is
  ///   empty.
  public static func measure(
    _ percentile: Percentile,
    _ comparison: FieldComparison
  ) -> Measurement {
    guard let found = comparison.line?.sums?.currentQuantile(percentile) else {
      return Measurement(nil)
    }
    return Measurement(found)
  }
}

/// Where certain percentiles lie, found in one pass.
struct QuantileSearch: Equatable {
  /// What is looked for, increasing.
  private let percentiles: [Percentile]
  /// Their ranks, counted from 1.
  private let ranks: [UInt64]
  /// What was found so far, in the order of the ranks; −∞ and ∞ are ends of outer gaps.
  private var found: [Bracket] = []
  /// Values of this side.
  let count: UInt64

  /// Looks for percentiles of so many values.
  init(_ percentiles: [Percentile], count: UInt64) {
    self.percentiles = percentiles.sorted()
    ranks = self.percentiles.map { $0.rank(in: count) }
    self.count = count
  }

  /// Takes in a step that holds some values of this side.
  mutating func add(_ step: LineStep, before: UInt64, here: UInt64) {
    while found.count < ranks.count, ranks[found.count] <= before &+ here {
      let rank = ranks[found.count]
      let even = (Double(rank) - Double(before) - 0.5) / Double(here)
      let width = step.isOuter ? 0 : step.end - step.start
      let start = step.start == -.infinity ? step.end : step.start
      // The difference of two large points overflows, parts of both do not.
      let value = width.isFinite ? start + width * even : start * (1 - even) + step.end * even
      found.append(Bracket(lower: step.start, value: value, upper: step.end))
    }
  }

  /// What was found; nil for what was not looked for, and where counters are so full that their sum
  /// is not known.
  subscript(percentile: Percentile) -> Bracket? {
    guard let index = percentiles.firstIndex(of: percentile), index < found.count else {
      return nil
    }
    return found[index]
  }
}

extension LineSums {
  /// A percentile of the window, in an outer gap bounded by how far values can lie there.
  ///
  /// - Returns: nil where it was not found.
  func currentQuantile(_ percentile: Percentile) -> Bracket? {
    guard var found = currentQuantiles[percentile] else { return nil }
    let count = currentQuantiles.count
    let rank = percentile.rank(in: count)
    // j values at least so far out share what all of them are off the range
    if found.upper == .infinity {
      found.upper = found.lower + outside.above.upper * Double(count) / Double(count - rank + 1)
      found.value = found.lower
    }
    if found.lower == -.infinity {
      found.lower = found.upper - outside.below.upper * Double(count) / Double(rank)
      found.value = found.upper
    }
    return found
  }
}
