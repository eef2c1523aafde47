import Drift
import Sketches
import TestSupport
import Testing

/// What is drawn of two distributions, against values that are counted one by one.
@Suite struct DistributionCurveTests {
  private static func reference(_ sorted: [Double], points: [Double]) -> NumericReference {
    NumericReference(
      points: ReferencePoints(points),
      below: points.map { point in UInt64(sorted.count { $0 < point }) },
      equal: points.map { point in UInt64(sorted.count { $0 == point }) },
      count: UInt64(sorted.count),
      edges: [points.count / 3],
      distanceBound: 0,
      areaBound: 0,
      unit: Moments.Unit(covering: 1)
    )
  }

  private static func counts(_ values: [Double], _ reference: NumericReference) -> ReferenceCounts {
    var counts = ReferenceCounts(pointCount: reference.points.count)
    for value in values { counts.record(value, at: reference.points) }
    return counts
  }

  @Test(arguments: [0, 1, 2, 3]) func everyPointKeptCountsWhatLiesAtOrBelow(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let before = (0..<700).map { _ in Double(Int.random(in: 0..<400, using: &random)) }.sorted()
    let after = (0..<500).map { _ in Double(Int.random(in: -50..<450, using: &random)) / 2 }
    let points = Set(before).sorted()
    let reference = Self.reference(before, points: points)
    let curve = DistributionCurve(
      reference: reference,
      counts: Self.counts(after, reference),
      limit: seed == 0 ? 1_000 : 40
    )
    #expect(curve.points.count == (seed == 0 ? points.count : curve.points.count))
    #expect(curve.points.count <= (seed == 0 ? points.count : 41))
    #expect(curve.points.first == points.first && curve.points.last == points.last)
    #expect(curve.points.contains(points[points.count / 3]))
    for (index, point) in curve.points.enumerated() {
      #expect(curve.reference[index] == UInt64(before.count { $0 <= point }))
      #expect(curve.current[index] == UInt64(after.count { $0 <= point }))
    }
    let gap = try #require(curve.gap)
    let distance = abs(Double(gap.reference) / 700 - Double(gap.current) / 500)
    let all = Set(before + after)
    let largest = all.map { value in
      abs(Double(before.count { $0 <= value }) / 700 - Double(after.count { $0 <= value }) / 500)
    }.max()
    #expect(abs(distance - (largest ?? 0)) < 1e-12)
    let reaches: (Double) -> Bool = { gap.isBefore ? $0 < gap.point : $0 <= gap.point }
    #expect(gap.reference == UInt64(before.count(where: reaches)))
    #expect(gap.current == UInt64(after.count(where: reaches)))
  }

  @Test func withoutValuesThereIsNoGap() {
    let reference = Self.reference([1, 2, 3], points: [1, 2, 3])
    let curve = DistributionCurve(reference: reference, counts: Self.counts([], reference))
    #expect(curve.gap == nil && curve.current == [0, 0, 0] && curve.reference == [1, 2, 3])
  }
}
