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
    // the fewer columns, the longer are the diagonals for their number
    var paths = TouchingPaths(min(m, n), max(m, n), divisor: divisor, height: height)
    let tail = paths.share()
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

  private static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (a, b)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }
}

/// The lattice paths from (0, 0) to (m, n) of which some touch |i/m − j/n| ≥ distance.
private struct TouchingPaths {
  private let m, n: Int
  /// None has touched that has gone less far to the right than this, and less far up.
  private let reach: (right: Int, up: Int)
  private var step = 0
  /// Share of the paths to (i, step − i) that have touched; 1 beyond the border.
  private var touched: [Double]
  /// The first i of the band where nothing is certain yet, and the last.
  private var bandStart, bandEnd: BandEdge

  /// Paths touch where |i ng − j mg| ≥ height, with m and n over their greatest common divisor.
  init(_ m: Int, _ n: Int, divisor: Int, height: Int) {
    (self.m, self.n) = (m, n)
    let (mg, ng) = (m / divisor, n / divisor)
    reach = ((height + ng - 1) / ng, (height + mg - 1) / mg)
    touched = (0...m).map { [reach] in $0 < reach.right ? 0 : 1 }
    // −height < i (mg + ng) − step mg < height
    bandStart = BandEdge(mg + ng - height, rise: mg, over: mg + ng)
    bandEnd = BandEdge(height - 1, rise: mg, over: mg + ng)
  }

  /// Share of the paths to (m, n) that touch.
  ///
  /// Backwards the border is the same, so that half of the way is enough: a path that is at
  /// (i, j) half-way has touched before it, or does so behind it, as often as one to (m − i, n − j)
  /// has. Only positive terms are added, so nothing cancels.
  mutating func share() -> Double {
    let middle = (m + n) / 2
    while step < middle { advance() }
    let before = touched
    if step < m + n - middle { advance() }
    let places = max(0, middle - n)...min(middle, m)
    let weights = weights(of: places, at: middle)
    var (sum, whole) = (0.0, 0.0)
    for (i, weight) in zip(places, weights) {
      let behind = touched[m - i]
      sum += weight * (before[i] + behind * (1 - before[i]))
      whole += weight
    }
    return sum / whole
  }

  /// How many paths lead through (i, step − i), in a common unit.
  ///
  /// By the ratios of neighbours from the largest on, which is so large that only those underflow
  /// that are below 10⁻⁵⁰⁰ of it.
  private func weights(of places: ClosedRange<Int>, at step: Int) -> [Double] {
    /// Paths through i + 1, over those through i.
    func ratio(_ i: Int) -> Double {
      Double(step - i) / Double(i + 1) * (Double(m - i) / Double(n - step + i + 1))
    }
    let mode = min(max((step + 1) * (m + 1) / (m + n + 2), places.lowerBound), places.upperBound)
    var weights = [Double](repeating: 0x1p900, count: places.count)
    for i in mode..<places.upperBound {
      weights[i + 1 - places.lowerBound] = weights[i - places.lowerBound] * ratio(i)
    }
    for i in (places.lowerBound..<mode).reversed() {
      weights[i - places.lowerBound] = weights[i + 1 - places.lowerBound] / ratio(i)
    }
    return weights
  }

  /// Goes on to the next diagonal.
  ///
  /// A random path comes to (i, j) from the left with probability i / (i + j), so each value is a
  /// mean of two on the diagonal before. Diagonals rather than columns, because within one no value
  /// waits for another.
  private mutating func advance() {
    step += 1
    let certain = max(0, bandStart.place)
    bandStart.advance()
    bandEnd.advance()
    let first = max(bandStart.place, step - n, 1)
    let last = min(bandEnd.place, step, m)
    let untouched = step - reach.up
    if untouched + 1 < reach.right {
      average(max(first, reach.right), last)
      average(first, min(last, untouched))
    } else {
      average(first, last)
    }
    for i in certain..<max(certain, min(bandStart.place, m + 1)) { touched[i] = 1 }
  }

  /// Writes the next values from one i to another, the last one first, in place of the old ones.
  ///
  /// Four at a time and unchecked, as nearly all of an exact p-value's time is spent here.
  private mutating func average(_ first: Int, _ last: Int) {
    guard first <= last else { return }
    precondition(first > 0 && last < touched.count, "\(first) to \(last) is beyond the lattice")
    let scale = 1 / Double(step)
    unsafe touched.withUnsafeMutableBytes { bytes in
      typealias Four = SIMD4<Double>
      let size = MemoryLayout<Double>.stride
      var i = last - 3
      while i >= first {
        let left = unsafe bytes.loadUnaligned(fromByteOffset: (i - 1) * size, as: Four.self)
        let here = unsafe bytes.loadUnaligned(fromByteOffset: i * size, as: Four.self)
        let fromLeft = (Four(0, 1, 2, 3) + Double(i)) * scale
        let means = here + fromLeft * (left - here)
        unsafe bytes.storeBytes(of: means, toByteOffset: i * size, as: Four.self)
        i -= 4
      }
      for i in stride(from: i + 3, through: first, by: -1) {
        let left = unsafe bytes.load(fromByteOffset: (i - 1) * size, as: Double.self)
        let here = unsafe bytes.load(fromByteOffset: i * size, as: Double.self)
        let mean = here + Double(i) * scale * (left - here)
        unsafe bytes.storeBytes(of: mean, toByteOffset: i * size, as: Double.self)
      }
    }
  }
}

/// ⌊(offset + steps · rise) / over⌋, step by step without dividing.
private struct BandEdge {
  private(set) var place: Int
  private var rest: Int
  private let rise, over: Int

  /// - Precondition: `rise` is at most `over`, which is above 0.
  init(_ offset: Int, rise: Int, over: Int) {
    place = (offset >= 0 ? offset : offset - over + 1) / over
    rest = offset - place * over
    (self.rise, self.over) = (rise, over)
  }

  mutating func advance() {
    rest += rise
    guard rest >= over else { return }
    rest -= over
    place += 1
  }
}
