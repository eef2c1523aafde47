import Sketches
import TestSupport
import Testing

@testable import Drift

/// Numbers whose difference is beyond the largest double.
@Suite("Wide gaps")
struct WideGapTests {
  private static let far = 1.5e308

  @Test("areas and quantiles between points that far apart are numbers")
  func areas() throws {
    let reference = [-Self.far, Self.far, Self.far, Self.far]
    let exact = Profiling(reference, [-Self.far, -Self.far, Self.far]).exact()
    // F - G is 1/4 - 2/3 = -5/12 in all of the gap, which is as wide as the number twice
    expect(Wasserstein.measure(exact).value, 5.0 / 6 * Self.far, 1e-14, "wasserstein")
    let squares = 25.0 / 36 * Self.far
    expect(EnergyDistance.measure(exact).value, squares.squareRoot(), 1e-14, "energy")

    let counted = Profiling(reference, [-Self.far, 1e307, Self.far, Self.far]).counted()
    let distance = Wasserstein.measure(counted)
    #expect(try #require(distance.value).isFinite && distance.lower == 0)
    #expect(try #require(distance.upper) <= Self.far)
    let quarter = Profiling(reference, [-Self.far, 0, 0, Self.far]).counted()
    let median = Quantile.measure(.median, quarter)
    #expect(median.lower == -Self.far && median.upper == Self.far)
    // the first of two values in the gap is taken a quarter into it
    expect(median.value, -Self.far / 2, 1e-14, "median")
  }

  @Test("an empty gap that wide adds nothing to what fewer points may be off by")
  func thinned() {
    let values = [-Self.far] + (0..<40).map { Self.far * (0.9 + Double($0) / 1000) }
    let whole = reference(values)
    guard case .numeric(let numeric) = whole.distribution else {
      Issue.record("no numbers")
      return
    }
    let thin = numeric.thinned(to: 20)
    #expect(thin.points.count <= 20 && thin.points.values.first == -Self.far)
    #expect(thin.areaBound.isFinite && thin.areaBound > 0)
  }

  @Test("no difference is 0, not less than 0")
  func zero() {
    let same = Profiling([1, 2, 2, 5], [1, 2, 2, 5]).exact()
    #expect(same.line?.supremum.below.sign == .plus && same.line?.supremum.above.sign == .plus)
    for measure in [KolmogorovSmirnov.measure, Kuiper.measure] {
      #expect(measure(same).value?.sign == .plus)
    }
  }
}
