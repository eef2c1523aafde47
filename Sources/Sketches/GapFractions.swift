/// How far into its gap each value between two reference points lies, added up for each gap.
///
/// Counters say that a value lies between two points; these sums say where on average, so that the
/// area under the window's distribution function is known in every gap. A part is a multiple of
/// 2⁻³² of the gap's width, so 2³² values fit a sum; a full one says nothing any more.
public struct GapFractions: Summary {
  /// Of the gaps between two points, from left to right; the outer gaps have no width.
  private var sums: [UInt64]

  /// Steps that a gap is wide.
  private static let steps = 0x1p32

  /// Nothing added yet.
  public init(pointCount: Int) {
    precondition(pointCount >= 0, "negative point count \(pointCount)")
    sums = Array(repeating: 0, count: max(0, pointCount - 1))
  }

  /// Adds one value.
  ///
  /// - Parameters:
  ///   - value: Finite.
  ///   - cell: As `ReferencePoints.cell(of:)` gives it; points and outer gaps add nothing.
  ///   - points: Those it was found among.
  ///   - count: How often it was seen.
  public mutating func record(
    _ value: Double,
    cell: Int,
    at points: ReferencePoints,
    count: UInt64 = 1
  ) {
    guard cell.isMultiple(of: 2), cell > 0, cell < 2 * points.count else { return }
    let gap = cell / 2 - 1
    let (start, end) = (points.values[gap], points.values[gap + 1])
    let width = end - start
    // The difference of two large points overflows, that of their halves does not.
    let part =
      width.isFinite ? (value - start) / width : (value / 2 - start / 2) / (end / 2 - start / 2)
    let (product, overflow) = UInt64((part * Self.steps).rounded())
      .multipliedReportingOverflow(by: count)
    sums[gap].add(overflow ? .max : product)
  }

  /// Adds the other sums.
  public mutating func merge(_ other: Self) { sums.add(other.sums) }

  /// The sum of a gap's parts, each from 0 to 1 and off by at most `error`.
  ///
  /// - Parameter cell: As `ReferencePoints.cell(of:)` gives it.
  /// - Returns: nil for a point, an outer gap, and more than can be added.
  public func sum(ofCell cell: Int) -> Double? {
    let gap = cell / 2 - 1
    guard cell.isMultiple(of: 2), sums.indices.contains(gap), sums[gap] < .max else { return nil }
    return Double(sums[gap]) / Self.steps
  }

  /// What the part of one value may be off by.
  public static let error = 0x1p-33
}

extension GapFractions {
  /// Writes the sums.
  ///
  /// - Complexity: O(points).
  public func encode(into writer: inout ByteWriter) { writer.counters(sums) }

  /// Reads the sums.
  ///
  /// - Parameters:
  ///   - reader: Stands where they were written.
  ///   - counts: Of the same values.
  /// - Throws: `BadEncoding` when the bytes are no sums of so many parts.
  /// - Complexity: O(points).
  public init(from reader: inout ByteReader, of counts: ReferenceCounts) throws(BadEncoding) {
    self.init(pointCount: counts.cells.count / 2)
    let start = reader.position
    sums = try reader.counters(sums.count)
    for (gap, sum) in sums.enumerated() {
      let values = counts.cells[2 * gap + 2]
      guard sum == .max || values == .max || UInt128(sum) <= UInt128(values) << 32 else {
        throw BadEncoding("\(values) values do not lie so far into their gap", at: start)
      }
    }
  }
}
