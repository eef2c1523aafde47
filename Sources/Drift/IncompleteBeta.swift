internal import RealModule

extension SpecialFunctions {
  /// Regularized incomplete beta function I_x(a, b).
  ///
  /// Lentz's continued fraction (Press et al., Numerical Recipes 6.4) times Loader's prefactor,
  /// which does not cancel for large a or b.
  ///
  /// - Parameters:
  ///   - a: Positive.
  ///   - b: Positive.
  ///   - x: 0 ... 1.
  ///   - y: 1 − x, to all its digits.
  /// - Returns: 0 at x = 0, rising to 1.
  /// - Complexity: O(√max(a, b)).
  static func incompleteBeta(_ a: Double, _ b: Double, x: Double, y: Double) -> TailProbability {
    precondition(a > 0 && b > 0 && x >= 0 && y >= 0, "incomplete beta of \(a), \(b), \(x)")
    if y == 0 { return .one }
    if x == 0 { return TailProbability(logarithm: -.infinity) }
    let sum = a + b
    let remainder = stirlingError(sum) - stirlingError(a) - stirlingError(b)
    let logFactor =
      remainder - deviance(a, from: sum * x) - deviance(b, from: sum * y)
      - .log(2 * .pi * sum / a / b) / 2
    if x <= (a + 1) / (sum + 2) {
      return TailProbability(logarithm: logFactor - .log(a) + .log(betaFraction(a, b, x)))
    }
    return TailProbability(complementOf: .exp(logFactor) * betaFraction(b, a, y) / b)
  }

  /// Probability that |T| is at least |t|, T of Student's law.
  ///
  /// - Parameters:
  ///   - t: Any number.
  ///   - degreesOfFreedom: Positive, need not be whole.
  /// - Returns: 1 at t = 0.
  public static func studentTails(_ t: Double, degreesOfFreedom: Double) -> TailProbability {
    let ratio = t / degreesOfFreedom.squareRoot()
    let square = ratio * ratio
    guard square.isFinite else { return TailProbability(logarithm: -.infinity) }
    let (x, y) = (1 / (1 + square), square / (1 + square))
    return incompleteBeta(degreesOfFreedom / 2, 0.5, x: x, y: y)
  }

  /// a B(a, b) I_x(a, b) / (xᵃ yᵇ), by the modified Lentz algorithm.
  private static func betaFraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    let tiny = 0x1p-1000
    func inverse(_ number: Double) -> Double { 1 / (abs(number) < tiny ? tiny : number) }
    var c = 1.0
    var d = inverse(1 - (a + b) * x / (a + 1))
    var fraction = d
    for index in 1...1_000_000 as ClosedRange<Int> {
      let m = Double(index)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      var factor = 1.0
      for numerator in [even, odd] {
        d = inverse(1 + numerator * d)
        c = 1 + numerator / c
        if abs(c) < tiny { c = tiny }
        factor = c * d
        fraction *= factor
      }
      if abs(factor - 1) < 0x1p-52 { break }
    }
    return fraction
  }
}
