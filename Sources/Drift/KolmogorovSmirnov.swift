internal import RealModule

/// The two-sample Kolmogorov–Smirnov distance sup |F − G|, and its p-value.
public enum KolmogorovSmirnov {
  /// The distance of a field and its two-sided p-value.
  ///
  /// The p-value is that of the distance less its bound, so that a compressed reference errs on the
  /// quiet side. Without one it is exact for few values without ties (with ties it is too large,
  /// never too small), beyond that asymptotic: both as `scipy.stats.ks_2samp` does. Of two windows
  /// the distance is the one that is certain, and the p-value is that of it.
  ///
  /// - Returns: `value` nil for a categorical field and when either side is empty.
  public static func measure(_ comparison: FieldComparison) -> Measurement {
    guard let line = comparison.line, let distance = comparison.distance else {
      return Measurement(nil)
    }
    let (m, n) = (comparison.referenceCount, comparison.currentCount)
    guard m > 0, n > 0 else { return Measurement(nil) }
    var measurement = line.measurement(\.largest, bound: comparison.distanceBound)
    let conservative = max(0, distance - comparison.distanceBound)
    if comparison.distanceBound == 0, isExact(m, n, comparison.purpose),
      let tail = exactTail(distance: distance, Int(m), Int(n))
    {
      measurement.note(tail, method: "exact")
    } else {
      let tail = asymptoticTail(distance: conservative, m, n, comparison.purpose)
      measurement.note(tail, method: "asymptotic")
    }
    return measurement
  }

  /// Whether the p-value is exact: up to scipy's 10,000 values a side, in windows up to 10⁶ pairs.
  private static func isExact(
    _ m: UInt64,
    _ n: UInt64,
    _ purpose: FieldComparison.Purpose
  ) -> Bool {
    max(m, n) <= 10_000 && (purpose == .report || m * n <= 1_000_000)
  }

  /// The one-sample law at the effective size n m / (n + m), rounded.
  ///
  /// No distance of two samples is less probable than that of separated ones, 2 n! m! / (n + m)!;
  /// the one-sample law knows nothing of that, so it is held above it. That also keeps the
  /// logarithm finite at a distance of 1.
  static func asymptoticTail(
    distance: Double,
    _ m: UInt64,
    _ n: UInt64,
    _ purpose: FieldComparison.Purpose = .report
  ) -> TailProbability {
    let (left, right) = (Double(m), Double(n))
    let size = max(1, (left * right / (left + right)).rounded(.toNearestOrEven))
    let limit = purpose == .window ? 500 : 100_000.0
    let tail = KolmogorovDistribution.tail(distance, count: size, matrixLimit: limit)
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
