internal import RealModule

/// The Jensen–Shannon distance: the square root of the divergence to the mean of both.
///
/// A metric (Endres and Schindelin, IEEE Trans. Inf. Theory 49, 2003), needs no smoothing. Equals
/// `scipy.spatial.distance.jensenshannon(p, q, base=2)`.
public enum JensenShannon {
  /// The distance over bins, in base 2.
  ///
  /// Small distances keep all their digits: the divergence is summed as
  /// m (ln(1 − d²) + 2 d artanh d) with d = (p − q) / (p + q), where nothing of first order
  /// cancels.
  ///
  /// - Parameters:
  ///   - reference: Counts by bin.
  ///   - current: Counts by the same bins.
  /// - Returns: 0 ... 1; nil when either side has no values.
  /// - Complexity: O(bins).
  public static func distance(reference: [UInt64], current: [UInt64]) -> Double? {
    divergence(reference: reference, current: current)?.squareRoot()
  }

  /// The divergence over bins, in base 2: the square of the distance.
  static func divergence(reference: [UInt64], current: [UInt64]) -> Double? {
    guard let shares = Shares(reference: reference, current: current) else { return nil }
    let twice = shares.sum { p, q in
      guard p != q else { return 0 }
      let d = abs(p - q) / (p + q)
      let gain =
        d < 0.5
        ? Double.log(onePlus: -d * d) + 2 * d * .atanh(d)
        : (1 + d) * .log(1 + d) + (d < 1 ? (1 - d) * .log(1 - d) : 0)
      return (p + q) / 2 * gain
    }
    return min(1, twice / 2 / .log(2))
  }

  /// The distance of a field.
  public static func measure(_ comparison: FieldComparison) -> Measurement {
    Measurement(
      distance(reference: comparison.referenceBins, current: comparison.currentBins)
    )
  }

  /// The divergence of a field.
  public static func measureDivergence(_ comparison: FieldComparison) -> Measurement {
    Measurement(
      divergence(reference: comparison.referenceBins, current: comparison.currentBins)
    )
  }
}
