/// Everything a window keeps of one field.
///
/// A numeric field uses the counts and the moments, a categorical one the category counts; every
/// usable value is recorded in each of them. The parts a field does not use are empty and cost
/// nothing.
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

extension FieldSummary {
  /// Writes the parts that the field uses: 1 byte when all are empty.
  ///
  /// - Precondition: Every usable value was recorded in each part that the field uses, and none in
  ///   the others.
  /// - Complexity: O(points) or O(categories).
  public func encode(into writer: inout ByteWriter) {
    let isNumeric = categories.total == 0
    precondition(isComplete(isNumeric: isNumeric), "parts of a field count different values")
    completeness.encode(into: &writer)
    guard completeness.values > 0 else { return }
    if isNumeric {
      counts.encode(into: &writer)
      moments.encode(into: &writer)
    } else {
      categories.encode(into: &writer)
    }
  }

  /// Reads a field's state.
  ///
  /// - Parameters:
  ///   - reader: Stands where it was written.
  ///   - layout: What it was made with.
  /// - Throws: `BadEncoding` when the bytes are no state of this layout, or its parts count
  ///   different numbers of values.
  /// - Complexity: O(points) or O(categories).
  public init(from reader: inout ByteReader, layout: Layout) throws(BadEncoding) {
    self.init(layout)
    let start = reader.position
    completeness = try Completeness(from: &reader)
    guard completeness.values > 0 else { return }
    let isNumeric: Bool
    switch layout {
    case .numeric(let pointCount):
      isNumeric = true
      counts = try ReferenceCounts(from: &reader, pointCount: pointCount)
      moments = try Moments(from: &reader)
    case .categorical(let categoryCount):
      isNumeric = false
      categories = try CategoryCounts(from: &reader, categoryCount: categoryCount)
    }
    guard isComplete(isNumeric: isNumeric) else {
      throw BadEncoding("the parts of a field count different values", at: start)
    }
  }

  /// Whether each part that the field uses counts all usable values, and the others none.
  private func isComplete(isNumeric: Bool) -> Bool {
    let (numbers, texts) = isNumeric ? (completeness.values, 0) : (0, completeness.values)
    return counts.total == numbers && moments.total == numbers && categories.total == texts
  }
}
