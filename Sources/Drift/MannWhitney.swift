internal import RealModule

/// Sums over all pairs of a reference and a window value, and over ties.
struct RankSums: Equatable {
  /// Twice the pairs in which the window's value is larger, and once those where both are equal.
  var twiceWins: UInt128 = 0
  /// Pairs whose order cannot be known: both values lie in one gap.
  var unknownPairs: UInt128 = 0
  /// Σ (t³ − t) over the t equal values of each point.
  var ties: UInt128 = 0
  /// The same over each gap, as if all values in it were equal.
  var possibleTies: UInt128 = 0

  /// Takes in a step.
  mutating func add(_ step: LineStep) {
    let (r, c) = (UInt128(step.here.reference), UInt128(step.here.current))
    twiceWins &+= c &* (2 &* UInt128(step.before.reference) &+ r)
    let together = r &+ c
    let cubes = together > 1 ? together &* (together &* together &- 1) : 0
    if step.isPoint {
      ties &+= cubes
    } else {
      unknownPairs &+= r &* c
      possibleTies &+= cubes
    }
  }
}

/// The Mann–Whitney–Wilcoxon rank-sum test, two-sided, and the AUC.
///
/// H. B. Mann and D. R. Whitney, Ann. Math. Stat. 18 (1947); normal approximation with the
/// correction for ties and for continuity, as `scipy.stats.mannwhitneyu(current, reference,
/// method='asymptotic')`.
public enum MannWhitney {
  /// The AUC: how often a window's value is above one of the reference, equal ones counted half.
  ///
  /// The p-value is the largest one that the ties off the points and the pairs within gaps of a
  /// compressed reference leave possible; `leastPValue` is the smallest.
  ///
  /// - Returns: `value` 0 ... 1, 0.5 without a shift; nil for a categorical field and when either
  ///   side is empty.
  public static func measure(_ comparison: FieldComparison) -> Measurement {
    guard let line = comparison.line, let sums = line.sums?.ranks else { return Measurement(nil) }
    let (m, n) = (Double(line.totals.reference), Double(line.totals.current))
    let pairs = m * n
    var measurement = Measurement(Double(sums.twiceWins) / 2 / pairs)
    let unknown = Double(sums.unknownPairs) / 2
    measurement.bound = unknown / pairs
    let product = Int128(line.totals.reference) &* Int128(line.totals.current)
    let excess = abs(Double(Int128(truncatingIfNeeded: sums.twiceWins) &- product)) / 2
    let size = m + n
    func tail(_ excess: Double, ties: UInt128) -> TailProbability {
      let correction = Double(ties) / (size * (size - 1))
      let variance = pairs / 12 * (size + 1 - correction)
      let shift = excess - 0.5
      guard shift > 0, variance > 0 else { return .one }
      return SpecialFunctions.chiSquaredTail(shift * shift / variance, degreesOfFreedom: 1)
    }
    measurement.note(tail(excess - unknown, ties: sums.ties), method: "asymptotic")
    if sums.possibleTies > 0 {
      let most = sums.ties &+ sums.possibleTies
      measurement.leastPValue = tail(excess + unknown, ties: most).value
    }
    return measurement
  }
}
