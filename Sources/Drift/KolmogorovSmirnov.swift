internal import RealModule

/// The two-sample Kolmogorov–Smirnov distance sup |F − G|, and its p-value.
public enum KolmogorovSmirnov {
  /// Largest difference of two distribution functions given by counts in cells along the line.
  ///
  /// Even cells are gaps, odd cells single points. Inside a gap the reference is taken half-way
  /// between its ends, which is exact where the gap holds no reference value, and otherwise off by
  /// at most half the gap's mass: the bound a profile stores. The window's function is monotone,
  /// so its two values at the gap's ends decide.
  ///
  /// - Parameters:
  ///   - cells: Reference and current count of each cell, from left to right, gap first.
  ///   - referenceTotal: Sum of the reference counts.
  ///   - currentTotal: Sum of the current counts.
  /// - Returns: 0 ... 1, or nil when one side is empty.
  /// - Complexity: O(cells), constant memory.
  public static func distance(
    _ cells: some Sequence<(reference: UInt64, current: UInt64)>,
    referenceTotal: UInt64,
    currentTotal: UInt64
  ) -> Double? {
    guard referenceTotal > 0, currentTotal > 0 else { return nil }
    let (m, n) = (Double(referenceTotal), Double(currentTotal))
    var (referenceRank, currentRank): (UInt64, UInt64) = (0, 0)
    var isGap = true
    var largest = 0.0
    for (reference, current) in cells {
      if isGap {
        let middle = (Double(referenceRank) + Double(reference) / 2) / m
        let before = Double(currentRank) / n
        let after = Double(currentRank + current) / n
        largest = max(largest, abs(middle - before), abs(middle - after))
      }
      referenceRank += reference
      currentRank += current
      if !isGap {
        largest = max(largest, abs(Double(referenceRank) / m - Double(currentRank) / n))
      }
      isGap.toggle()
    }
    return largest
  }

  /// The distance of a field and its two-sided p-value.
  ///
  /// The p-value is that of the distance less its bound, so that a compressed reference errs on the
  /// quiet side. Without a bound and up to 10,000 values a side it is exact for data without ties
  /// (with ties it is too large, never too small), beyond that asymptotic: both as
  /// `scipy.stats.ks_2samp` does.
  ///
  /// - Returns: `value` nil for a categorical field and when either side is empty.
  public static func measure(_ comparison: FieldComparison) -> Measurement {
    guard let distance = comparison.distance else { return Measurement(nil) }
    let (m, n) = (comparison.referenceCount, comparison.currentCount)
    guard m > 0, n > 0 else { return Measurement(nil) }
    var measurement = Measurement(distance)
    measurement.bound = comparison.distanceBound
    let conservative = max(0, distance - comparison.distanceBound)
    if comparison.distanceBound == 0, max(m, n) <= exactLimit,
      let tail = exactTail(distance: distance, Int(m), Int(n))
    {
      measurement.note(tail, method: "exact")
    } else {
      measurement.note(asymptoticTail(distance: conservative, m, n), method: "asymptotic")
    }
    return measurement
  }

  /// Values a side up to which the p-value is exact.
  static let exactLimit: UInt64 = 10_000

  /// The one-sample law at the effective size n m / (n + m), rounded.
  ///
  /// No distance of two samples is less probable than that of separated ones, 2 n! m! / (n + m)!;
  /// the one-sample law knows nothing of that, so it is held above it. That also keeps the
  /// logarithm finite at a distance of 1.
  static func asymptoticTail(distance: Double, _ m: UInt64, _ n: UInt64) -> TailProbability {
    let (left, right) = (Double(m), Double(n))
    let size = max(1, (left * right / (left + right)).rounded(.toNearestOrEven))
    let tail = KolmogorovDistribution.tail(distance, count: size)
    let separated: Double = .log(2) - logBinomial(left + right, right)
    return tail.logarithm < separated ? TailProbability(logarithm: separated) : tail
  }

  /// Logarithm of the number of ways to choose k of n.
  ///
  /// By Stirling's formula with its remainder: differences of ln Γ would lose what n has digits.
  static func logBinomial(_ n: Double, _ k: Double) -> Double {
    let rest = n - k
    guard k > 0, rest > 0 else { return 0 }
    let remainder =
      SpecialFunctions.stirlingError(n) - SpecialFunctions.stirlingError(k)
      - SpecialFunctions.stirlingError(rest)
    return remainder + k * .log(n / k) + rest * .log(n / rest)
      + .log(n / (2 * .pi * k * rest)) / 2
  }
}
