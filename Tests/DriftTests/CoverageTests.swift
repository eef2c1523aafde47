import TestSupport
import Testing

@testable import Drift

/// Whether a lower bound keeps its word: samples of two populations whose distance is known.
@Suite("Coverage of lower bounds")
struct CoverageTests {
  private static let trials = 1000
  private static let cells = 12
  private static let confidence = Confidence(alpha: 0.05, delta: 0.05)

  /// Counts of equally frequent values, the last of which takes a share from all others.
  private static func sample(_ count: Int, shift: Double, _ random: inout SplitMix64) -> [UInt64] {
    var counts = [UInt64](repeating: 0, count: cells)
    for _ in 0..<count {
      let isMoved = random.uniform() < shift
      counts[isMoved ? cells - 1 : Int(random.uniform() * Double(cells))] += 1
    }
    return counts
  }

  private static func numeric(_ reference: [UInt64], _ current: [UInt64]) -> FieldComparison {
    let (m, n) = (reference.reduce(0, +), current.reduce(0, +))
    var scan = LineScan(referenceTotal: m, currentTotal: n)
    for (index, pair) in zip(reference, current).enumerated() {
      let here = PairCount(reference: pair.0, current: pair.1)
      scan.pass(point: Double(index), gap: PairCount(), here: here)
    }
    return comparison(distance: scan.finish(gap: PairCount())?.supremum.largest, bound: 0, m, n)
  }

  /// How many windows' bounds were above the distance of the populations, and how many were 0.
  private static func simulate(
    shift: Double,
    _ compare: ([UInt64], [UInt64]) -> FieldComparison
  ) throws -> (above: Int, zero: Int) {
    var random = SplitMix64(seed: 1)
    let truth = shift * Double(cells - 1) / Double(cells)
    var (above, zero) = (0, 0)
    for _ in 0..<trials {
      let reference = sample(300, shift: 0, &random)
      let current = sample(200, shift: shift, &random)
      let bound = DriftBound.measure(compare(reference, current), confidence: confidence)
      let value = try #require(bound.value)
      if value > truth { above += 1 }
      if value == 0 { zero += 1 }
    }
    return (above, zero)
  }

  @Test("a bound is above the truth no more often than α + δ", arguments: [0, 0.3, 0.6])
  func aBoundIsRarelyAboveTheTruth(shift: Double) throws {
    let allowed = Double(Self.trials) * (Self.confidence.alpha + Self.confidence.delta)
    let numeric = try Self.simulate(shift: shift, Self.numeric)
    let categorical = try Self.simulate(shift: shift) { comparison(reference: $0, current: $1) }
    for found in [numeric, categorical] {
      #expect(Double(found.above) <= allowed, "of \(Self.trials)")
      // A bound that is always 0 would keep its word too.
      #expect(shift < 0.6 || found.zero == 0)
    }
  }
}
