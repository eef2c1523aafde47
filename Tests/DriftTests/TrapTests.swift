import Foundation
import Sketches
import TestSupport
import Testing

@testable import Drift

/// Traps that other tools fall into, by the names of references/field.md 5.4.
@Suite("Traps of statistics")
struct TrapTests {
  private static let confidence = Confidence(alpha: 0.001, delta: 0.01)
  private static let thousand = (0..<1000).map { Double($0) }

  /// Equal-width bins would hold everything but the outlier in one of them.
  @Test("one 1e6 outlier")
  func oneOutlier() throws {
    let moved = Self.thousand.map { $0 + 500 }
    let seen = Profiling(Self.thousand, moved + [1e6]).counted()
    #expect(seen.referenceBins == Array(repeating: 100, count: 10))
    #expect(seen.currentBins == [0, 0, 0, 0, 0, 100, 100, 100, 100, 601])
    #expect(try #require(PopulationStability.measure(seen).value) > 3.5)
    #expect(try #require(JensenShannon.measure(seen).value) > 0.6)

    let quiet = Profiling(Self.thousand, Self.thousand + [1e6]).counted()
    #expect(quiet.currentBins == Array(repeating: 100, count: 9) + [101])
    #expect(DriftBound.measure(quiet, confidence: Self.confidence).value == 0)
    #expect(try #require(PopulationStability.measure(quiet).pValue) > 0.999)
    #expect(Quantile.measure(.median, quiet).value == 500)
    expect(KolmogorovSmirnov.measure(quiet).value, 1.0 / 1001, 1e-12, "ks")
    let way = (499.5 + 1e6 - 999) / 1001
    expect(Wasserstein.measure(quiet).value, way, 1e-9, "wasserstein says what it means")
    #expect(Share.outOfRange.measure(quiet).value == 1.0 / 1001)
  }

  @Test("one unseen category")
  func oneUnseenCategory() throws {
    let field = comparison(reference: [6000, 3000, 1000, 0], current: [600, 299, 100, 1])
    for measure in [ChiSquared.measure, GTest.measure] {
      #expect(try #require(measure(field).pValue) > 0.5)
    }
    let many = comparison(reference: [6000, 3000, 1000, 0], current: [570, 280, 90, 60])
    #expect(try #require(ChiSquared.measure(many).pValue) < 1e-10)
  }

  @Test("window of 8, 50, 100 rows", arguments: [8, 50, 100])
  func smallWindows(rows: Int) throws {
    var random = SplitMix64(seed: 5)
    var low = (ks: 0, psi: 0, chiSquared: 0, index: 0)
    for _ in 0..<200 {
      let window = (0..<rows).map { _ in random.uniform() * 1000 }
      let field = Profiling(Self.thousand, window).counted()
      #expect(DriftBound.measure(field, confidence: Self.confidence).value == 0)
      let psi = PopulationStability.measure(field)
      expect(psi.expectation, 9 * (1 / Double(rows) + 0.001), 1e-14, "no drift needs this much")
      if try #require(KolmogorovSmirnov.measure(field).pValue) < 0.05 { low.ks += 1 }
      let test = ChiSquared.measure(field)
      // fewer than 20 values are one bin, which says nothing
      #expect((test.pValue == nil) == (rows < 20) && (psi.pValue == nil) == (rows < 20))
      if test.pValue ?? 1 < 0.05 { low.chiSquared += 1 }
      if psi.pValue ?? 1 < 0.05 { low.psi += 1 }
      if try #require(psi.value) > 0.1 { low.index += 1 }
    }
    // of 200 windows without drift; more than 20 would be two deviations above 5 %
    #expect(low.ks <= 20 && low.chiSquared <= 20 && low.psi <= 20, "\(low)")
    // the threshold that other tools have for windows of any size: a fifth of them and more
    #expect(low.index > 40, "\(low)")
    let elsewhere = Profiling(Self.thousand, Array(repeating: 2000, count: rows)).counted()
    let allowance = (Foundation.log(200.0) / 2000).squareRoot()
    let own = (Foundation.log(2000.0) / 2 / Double(rows)).squareRoot()
    let bound = DriftBound.measure(elsewhere, confidence: Self.confidence)
    expect(bound.value, 1 - allowance - own, 1e-14, "even few rows say what is certain")
  }

  @Test("1M rows with 0.01 sd shift")
  func manyRowsMoveALittle() throws {
    let reference = Array(repeating: UInt64(1000), count: 1000)
    let current = [0, 0, 0] + Array(repeating: UInt64(1000), count: 996) + [4000]
    let field = line(reference, current)
    let ks = KolmogorovSmirnov.measure(field)
    expect(ks.value, 0.003, 1e-14, "ks")
    #expect(try #require(ks.pValue) < 0.001)
    #expect(DriftBound.measure(field, confidence: Self.confidence).value == 0)
    let far = [UInt64](repeating: 0, count: 100) + Array(repeating: 1000, count: 899) + [101_000]
    let bound = DriftBound.measure(line(reference, far), confidence: Self.confidence)
    let allowance = [200.0, 2000].reduce(0) { $0 + (Foundation.log($1) / 2e6).squareRoot() }
    expect(bound.value, 0.1 - allowance, 1e-14, "what is far is as far")
  }

  @Test("categories that the reference happens to hold often fall back to their mean: no drift")
  func oftenInTheReference() throws {
    // 1,000 equal categories, 1,000 reference values, 5 of each in the window
    let reference: [UInt64] =
      [(6, 1), (5, 3), (4, 15), (3, 61), (2, 184), (1, 368)]
      .flatMap { times, count in Array(repeating: times, count: count) } + [0]
    let current = Array(repeating: UInt64(5), count: 632) + [1840]
    let field = comparison(reference: reference, current: current)
    // all are so rare that they are one bin
    for measure in [ChiSquared.measure, GTest.measure, PopulationStability.measure] {
      #expect(measure(field).pValue == nil)
    }
  }

  @Test("constant feature")
  func constantField() {
    let field = Profiling(Array(repeating: 3, count: 50), Array(repeating: 3, count: 20)).exact()
    #expect(MannWhitney.measure(field).pValue == 1)
    #expect(MannWhitney.measure(field).value == 0.5)
    #expect(CramerVonMises.measure(field).pValue == 1)
    #expect(ChiSquared.measure(field) == Measurement(nil))
    #expect(GTest.measure(field) == Measurement(nil))
    let psi = PopulationStability.measure(field)
    #expect(psi.value != nil && psi.pValue == nil && psi.expectation != nil)
    #expect(Wasserstein.measure(field).value == 0)
    for measure in [
      AndersonDarling.measure, MeanShift.measure, DeviationRatio.measure, MedianShift.measure,
      WelchTest.measure, Wasserstein.measureNormalized,
    ] { #expect(measure(field).value == nil) }
  }

  @Test("a window too small for two bins says nothing, however far it has moved")
  func oneBin() throws {
    for (count, says) in [(1_000, true), (15, false), (19, false), (20, true)] {
      let field = Profiling(Self.thousand, Array(repeating: 1e4, count: count)).counted()
      #expect(try #require(KolmogorovSmirnov.measure(field).pValue) < 1e-20)
      for measure in [ChiSquared.measure, GTest.measure] {
        #expect((measure(field) == Measurement(nil)) == !says, "\(count)")
      }
      let psi = PopulationStability.measure(field)
      #expect(try #require(psi.value) > 1)
      #expect((psi.pValue != nil) == says, "\(count)")
    }
    // rare categories that fill no bin have their exact test: 5 of 95 beside 10 of 9,990
    let rare = comparison(reference: [9_990, 10, 0], current: [95, 5, 0])
    for measure in [ChiSquared.measure, GTest.measure] {
      let test = measure(rare)
      #expect(test.value == nil && test.degreesOfFreedom == 0 && test.method == "exact")
      #expect(try #require(test.pValue) < 1e-6)
    }
  }

  @Test("all-null window")
  func emptyWindow() {
    var numeric = comparison(reference: [5, 5], current: [0, 0])
    numeric.isNumeric = true
    for measure in [
      Kuiper.measure, MannWhitney.measure, Wasserstein.measure, Wasserstein.measureNormalized,
      CramerVonMises.measure, AndersonDarling.measure, EnergyDistance.measure,
      MedianShift.measure, MeanShift.measure, DeviationRatio.measure, WelchTest.measure,
      KullbackLeibler.measure, Hellinger.measure, LInfinity.measure, ChiSquared.measure,
      GTest.measure, CramersV.measure, FisherExact.measure, JensenShannon.measureDivergence,
    ] { #expect(measure(numeric) == Measurement(nil)) }
    #expect(Quantile.measure(.median, numeric) == Measurement(nil))
    numeric.currentCompleteness.recordMissing(.null, count: 20)
    #expect(Share.missing.measure(numeric).value == 1)
    #expect(Share.missing(.null, numeric).value == 1)
    let change = ShareChange.measure(.missing, numeric, confidence: Self.confidence)
    #expect(change.distance == 1 && (change.value ?? 0) > 0.3)
  }

  @Test("reference with one distinct value")
  func oneDistinctValue() {
    let seven = Array(repeating: 7.0, count: 100)
    let field = Profiling(seven, Array(repeating: 7, count: 10) + [8, 8, 9, 6, 6]).counted()
    let below = 7.0.nextDown
    #expect(field.edges == [below, 7])
    #expect(field.referenceBins == [0, 100, 0])
    #expect(field.currentBins == [2, 10, 3])
    expect(KolmogorovSmirnov.measure(field).value, 0.2, 1e-14, "ks")
    expect(MannWhitney.measure(field).value, 8.0 / 15, 1e-14, "AUC")
    expect(TotalVariation.measure(field).value, 1.0 / 3, 1e-14, "total variation")
    #expect(MeanShift.measure(field).value == nil)
    #expect(DeviationRatio.measure(field).value == nil)
    #expect(Share.outOfRange.measure(field).value == 5.0 / 15)
    let away = Profiling(seven, Array(repeating: 8, count: 100)).counted()
    #expect(KolmogorovSmirnov.measure(away).value == 1)
    #expect(TotalVariation.measure(away).value == 1)
  }

  @Test("integer-valued ties")
  func ties() throws {
    var random = SplitMix64(seed: 9)
    for _ in 0..<50 {
      let left = (0..<60).map { _ in Double(random.next() % 6) }
      let right = (0..<35).map { _ in Double(random.next() % 7) }
      let distance = (0..<7).map { value in
        let below = left.count { $0 <= Double(value) } * 35
        return abs(below - right.count { $0 <= Double(value) } * 60)
      }.max()
      let twiceWins = right.reduce(0) { sum, value in
        sum + 2 * left.count { $0 < value } + left.count { $0 == value }
      }
      let field = Profiling(left, right).counted()
      expect(KolmogorovSmirnov.measure(field).value, Double(distance ?? 0) / 2100, 1e-14, "ks")
      #expect(MannWhitney.measure(field).value == Double(twiceWins) / 4200)
    }
  }

  @Test("direction both ways")
  func directionBothWays() throws {
    let reference = (0..<500).map { Double($0) }
    for shift in [-100.0, 100] {
      let field = Profiling(reference, reference.map { $0 + shift }).exact()
      for measure in [MannWhitney.measure, WelchTest.measure] {
        #expect(try #require(measure(field).pValue) < 1e-10)
      }
      expect(KolmogorovSmirnov.measure(field).value, 0.2, 1e-14, "ks")
      let moved = try #require(MeanShift.measure(field).value)
      #expect((moved < 0) == (shift < 0))
    }
  }

  @Test("reference outlier flattening bins")
  func outlierInTheReference() {
    let outlier = Self.thousand.dropLast() + [1e6]
    let moved = Self.thousand.map { $0 + 150 }
    let (clean, flattened) = (
      Profiling(Self.thousand, moved).counted(), Profiling(Array(outlier), moved).counted()
    )
    #expect(flattened.currentBins == [0, 50, 100, 100, 100, 100, 100, 100, 100, 250])
    for measure in [
      KolmogorovSmirnov.measure, PopulationStability.measure, JensenShannon.measure,
      Hellinger.measure, TotalVariation.measure, ChiSquared.measure,
    ] { #expect(measure(flattened) == measure(clean)) }
    expect(KolmogorovSmirnov.measure(flattened).value, 0.15, 1e-14, "ks")
  }

  @Test("-0.0 vs 0.0")
  func zeros() {
    let field = Profiling([-0.0, 0, 1], [0, -0.0, 1]).exact()
    #expect(KolmogorovSmirnov.measure(field).value == 0)
    #expect(MannWhitney.measure(field).value == 0.5)
    #expect(Quantile.measure(.median, field).value?.sign == .plus)
  }

  @Test("2^53 integers: neighbours are told apart as far as doubles are, and so are counts of rows")
  func largeIntegers() throws {
    let largest = 0x1p53
    let field = Profiling([largest - 2, largest - 1, largest], [largest, largest + 2]).counted()
    expect(KolmogorovSmirnov.measure(field).value, 2.0 / 3, 1e-14, "ks")
    expect(MannWhitney.measure(field).value, 5.5 / 6, 1e-14, "AUC")
    #expect(Share.outOfRange.measure(field).value == 0.5)

    let (m, n) = (UInt64(1) << 40, UInt64(1) << 41)
    let many = line([m + 1, m - 1], [n, n])
    #expect(Wasserstein.measure(many).value == 1 / Double(2 * m))
    #expect(try #require(MannWhitney.measure(many).value) > 0.5)
  }

  /// A field with so many values of both sides at 0, 1, 2 and so on.
  private func line(_ reference: [UInt64], _ current: [UInt64]) -> FieldComparison {
    var field = comparison(reference: reference, current: current)
    var scan = LineScan(referenceTotal: field.referenceCount, currentTotal: field.currentCount)
    for (index, pair) in zip(reference, current).enumerated() {
      let here = PairCount(reference: pair.0, current: pair.1)
      scan.pass(point: Double(index), gap: PairCount(), here: here)
    }
    field.isNumeric = true
    field.line = scan.finish(gap: PairCount())
    return field
  }
}
