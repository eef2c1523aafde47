internal import RealModule

/// What samples of a simulation are drawn from.
public enum Population: Hashable, Sendable {
  /// Mean 0, standard deviation 1.
  case normal
  /// The exponential of that.
  case lognormal
  /// Whole numbers from 0 to 99, equally frequent.
  case integers
  /// Zeros, seven of ten, and lognormal values.
  case zeroInflated
  /// So many categories, equally frequent or by Zipf's law: the k-th 1/k as often as the first.
  case categories(Int, isZipf: Bool)

  /// The numeric ones.
  public static let numeric: [Population] = [.normal, .lognormal, .integers, .zeroInflated]
  /// The others, to 1,000 categories.
  public static let categorical = [2, 10, 100, 1000].flatMap { count in
    [Population.categories(count, isZipf: false), .categories(count, isZipf: true)]
  }

  /// Categories; nil for a numeric one.
  public var categoryCount: Int? {
    if case .categories(let count, _) = self { count } else { nil }
  }

  /// Draws a sample.
  ///
  /// - Parameters:
  ///   - count: How many values; categories are numbered from 0, the most frequent first.
  ///   - moved: The share of values that are drawn from elsewhere: far to the right of all others,
  ///     or the last category. The distance of the populations is this share (numeric), or what is
  ///     left of it where the last category is met by chance too.
  ///   - random: The generator.
  /// - Returns: The values, in the order of the generator.
  public func sample(
    _ count: Int,
    moved: Double = 0,
    _ random: inout SplitMix64
  ) -> [Double] {
    let shares = cumulativeShares
    return (0..<count).map { _ in
      if moved > 0, random.uniform() < moved { return elsewhere }
      return draw(shares, &random)
    }
  }

  /// The distance of a population so much of which was moved: Kolmogorov–Smirnov, or total
  /// variation.
  public func distance(moved: Double) -> Double {
    guard let last = cumulativeShares.dropLast().last else { return moved }
    return moved * last
  }

  private var elsewhere: Double { categoryCount.map { Double($0 - 1) } ?? 1e6 }

  /// Of categories: the share of each and all before it.
  var cumulativeShares: [Double] {
    guard case .categories(let count, let isZipf) = self else { return [] }
    var sums: [Double] = []
    for index in 0..<count { sums.append((sums.last ?? 0) + (isZipf ? 1 / Double(index + 1) : 1)) }
    let total = sums.last ?? 1
    return sums.map { $0 / total }
  }

  private func draw(_ shares: [Double], _ random: inout SplitMix64) -> Double {
    switch self {
    case .normal: return Self.normalValue(&random)
    case .lognormal: return .exp(Self.normalValue(&random))
    case .integers: return (random.uniform() * 100).rounded(.down)
    case .zeroInflated:
      return random.uniform() < 0.7 ? 0 : .exp(Self.normalValue(&random))
    case .categories:
      let target = random.uniform()
      var (lower, upper) = (0, shares.count - 1)
      while lower < upper {
        let middle = (lower + upper) / 2
        if shares[middle] <= target { lower = middle + 1 } else { upper = middle }
      }
      return Double(lower)
    }
  }

  /// Marsaglia's polar method; the second value is let go.
  static func normalValue(_ random: inout SplitMix64) -> Double {
    while true {
      let (x, y) = (2 * random.uniform() - 1, 2 * random.uniform() - 1)
      let square = x * x + y * y
      if square < 1, square > 0 { return x * (-2 * .log(square) / square).squareRoot() }
    }
  }
}

extension Population: CustomStringConvertible {
  /// As the tables name it.
  public var description: String {
    switch self {
    case .normal: "normal"
    case .lognormal: "lognormal"
    case .integers: "integers 0 to 99"
    case .zeroInflated: "70 % zeros"
    case .categories(let count, let isZipf): "\(count) categories, \(isZipf ? "Zipf" : "equal")"
    }
  }
}
