internal import Drift

/// Which values of a numeric field become the points of its reference.
struct PointSelection: Equatable {
  /// Sorted, distinct.
  var points: [Double]
  /// The distinct quantiles i/10: where the bins of PSI end.
  var edges: [Double]
  /// Values that rules and plots fence a distribution with; nil without any value.
  var fences: Fences?

  /// Ranks every profile needs, apart from the points that fill the space between.
  private static let fixedPoints = 19
  /// The smallest number of points that can be asked for.
  static let fewestPoints = 20

  /// Chooses from sorted values.
  ///
  /// All distinct values, if there are no more than `limit`. Otherwise as many mid-quantiles as
  /// the limit leaves room for, beside minimum, maximum, edges and fences, which are always there.
  ///
  /// - Parameters:
  ///   - tallies: The field's values.
  ///   - count: How many they are, repetitions included.
  ///   - limit: Most points; at least `fewestPoints`.
  /// - Throws: `temporaryFile`.
  /// - Complexity: Twice through the values; memory O(limit).
  init(
    from tallies: Tallies<Double>,
    count: UInt64,
    limit: Int
  ) throws(ReferenceError) {
    guard count > 0 else {
      points = []
      edges = []
      return
    }
    let middles = limit - Self.fixedPoints
    let fixed = [
      1, count,
      Quantile.rank(1, of: 100, in: count), Quantile.rank(5, of: 100, in: count),
      Quantile.rank(95, of: 100, in: count), Quantile.rank(99, of: 100, in: count),
      Quantile.rank(1, of: 4, in: count), Quantile.rank(3, of: 4, in: count),
    ]
    let deciles = Quantile.decileRanks(in: count)
    let filling = (0..<middles).map { index in
      // the middle of the index-th of so many equal parts
      UInt64(UInt128(count) * UInt128(2 * index + 1) / UInt128(2 * middles)) + 1
    }
    let survey = try Survey(of: tallies, ranks: fixed + deciles + filling, distinctLimit: limit)
    let chosen = survey.values
    edges = chosen[fixed.count..<(fixed.count + deciles.count)].withoutRepetition
    let tukey = try Self.fences(from: chosen[6], to: chosen[7], in: tallies)
    fences = Fences(
      p1: chosen[2],
      p5: chosen[3],
      p95: chosen[4],
      p99: chosen[5],
      tukeyLow: tukey.lowerBound,
      tukeyHigh: tukey.upperBound
    )
    points =
      survey.distinct
      ?? (chosen + [tukey.lowerBound, tukey.upperBound]).sorted().withoutRepetition
  }

  /// The values nearest to Tukey's fences, on either side of them: 1.5 interquartile ranges beyond
  /// the quartiles.
  static func fences(
    from q1: Double,
    to q3: Double,
    in tallies: Tallies<Double>
  ) throws(ReferenceError) -> ClosedRange<Double> {
    let reach = 1.5 * (q3 - q1)
    let nearest = try nearest(to: [q1 - reach, q3 + reach], in: tallies)
    return nearest[0]...nearest[1]
  }

  /// For each target the value next to it, the lower one of two at the same distance.
  private static func nearest(
    to targets: [Double],
    in tallies: Tallies<Double>
  ) throws(ReferenceError) -> [Double] {
    var lower: [Double?] = targets.map { _ in nil }
    var upper: [Double?] = targets.map { _ in nil }
    try tallies.forEachValue { value, _ in
      for (index, target) in targets.enumerated() {
        if value <= target { lower[index] = value }
        if value >= target, upper[index] == nil { upper[index] = value }
      }
    }
    return targets.indices.map { index in
      switch (lower[index], upper[index]) {
      case (let low?, let high?): targets[index] - low <= high - targets[index] ? low : high
      case (let low, let high): low ?? high ?? targets[index]
      }
    }
  }
}

/// Values that rules and plots fence a distribution with; each is a value of the reference.
public struct Fences: Equatable, Sendable {
  /// First percentile.
  public var p1: Double
  /// Fifth percentile.
  public var p5: Double
  /// Ninety-fifth percentile.
  public var p95: Double
  /// Ninety-ninth percentile.
  public var p99: Double
  /// The value next to Tukey's lower fence, q1 − 1.5 (q3 − q1).
  public var tukeyLow: Double
  /// The value next to Tukey's upper fence, q3 + 1.5 (q3 − q1).
  public var tukeyHigh: Double
}

/// The values at given ranks, and all values if they are few: one way through the data.
struct Survey {
  /// The value of each rank, in the order of the ranks asked for.
  var values: [Double]
  /// Every distinct value; nil when there are more than the limit.
  var distinct: [Double]?

  /// - Parameters:
  ///   - tallies: Sorted values.
  ///   - ranks: Counted from 1, in any order, at most the number of values.
  ///   - distinctLimit: How many distinct values are few.
  /// - Throws: `temporaryFile`.
  init(
    of tallies: Tallies<Double>,
    ranks: [UInt64],
    distinctLimit: Int = 0
  ) throws(ReferenceError) {
    let order = ranks.indices.sorted { ranks[$0] < ranks[$1] }
    var found = [Double](repeating: 0, count: ranks.count)
    var distinct: [Double]? = []
    var next = 0
    var seen: UInt64 = 0
    try tallies.forEachValue { value, windows in
      seen += windows.total()
      while next < order.count, ranks[order[next]] <= seen {
        found[order[next]] = value
        next += 1
      }
      distinct?.append(value)
      if let count = distinct?.count, count > distinctLimit { distinct = nil }
    }
    values = found
    self.distinct = distinct
  }
}

extension Sequence where Element == Double {
  /// One of each run of equal values.
  var withoutRepetition: [Double] {
    reduce(into: []) { result, value in
      if result.last != value { result.append(value) }
    }
  }
}
