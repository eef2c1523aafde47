import Drift
import Records
import Sketches
import TestSupport
import Testing

@testable import Reference

@Suite("Learning numeric fields")
struct LearningTests {
  /// A mix of ties, a long tail and a few far values.
  static func values(_ count: Int, seed: UInt64) -> [Double] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { index in
      switch index % 5 {
      case 0: (random.uniform() * 8).rounded()
      case 1: random.uniform() * random.uniform() * 1000
      default: random.uniform() + random.uniform() + random.uniform() * 20
      }
    }
  }

  static func numeric(_ values: [Double], points: Int) throws -> NumericLearning {
    var store = TallyStore(kinds: [.numeric], budget: 1 << 28, directory: nil)
    for value in values { store.add(value, window: 0, field: 0) }
    return try NumericLearning(store.takeNumbers(0), count: UInt64(values.count), limit: points)
  }

  @Test(arguments: [1, 2, 9, 10, 11, 20, 99, 100, 101, 5000])
  func edgesAreInvertedCDFQuantilesAndFencesAreValues(count: Int) throws {
    let values = Self.values(count, seed: UInt64(count))
    let sorted = values.sorted()
    let learned = try Self.numeric(values, points: 40)
    let quantiles = (1...9).map { sorted[(count * $0 + 9) / 10 - 1] }
    #expect(learned.reference.edgeValues == quantiles.withoutRepetition)
    let fences = try #require(learned.fences)
    #expect(fences.p1 == sorted[(count + 99) / 100 - 1])
    #expect(fences.p99 == sorted[(count * 99 + 99) / 100 - 1])
    let (q1, q3) = (sorted[(count + 3) / 4 - 1], sorted[(count * 3 + 3) / 4 - 1])
    let lower = q1 - 1.5 * (q3 - q1)
    let nearest = sorted.min { abs($0 - lower) < abs($1 - lower) }
    #expect(fences.tukeyLow == nearest)
    let points = learned.reference.points.values
    #expect(points.count <= 40)
    let needed = [sorted[0], sorted[count - 1], fences.p5, fences.p95, fences.tukeyHigh]
    #expect((needed + quantiles).allSatisfy { points.contains($0) })
  }

  @Test(arguments: [20, 50, 1000])
  func ranksAreExactAndBoundsAreMeasured(points: Int) throws {
    let values = Self.values(3000, seed: 3)
    let sorted = values.sorted()
    let reference = try Self.numeric(values, points: points).reference
    for (index, point) in reference.points.values.enumerated() {
      #expect(reference.below[index] == UInt64(sorted.count { $0 < point }))
      #expect(reference.equal[index] == UInt64(sorted.count { $0 == point }))
    }
    // by definition: F_k is half-way between a gap's ends inside it
    var (largest, area) = (0.0, 0.0)
    for gap in zip(reference.points.values, reference.points.values.dropFirst()) {
      let inside = [gap.0] + sorted.filter { $0 > gap.0 && $0 < gap.1 } + [gap.1]
      let mass = Double(inside.count - 2)
      largest = max(largest, mass / 2 / 3000)
      for step in 0..<(inside.count - 1) {
        area += (inside[step + 1] - inside[step]) * abs(Double(step) - mass / 2) / 3000
      }
    }
    #expect(abs(reference.distanceBound - largest) < 1e-15)
    #expect(abs(reference.areaBound - area) < 1e-9)
  }

  @Test(arguments: 0..<20)
  func compressedDistanceIsWithinItsBound(seed: Int) throws {
    let values = Self.values(2000, seed: UInt64(seed))
    let current = Self.values(300, seed: UInt64(seed + 1000)).map { $0 * (1 + Double(seed) / 40) }
    let exact = try Self.numeric(values, points: 100_000).reference
    let compressed = try Self.numeric(values, points: 30).reference
    #expect(exact.distanceBound == 0 && compressed.distanceBound > 0)
    func distance(_ reference: NumericReference) throws -> Double {
      var summary = FieldSummary(.numeric(pointCount: reference.points.count))
      for value in current {
        summary.completeness.recordValue()
        summary.counts.record(value, at: reference.points)
      }
      var completeness = Completeness()
      completeness.recordValue(count: reference.count)
      let field = FieldReference(distribution: .numeric(reference), completeness: completeness)
      return try #require(FieldComparison(reference: field, current: summary).distance)
    }
    let difference = abs(try distance(exact) - distance(compressed))
    #expect(difference <= compressed.distanceBound + 1e-12)
  }

  @Test func constantsEmptyFieldsAndHugeValues() throws {
    let constant = try Self.numeric(Array(repeating: 7, count: 100), points: 20)
    #expect(constant.reference.edgeValues == [7])
    #expect(constant.reference.unit == Moments.Unit(covering: 7))
    #expect(constant.reference.mean == 7 && constant.reference.standardDeviation == 0)
    let zero = try Self.numeric([0, 0, 0], points: 20)
    #expect(zero.reference.unit == Moments.Unit(covering: 1))
    let empty = try Self.numeric([], points: 20)
    #expect(empty.reference.points.count == 0 && empty.fences == nil)
    #expect(empty.reference.mean == nil)
    let huge = Double.greatestFiniteMagnitude
    var random = SplitMix64(seed: 1)
    let wide = (0..<500).map { _ in (random.uniform() * 2 - 1) * huge } + [-huge, huge]
    let learned = try Self.numeric(wide, points: 20)
    #expect(learned.reference.areaBound.isFinite)
    #expect(learned.fences?.tukeyLow == -huge && learned.fences?.tukeyHigh == huge)
  }

  @Test func quantileRanksAreExactIntegers() {
    #expect(Quantile.rank(3, of: 10, in: 10) == 3)
    #expect(Quantile.rank(7, of: 10, in: 1_000_000_000_000_000_001) == 700_000_000_000_000_001)
    #expect(Quantile.rank(99, of: 100, in: .max) == 18_262_276_632_972_456_099)
    #expect(Quantile.rank(1, of: 100, in: 1) == 1)
  }
}
