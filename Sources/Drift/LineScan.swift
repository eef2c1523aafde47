internal import Sketches

/// How many values both sides hold somewhere on the line.
public struct PairCount: Equatable, Sendable {
  /// Reference values.
  public var reference: UInt64
  /// Window values.
  public var current: UInt64

  /// Both counts.
  public init(reference: UInt64 = 0, current: UInt64 = 0) {
    self.reference = reference
    self.current = current
  }

  static func + (left: Self, right: Self) -> Self {
    PairCount(
      reference: left.reference &+ right.reference,
      current: left.current &+ right.current
    )
  }
}

/// One step along the line: a single point, or the open gap between two of them.
struct LineStep {
  /// Where it begins; −∞ for the gap before the first point.
  var start: Double
  /// Where it ends, which is the start for a point; ∞ for the gap behind the last one.
  var end: Double
  /// Values of both sides farther left.
  var before: PairCount
  /// Values of both sides in it.
  var here: PairCount
  /// m n (F − G) where the step begins, exactly.
  var lead: Int128
  /// The same where it ends.
  var nextLead: Int128
  /// Values of both sides in all, m and n.
  var totals: PairCount
  /// 1 / (2 m n).
  var scale: Double
  /// Where in a gap the window's values lie, from 0 to 1, added up; nil where that is not known.
  var part: Double?

  var isPoint: Bool { start == end }
  var isOuter: Bool { start == -.infinity || end == .infinity }
  /// (F − G) where it begins and where it ends, the reference of a gap taken half-way.
  var heights: (start: Double, end: Double) {
    let half = Int128(here.reference) &* Int128(totals.current)
    return ((2 &* lead &+ half).double * scale, (2 &* nextLead &- half).double * scale)
  }
}

/// One pass along the line, from which every statistic of ranks and areas takes its sums.
///
/// The steps are a window's counters at the reference's points, or the merged values of two sorted
/// files; then no gap holds anything. Either way memory is constant.
public struct LineScan: Sendable {
  private let totals: PairCount
  private let scale: Double
  private var before = PairCount()
  private var lead: Int128 = 0
  private var position = -Double.infinity
  private var result: LineComparison

  /// The beginning of the line.
  ///
  /// - Parameters:
  ///   - referenceTotal: Values of the reference.
  ///   - currentTotal: Values of the window.
  ///   - depth: How much to work out.
  public init(
    referenceTotal: UInt64,
    currentTotal: UInt64,
    depth: LineComparison.Depth = .sums()
  ) {
    totals = PairCount(reference: referenceTotal, current: currentTotal)
    scale = 0.5 / Double(referenceTotal) / Double(currentTotal)
    result = LineComparison(totals: totals, depth: depth)
  }

  /// Passes the gap before a point, and the point.
  ///
  /// - Parameters:
  ///   - point: Farther right than the last one, finite.
  ///   - gap: What lies strictly between the last point and this one.
  ///   - part: How far from the last point to this one the window's values in the gap lie, each
  ///     from 0 to 1, added up; nil where that is not known.
  ///   - here: What is equal to the point.
  public mutating func pass(
    point: Double,
    gap: PairCount,
    part: Double? = nil,
    here: PairCount
  ) {
    step(to: point, gap, part)
    position = point
    step(to: point, here)
  }

  /// Passes what lies behind the last point.
  ///
  /// - Returns: The sums; nil when either side has no values.
  public mutating func finish(gap: PairCount) -> LineComparison? {
    step(to: .infinity, gap)
    return totals.reference > 0 && totals.current > 0 ? result : nil
  }

  private mutating func step(to end: Double, _ here: PairCount, _ part: Double? = nil) {
    // Without values there is no distribution function.
    guard totals.reference > 0, totals.current > 0 else { return }
    let gain =
      Int128(here.reference) &* Int128(totals.current)
      &- Int128(here.current) &* Int128(totals.reference)
    let step = LineStep(
      start: position,
      end: end,
      before: before,
      here: here,
      lead: lead,
      nextLead: lead &+ gain,
      totals: totals,
      scale: scale,
      part: part
    )
    result.add(step)
    before = before + here
    lead = lead &+ gain
  }
}
