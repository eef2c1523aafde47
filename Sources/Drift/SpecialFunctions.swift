internal import RealModule

/// The distribution functions that p-values and bounds need and swift-numerics does not have.
///
/// Own code rather than Boost.Math: what is needed is the incomplete gamma and beta functions, one
/// quantile and Stirling's remainder, and logarithms of tails far below the smallest double, which
/// Boost does not offer. Golden against mpmath: logarithms of tails to 1e-13, relative.
public enum SpecialFunctions {
  /// Regularized upper incomplete gamma function Q(a, x) = Γ(a, x) / Γ(a).
  ///
  /// The series of P(a, x) below x = a + 1, Lentz's continued fraction above (Press et al.,
  /// Numerical Recipes 6.2), both times Loader's prefactor, which does not cancel for large a.
  ///
  /// - Parameters:
  ///   - a: Positive, at most about 10⁶ (half the degrees of freedom).
  ///   - x: Not negative.
  /// - Returns: 1 at x = 0, falling to 0.
  /// - Complexity: O(√a) near x = a, less elsewhere.
  public static func upperGamma(_ a: Double, _ x: Double) -> TailProbability {
    precondition(a > 0 && x >= 0, "incomplete gamma function of \(a), \(x)")
    if x == 0 { return .one }
    if x == .infinity { return TailProbability(logarithm: -.infinity) }
    let logFactor = -stirlingError(a) - deviance(a, from: x) - .log(2 * .pi * a) / 2
    guard x >= a + 1 else {
      return TailProbability(complementOf: .exp(logFactor) * lowerSeries(a, x))
    }
    return TailProbability(logarithm: logFactor + .log(a) + .log(upperFraction(a, x)))
  }

  /// Probability that a chi-squared variable is at least `x`.
  ///
  /// - Parameters:
  ///   - x: Not negative.
  ///   - degreesOfFreedom: 0 gives the variable that is always 0.
  /// - Returns: 1 at x = 0, falling to 0.
  public static func chiSquaredTail(_ x: Double, degreesOfFreedom: Int) -> TailProbability {
    precondition(degreesOfFreedom >= 0, "\(degreesOfFreedom) degrees of freedom")
    guard degreesOfFreedom > 0 else {
      return x > 0 ? TailProbability(logarithm: -.infinity) : .one
    }
    return upperGamma(Double(degreesOfFreedom) / 2, x / 2)
  }

  /// What Stirling's formula leaves of ln Γ(x + 1).
  ///
  /// ln Γ(x + 1) − (x + ½) ln x + x − ½ ln 2π; the asymptotic series from 16 on.
  static func stirlingError(_ x: Double) -> Double {
    guard x >= 16 else {
      return .logGamma(x + 1) - (x + 0.5) * .log(x) + x - .log(2 * .pi) / 2
    }
    let square = x * x
    let tail = 1.0 / 1260 - (1.0 / 1680 - (1.0 / 1188 - 691.0 / 360_360 / square) / square) / square
    return (1.0 / 12 - (1.0 / 360 - tail / square) / square) / x
  }

  /// x ln(x / mean) + mean − x without cancellation near x = mean.
  ///
  /// Source: C. Loader, "Fast and accurate computation of binomial probabilities", 2000.
  static func deviance(_ x: Double, from mean: Double) -> Double {
    guard abs(x - mean) < 0.1 * (x + mean) else { return x * .log(x / mean) + mean - x }
    let ratio = (x - mean) / (x + mean)
    let square = ratio * ratio
    var sum = (x - mean) * ratio
    var term = 2 * x * ratio
    var divisor = 1.0
    while true {
      term *= square
      divisor += 2
      let next = sum + term / divisor
      if next == sum { return sum }
      sum = next
    }
  }

  /// Σ xᵏ / ((a + 1) … (a + k)): P(a, x) over its prefactor.
  private static func lowerSeries(_ a: Double, _ x: Double) -> Double {
    var term = 1.0
    var sum = 1.0
    var divisor = a
    while term > sum * 0x1p-54 {
      divisor += 1
      term *= x / divisor
      sum += term
    }
    return sum
  }

  /// Γ(a, x) / (xᵃ e⁻ˣ) by the modified Lentz algorithm; its denominators stay positive here.
  private static func upperFraction(_ a: Double, _ x: Double) -> Double {
    var denominator = x + 1 - a
    var c = Double.greatestFiniteMagnitude
    var d = 1 / denominator
    var fraction = d
    var index = 0.0
    while true {
      index += 1
      let numerator = -index * (index - a)
      denominator += 2
      d = 1 / (numerator * d + denominator)
      c = denominator + numerator / c
      let factor = c * d
      fraction *= factor
      if abs(factor - 1) < 0x1p-52 || index > 1e6 { return fraction }
    }
  }
}
