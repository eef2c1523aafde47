internal import RealModule

/// The law of the one-sample, two-sided Kolmogorov–Smirnov statistic for a finite sample.
///
/// Which method computes it where is the choice of R. Simard and P. L'Ecuyer, "Computing the
/// two-sided Kolmogorov–Smirnov distribution", J. Stat. Software 39 (2011), as in scipy's `kstwo`:
/// exact up to 140 values and far from 0; elsewhere the Pelz–Good expansion. Against Durbin's
/// matrix the error is below 3e-5 of the probability at 141 values and 2e-6 from 500 on; equal to
/// scipy's value to 1e-10.
enum KolmogorovDistribution {
  /// Probability that the distance is at least `x`.
  ///
  /// - Parameters:
  ///   - x: Not negative.
  ///   - count: Sample size, a whole number of at least 1.
  ///   - matrixLimit: Largest size at which small distances, whose p is nearly 1, take Durbin's
  ///     matrix. Its cost grows with the size: 60 µs at 500, 25 ms at 10⁵.
  /// - Returns: A probability whose logarithm is infinite from x = 1 on.
  static func tail(
    _ x: Double,
    count: Double,
    matrixLimit: Double = 100_000
  ) -> TailProbability {
    let steps = count * x
    let scaled = steps * x
    if steps <= 0.5 || scaled < 0.03 && count > 140 { return .one }
    if x >= 1 { return TailProbability(logarithm: -.infinity) }
    if steps <= 1 { return TailProbability(complementOf: lowest(steps, count)) }
    if steps >= count - 1 {
      return TailProbability(logarithm: .log(2) + count * .log(onePlus: -x))
    }
    if x >= 0.5 || (count <= 140 ? scaled > 4 : scaled >= 2.2) {
      // Two one-sided tails: that both sides exceed x is negligible (R. G. Miller, 1956).
      let oneSided = SmirnovDistribution.logTail(x, count: count)
      return TailProbability(logarithm: .log(2) + oneSided)
    }
    if count <= 140 || count <= matrixLimit && steps * x.squareRoot() <= 1.4 {
      return TailProbability(complementOf: durbinMatrix(x, Int(count)))
    }
    return TailProbability(complementOf: pelzGood(x, count))
  }

  /// P(D < x) = n! ((2 n x − 1) / n)ⁿ for ½ < n x ≤ 1 (Ruben and Gambino, 1982).
  private static func lowest(_ steps: Double, _ count: Double) -> Double {
    let logFactorialOverPower =
      .log(2 * .pi * count) / 2 - count + SpecialFunctions.stirlingError(count)
    return .exp(logFactorialOverPower + count * .log(2 * steps - 1))
  }

  /// P(D < x) = n!/nⁿ times the middle element of the n-th power of a matrix of n x columns.
  ///
  /// Source: G. Marsaglia, W. W. Tsang, J. Wang, "Evaluating Kolmogorov's distribution", J. Stat.
  /// Software 8 (2003), after J. Durbin (1968).
  private static func durbinMatrix(_ x: Double, _ count: Int) -> Double {
    let middle = Int((Double(count) * x).rounded(.up))
    let offset = Double(middle) - Double(count) * x
    var base = ScaledMatrix(durbin: offset, size: 2 * middle - 1)
    var power = ScaledMatrix(identity: 2 * middle - 1)
    var remaining = count
    while remaining > 0 {
      if !remaining.isMultiple(of: 2) { power = power * base }
      remaining /= 2
      if remaining > 0 { base = base * base }
    }
    let logFactorialOverPower =
      .log(2 * .pi * Double(count)) / 2 - Double(count)
      + SpecialFunctions.stirlingError(Double(count))
    let element = power.elements[(middle - 1) * power.size + middle - 1]
    return element * .exp(logFactorialOverPower + Double(power.exponent) * .log(2))
  }

  /// K₀(z) + K₁(z)/√n + K₂(z)/n + K₃(z)/n^(3/2), z = √n x, as theta series for small z.
  ///
  /// Source: W. Pelz and I. J. Good, "Approximating the lower tail-areas of the Kolmogorov–Smirnov
  /// one-sample statistic", J. Royal Stat. Soc. B 38 (1976).
  private static func pelzGood(_ x: Double, _ count: Double) -> Double {
    let z2 = count * x * x
    let z = z2.squareRoot()
    let (z4, z6, z8) = (z2 * z2, z2 * z2 * z2, z2 * z2 * z2 * z2)
    let pi2 = Double.pi * .pi
    let (pi4, pi6) = (pi2 * pi2, pi2 * pi2 * pi2)
    var (k0, k1, k2, k3) = (0.0, 0.0, 0.0, 0.0)
    var (extra2, extra3) = (0.0, 0.0)
    for k in stride(from: (16 * z / .pi).rounded(.up), to: 0, by: -1) {
      // Sums over the odd numbers, …
      let o2 = (2 * k - 1) * (2 * k - 1)
      let (o4, o6) = (o2 * o2, o2 * o2 * o2)
      let odd = Double.exp(-pi2 * o2 / (8 * z2))
      k0 += odd
      k1 += odd * (pi2 / 4 * o2 - z2)
      k2 +=
        odd
        * (6 * z6 + 2 * z4 + (2 * z4 - 5 * z2) * pi2 / 4 * o2 + pi4 * (1 - 2 * z2) / 16 * o4)
      let low = (135 * z4 - 96 * z6) * pi2 / 4 * o2 - 30 * z6 - 90 * z8
      let high = pi4 * (212 * z4 - 60 * z2) / 16 * o4 + pi6 * (5 - 30 * z2) / 64 * o6
      k3 += odd * (low + high)
      // … and over all of them.
      let all = Double.exp(-pi2 * k * k / (2 * z2)) * k * k
      extra2 += all
      extra3 += all * (3 * z2 - pi2 * k * k)
    }
    let root = (2 * Double.pi).squareRoot()
    k0 *= root / z
    k1 *= root / (6 * z4)
    k2 = root * (k2 / (72 * z6 * z) - pi2 / (36 * z2 * z) * extra2)
    k3 = root * (k3 / (6480 * z8 * z2) + pi2 / (216 * z6) * extra3)
    let rootCount = count.squareRoot()
    return k0 + k1 / rootCount + k2 / count + k3 / (count * rootCount)
  }
}

/// A square matrix of positive numbers times a power of two, so that its powers stay in range.
private struct ScaledMatrix {
  let size: Int
  var elements: [Double]
  var exponent = 0

  init(identity size: Int) {
    self.size = size
    elements = [Double](repeating: 0, count: size * size)
    for index in 0..<size { elements[index * size + index] = 1 }
  }

  /// Durbin's matrix: 1 / (i − j + 1)! on and below the upper diagonal, corrected in the first
  /// column and the last row by powers of the offset.
  init(durbin offset: Double, size: Int) {
    self.init(identity: size)
    var inverseFactorial = [1.0]
    for k in 1...size { inverseFactorial.append(inverseFactorial[k - 1] / Double(k)) }
    for row in 0..<size {
      for column in 0..<min(row + 2, size) {
        elements[row * size + column] = inverseFactorial[row - column + 1]
      }
    }
    for k in 0..<size {
      let correction = .pow(offset, k + 1) * inverseFactorial[k + 1]
      elements[k * size] -= correction
      elements[(size - 1) * size + size - 1 - k] -= correction
    }
    if offset > 0.5 {
      elements[(size - 1) * size] += .pow(2 * offset - 1, size) * inverseFactorial[size]
    }
  }

  static func * (left: Self, right: Self) -> Self {
    let size = left.size
    var result = left
    for row in 0..<size {
      var sums = [Double](repeating: 0, count: size)
      for inner in 0..<size {
        let factor = left.elements[row * size + inner]
        if factor == 0 { continue }
        for column in 0..<size { sums[column] += factor * right.elements[inner * size + column] }
      }
      result.elements.replaceSubrange(row * size..<(row + 1) * size, with: sums)
    }
    result.exponent = left.exponent + right.exponent
    let largest = result.elements.max() ?? 1
    let shift = largest.exponent
    let scale = Double(sign: .plus, exponent: -shift, significand: 1)
    for index in result.elements.indices { result.elements[index] *= scale }
    result.exponent += Int(shift)
    return result
  }
}
