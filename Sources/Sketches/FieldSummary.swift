/// Everything a window keeps of one field.
///
/// A numeric field uses the counts and the moments, a categorical one the category counts, and
/// either those sketches that somebody asks for; every usable value is recorded in each of them.
/// The parts a field does not use are empty and cost nothing.
public struct FieldSummary: Summary {
  /// What is kept of a field only where it is asked for.
  public struct Sketches: OptionSet, Sendable {
    /// Bits of the set.
    public let rawValue: UInt8
    /// How many values are different, and how many repeat.
    public static let distinct = Sketches(rawValue: 1)
    /// How long texts are; of a categorical field only.
    public static let lengths = Sketches(rawValue: 2)
    /// Where in their gaps values lie; of a numeric field only.
    public static let fractions = Sketches(rawValue: 4)

    /// A set of its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
  }

  /// What the state of a field looks like.
  public struct Layout: Equatable, Sendable {
    /// What the reference gives.
    public enum Distribution: Equatable, Sendable {
      /// Counters at so many points.
      case numeric(pointCount: Int)
      /// One counter per category, and one for the unseen.
      case categorical(categoryCount: Int)
    }

    /// Counters of the values.
    public var distribution: Distribution
    /// What is kept beside them.
    public var sketches: Sketches = []

    /// Counters at so many points.
    public static func numeric(pointCount: Int) -> Layout {
      Layout(distribution: .numeric(pointCount: pointCount))
    }

    /// One counter per category, and one for the unseen.
    public static func categorical(categoryCount: Int) -> Layout {
      Layout(distribution: .categorical(categoryCount: categoryCount))
    }

    /// The same, with some sketches beside.
    public func keeping(_ sketches: Sketches) -> Layout {
      Layout(distribution: distribution, sketches: sketches)
    }
  }

  /// Usable, missing and mismatched values.
  public var completeness = Completeness()
  /// Distribution of a numeric field.
  public var counts: ReferenceCounts
  /// Sums of a numeric field.
  public var moments = Moments()
  /// Distribution of a categorical field.
  public var categories: CategoryCounts
  /// How many values are different; nil where nobody asks.
  public var distinct: DistinctSketch?
  /// How long texts are; nil where nobody asks.
  public var lengths: TextLengths?
  /// Where in their gaps values lie; nil where nobody asks.
  public var fractions: GapFractions?

  /// Nothing counted yet.
  public init(_ layout: Layout) {
    if layout.sketches.contains(.distinct) { distinct = DistinctSketch() }
    if layout.sketches.contains(.lengths) { lengths = TextLengths() }
    switch layout.distribution {
    case .numeric(let pointCount):
      counts = ReferenceCounts(pointCount: pointCount)
      if layout.sketches.contains(.fractions) { fractions = GapFractions(pointCount: pointCount) }
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
    if let sketch = other.distinct { distinct?.merge(sketch) }
    if let sketch = other.lengths { lengths?.merge(sketch) }
    if let sketch = other.fractions { fractions?.merge(sketch) }
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
    distinct?.encode(into: &writer)
    lengths?.encode(into: &writer)
    fractions?.encode(into: &writer)
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
    switch layout.distribution {
    case .numeric(let pointCount):
      isNumeric = true
      counts = try ReferenceCounts(from: &reader, pointCount: pointCount)
      moments = try Moments(from: &reader)
    case .categorical(let categoryCount):
      isNumeric = false
      categories = try CategoryCounts(from: &reader, categoryCount: categoryCount)
    }
    if distinct != nil { distinct = try DistinctSketch(from: &reader) }
    if lengths != nil { lengths = try TextLengths(from: &reader) }
    if fractions != nil { fractions = try GapFractions(from: &reader, of: counts) }
    guard isComplete(isNumeric: isNumeric) else {
      throw BadEncoding("the parts of a field count different values", at: start)
    }
  }

  /// Whether each part that the field uses counts all usable values, and the others none.
  private func isComplete(isNumeric: Bool) -> Bool {
    let (numbers, texts) = isNumeric ? (completeness.values, 0) : (0, completeness.values)
    return counts.total == numbers && moments.total == numbers && categories.total == texts
      && distinct?.total ?? completeness.values == completeness.values
      && lengths?.count ?? completeness.values == completeness.values
  }
}
