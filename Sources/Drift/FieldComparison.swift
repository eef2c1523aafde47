public import Sketches

/// One field, reference against current: all that a statistic may look at.
///
/// Every statistic is a function of this value, whether the integers come from a window's counters
/// or, in `compare --exact`, from two sorted files; there is one implementation of each.
public struct FieldComparison: Equatable, Sendable {
  /// Values and missing ones of the reference.
  public var referenceCompleteness: Completeness
  /// Values and missing ones of the window.
  public var currentCompleteness: Completeness
  /// Bin edges of a numeric field; empty for a categorical one.
  public var edges: [Double]
  /// Category names in the order of the first bins; empty for a numeric field.
  public var categories: [String]
  /// Reference values by bin: (edges + 1) bins, or the categories and one unseen cell.
  public var referenceBins: [UInt64]
  /// Window values by the same bins.
  public var currentBins: [UInt64]
  /// Two-sample Kolmogorov–Smirnov distance; nil for a categorical or an empty field.
  public var distance: Double?
  /// What `distance` may be off by.
  public var distanceBound: Double
  /// Window values outside the reference's range (numeric).
  public var outOfRange: UInt64
  /// Mean and standard deviation of the window (numeric).
  public var mean: Double?
  /// Population standard deviation of the window (numeric).
  public var standardDeviation: Double?
  /// What the reference varies by itself.
  public var natural: NaturalVariation?

  /// Values of the reference.
  public var referenceCount: UInt64 { referenceCompleteness.values }
  /// Values of the window.
  public var currentCount: UInt64 { currentCompleteness.values }
  /// Whether the field is numeric; otherwise it is categorical.
  public var isNumeric: Bool

  /// Compares a window's state with the reference it was counted against.
  ///
  /// - Complexity: O(points) or O(categories).
  public init(reference: FieldReference, current: FieldSummary) {
    referenceCompleteness = reference.completeness
    currentCompleteness = current.completeness
    natural = reference.natural
    switch reference.distribution {
    case .numeric(let numeric):
      isNumeric = true
      let cells = numeric.cells
      edges = numeric.edgeValues
      categories = []
      referenceBins = Self.bins(of: cells, edges: numeric.edges)
      currentBins = Self.bins(of: current.counts.cells, edges: numeric.edges)
      distance = KolmogorovSmirnov.distance(
        zip(cells, current.counts.cells).lazy.map { (reference: $0, current: $1) },
        referenceTotal: numeric.count,
        currentTotal: current.counts.total
      )
      distanceBound = numeric.distanceBound
      outOfRange = current.counts.outside
      mean = current.moments.mean(unit: numeric.unit)
      standardDeviation = current.moments.standardDeviation(unit: numeric.unit)
    case .categorical(let categorical):
      isNumeric = false
      edges = []
      categories = categorical.categories
      referenceBins = categorical.counts + [categorical.other]
      currentBins = current.categories.counts + [current.categories.unseen]
      distance = nil
      distanceBound = 0
      outOfRange = 0
      mean = nil
      standardDeviation = nil
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
    distance: Double?
  ) {
    self.isNumeric = isNumeric
    self.referenceCompleteness = referenceCompleteness
    self.currentCompleteness = currentCompleteness
    self.edges = edges
    self.categories = categories
    self.referenceBins = referenceBins
    self.currentBins = currentBins
    self.distance = distance
    distanceBound = 0
    outOfRange = 0
  }

  /// Sums the cells into bins (a, b] that end at the edges; the outer bins are open.
  static func bins(of cells: [UInt64], edges: [Int]) -> [UInt64] {
    var bins: [UInt64] = []
    var start = 0
    for edge in edges {
      let end = 2 * edge + 2
      bins.append(cells[start..<end].reduce(0, +))
      start = end
    }
    bins.append(cells[start...].reduce(0, +))
    return bins
  }
}
