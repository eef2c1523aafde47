/// How many values fell on each reference point and into each gap between two of them.
///
/// The reference is fixed, so its points can be sorted once; the counters then give the window's
/// distribution function **exactly** at every point and just before it, ties included, in constant
/// memory. The two-sample Kolmogorov–Smirnov distance to a reference with these points is reached
/// at a gap's end, so it is exact too, as is every statistic over bins whose edges are points.
/// The idea of counting between fixed points is that of the incremental Kolmogorov–Smirnov test
/// (dos Reis et al., KDD 2016), with the treap replaced by counters that can be added.
public struct ReferenceCounts: Summary {
  /// The counters from left to right: gap, point, gap, …, point, gap.
  ///
  /// Even index `2 i`: values strictly between point `i - 1` and point `i`; odd `2 i + 1`: equal
  /// to point `i`. The first and last cell hold what lies outside the reference's range.
  public private(set) var cells: [UInt64]

  /// Nothing counted yet.
  public init(pointCount: Int) {
    precondition(pointCount >= 0, "negative point count \(pointCount)")
    cells = Array(repeating: 0, count: 2 * pointCount + 1)
  }

  /// Counts one finite value.
  ///
  /// - Complexity: As that of `ReferencePoints.cell(of:)`.
  public mutating func record(_ value: Double, at points: ReferencePoints) {
    add(1, toCell: points.cell(of: value))
  }

  /// So few values are counted one by one, which takes less than room for more.
  private static let few = 16

  /// Counts a column of finite values.
  ///
  /// First some are looked up, then they are counted: counters that the processor's cache does not
  /// hold are then fetched side by side.
  ///
  /// - Complexity: As that of `ReferencePoints.cell(of:)` for each.
  mutating func record(_ values: Span<Double>, at points: ReferencePoints) {
    var cells = cells.mutableSpan
    guard values.count > Self.few else {
      for index in values.indices { cells[points.cell(of: values[index])].add(1) }
      return
    }
    var found = PointTable.Cells(repeating: 0)
    var rest = values
    while !rest.isEmpty {
      let some = rest.extracting(first: found.count)
      rest = rest.extracting(last: rest.count - some.count)
      points.table.find(some, &found)
      for index in some.indices { cells[found[index]].add(1) }
    }
  }

  /// Counts a value seen `count` times.
  ///
  /// - Parameters:
  ///   - count: How often it was seen.
  ///   - cell: As `ReferencePoints.cell(of:)` gives it.
  public mutating func add(_ count: UInt64, toCell cell: Int) {
    cells[cell].add(count)
  }

  /// All values counted.
  ///
  /// - Complexity: O(points).
  public var total: UInt64 { cells.reduce(into: 0) { $0.add($1) } }

  /// Values below the smallest or above the largest point.
  public var outside: UInt64 {
    guard cells.count > 1, var outside = cells.first, let last = cells.last else { return 0 }
    outside.add(last)
    return outside
  }

  /// Adds the other counters.
  public mutating func merge(_ other: Self) { cells.add(other.cells) }
}

extension ReferenceCounts {
  /// Writes the cells.
  ///
  /// - Complexity: O(points).
  public func encode(into writer: inout ByteWriter) { writer.counters(cells) }

  /// Reads the cells.
  ///
  /// - Parameters:
  ///   - reader: Stands where they were written.
  ///   - pointCount: Number of points they were counted at.
  /// - Throws: `BadEncoding` when the bytes are not the cells of so many points.
  /// - Complexity: O(points).
  public init(from reader: inout ByteReader, pointCount: Int) throws(BadEncoding) {
    precondition(pointCount >= 0, "negative point count \(pointCount)")
    cells = try reader.counters(2 * pointCount + 1)
  }
}
