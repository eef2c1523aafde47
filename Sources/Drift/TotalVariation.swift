/// The total variation distance: the largest difference of probability of any set of bins.
public enum TotalVariation {
  /// Half the sum of the absolute differences of the shares.
  ///
  /// - Parameters:
  ///   - reference: Counts by bin.
  ///   - current: Counts by the same bins.
  /// - Returns: 0 ... 1; nil when either side has no values.
  /// - Complexity: O(bins).
  public static func distance(reference: [UInt64], current: [UInt64]) -> Double? {
    guard let shares = Shares(reference: reference, current: current) else { return nil }
    return min(1, shares.sum { abs($0 - $1) } / 2)
  }

  /// The distance of a field.
  public static func measure(_ comparison: FieldComparison) -> Measurement {
    Measurement(
      distance(reference: comparison.referenceBins, current: comparison.currentBins)
    )
  }
}
