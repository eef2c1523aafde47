import TestSupport
import Testing

@testable import Drift

@Suite("Bounds beside values that counters do not give exactly")
struct BracketTests {
  /// Pairs small enough for a profile of each size.
  private static func pairs() throws -> [(comment: String, Profiling)] {
    try StatisticsGolden.load().pairs.filter { pair in
      pair.reference.count + pair.current.count <= 6000
    }.map { pair in
      let comment = "\(pair.reference) | \(pair.current)"
      return (comment, Profiling(pair.reference.values(), pair.current.values()))
    }
  }

  /// Statistics that come with a bracket or a bound.
  private static func bounded(_ field: FieldComparison) -> [(name: String, Measurement)] {
    [
      ("ks", KolmogorovSmirnov.measure(field)), ("kuiper", Kuiper.measure(field)),
      ("mann_whitney", MannWhitney.measure(field)),
      ("wasserstein", Wasserstein.measure(field)),
      ("energy", EnergyDistance.measure(field)),
      ("cramer_von_mises", CramerVonMises.measure(field)),
      ("anderson_darling", AndersonDarling.measure(field)),
      ("median_shift", MedianShift.measure(field)),
    ] + Profiling.percentiles.map { ($0.name, Quantile.measure($0, field)) }
  }

  @Test(
    "the true value lies within the bound, over exact and compressed profiles",
    arguments: [false, true]
  )
  func truthIsWithin(fractions: Bool) throws {
    var (inexact, present) = (0, 0)
    for (comment, profiling) in try Self.pairs() {
      let truth = Self.bounded(profiling.exact())
      for limit in [Int.max, 200, 30, 5] {
        let counted = Self.bounded(profiling.counted(points: limit, fractions: fractions))
        for ((name, expected), (_, measured)) in zip(truth, counted) {
          guard let value = measured.value, let exact = expected.value else { continue }
          let rounding = 1e-9 * abs(exact) + .leastNormalMagnitude
          let bound = measured.bound ?? 0
          let place: Comment = "\(name) of \(comment) at \(limit) points"
          #expect(abs(value - exact) <= bound + rounding, place)
          if let lower = measured.lower { #expect(lower <= exact + rounding, place) }
          if let upper = measured.upper { #expect(exact <= upper + rounding, place) }
          if bound > 0 { inexact += 1 }
          present += 1
        }
      }
    }
    #expect(inexact > 500 && present > inexact)
  }

  @Test("p-values of bounded statistics err on the quiet side")
  func quietPValues() throws {
    for (comment, profiling) in try Self.pairs() {
      let exact = profiling.exact()
      for limit in [Int.max, 30, 5] {
        let counted = profiling.counted(points: limit)
        for (name, measure) in [
          ("mann_whitney", MannWhitney.measure), ("kuiper", Kuiper.measure),
          ("cramer_von_mises", CramerVonMises.measure),
        ] {
          guard let truth = measure(exact).pValue, let found = measure(counted).pValue
          else { continue }
          let place: Comment = "\(name) of \(comment) at \(limit) points: \(found), \(truth)"
          #expect(found >= truth * (1 - 1e-9), place)
          if let least = measure(counted).leastPValue {
            #expect(least <= truth * (1 + 1e-9), place)
          }
        }
      }
    }
  }

  @Test("what needs every distinct value is absent over a compressed reference")
  func absence() {
    let profiling = Profiling((0..<500).map(Double.init), (0..<100).map { Double($0) * 3 + 0.5 })
    let compressed = profiling.counted(points: 20)
    #expect(EnergyDistance.measure(compressed).value == nil)
    #expect(CramerVonMises.measure(compressed).value == nil)
    #expect(AndersonDarling.measure(compressed).value == nil)
    let exact = profiling.counted()
    #expect(EnergyDistance.measure(exact).value != nil)
    #expect(CramerVonMises.measure(exact).value != nil)
    // one value a gap: all ranks are known
    let full = profiling.exact()
    #expect(AndersonDarling.measure(exact) == AndersonDarling.measure(full))
    let crowded = Profiling([0, 10, 20, 30], [1, 2, 3, 4])
    #expect(AndersonDarling.measure(crowded.counted()).value == nil)
    #expect(CramerVonMises.measure(crowded.counted()).bound ?? 0 > 0)
  }

  @Test("one value of 10⁶ is seen by Wasserstein, though it lies outside every point")
  func outlier() throws {
    var current = (0..<1000).map { Double($0) }
    let reference = current
    current[500] = 1e6
    let profiling = Profiling(reference, current)
    let exact = try #require(Wasserstein.measure(profiling.exact()).value)
    let counted = Wasserstein.measure(profiling.counted())
    #expect(abs((counted.value ?? 0) - exact) <= (counted.bound ?? 0) + 1e-9)
    #expect(counted.bound ?? 1 < 1e-3)
    #expect(abs(exact - 1000) < 1)
  }

  @Test("where values lie in their gaps makes areas exact but where the functions cross")
  func fractions() throws {
    // All above: in no gap do the functions cross.
    let reference = (0..<50).map { Double($0) * 20 }
    let shifted = Profiling(reference, (0..<400).map { 2.45 * Double($0) + 30 })
    let exact = try #require(Wasserstein.measure(shifted.exact()).value)
    let plain = Wasserstein.measure(shifted.counted())
    let known = Wasserstein.measure(shifted.counted(fractions: true))
    #expect(plain.bound ?? 0 > 1)
    #expect(known.bound ?? 1 < 1e-6)
    #expect(abs((known.value ?? 0) - exact) < 1e-6)
    // Below and above the middle by turns: every gap may hide a crossing.
    let crossing = Profiling(reference, (0..<49).map { Double($0) * 20 + 9 + Double($0 % 2) })
    let bracket = Wasserstein.measure(crossing.counted(fractions: true))
    let truth = try #require(Wasserstein.measure(crossing.exact()).value)
    #expect((bracket.lower ?? 0) <= truth && truth <= (bracket.upper ?? 0))
    #expect(bracket.upper ?? 0 < Wasserstein.measure(crossing.counted()).upper ?? 0)
  }

  @Test("values too far out on both sides leave no estimate below what is certain")
  func beyondBothSides() throws {
    let measured = EnergyDistance.measure(
      Profiling([1, 2, 3, 4], [2, 3, -1e308, 1e308]).counted()
    )
    let (value, lower) = (try #require(measured.value), try #require(measured.lower))
    #expect(value >= lower && lower > 1)
  }

  @Test("a value too far out for moments leaves a lower end")
  func beyond() throws {
    let reference = (0..<100).map { Double($0) }
    let measured = Wasserstein.measure(Profiling(reference, reference + [1e300]).counted())
    #expect(measured.upper == .infinity)
    #expect(try #require(measured.value) >= 1e8)
    let percentile = try #require(Percentile("p99.9"))
    let quantile = Quantile.measure(percentile, Profiling(reference, [5, 1e300]).counted())
    #expect(quantile.lower == 99 && quantile.value == 99 && quantile.upper == .infinity)
  }
}
