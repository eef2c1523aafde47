public import Sketches

/// The reference's side of a comparison: one field's distribution, in exact ranks.
public struct FieldReference: Equatable, Sendable {
  /// What was learned of the values.
  public enum Distribution: Equatable, Sendable {
    /// Of a field whose every value is a number.
    case numeric(NumericReference)
    /// Of any other field.
    case categorical(CategoricalReference)
  }

  /// Distribution of the values that are not missing.
  public var distribution: Distribution
  /// Values, and missing ones by kind.
  public var completeness: Completeness
  /// How much the reference differs from itself from window to window; nil when not learned.
  public var natural: NaturalVariation?
  /// Mean mid-rank of the prediction in the rows of each bin of the reference and, last, in those
  /// without a value; nil of a bin without predictions, and when not learned.
  public var predictionRanks: [Double?]?

  /// A field as a profile holds it.
  public init(
    distribution: Distribution,
    completeness: Completeness,
    natural: NaturalVariation? = nil
  ) {
    self.distribution = distribution
    self.completeness = completeness
    self.natural = natural
  }

  /// What a window's state of this field looks like.
  public var layout: FieldSummary.Layout {
    switch distribution {
    case .numeric(let reference): .numeric(pointCount: reference.points.count)
    case .categorical(let reference): .categorical(categoryCount: reference.categories.count)
    }
  }
}

/// How much a reference differs from itself: how far windows go that are like its own.
///
/// Records of one window share weather, campaigns and machines; what they differ by in the
/// reference already is no news in production.
public struct NaturalVariation: Equatable, Sendable {
  /// Of `drift`.
  public var drift: Double
  /// Of `missing_change`.
  public var missing: Double

  /// Both measures, each from 0 to 1.
  public init(drift: Double, missing: Double) {
    self.drift = drift
    self.missing = missing
  }
}

/// A numeric field's reference distribution at its points.
public struct NumericReference: Equatable, Sendable {
  /// Every distinct value, or mid-quantiles with minimum, maximum, edges and fences.
  public var points: ReferencePoints
  /// Reference values below each point: the exact rank.
  public var below: [UInt64]
  /// Reference values equal to each point.
  public var equal: [UInt64]
  /// Reference values in all.
  public var count: UInt64
  /// Positions among the points of the bin edges: the distinct quantiles i/10.
  public var edges: [Int]
  /// Positions among the points of the atoms: values that two or more of these quantiles are.
  public private(set) var atoms: Set<Int>
  /// Positions among the points of the values next to Tukey's fences, 1.5 interquartile ranges
  /// beyond the quartiles; nil without values.
  public var fences: ClosedRange<Int>?
  /// sup |F − Fₖ|: what the points may be off, in units of probability; 0 when every value is one.
  public var distanceBound: Double
  /// ∫ |F − Fₖ|: the same for areas, in field units.
  public var areaBound: Double
  /// Scale of the moments: a power of two at or above p99 − p1.
  public var unit: Moments.Unit
  /// Mean of the values that are not `beyond` (see `Moments`); nil when there is none.
  public var mean: Double?
  /// Population standard deviation of the same values.
  public var standardDeviation: Double?

  /// A distribution as a profile holds it; the arrays run parallel to the points.
  ///
  /// The atoms are those of the reference in whose place these values stand, nil for their own.
  public init(
    points: ReferencePoints,
    below: [UInt64],
    equal: [UInt64],
    count: UInt64,
    edges: [Int],
    atoms: Set<Int>? = nil,
    fences: ClosedRange<Int>? = nil,
    distanceBound: Double,
    areaBound: Double,
    unit: Moments.Unit,
    mean: Double? = nil,
    standardDeviation: Double? = nil
  ) {
    precondition(below.count == points.count, "\(below.count) ranks, \(points.count) points")
    precondition(equal.count == points.count, "\(equal.count) counts, \(points.count) points")
    self.points = points
    self.below = below
    self.equal = equal
    self.count = count
    self.edges = edges
    self.atoms = atoms ?? Self.atoms(below: below, equal: equal, count: count)
    self.fences = fences
    self.distanceBound = distanceBound
    self.areaBound = areaBound
    self.unit = unit
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  /// Mean and deviation; nil when they are not known.
  public var moments: SampleMoments? {
    guard let mean, let standardDeviation else { return nil }
    return SampleMoments(count: count, mean: mean, deviation: standardDeviation)
  }

  /// The edges in field units, increasing.
  public var edgeValues: [Double] { edges.map { points.values[$0] } }

  /// Reference values in each cell, in the order of `ReferenceCounts.cells`.
  ///
  /// - Complexity: O(points).
  public var cells: [UInt64] {
    var cells: [UInt64] = []
    cells.reserveCapacity(2 * points.count + 1)
    var seen: UInt64 = 0
    for index in below.indices {
      cells.append(below[index] - seen)
      cells.append(equal[index])
      seen = below[index]
      seen.add(equal[index])
    }
    cells.append(count - seen)
    return cells
  }

  /// Twice the mid-rank of each cell's values, in the order of `ReferenceCounts.cells`: twice the
  /// values below it, and once those in it.
  ///
  /// - Complexity: O(points).
  public var twiceMidRanks: [UInt128] {
    var below: UInt128 = 0
    return cells.map { cell in
      defer { below += UInt128(cell) }
      return 2 * below + UInt128(cell)
    }
  }
}

/// A categorical field's reference distribution.
public struct CategoricalReference: Equatable, Sendable {
  /// The categories, most frequent first, ties in byte order.
  public let categories: [String]
  /// Reference values of each category.
  public var counts: [UInt64]
  /// Reference values of categories beyond the limit: they count as unseen in a window.
  public var other: UInt64
  /// Positions of the categories in the byte order of their names.
  let positionsByName: [Int]

  /// A distribution as a profile holds it.
  public init(categories: [String], counts: [UInt64], other: UInt64) {
    precondition(
      categories.count == counts.count,
      "\(categories.count) categories, \(counts.count) counts"
    )
    self.categories = categories
    self.counts = counts
    self.other = other
    positionsByName = Self.positionsByName(of: categories)
  }

  /// Positions of names in their byte order.
  static func positionsByName(of categories: [String]) -> [Int] {
    categories.indices.sorted {
      categories[$0].utf8.lexicographicallyPrecedes(categories[$1].utf8)
    }
  }
}
