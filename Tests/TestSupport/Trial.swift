public import Drift
internal import Sketches

/// A reference and a window, both drawn anew from one population.
public struct Trial: Hashable, Sendable {
  /// What both are drawn from.
  public var population: Population
  /// Values of the reference.
  public var referenceSize: Int
  /// Values of the window.
  public var windowSize: Int
  /// The share of the window's values that come from elsewhere.
  public var moved = 0.0

  /// Sizes of both, from one population.
  public init(_ population: Population, reference: Int, window: Int, moved: Double = 0) {
    self.population = population
    referenceSize = reference
    windowSize = window
    self.moved = moved
  }

  /// Points of a compressed reference.
  public static let points = 1000

  /// Draws both and compares them.
  ///
  /// - Parameter random: The generator.
  /// - Returns: The comparison with every distinct value as a point, and, of a continuous field
  ///   with more of them, the one with 1,000 points.
  public func compare(_ random: inout SplitMix64) -> [FieldComparison] {
    let reference = population.sample(referenceSize, &random)
    let window = population.sample(windowSize, moved: moved, &random)
    if let count = population.categoryCount {
      return [FieldComparison(categories: count, reference, window)]
    }
    let profiling = Profiling(reference, window)
    let isCompressed = profiling.reference.values.count > Self.points
    var comparisons = [profiling.counted()]
    if isCompressed { comparisons.append(profiling.counted(points: Self.points)) }
    for index in comparisons.indices { comparisons[index].purpose = .window }
    return comparisons
  }
}

extension FieldComparison {
  /// A profile of categories and a window: what the reference lacks is one cell.
  ///
  /// - Parameters:
  ///   - count: How many categories there are; they are numbered from 0.
  ///   - reference: Values of the reference.
  ///   - window: Values of the window.
  public init(categories count: Int, _ reference: [Double], _ window: [Double]) {
    func tally(_ sample: [Double]) -> [UInt64] {
      var counts = [UInt64](repeating: 0, count: count)
      for value in sample { counts[Int(value)] += 1 }
      return counts
    }
    func completeness(_ sample: [Double]) -> Completeness {
      var completeness = Completeness()
      completeness.recordValue(count: UInt64(sample.count))
      return completeness
    }
    let (left, right) = (tally(reference), tally(window))
    let known = left.indices.filter { left[$0] > 0 }
      .sorted { (left[$1], $0) < (left[$0], $1) }
    let unseen = right.indices.reduce(0) { left[$1] > 0 ? $0 : $0 + right[$1] }
    self.init(
      isNumeric: false,
      referenceCompleteness: completeness(reference),
      currentCompleteness: completeness(window),
      edges: [],
      categories: known.map { "\($0)" },
      referenceBins: known.map { left[$0] } + [0],
      currentBins: known.map { right[$0] } + [unseen]
    )
  }
}
