internal import RealModule

/// The law of the one-sided Kolmogorov–Smirnov statistic for a finite sample.
///
/// N. V. Smirnov's sum, 1944: P(D⁺ ≥ x) = x Σ C(n, j) (x + j/n)^(j−1) (1 − x − j/n)^(n−j) over
/// 0 ≤ j < n (1 − x). With t = n x every term is a binomial probability times t / (j + t), so
/// Loader's form of that probability gives each to full precision whatever n.
///
/// Relative error below 1e-12 of the probability down to 1e-300, of its logarithm below.
enum SmirnovDistribution {
  /// Logarithm of the probability that the distance is at least `x`.
  ///
  /// The terms have one peak. They are summed from there outwards until they no longer count; where
  /// the peak is wide, only every k-th: the trapezoidal rule, whose error on such smooth, vanishing
  /// functions falls faster than any power of the step.
  ///
  /// - Parameters:
  ///   - x: 0 < x < 1, and count · x² at least about 2.
  ///   - count: Sample size, a whole number.
  /// - Returns: Below 0.
  /// - Complexity: about 1,000 terms at most, for any count.
  static func logTail(_ x: Double, count: Double) -> Double {
    let t = count * x
    let last = (count - t).rounded(.up) - 1
    let peak = mode(count, t, last: last).rounded()
    let stride = max(1, (width(at: max(peak, 1), count, t) / 32).rounded(.down))
    let height = logTerm(peak, count, t)
    var sum = 1.0
    for direction in [stride, -stride] {
      var j = peak + direction
      while j >= 0, j <= last {
        let term = Double.exp(logTerm(j, count, t) - height)
        sum += term
        if term < 1e-18 * sum { break }
        j += direction
      }
    }
    return height + .log(sum * stride)
  }

  private static func logTerm(_ j: Double, _ count: Double, _ t: Double) -> Double {
    guard j > 0 else { return count * .log(onePlus: -t / count) }
    let k = count - j
    let remainder =
      SpecialFunctions.stirlingError(count) - SpecialFunctions.stirlingError(j)
      - SpecialFunctions.stirlingError(k)
    let exponent =
      SpecialFunctions.deviance(j, from: j + t) + SpecialFunctions.deviance(k, from: k - t)
    return remainder - exponent + .log(count / (2 * .pi * j * k)) / 2 - .log(onePlus: j / t)
  }

  /// Where the exponent of the terms is smallest; it is convex.
  private static func mode(_ count: Double, _ t: Double, last: Double) -> Double {
    var (lower, upper) = (0.0, last)
    while upper - lower > 0.5 {
      let j = (lower + upper) / 2
      let k = count - j
      let slope = .log(j / (j + t)) + t / (j + t) - .log(k / (k - t)) + t / (k - t)
      if slope < 0 { lower = j } else { upper = j }
    }
    return (lower + upper) / 2
  }

  /// Standard deviation of the normal curve with the terms' curvature at `j`.
  private static func width(at j: Double, _ count: Double, _ t: Double) -> Double {
    let k = count - j
    let curvature = 1 / (j * (j + t) * (j + t)) + 1 / (k * (k - t) * (k - t))
    return 1 / (t * curvature.squareRoot())
  }
}
