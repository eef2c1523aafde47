internal import RealModule

/// The population stability index: the symmetric Kullback–Leibler divergence over bins.
///
/// Half a value is added to every bin on both sides (Jeffreys' prior), so that an empty bin gives a
/// finite number that does not depend on an invented epsilon.
/// Law without drift: (1/n + 1/m) χ² with B − 1 degrees of freedom (Yurdakul, "Statistical
/// properties of population stability index", 2018). It needs some values in every bin, so the
/// p-value is that of the index over the bins of `ChiSquared`, small ones put together: over all
/// of them, 5,000 values of 1,000 categories that the reference holds once each had p < 0.001
/// always. And a whole value is added to each of those: with half a one the index grows faster than
/// the law allows where a bin is nearly empty (50 values in five equal bins: 0.16 % at p < 0.001).
public enum PopulationStability {
  /// Σ (q − p) ln(q / p) with p, q = (c + ½) / (n + B/2), natural logarithm.
  ///
  /// - Parameters:
  ///   - reference: Counts by bin.
  ///   - current: Counts by the same bins.
  /// - Returns: Not negative; nil when either side has no values.
  /// - Complexity: O(bins).
  public static func value(reference: [UInt64], current: [UInt64]) -> Double? {
    value(reference, current, prior: 0.5)
  }

  private static func value(
    _ reference: [UInt64],
    _ current: [UInt64],
    prior: Double
  ) -> Double? {
    Shares(reference: reference, current: current, prior: prior)?.sum { p, q in
      (q - p) * .log(q / p)
    }
  }

  /// The index's average without any drift: (B − 1) (1/n + 1/m).
  public static func expectation(
    bins: Int,
    referenceCount: UInt64,
    currentCount: UInt64
  ) -> Double {
    Double(bins - 1) * (1 / Double(referenceCount) + 1 / Double(currentCount))
  }

  /// The index of a field, its expectation and its p-value by the chi-squared law.
  public static func measure(_ comparison: FieldComparison) -> Measurement {
    let (reference, current) = (comparison.referenceBins, comparison.currentBins)
    var measurement = Measurement(value(reference: reference, current: current))
    guard
      let variance = Shares(reference: reference, current: current)?.variance,
      let table = ContingencyTable(comparison)?.regrouped
    else { return measurement }
    measurement.expectation = expectation(
      bins: reference.count,
      referenceCount: comparison.referenceCount,
      currentCount: comparison.currentCount
    )
    let index = value(table.bins.map(\.reference), table.bins.map(\.current), prior: 1)
    table.note((index ?? 0) / variance, in: &measurement)
    return measurement
  }
}
