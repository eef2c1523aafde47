import Sketches
import TestSupport
import Testing

@Suite("Where values lie in their gaps")
struct GapFractionsTests {
  private static func sums(_ values: [Double], at points: [Double]) -> [Double?] {
    let points = ReferencePoints(points)
    var fractions = GapFractions(pointCount: points.count)
    for value in values { fractions.record(value, cell: points.cell(of: value), at: points) }
    return (0...2 * points.count).map { fractions.sum(ofCell: $0) }
  }

  @Test("parts of the gap's width, points and outer gaps left out")
  func parts() {
    #expect(
      Self.sums([-5, 0, 1, 3, 4, 5, 8, 16, 20, 21], at: [0, 4, 20])
        == [nil, nil, 1, nil, 1.0625, nil, nil]
    )
  }

  @Test("points as far apart as doubles go, and as close")
  func extremes() {
    let largest = Double.greatestFiniteMagnitude
    #expect(Self.sums([0], at: [-largest, largest]) == [nil, nil, 0.5, nil, nil])
    let least = Double.leastNonzeroMagnitude
    #expect(Self.sums([least], at: [0, 4 * least]) == [nil, nil, 0.25, nil, nil])
  }

  @Test("more than can be added is not known")
  func full() {
    let points = ReferencePoints([0, 1])
    var fractions = GapFractions(pointCount: 2)
    fractions.record(0.5, cell: 2, at: points, count: 1 << 33)
    #expect(fractions.sum(ofCell: 2) == nil)
    fractions.merge(fractions)
    #expect(fractions.sum(ofCell: 2) == nil)
    #expect(GapFractions(pointCount: 0) == GapFractions(pointCount: 1))
  }
}

@Suite("Counts between reference points")
struct ReferenceCountsTests {
  private static let special = [
    0.0, -0.0, 0x1p-1074, -0x1p-1074, 0x1p-1022, 1e308, -1e308, .greatestFiniteMagnitude,
    -.greatestFiniteMagnitude, 1, 1.0.nextUp, 1.0.nextDown,
  ]

  private func value(_ generator: inout SplitMix64) -> Double {
    generator.next().isMultiple(of: 2)
      ? Self.special[Int(generator.next() % UInt64(Self.special.count))]
      : (generator.uniform() * 10).rounded() - 5
  }

  @Test("every cell holds what brute force finds there", arguments: 0..<60 as Range<UInt64>)
  func bruteForce(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    let count = Int(generator.next() % 20)
    let points = ReferencePoints(
      Array(Set((0..<count).map { _ in value(&generator) + 0 })).sorted()
    )
    let values = (0..<300).map { _ in value(&generator) }
    var counts = ReferenceCounts(pointCount: points.count)
    for value in values { counts.record(value, at: points) }

    let limits = [-Double.infinity] + points.values + [.infinity]
    for (index, (lower, upper)) in zip(limits, limits.dropFirst()).enumerated() {
      #expect(counts.cells[2 * index] == UInt64(values.count { lower < $0 && $0 < upper }))
      guard index < points.count else { continue }
      #expect(counts.cells[2 * index + 1] == UInt64(values.count { $0 == upper }))
    }
    #expect(counts.total == 300)
    if let first = points.values.first, let last = points.values.last {
      #expect(counts.outside == UInt64(values.count { $0 < first || last < $0 }))
    } else {
      #expect(counts.outside == 0)
    }
  }

  @Test("no point, one point")
  func few() {
    #expect(ReferencePoints([]).cell(of: 3) == 0)
    let one = ReferencePoints([2])
    #expect([1.0, 2, 3].map { one.cell(of: $0) } == [0, 1, 2])
    #expect(one.index(of: 2) == 0)
    #expect(one.index(of: 2.5) == nil)
  }

  @Test("a negative zero is zero, as a point and as a value")
  func negativeZero() {
    let points = ReferencePoints([-1, -0.0, 1])
    #expect(points.values[1].sign == .plus)
    #expect(points.cell(of: 0) == 3)
    #expect(points.cell(of: -0.0) == 3)
    #expect(points.cell(of: -0x1p-1074) == 2)
    #expect(points.cell(of: 0x1p-1074) == 4)
  }

  @Test("points must increase and be finite")
  func preconditions() async {
    await #expect(processExitsWith: .failure) { _ = ReferencePoints([1, 1]) }
    await #expect(processExitsWith: .failure) { _ = ReferencePoints([1, .infinity]) }
    await #expect(processExitsWith: .failure) { _ = ReferencePoints([.nan]) }
  }
}
