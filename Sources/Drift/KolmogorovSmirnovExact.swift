internal import RealModule

extension KolmogorovSmirnov {
  /// Probability of a distance at least this large between two samples of one continuous law.
  ///
  /// All orders of the m + n values are equally likely; an order is a lattice path from (0, 0) to
  /// (m, n), and the distance is reached iff the path touches |i/m − j/n| ≥ distance.
  /// Source: J. L. Hodges, "The significance probability of the Smirnov two-sample test", Arkiv för
  /// Matematik 3 (1958). Oracle: `scipy.stats.ks_2samp(method='exact')`.
  ///
  /// - Returns: nil where 2 ne D² > 700, ne = m n / (m + n), and the sizes differ: the probability
  ///   is below 1e-300 there, which the recursion could not hold.
  /// - Complexity: O(n) for equal sizes, else O(m n distance).
  static func exactTail(distance: Double, _ m: Int, _ n: Int) -> TailProbability? {
    let divisor = greatestCommonDivisor(m, n)
    let multiple = m / divisor * n
    // Distances are whole multiples of 1 / lcm(m, n); rounding finds the right one.
    let height = Int((distance * Double(multiple)).rounded())
    guard height > 0 else { return .one }
    if m == n { return equalSizesTail(n, height: height) }
    let size = Double(m) * Double(n) / Double(m + n)
    guard 2 * size * distance * distance <= 700 else { return nil }
    let tail = touchingShare(m, n, m / divisor, n / divisor, height: height)
    return tail > 0 ? TailProbability(tail) : nil
  }

  /// The tail for equal sizes, by the reflection principle.
  ///
  /// 2 Σ (−1)^(i−1) C(2n, n − i h) / C(2n, n) over i ≥ 1.
  /// Summed from the last term as p₁ (1 − p₂ (1 − p₃ …)), each a product of h ratios; the first
  /// product, which may underflow, by its logarithm.
  private static func equalSizesTail(_ n: Int, height: Int) -> TailProbability {
    var inner = 0.0
    for i in stride(from: n / height - 1, to: 0, by: -1) {
      var product = 1.0
      for j in i * height..<(i + 1) * height {
        product *= Double(n - j) / Double(n + j + 1)
      }
      inner = product * (1 - inner)
    }
    var logarithm = Double.log(2) + .log(onePlus: -inner)
    for j in 0..<height {
      logarithm += .log(onePlus: -Double(2 * j + 1) / Double(n + j + 1))
    }
    return TailProbability(logarithm: logarithm)
  }

  /// Share of the lattice paths to (m, n) that touch the border at least once.
  ///
  /// `touched[i]` is that share of the paths to (i, step − i). A random path comes to (i, j) from
  /// the left with probability i / (i + j), so each value is a mean of two on the diagonal before:
  /// only positive terms, nothing cancels. Diagonals rather than columns, because within one no
  /// value waits for another.
  ///
  /// - Parameters:
  ///   - m: Steps to the right.
  ///   - n: Steps up.
  ///   - mg: m over the greatest common divisor.
  ///   - ng: n over the greatest common divisor.
  ///   - height: Paths touch where |i ng − j mg| ≥ height.
  /// - Returns: 0 ... 1.
  private static func touchingShare(
    _ m: Int,
    _ n: Int,
    _ mg: Int,
    _ ng: Int,
    height: Int
  ) -> Double {
    var touched = [Double](repeating: 1, count: m + 1)
    touched[0] = 0
    var bandStart = 0
    for step in 1...(m + n) {
      // i with |i ng − (step − i) mg| < height
      let centre = step * mg
      let nextStart = centre < height ? 0 : (centre - height) / (mg + ng) + 1
      let bandEnd = (centre + height - 1) / (mg + ng)
      let first = max(nextStart, step - n, 1)
      let last = min(bandEnd, step, m)
      let scale = 1 / Double(step)
      if first <= last {
        var here = touched[last]
        for i in stride(from: last, through: first, by: -1) {
          let left = touched[i - 1]
          touched[i] = (Double(i) * left + Double(step - i) * here) * scale
          here = left
        }
      }
      for i in bandStart..<max(bandStart, min(nextStart, m + 1)) { touched[i] = 1 }
      bandStart = nextStart
    }
    return touched[m]
  }

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }
}
