import Foundation
import Sketches
import TestSupport
import Testing

@testable import Drift

/// Two windows counted at one reference's points, against the values themselves.
@Suite("Against the previous window") struct PreviousWindowTests {
  private static let confidence = Confidence(alpha: 0.01, delta: 0.5)

  /// sup |F − G| of two samples, and in either direction, at every value.
  private func distances(_ left: [Double], _ right: [Double]) -> (above: Double, below: Double) {
    var (above, below) = (0.0, 0.0)
    for value in left + right {
      let f = Double(left.count { $0 <= value }) / Double(left.count)
      let g = Double(right.count { $0 <= value }) / Double(right.count)
      (above, below) = (max(above, f - g), max(below, g - f))
    }
    return (above, below)
  }

  private func compare(
    _ reference: FieldReference,
    _ previous: [Double],
    _ current: [Double]
  ) -> FieldComparison {
    FieldComparison(
      reference: reference,
      baseline: window(previous, against: reference),
      current: window(current, against: reference)
    )
  }

  @Test func whatAGapMayHideIsTheBound() {
    let field = compare(reference([0, 10, 20]), [5, 5, 10, 30], [1, 10, 10, 15])
    // F − G is 1/4 behind the first gap, at most 1/2 within it, and −1/4 at least and at most.
    let ks = KolmogorovSmirnov.measure(field)
    #expect(ks.value == 0.25 && ks.lower == 0.25 && ks.upper == 0.5 && ks.bound == 0.25)
    #expect(ks.pValue == 1 && ks.method == "exact")
    let kuiper = Kuiper.measure(field)
    #expect(kuiper.value == 0.5 && kuiper.lower == 0.5 && kuiper.upper == 0.75)
    let auc = MannWhitney.measure(field)
    // Above: 2 × 2 (10 over 5) + 15 over 5, 5 and 10; equal: 2 × 10; unknown: 2 pairs with 1.
    #expect(auc.value == (4 + 3 + 1 + 1) / 16 && auc.bound == 1.0 / 16)
    #expect(CramerVonMises.measure(field).value == nil)
    #expect(ShareChange.measure(.outOfRange, field, confidence: Self.confidence).distance == 0.25)
    #expect(MeanShift.measure(field).value.map { abs($0 + 3.5 / 10.307_764_064_0) < 1e-9 } == true)
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func theTrueDistanceLiesWithinTheBound(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let every = [1, 2, 5, 50][Int(seed % 4)]
    let reference = reference(values(300, &generator)) { $0.isMultiple(of: every) }
    let previous = values(Int.random(in: 1...80, using: &generator), &generator)
    let shift = seed.isMultiple(of: 3) ? 1 : 0.0
    let current = values(Int.random(in: 1...80, using: &generator), &generator, shift: shift)
    let field = compare(reference, previous, current)
    let truth = distances(previous, current)
    for (found, distance) in [
      (KolmogorovSmirnov.measure(field), max(truth.above, truth.below)),
      (Kuiper.measure(field), truth.above + truth.below),
    ] {
      let (value, bound) = (try #require(found.value), try #require(found.bound))
      #expect(value <= distance + 1e-12 && distance <= value + bound + 1e-12)
      #expect(found.lower ?? value == value)
      #expect(abs((found.upper ?? value) - value - bound) < 1e-12)
    }
    let wins = previous.reduce(0.0) { sum, left in
      sum + current.reduce(0) { $0 + ($1 > left ? 1 : $1 == left ? 0.5 : 0) }
    }
    let auc = MannWhitney.measure(field)
    let share = wins / Double(previous.count * current.count)
    #expect(abs((auc.value ?? .nan) - share) <= (auc.bound ?? .nan) + 1e-12)
  }

  /// Windows that are equal are not apart, however little is known of them.
  @Test(arguments: [[4.0, 4.5, 5, 6], [-2, -1], [7, 9, 30, 40, 50]])
  func equalWindowsAreNotApart(values: [Double]) {
    let field = compare(reference([0, 10, 20]), values, values)
    let (ks, kuiper) = (KolmogorovSmirnov.measure(field), Kuiper.measure(field))
    #expect(ks.value == 0 && ks.pValue == 1 && ks.lower == 0)
    #expect(kuiper.value == 0 && kuiper.pValue == 1)
    // all in one gap: they could be anything
    let hidden = Double(values.count { $0 < 10 }) / Double(values.count)
    #expect(ks.bound == max(hidden, 1 - hidden) && ks.upper == ks.bound)
    let drift = DriftBound.measure(field, confidence: Self.confidence)
    #expect(drift.value == 0 && drift.distance == 0 && drift.bound == ks.bound)
  }

  /// What this pair hides says nothing of what another one of the same size could show.
  @Test func theCeilingIsThatOfWindowsFarApart() {
    let low = [Double](repeating: 5, count: 1_000)
    let field = compare(reference([0, 10, 20]), low, low)
    let drift = DriftBound.measure(field, confidence: Self.confidence)
    // 1 − 2 √(ln 400 / 2000)
    #expect(abs((drift.ceiling ?? .nan) - 0.890_533_4) < 1e-7)
    let needed = DriftBound.recordsToDecide(field, confidence: Self.confidence, threshold: 0.5)
    // √(ln 400 / 2n) < 0.5 − √(ln 400 / 2000)
    #expect(needed == 16)
  }

  /// A value too far out for the sums is among the counts, and has no part in the mean.
  @Test func theMeanHasTheNumberOfItsOwnValues() throws {
    let reference = reference([0, 10, 20])
    let (left, right) = ([1, 2, 3, 1e300], [4.0, 5, 7])
    let field = compare(reference, left, right)
    #expect(field.referenceCount == 4 && field.referenceMoments?.count == 3)
    let without = compare(reference, Array(left.dropLast()), right)
    let welch = WelchTest.measure(field)
    #expect(welch == WelchTest.measure(without))
    // scipy.stats.ttest_ind([4, 5, 7], [1, 2, 3], equal_var=False)
    #expect(abs((welch.value ?? .nan) - 3.162_277_660) < 1e-8)
  }

  /// Where every value is a point, both windows are known as well as two samples ever are.
  @Test(arguments: 0..<60 as Range<UInt64>)
  func atPointsEverythingIsThatOfTwoSamples(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    func sample(_ count: Int, _ limit: UInt64) -> [Double] {
      (0..<count).map { _ in Double(generator.next() % limit) }
    }
    let (previous, current) = (sample(40 + Int(seed), 20), sample(70, 12 + seed % 9))
    let all = reference((0..<20).flatMap { [Double($0), Double($0)] })
    let field = compare(all, previous, current)
    let direct = FieldComparison(
      reference: reference(previous),
      current: window(current, against: reference(previous))
    )
    #expect(KolmogorovSmirnov.measure(field).bound == 0)
    let truth = distances(previous, current)
    let value = try #require(KolmogorovSmirnov.measure(field).value)
    #expect(abs(value - max(truth.above, truth.below)) < 1e-12)
    // A value that the previous window lacks lies in a gap of it, and is a point here.
    guard Set(previous).count == 20 else { return }
    #expect(KolmogorovSmirnov.measure(field) == KolmogorovSmirnov.measure(direct))
    #expect(MannWhitney.measure(field) == MannWhitney.measure(direct))
    #expect(CramerVonMises.measure(field) == CramerVonMises.measure(direct))
    #expect(AndersonDarling.measure(field) == AndersonDarling.measure(direct))
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func binsAreExact(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let reference = reference(values(300, &generator)) { $0.isMultiple(of: 7) }
    let previous = values(60, &generator)
    let current = values(90, &generator, shift: 1)
    let field = compare(reference, previous, current)
    func counts(_ sample: [Double]) -> [UInt64] {
      var counts = [UInt64](repeating: 0, count: field.edges.count + 1)
      for value in sample { counts[field.edges.count { $0 < value }] += 1 }
      return counts
    }
    #expect(field.referenceBins == counts(previous) && field.currentBins == counts(current))
    let b = Double(field.edges.count + 1)
    let psi = zip(counts(previous), counts(current)).reduce(0.0) { sum, bin in
      let p = (Double(bin.0) + 0.5) / (60 + b / 2)
      let q = (Double(bin.1) + 0.5) / (90 + b / 2)
      return sum + (q - p) * log(q / p)
    }
    let found = try #require(PopulationStability.measure(field).value)
    #expect(abs(found - psi) < 1e-12)
  }

  @Test func categoriesAreThoseOfTheReference() throws {
    let reference = FieldReference(
      distribution: .categorical(
        CategoricalReference(categories: ["a", "b"], counts: [90, 10], other: 0)
      ),
      completeness: Completeness()
    )
    func window(_ counts: [UInt64], unseen: UInt64, missing: UInt64) -> FieldSummary {
      var summary = FieldSummary(reference.layout)
      for (code, count) in counts.enumerated() { summary.categories.add(count, code: code) }
      summary.categories.add(unseen, code: nil)
      summary.completeness.recordValue(count: counts.reduce(unseen, +))
      summary.completeness.recordMissing(.null, count: missing)
      return summary
    }
    let field = FieldComparison(
      reference: reference,
      baseline: window([10, 20], unseen: 10, missing: 10),
      current: window([30, 15], unseen: 15, missing: 60)
    )
    #expect(field.referenceBins == [10, 20, 10] && field.currentBins == [30, 15, 15])
    #expect(TotalVariation.measure(field).value == 0.25)
    let missing = ShareChange.measure(.missing, field, confidence: Self.confidence)
    #expect(missing.distance == 0.5 - 0.2)
    let unseen = ShareChange.measure(.unseen, field, confidence: Self.confidence)
    #expect(unseen.distance == 0)
    // Both samples are in the one allowance: nothing is split.
    #expect(
      DriftBound.measure(field, confidence: Self.confidence).value
        == DriftBound.categorical(
          distance: 0.25,
          pooledSpread: DriftBound.pooledSpread(reference: [10, 20, 10], current: [30, 15, 15]),
          referenceCount: 40,
          currentCount: 60,
          confidence: Self.confidence
        )
    )
  }

  /// D − √(ln(4/α) / 2m) − √(ln(4/α) / 2n), and no more than α of it is wrong without drift.
  @Test func driftTakesOffWhatChanceAllowsEitherWindow() throws {
    let reference = reference((0..<50).map { Double($0) })
    let low = (0..<200).map { Double($0 % 10) }
    let high = (0..<300).map { Double(30 + $0 % 10) }
    let drift = DriftBound.measure(compare(reference, low, high), confidence: Self.confidence)
    // 1 − √(ln 400 / 400) − √(ln 400 / 600)
    #expect(abs((drift.value ?? .nan) - 0.777_683_8) < 1e-7)
    #expect(drift.ceiling == drift.value)
    var generator = SplitMix64(seed: 3)
    var wrong = 0
    for _ in 0..<2_000 {
      let windows = (0..<2).map { _ in
        (0..<60).map { _ in Double(generator.next() % 50) }
      }
      let field = compare(reference, windows[0], windows[1])
      let value = DriftBound.measure(field, confidence: Self.confidence).value ?? 1
      if value > 0 { wrong += 1 }
    }
    #expect(wrong <= 20)
  }

  @Test func fullCountersEndNoProcess() {
    let reference = reference([0, 10, 20])
    var full = FieldSummary(reference.layout)
    for cell in 0..<7 { full.counts.add(.max, toCell: cell) }
    full.completeness.recordValue(count: .max)
    for (previous, current) in [
      (full, full), (full, window([5], against: reference)),
      (window([5], against: reference), full),
    ] {
      let field = FieldComparison(reference: reference, baseline: previous, current: current)
      #expect(field.isOfWindows && KolmogorovSmirnov.measure(field).value != nil)
    }
  }

  @Test func withoutValuesThereIsNothingToSay() {
    let field = compare(reference([1, 2, 3]), [], [1, 2])
    #expect(KolmogorovSmirnov.measure(field).value == nil)
    #expect(DriftBound.measure(field, confidence: Self.confidence).value == nil)
    #expect(PopulationStability.measure(field).value == nil)
  }
}
