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

  /// Percentiles that are looked for on every pass.
  static let percentiles: [UInt64] = [1, 5, 10, 25, 50, 75, 90, 95, 99]

  /// Their names, as rules write them: `p1` … `p99`.
  public static let names = percentiles.map { "p\($0)" }

  /// The percentile of one of the names.
  static func percentile(named name: String) -> UInt64? {
    names.firstIndex(of: name).map { percentiles[$0] }
  }

  /// The name of the median.
  public static let median = "p50"

  /// A percentile of the window: the value itself at a point, else the gap that holds it.
  ///
  /// As `numpy.quantile(current, p, method='inverted_cdf')`. Outside the reference's range the
  /// window's moments bound it, by Chebyshev's argument.
  ///
  /// - Parameters:
  ///   - name: One of `names`; nil is the median.
  ///   - comparison: A field.
  /// - Returns: `value` with both its ends; nil for a categorical field, and when either side is
  ///   empty.
  public static func measure(_ name: String?, _ comparison: FieldComparison) -> Measurement {
    guard let index = names.firstIndex(of: name ?? median),
      let found = comparison.line?.sums?.currentQuantile(index)
    else { return Measurement(nil) }
    return Measurement(found)
  }
}

/// Where the values of certain ranks lie, found in one pass.
struct QuantileSearch: Equatable {
  /// The ranks, counted from 1, increasing.
  let ranks: [UInt64]
  /// What was found so far, in the order of the ranks; −∞ and ∞ are ends of outer gaps.
  private(set) var found: [Bracket] = []
  /// Values of this side.
  let count: UInt64

  /// Looks for the percentiles of so many values.
  init(count: UInt64) {
    self.count = count
    ranks = Quantile.percentiles.map { Quantile.rank($0, of: 100, in: count) }
  }

  /// Takes in a step that holds some values of this side.
  mutating func add(_ step: LineStep, before: UInt64, here: UInt64) {
    while found.count < ranks.count, ranks[found.count] <= before &+ here {
      let rank = ranks[found.count]
      let even = (Double(rank) - Double(before) - 0.5) / Double(here)
      let width = step.isOuter ? 0 : step.end - step.start
      let start = step.start == -.infinity ? step.end : step.start
      found.append(Bracket(lower: step.start, value: start + width * even, upper: step.end))
    }
  }

  /// Values that are at least as far to the right, or to the left, as the one of this rank.
  func reach(_ index: Int) -> (right: Double, left: Double) {
    (Double(count - ranks[index] + 1), Double(ranks[index]))
  }
}

extension LineSums {
  /// A percentile of the window, in an outer gap bounded by how far values can lie there.
  ///
  /// - Returns: nil where counters are so full that their sum is not known.
  func currentQuantile(_ index: Int) -> Bracket? {
    guard index < currentQuantiles.found.count else { return nil }
    var found = currentQuantiles.found[index]
    let count = Double(currentQuantiles.count)
    let reach = currentQuantiles.reach(index)
    // j values at least so far out share what all of them are off the range
    if found.upper == .infinity {
      found.upper = found.lower + outside.above.upper * count / reach.right
      found.value = found.lower
    }
    if found.lower == -.infinity {
      found.lower = found.upper - outside.below.upper * count / reach.left
      found.value = found.upper
    }
    return found
  }
}
