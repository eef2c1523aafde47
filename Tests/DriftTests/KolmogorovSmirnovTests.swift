import Sketches
import TestSupport
import Testing

@testable import Drift

@Suite("Kolmogorov–Smirnov distance from counters")
struct KolmogorovSmirnovTests {
  /// sup |F − G| by looking at every value of both samples.
  private func bruteForce(_ left: [Double], _ right: [Double]) -> Double {
    (left + right).reduce(0) { largest, point in
      let f = Double(left.count { $0 <= point }) / Double(left.count)
      let g = Double(right.count { $0 <= point }) / Double(right.count)
      return max(largest, abs(f - g))
    }
  }

  private func samples(_ seed: UInt64) -> (reference: [Double], current: [Double]) {
    var generator = SplitMix64(seed: seed)
    let sizes = (Int(generator.next() % 60) + 1, Int(generator.next() % 60) + 1)
    let shift = Double(generator.next() % 3) / 2
    return (values(sizes.0, &generator), values(sizes.1, &generator, shift: shift))
  }

  @Test("with every value a point it equals brute force")
  func exact() {
    for seed in 0..<500 as Range<UInt64> {
      let (left, right) = samples(seed)
      let profile = reference(left)
      let comparison = FieldComparison(
        reference: profile,
        current: window(right, against: profile)
      )
      let difference = (comparison.distance ?? .nan) - bruteForce(left, right)
      #expect(abs(difference) <= 1e-15, "seed \(seed)")
      #expect(comparison.distanceBound == 0)
    }
  }

  @Test("with some points it is off by at most the bound")
  func compressed() {
    var isCompressed = 0
    for seed in 0..<500 as Range<UInt64> {
      let (left, right) = samples(seed)
      let profile = reference(left) { $0.isMultiple(of: Int(2 + seed % 5)) }
      let comparison = FieldComparison(
        reference: profile,
        current: window(right, against: profile)
      )
      let difference = (comparison.distance ?? .nan) - bruteForce(left, right)
      #expect(abs(difference) <= comparison.distanceBound + 1e-15, "seed \(seed)")
      if comparison.distanceBound > 0 { isCompressed += 1 }
    }
    #expect(isCompressed > 300)
  }

  @Test("bins are (a, b] and hold every value")
  func bins() {
    for seed in 0..<50 as Range<UInt64> {
      let (left, right) = samples(seed)
      let profile = reference(left)
      let comparison = FieldComparison(
        reference: profile,
        current: window(right, against: profile)
      )
      let limits = [-Double.infinity] + comparison.edges + [.infinity]
      for (index, (lower, upper)) in zip(limits, limits.dropFirst()).enumerated() {
        let isInside = { (value: Double) in lower < value && value <= upper }
        #expect(comparison.referenceBins[index] == UInt64(left.count(where: isInside)))
        #expect(comparison.currentBins[index] == UInt64(right.count(where: isInside)))
      }
    }
  }

  @Test("nothing on either side is undecided")
  func empty() {
    let profile = reference([1, 2, 3])
    let nothing = FieldComparison(reference: profile, current: window([], against: profile))
    #expect(KolmogorovSmirnov.measure(nothing) == Measurement(nil))
    let unlearned = reference([])
    let something = FieldComparison(
      reference: unlearned,
      current: window([1, 2], against: unlearned)
    )
    #expect(KolmogorovSmirnov.measure(something) == Measurement(nil))
    #expect(something.outOfRange == 0)
    #expect(KolmogorovSmirnov.measure(comparison(reference: [1], current: [1])).value == nil)
  }

  @Test("exact up to 10,000 values and without a bound, in windows up to 10⁶ pairs")
  func method() {
    func method(
      _ bound: Double,
      _ m: UInt64,
      _ n: UInt64,
      _ purpose: FieldComparison.Purpose = .report
    ) -> String? {
      var field = comparison(distance: 0.5, bound: bound, m, n)
      field.purpose = purpose
      return KolmogorovSmirnov.measure(field).method
    }
    #expect(method(0, 1000, 1000, .window) == "exact")
    #expect(method(0, 1001, 1000, .window) == "asymptotic")
    #expect(method(0, 10_000, 10_000) == "exact")
    #expect(method(0, 10_001, 3) == "asymptotic")
    #expect(method(0, 3, 10_001) == "asymptotic")
    #expect(method(0.001, 100, 100) == "asymptotic")
  }

  @Test("the bound is taken off before the p-value, never below 0")
  func conservative() {
    let compressed = KolmogorovSmirnov.measure(comparison(distance: 0.2, bound: 0.05, 20_000, 300))
    let plain = KolmogorovSmirnov.measure(comparison(distance: 0.15, bound: 0, 20_000, 300))
    #expect(relativeError(compressed.pValue ?? 0, plain.pValue ?? 1) < 1e-12)
    #expect(compressed.bound == 0.05)
    #expect(compressed.value == 0.2)
    let hidden = KolmogorovSmirnov.measure(comparison(distance: 0.01, bound: 0.05, 20_000, 300))
    #expect(hidden.pValue == 1)
  }

  @Test("a million against a million, separated: p is 0, its logarithm is not infinite")
  func underflow() {
    let result = KolmogorovSmirnov.measure(comparison(distance: 1, bound: 0, 1_000_000, 1_000_000))
    #expect(result.pValue == 0)
    #expect((result.logPValue ?? 0) < -1e6)
    #expect(result.logPValue?.isFinite == true)
  }

  @Test("one value against one or many")
  func single() {
    let pair = KolmogorovSmirnov.measure(comparison(distance: 1, bound: 0, 1, 1))
    #expect(pair.pValue == 1)
    let extreme = KolmogorovSmirnov.measure(comparison(distance: 1, bound: 0, 999, 1))
    #expect(relativeError(extreme.pValue ?? 0, 2.0 / 1000) < 1e-12)
  }
}
