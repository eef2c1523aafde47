internal import RealModule

/// The limiting law of the Cramér–von Mises statistic, ω² = Σ Z² / (π k)².
///
/// N. V. Smirnov's formula, 1937: P(ω² > x) = (2/π) Σ (−1)^(k+1) ∫ exp(−x u²/2) / √(−u sin u) du
/// from (2k − 1) π to 2k π. It is a sum for the tail itself: nothing is lost where that is small.
enum CramerVonMisesDistribution {
  /// Probability that the statistic is at least `x`.
  ///
  /// Relative error below 1e-12 down to where only the logarithm is left; below x = 0.02 it is 1
  /// to 5 digits and taken as such from 0.01 on.
  static func tail(_ x: Double) -> TailProbability {
    guard x > 0.01 else { return .one }
    if x > 8 { return TailProbability(logarithm: far(x)) }
    var sum = 0.0
    var k = 1.0
    while true {
      let part = interval(x, k)
      sum += part
      if abs(part) < 1e-17 * sum { break }
      k += 1
      sum -= interval(x, k)
      k += 1
    }
    return TailProbability(2 / .pi * sum)
  }

  /// ∫ exp(−x u²/2) / √(−u sin u) du over one half-wave by Gauss's rule for inverse square roots.
  private static func interval(_ x: Double, _ index: Double) -> Double {
    let middle = (2 * index - 0.5) * .pi
    return nodes.reduce(0) { sum, node in
      let u = middle + node.offset
      return sum + node.weight / u.squareRoot() * .exp(-x * u * u / 2)
    }
  }

  /// Where a half-wave is looked at, from its middle, and what each place counts.
  ///
  /// |sin u| is the cosine of the offset there, and (u − a)(b − u) is (π/2 sin angle)².
  private static let nodes: [(offset: Double, weight: Double)] = {
    let count = 80
    return (0..<count).map { node in
      let angle = (Double(node) + 0.5) * .pi / Double(count)
      let offset = Double.pi / 2 * .cos(angle)
      let root = Double.pi / 2 * .sin(angle) / Double.cos(offset).squareRoot()
      return (offset, root * .pi / Double(count))
    }
  }()

  /// Logarithm of the tail far out, where only the first half-wave's beginning counts.
  ///
  /// With u = π + t² the integrand is smooth and even, and the trapezoidal rule exact to rounding.
  private static func far(_ x: Double) -> Double {
    let pi = Double.pi
    let reach = (41 / (x * pi)).squareRoot()
    let steps = 60
    var sum = 0.0
    for step in 0...steps {
      let t = reach * Double(step) / Double(steps)
      let square = t * t
      let wave = step == 0 ? 1 : .sin(square) / square
      let exponent = -x * square * (pi + square / 2)
      sum += (step == 0 ? 0.5 : 1) * .exp(exponent) / ((pi + square) * wave).squareRoot()
    }
    let integral = 2 * sum * reach / Double(steps)
    return .log(2 / pi * integral) - x * pi * pi / 2
  }
}
