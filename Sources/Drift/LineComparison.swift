internal import Sketches

/// What both samples along the line amount to.
public struct LineComparison: Equatable, Sendable {
  /// How much of it is worked out.
  public enum Depth: Equatable, Sendable {
    /// The largest differences of the distribution functions: all that `ks` and `drift` need.
    case distances
    /// Everything, and of the window these percentiles beside its median.
    case sums(percentiles: [Percentile] = [])

    /// With the sums, whether they were asked for or not.
    public var withSums: Depth { self == .distances ? .sums() : self }
  }

  /// Values of both sides.
  public let totals: PairCount
  /// Largest differences of the distribution functions, in either direction.
  var supremum = Supremum()
  /// The same at most, where `supremum` is only what is certain; nil where it is no lower end.
  var possible: Supremum?
  /// What all other statistics take; nil when it was not asked for.
  var sums: LineSums?
  /// What the reference's distribution function may be off by: sup |F − Fₖ|.
  var distanceBound = 0.0

  init(totals: PairCount, depth: Depth = .distances) {
    self.totals = totals
    if case .sums(let percentiles) = depth {
      sums = LineSums(totals: totals, percentiles: percentiles)
    }
  }

  /// Compares a window's counters with the reference at whose points they were counted; fails when
  /// either side has no values.
  ///
  /// - Parameters:
  ///   - reference: Its points and ranks.
  ///   - left: Its values in each cell.
  ///   - counts: Of the window, at these points.
  ///   - moments: Of the window.
  ///   - fractions: Where the window's values lie in their gaps; nil where that was not counted.
  ///   - depth: How much to work out.
  /// - Complexity: O(points).
  init?(
    reference: NumericReference,
    cells left: [UInt64],
    counts: ReferenceCounts,
    moments: Moments,
    fractions: GapFractions?,
    depth: Depth
  ) {
    let points = reference.points.values
    let right = counts.cells
    var scan = LineScan(
      referenceTotal: reference.count,
      currentTotal: counts.total,
      depth: depth
    )
    for (index, point) in points.enumerated() {
      let (gap, here) = (2 * index, 2 * index + 1)
      scan.pass(
        point: point,
        gap: PairCount(reference: left[gap], current: right[gap]),
        part: right[gap] > 0 ? fractions?.sum(ofCell: gap) : nil,
        here: PairCount(reference: left[here], current: right[here])
      )
    }
    let last = PairCount(reference: left[left.count - 1], current: right[right.count - 1])
    guard let result = scan.finish(gap: last) else { return nil }
    self = result
    distanceBound = reference.distanceBound
    guard sums != nil else { return }
    sums?.areaBound = reference.areaBound
    sums?.outside = OutsideArea(
      reference: reference,
      counts: counts,
      moments: moments,
      fractions: fractions
    )
  }

  /// Takes in a step of the pass.
  mutating func add(_ step: LineStep) {
    supremum.add(step)
    sums?.add(step)
  }
}

/// The sums of one pass along the line.
struct LineSums: Equatable, Sendable {
  /// Order of the pairs of values, and ties.
  var ranks = RankSums()
  /// Squared differences of the distribution functions.
  var squares = SquaredDifferences()
  /// The same, weighted towards the tails.
  var tailSquares = TailSquares()
  /// Areas between the distribution functions, within the reference's range.
  var areas = Areas()
  /// What values outside the reference's range add to the areas.
  var outside = OutsideArea()
  /// What the reference's distribution function may be off by: ∫ |F − Fₖ|, in field units.
  var areaBound = 0.0
  /// Where the window's median and other percentiles lie.
  var currentQuantiles: QuantileSearch
  /// Where the reference's median lies.
  var referenceMedian: QuantileSearch

  init(totals: PairCount, percentiles: [Percentile]) {
    currentQuantiles = QuantileSearch(percentiles + [.median], count: totals.current)
    referenceMedian = QuantileSearch([.median], count: totals.reference)
  }

  /// Takes in a step of the pass.
  mutating func add(_ step: LineStep) {
    areas.add(step)
    guard step.here != PairCount() else { return }
    ranks.add(step)
    squares.add(step)
    tailSquares.add(step)
    currentQuantiles.add(step, before: step.before.current, here: step.here.current)
    referenceMedian.add(step, before: step.before.reference, here: step.here.reference)
  }
}
