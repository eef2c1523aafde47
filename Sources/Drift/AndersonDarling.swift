internal import RealModule
internal import Sketches

/// The sum of the Anderson–Darling statistic over the distinct values.
struct TailSquares: Equatable {
  private var sum = CompensatedSum<Double>()
  /// Whether the order of all values is known.
  private var isExact = true
  /// Whether there are two different values.
  private var varies = false

  /// Takes in a step: l (m n (F − G))² / (B (N − B) − N l / 4), ties at the middle of their ranks.
  mutating func add(_ step: LineStep) {
    guard isExact else { return }
    let (r, c) = (Double(step.here.reference), Double(step.here.current))
    let together = r + c
    if !step.isPoint && together > 1 { isExact = false }
    let difference = (step.lead &+ step.nextLead).double
    let size = Double(step.totals.reference) + Double(step.totals.current)
    let twiceRank = 2 * (Double(step.before.reference) + Double(step.before.current)) + together
    let weight = twiceRank * (2 * size - twiceRank) - size * together
    // all values equal: there is nothing to weigh
    guard weight > 0 else { return }
    varies = true
    sum.add(together * difference * difference / weight)
  }

  /// A² of two samples; nil where the order of the values is not known.
  func statistic(_ totals: PairCount) -> Double? {
    let (m, n) = (Double(totals.reference), Double(totals.current))
    let size = m + n
    guard isExact, varies, size > 3 else { return nil }
    return sum.value / size * (1 / m + 1 / n) * ((size - 1) / size)
  }
}

/// The two-sample Anderson–Darling test: like Cramér–von Mises, weighted towards the tails.
///
/// F. W. Scholz and M. A. Stephens, "K-sample Anderson–Darling tests", J. Am. Stat. Assoc. 82
/// (1987), with their midranks; as `scipy.stats.anderson_ksamp([reference, current])`.
public enum AndersonDarling {
  /// The standardized statistic and its p-value, interpolated in their table from 0.001 to 0.25.
  ///
  /// - Returns: `value` nil for a categorical field, for fewer than 4 values or equal ones only,
  ///   and where the order of the values is not known: over a compressed reference, or with several
  ///   values in one gap.
  public static func measure(_ comparison: FieldComparison) -> Measurement {
    guard let line = comparison.line, let square = line.sums?.tailSquares.statistic(line.totals)
    else { return Measurement(nil) }
    let variance = variance(line.totals)
    guard variance > 0 else { return Measurement(nil) }
    let value = (square - 1) / variance.squareRoot()
    var measurement = Measurement(value)
    measurement.note(tail(value), method: "interpolated")
    return measurement
  }

  /// The quadratic through Scholz and Stephens' table 1 for two samples, in ln p, as scipy fits it.
  static func tail(_ value: Double) -> TailProbability {
    if value < 0.325 { return TailProbability(0.25) }
    if value > 6.546 { return TailProbability(0.001) }
    // numpy.polyfit(critical, log(significance), 2)
    let slope = 0.018_198_094_574_111_343 * value - 1.008_226_564_465_251_5
    return TailProbability(logarithm: slope * value - 1.077_770_279_820_486)
  }

  /// Scholz and Stephens' variance of A², with harmonic sums in closed form.
  private static func variance(_ totals: PairCount) -> Double {
    let (m, n) = (Double(totals.reference), Double(totals.current))
    let size = m + n
    let inverse = 1 / m + 1 / n
    let whole = harmonic(size)
    // Σ 1/j, and Σ Σ 1/((N − i) j): by Σ H(N − j)/j = H(N)² − H₂(N)
    let h = whole - 1 / size
    let g = harmonicSquares(size) - (2 * whole - 1 / size) / size
    let a = (4 * g - 6) + (10 - 6 * g) * inverse
    let b = 4 * (2 * g - 4) + 16 * h + (2 * g - 14 * h - 4) * inverse - 8 * h + 4 * g - 6
    let c = 4 * (6 * h + 2 * g - 2) + 2 * (4 * h - 4 * g + 6) + (2 * h - 6) * inverse + 4 * h
    let d = 4 * (2 * h + 6) - 8 * h
    let polynomial = ((a * size + b) * size + c) * size + d
    return polynomial / ((size - 1) * (size - 2) * (size - 3))
  }

  /// Σ 1/k to a whole number.
  private static func harmonic(_ n: Double) -> Double {
    if n < 64 { return stride(from: n, to: 0, by: -1).reduce(0) { $0 + 1 / $1 } }
    let square = 1 / (n * n)
    let tail = (1.0 / 12 - (1.0 / 120 - square / 252) * square) * square
    return .log(n) + 0.577_215_664_901_532_9 + 1 / (2 * n) - tail
  }

  /// Σ 1/k² to a whole number.
  private static func harmonicSquares(_ n: Double) -> Double {
    if n < 64 { return stride(from: n, to: 0, by: -1).reduce(0) { $0 + 1 / ($1 * $1) } }
    let square = 1 / (n * n)
    let tail = (1.0 / 6 - (1.0 / 30 - square / 42) * square) * square / n
    return .pi * .pi / 6 - 1 / n + square / 2 - tail
  }
}
