public import Sketches

/// The distribution functions of a reference and of a window at some of the reference's points, and
/// where they are farthest apart: enough to draw both.
///
/// Values are counts, so that nothing is rounded; where the points are all of the reference's, what
/// is drawn is exact.
public struct DistributionCurve: Equatable, Sendable {
  /// Where the two functions are farthest apart.
  public struct Gap: Equatable, Sendable {
    /// The point.
    public var point: Double
    /// Whether it is reached just before the point; otherwise at it.
    public var isBefore: Bool
    /// Values of the reference up to there.
    public var reference: UInt64
    /// Values of the window up to there.
    public var current: UInt64
  }

  /// Some of the reference's points, increasing.
  public private(set) var points: [Double] = []
  /// Values of the reference at or below each.
  public private(set) var reference: [UInt64] = []
  /// Values of the window at or below each.
  public private(set) var current: [UInt64] = []
  /// Values of the reference in all.
  public let referenceCount: UInt64
  /// Values of the window in all.
  public let currentCount: UInt64
  /// Where the Kolmogorov–Smirnov distance is reached; nil while either side has no values.
  public private(set) var gap: Gap?

  /// Points that are kept unless somebody says otherwise.
  public static let pointLimit = 200

  /// The functions as far as they are drawn.
  ///
  /// The first and the last point and the edges of the bins are always among those kept.
  ///
  /// - Parameters:
  ///   - reference: Its points and ranks.
  ///   - counts: Of the window, at these points.
  ///   - limit: How many points to keep, beside the edges.
  /// - Complexity: O(points).
  public init(
    reference: NumericReference,
    counts: ReferenceCounts,
    limit: Int = pointLimit
  ) {
    let (values, cells) = (reference.points.values, counts.cells)
    referenceCount = reference.count
    currentCount = counts.total
    let kept = Self.kept(of: values.count, always: reference.edges, limit: limit)
    var (seen, next, farthest) = (UInt64(0), 0, -1.0)
    for index in values.indices {
      seen.add(cells[2 * index])
      note(values[index], isBefore: true, reference.below[index], seen, &farthest)
      seen.add(cells[2 * index + 1])
      var upTo = reference.below[index]
      upTo.add(reference.equal[index])
      note(values[index], isBefore: false, upTo, seen, &farthest)
      guard next < kept.count, kept[next] == index else { continue }
      points.append(values[index])
      self.reference.append(upTo)
      current.append(seen)
      next += 1
    }
  }

  private mutating func note(
    _ point: Double,
    isBefore: Bool,
    _ left: UInt64,
    _ right: UInt64,
    _ farthest: inout Double
  ) {
    guard referenceCount > 0, currentCount > 0 else { return }
    let distance = abs(
      Double(left) / Double(referenceCount) - Double(right) / Double(currentCount)
    )
    guard distance > farthest else { return }
    farthest = distance
    gap = Gap(point: point, isBefore: isBefore, reference: left, current: right)
  }

  /// Positions that are kept, in order: evenly spread, the ends among them.
  private static func kept(of count: Int, always edges: [Int], limit: Int) -> [Int] {
    guard count > max(2, limit) else { return Array(0..<count) }
    let spread = (0..<max(2, limit)).map { $0 * (count - 1) / (max(2, limit) - 1) }
    return Set(spread + edges).sorted()
  }
}
