import TestSupport
import Testing

@testable import Drift

/// Traps that other tools fall into: references/field.md 5.4.
@Suite("Traps")
struct TrapTests {
  @Test("one unseen category does not make p 0")
  func oneUnseenCategory() throws {
    let field = comparison(reference: [6000, 3000, 1000, 0], current: [600, 299, 100, 1])
    for measure in [ChiSquared.measure, GTest.measure] {
      #expect(try #require(measure(field).pValue) > 0.5)
    }
    let many = comparison(reference: [6000, 3000, 1000, 0], current: [570, 280, 90, 60])
    #expect(try #require(ChiSquared.measure(many).pValue) < 1e-10)
  }

  @Test("chi-squared does not gather the window's low bins: 100 windows of 50 without drift")
  func smallWindows() throws {
    var random = SplitMix64(seed: 5)
    let reference = (0..<1000).map { Double($0) }
    let low = try (0..<100).count { _ in
      let window = (0..<50).map { _ in random.uniform() * 1000 }
      let p = try #require(ChiSquared.measure(Profiling(reference, window).counted()).pValue)
      return p < 0.05
    }
    #expect(low <= 11)
  }

  @Test("rare categories and unseen ones are one bin: a long tail is no drift")
  func longTail() throws {
    let reference = [500, 300] + Array(repeating: UInt64(1), count: 200) + [0]
    var current: [UInt64] = [250, 150] + Array(repeating: 0, count: 200) + [20]
    for index in stride(from: 2, to: 200, by: 5) { current[index] = 2 }
    let p = ChiSquared.measure(comparison(reference: reference, current: current)).pValue
    #expect(try #require(p) > 0.5)
  }

  @Test("categories that the reference happens to hold often fall back to their mean: no drift")
  func oftenInTheReference() throws {
    // 1,000 equal categories, 1,000 reference values, 5 of each in the window
    let reference: [UInt64] =
      [(6, 1), (5, 3), (4, 15), (3, 61), (2, 184), (1, 368)]
      .flatMap { times, count in Array(repeating: times, count: count) } + [0]
    let current = Array(repeating: UInt64(5), count: 632) + [1840]
    let field = comparison(reference: reference, current: current)
    for measure in [ChiSquared.measure, GTest.measure, PopulationStability.measure] {
      #expect(try #require(measure(field).pValue) > 0.05)
    }
  }

  @Test("both directions are seen alike")
  func directionBothWays() throws {
    let reference = (0..<500).map { Double($0) }
    for shift in [-100.0, 100] {
      let field = Profiling(reference, reference.map { $0 + shift }).exact()
      for measure in [MannWhitney.measure, WelchTest.measure] {
        #expect(try #require(measure(field).pValue) < 1e-10)
      }
      let moved = try #require(MeanShift.measure(field).value)
      #expect((moved < 0) == (shift < 0))
    }
  }

  @Test("two equal constants do not differ")
  func constantField() {
    let field = Profiling(Array(repeating: 3, count: 50), Array(repeating: 3, count: 20)).exact()
    #expect(MannWhitney.measure(field).pValue == 1)
    #expect(MannWhitney.measure(field).value == 0.5)
    #expect(CramerVonMises.measure(field).pValue == 1)
    #expect(ChiSquared.measure(field).pValue == 1)
    #expect(Wasserstein.measure(field).value == 0)
    for measure in [
      AndersonDarling.measure, MeanShift.measure, DeviationRatio.measure, MedianShift.measure,
      WelchTest.measure, Wasserstein.measureNormalized,
    ] { #expect(measure(field).value == nil) }
  }

  @Test("negative zero is zero")
  func zeros() {
    let field = Profiling([-0.0, 0, 1], [0, -0.0, 1]).exact()
    #expect(KolmogorovSmirnov.measure(field).value == 0)
    #expect(MannWhitney.measure(field).value == 0.5)
    #expect(Quantile.measure("p1", field).value?.sign == .plus)
  }

  @Test("integers above 2⁵³ values a side keep their order")
  func manyRecords() throws {
    let (m, n) = (UInt64(1) << 40, UInt64(1) << 41)
    var scan = LineScan(referenceTotal: 2 * m, currentTotal: 2 * n)
    scan.pass(point: 0, gap: PairCount(), here: PairCount(reference: m + 1, current: n))
    scan.pass(point: 1, gap: PairCount(), here: PairCount(reference: m - 1, current: n))
    var field = comparison(reference: [m + 1, m - 1], current: [n, n])
    field.line = scan.finish(gap: PairCount())
    let expected = 1 / Double(2 * m)
    #expect(Wasserstein.measure(field).value == expected)
    #expect(try #require(MannWhitney.measure(field).value) > 0.5)
  }

  @Test("nothing on either side has no value")
  func emptyWindow() {
    let empty = comparison(reference: [5, 5], current: [0, 0])
    var numeric = empty
    numeric.isNumeric = true
    for measure in [
      Kuiper.measure, MannWhitney.measure, Wasserstein.measure, Wasserstein.measureNormalized,
      CramerVonMises.measure, AndersonDarling.measure, EnergyDistance.measure,
      MedianShift.measure, MeanShift.measure, DeviationRatio.measure, WelchTest.measure,
      KullbackLeibler.measure, Hellinger.measure, LInfinity.measure, ChiSquared.measure,
      GTest.measure, CramersV.measure, FisherExact.measure, JensenShannon.measureDivergence,
    ] { #expect(measure(numeric) == Measurement(nil)) }
    #expect(Quantile.measure(nil, numeric) == Measurement(nil))
  }

  @Test("full counters stay full when they are added up, and end no process")
  func fullBins() {
    let cells: [UInt64] = [.max, .max, 1, .max, 7]
    #expect(FieldComparison.bins(of: cells, edges: [0, 1]) == [.max, .max, 7])
    let field = comparison(reference: [.max, .max], current: [.max, .max])
    #expect(PopulationStability.measure(field).value == 0)
    #expect(TotalVariation.measure(field).value == 0)
  }

  @Test("full counters give no quantile, and end no process")
  func fullCounters() {
    var scan = LineScan(referenceTotal: 30, currentTotal: .max)
    for point in [1.0, 2, 3] {
      let gap = PairCount(current: .max - 9)
      scan.pass(point: point, gap: gap, here: PairCount(reference: 10, current: .max - 9))
    }
    var field = comparison(reference: [30], current: [.max])
    field.line = scan.finish(gap: PairCount(current: .max - 9))
    for name in Quantile.names { _ = Quantile.measure(name, field) }
    for measure in [
      MedianShift.measure, Wasserstein.measure, MannWhitney.measure, CramerVonMises.measure,
      AndersonDarling.measure, EnergyDistance.measure, Kuiper.measure,
    ] { _ = measure(field) }
    #expect(field.line != nil)
  }
}
