/// Everything a window keeps of one field.
///
/// A numeric field uses the counts and the moments, a categorical one the category counts; the
/// parts a field does not use are empty and cost nothing.
public struct FieldSummary: Summary {
  /// What the state of a field looks like; given by the reference.
  public enum Layout: Equatable, Sendable {
    /// Counters at so many points.
    case numeric(pointCount: Int)
    /// One counter per category, and one for the unseen.
    case categorical(categoryCount: Int)
  }

  /// Usable, missing and mismatched values.
  public var completeness = Completeness()
  /// Distribution of a numeric field.
  public var counts: ReferenceCounts
  /// Sums of a numeric field.
  public var moments = Moments()
  /// Distribution of a categorical field.
  public var categories: CategoryCounts

  /// Nothing counted yet.
  public init(_ layout: Layout) {
    switch layout {
    case .numeric(let pointCount):
      counts = ReferenceCounts(pointCount: pointCount)
      categories = CategoryCounts(categoryCount: 0)
    case .categorical(let categoryCount):
      counts = ReferenceCounts(pointCount: 0)
      categories = CategoryCounts(categoryCount: categoryCount)
    }
  }

  /// Adds the other window's state of the same field.
  public mutating func merge(_ other: Self) {
    completeness.merge(other.completeness)
    counts.merge(other.counts)
    moments.merge(other.moments)
    categories.merge(other.categories)
  }
}
