public import Sketches

/// One field, reference against current: all that a statistic may look at.
///
/// Every statistic is a function of this value, whether the integers come from a window's counters
/// or, in `compare --exact`, from two sorted files; there is one implementation of each.
public struct FieldComparison: Equatable, Sendable {
  /// How much a p-value may cost.
  public enum Purpose: Sendable {
    /// One of many that are made again and again.
    case window
    /// One that somebody waits for.
    case report
  }

  /// Values and missing ones of the reference.
  public var referenceCompleteness: Completeness
  /// Values and missing ones of the window.
  public var currentCompleteness: Completeness
  /// Bin edges of a numeric field (see `NumericBins`); empty for a categorical one.
  public var edges: [Double]
  /// Category names in the order of the first bins; empty for a numeric field.
  public var categories: [String]
  /// Positions of the categories in the byte order of their names.
  let categoriesByName: [Int]
  /// Reference values by bin: (edges + 1) bins, or the categories and one unseen cell.
  public var referenceBins: [UInt64]
  /// Window values by the same bins.
  public var currentBins: [UInt64]
  /// Both distributions along the line; nil for a categorical or an empty field.
  public var line: LineComparison?
  /// Window values at the reference's points (numeric); none where they were counted elsewhere.
  private var pointCounts = PointCounts()
  /// Window values outside the reference's range (numeric).
  public var outOfRange: UInt64
  /// The same of counted records in the reference's place.
  var referenceOutOfRange: UInt64 = 0
  /// Values beyond the reference's fences (numeric).
  public var outliers = Share.Sides()
  /// How many values of the window are different; nil where nobody asked.
  public var distinct: DistinctSketch?
  /// How long the window's texts are; nil where nobody asked.
  public var lengths: TextLengths?
  /// Values of the profile by category, where counted records stand in its place: they say which
  /// are frequent.
  public internal(set) var profileCounts: [UInt64]?
  /// Whether an earlier window, or another model version, stands in the reference's place.
  public internal(set) var isOfWindows = false
  /// Mean and standard deviation of the reference (numeric).
  public var referenceMoments: SampleMoments?
  /// Mean and standard deviation of the window (numeric).
  public var currentMoments: SampleMoments?
  /// What the reference varies by itself.
  public var natural: NaturalVariation?
  /// Where the prediction stands on average in the rows of each bin of the reference, and in those
  /// without a value; nil when it does not say.
  var predictionRanks: [Double?]?

  /// Values of the reference.
  public var referenceCount: UInt64 { referenceCompleteness.values }
  /// Values of the window.
  public var currentCount: UInt64 { currentCompleteness.values }
  /// What it is for: a window must close quickly, a report takes its time.
  public var purpose = Purpose.window
  /// Whether the field is numeric; otherwise it is categorical.
  public var isNumeric: Bool
  /// Two-sample Kolmogorov–Smirnov distance; nil for a categorical or an empty field.
  public var distance: Double? { line?.supremum.largest }
  /// What `distance` may be off by; nothing where it is only what is certain of two windows.
  public var distanceBound: Double { line?.distanceBound ?? 0 }

  /// Compares a window's state with the reference it was counted against.
  ///
  /// - Parameters:
  ///   - reference: The field's profile.
  ///   - current: What was counted over it.
  ///   - depth: How much of a numeric field's comparison to work out.
  /// - Complexity: O(points) or O(categories).
  public init(
    reference: FieldReference,
    current: FieldSummary,
    depth: LineComparison.Depth = .sums()
  ) {
    referenceCompleteness = reference.completeness
    currentCompleteness = current.completeness
    natural = reference.natural
    (distinct, lengths) = (current.distinct, current.lengths)
    switch reference.distribution {
    case .numeric(let numeric):
      isNumeric = true
      categories = []
      categoriesByName = []
      let cells = numeric.cells
      let bins = NumericBins(
        edges: numeric.edges,
        atoms: numeric.atoms,
        of: [cells, current.counts.cells]
      )
      edges = bins.edges(at: numeric.points.values)
      referenceBins = bins.counts(of: cells)
      currentBins = bins.counts(of: current.counts.cells)
      predictionRanks = reference.predictionRanks(of: bins, numeric)
      line = LineComparison(
        reference: numeric,
        cells: cells,
        counts: current.counts,
        moments: current.moments,
        fractions: current.fractions,
        depth: depth
      )
      pointCounts = PointCounts(points: numeric.points, counts: current.counts)
      outOfRange = current.counts.outside
      outliers.current = Self.values(beyond: numeric.fences, in: current.counts.cells)
      outliers.reference = Self.values(beyond: numeric.fences, in: cells)
      referenceMoments = numeric.moments
      currentMoments = SampleMoments(current.moments, unit: numeric.unit)
    case .categorical(let categorical):
      isNumeric = false
      edges = []
      predictionRanks = reference.predictionRanks
      categories = categorical.categories
      categoriesByName = categorical.positionsByName
      referenceBins = categorical.counts + [categorical.other]
      currentBins = current.categories.counts + [current.categories.unseen]
      outOfRange = 0
    }
  }

  /// A comparison whose integers were counted elsewhere.
  public init(
    isNumeric: Bool,
    referenceCompleteness: Completeness,
    currentCompleteness: Completeness,
    edges: [Double],
    categories: [String],
    referenceBins: [UInt64],
    currentBins: [UInt64],
    line: LineComparison? = nil
  ) {
    self.isNumeric = isNumeric
    self.referenceCompleteness = referenceCompleteness
    self.currentCompleteness = currentCompleteness
    self.edges = edges
    self.categories = categories
    categoriesByName = CategoricalReference.positionsByName(of: categories)
    self.referenceBins = referenceBins
    self.currentBins = currentBins
    self.line = line
    outOfRange = 0
  }

  /// Values of the window that are equal to a number; none of one that is no point.
  public func currentCount(of number: Double) -> UInt64 {
    guard let index = pointCounts.points.index(of: number) else { return 0 }
    return pointCounts.counts.cells[2 * index + 1]
  }

  /// Values in the cells before the one point and behind the other.
  static func values(beyond fences: ClosedRange<Int>?, in cells: [UInt64]) -> UInt64 {
    guard let fences else { return 0 }
    let (low, high) = (2 * fences.lowerBound + 1, 2 * fences.upperBound + 1)
    return [cells[..<low].total, cells[(high + 1)...].total].total
  }
}

/// Counters with the points they were counted at: the integers that the line was made of.
///
/// Two comparisons that say the same are equal, whether a window counted or two sorted files were
/// merged.
private struct PointCounts: Equatable, Sendable {
  var points = ReferencePoints([])
  var counts = ReferenceCounts(pointCount: 0)

  static func == (left: Self, right: Self) -> Bool { true }
}
