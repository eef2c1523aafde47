internal import Sketches

/// Σ (m n (F − G))² over all values of both sides, just before and at each, halved.
struct SquaredDifferences: Equatable {
  private var least = CompensatedSum<Double>()
  private var most = CompensatedSum<Double>()
  /// Whether the ranks of all reference values are known.
  private var isExact = true

  /// Takes in a step.
  ///
  /// In a gap F − G falls evenly when all values differ, and jumps once when all are equal; it is a
  /// sum of a convex function by trapezoids, so anything between lies between.
  mutating func add(_ step: LineStep) {
    guard isExact else { return }
    let together = Double(step.here.reference) + Double(step.here.current)
    let (start, end) = (step.lead.double, step.nextLead.double)
    let jump = together * (start * start + end * end) / 2
    most.add(jump)
    guard !step.isPoint else { return least.add(jump) }
    if step.here.reference > 0 { isExact = false }
    let change = (start - end) / together
    let even = (start * start + start * end + end * end) / 3 + change * change / 6
    least.add(together * even)
  }

  /// The statistic; its upper end is that of all values of a gap being equal.
  ///
  /// - Returns: nil over a compressed reference.
  func statistic(_ totals: PairCount) -> Bracket? {
    guard isExact else { return nil }
    let (m, n) = (Double(totals.reference), Double(totals.current))
    func scaled(_ sum: CompensatedSum<Double>) -> Double {
      sum.value / (m * n) / ((m + n) * (m + n))
    }
    let lower = scaled(least)
    return Bracket(lower: lower, value: lower, upper: max(lower, scaled(most)))
  }
}

/// The two-sample Cramér–von Mises test: the mean squared distance of the distribution functions.
///
/// T. W. Anderson, Ann. Math. Stat. 33 (1962): T = m n / N² Σ (F − G)². Without ties it is
/// `scipy.stats.cramervonmises_2samp(reference, current, method='asymptotic')`. With ties F − G is
/// taken before and at each value, so that samples that are equal are at 0; scipy's middle ranks
/// find two equal constants different at p = 10⁻¹⁰.
public enum CramerVonMises {
  /// T and its p-value by the limiting law; the p-value is that of the lower end.
  ///
  /// - Returns: `value` nil for a categorical field, a compressed reference, and an empty side.
  public static func measure(_ comparison: FieldComparison) -> Measurement {
    guard let line = comparison.line, let statistic = line.sums?.squares.statistic(line.totals)
    else { return Measurement(nil) }
    var measurement = Measurement(statistic)
    let (m, n) = (Double(line.totals.reference), Double(line.totals.current))
    let (size, product) = (m + n, m * n)
    let mean = (1 + 1 / size) / 6
    let variance =
      (size + 1) * (4 * product * size - 3 * (m * m + n * n) - 2 * product)
      / (45 * size * size * 4 * product)
    guard variance > 0 else { return measurement }
    let scaled = 1.0 / 6 + (statistic.lower - mean) / (45 * variance).squareRoot()
    measurement.note(CramerVonMisesDistribution.tail(scaled), method: "asymptotic")
    return measurement
  }
}
