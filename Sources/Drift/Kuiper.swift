internal import RealModule

/// Kuiper's statistic V = sup (F − G) + sup (G − F): as sensitive in the tails as in the middle.
///
/// N. H. Kuiper, "Tests concerning random points on a circle", 1960; the p-value is M. A. Stephens'
/// (J. Royal Stat. Soc. B 32, 1970), too large with ties.
public enum Kuiper {
  /// The statistic of a field and its p-value.
  ///
  /// - Returns: `value` 0 ... 1; nil for a categorical field and when either side is empty.
  public static func measure(_ comparison: FieldComparison) -> Measurement {
    guard let line = comparison.line else { return Measurement(nil) }
    // each direction may be off by the bound of the distance
    let bound = 2 * line.distanceBound
    let value = line.supremum.span
    var measurement = line.measurement(\.span, bound: bound)
    let (m, n) = (Double(line.totals.reference), Double(line.totals.current))
    measurement.note(tail(max(0, value - bound), size: m * n / (m + n)), method: "asymptotic")
    return measurement
  }

  /// Q(λ) = 2 Σ (4 j² λ² − 1) exp(−2 j² λ²) at λ = (√ne + 0.155 + 0.24 / √ne) V.
  static func tail(_ value: Double, size: Double) -> TailProbability {
    let root = size.squareRoot()
    let scaled = (root + 0.155 + 0.24 / root) * value
    let square = scaled * scaled
    // below this the sum is 1 to the last digit and its terms cancel
    guard scaled > 0.4 else { return .one }
    var sum = 0.0
    for j in 1...20 as ClosedRange<Int> {
      let index = Double(j * j)
      // relative to the first exponential, which may underflow
      sum += (4 * index * square - 1) * .exp(-2 * (index - 1) * square)
    }
    return TailProbability(logarithm: .log(2 * sum) - 2 * square)
  }
}
