import TestSupport
import Testing

@testable import Drift

@Suite("Every statistic against scipy, over 60 pairs of samples")
struct StatisticsTests {
  @Test("with every value known they equal scipy's")
  func exact() throws {
    for pair in try StatisticsGolden.load().pairs {
      let profiling = Profiling(pair.reference.values(), pair.current.values())
      let field = profiling.exact()
      let comment = "\(pair.reference) | \(pair.current)"
      for (name, measured, expected) in statistics(field, pair.line) {
        guard let expected else { continue }
        let smallest = Double.leastNormalMagnitude
        expect(measured.value, expected.value, 1e-12, floor: smallest, "\(name) of \(comment)")
        #expect(measured.bound ?? 0 == 0)
        expectTail(measured, expected, name, comment)
      }
      for (percentile, value) in zip(Profiling.percentiles, pair.line.quantiles) {
        #expect(Quantile.measure(percentile, field).value == value)
      }
      // below 2⁻⁹⁰⁰ moments have no digits
      if pair.reference.scale > 1e-250, pair.reference.shape != "subnormal" {
        checkMoments(field, pair.moments, resolution: profiling.resolution, comment)
        if let welch = pair.moments.welchT {
          try checkWelch(field, welch, step: profiling.step, comment)
        }
      }
      checkBins(field, pair.bins, comment)
    }
  }

  @Test("tables of categories equal scipy's")
  func tables() throws {
    for table in try StatisticsGolden.load().tables {
      let field = comparison(reference: table.reference, current: table.current)
      checkBins(field, table.bins, table.name)
      expect(LInfinity.measure(field).value, table.bins.lInfinity, 1e-12, table.name)
      expect(CramersV.measure(field).value, table.bins.cramersV, 1e-12, table.name)
      let fisher = FisherExact.measure(field)
      #expect((fisher.pValue != nil) == (table.bins.fisher != nil), "\(table.name)")
      guard let expected = table.bins.fisher else { continue }
      if let value = expected.value { expect(fisher.value, value, 1e-12, table.name) }
      expect(fisher.pValue, expected.p, 1e-9, table.name)
    }
  }

  private func statistics(
    _ field: FieldComparison,
    _ line: StatisticsGolden.Line
  ) -> [(name: String, measured: Measurement, expected: StatisticsGolden.Test?)] {
    [
      ("ks", KolmogorovSmirnov.measure(field), line.ks),
      ("kuiper", Kuiper.measure(field), line.kuiper),
      ("mann_whitney", MannWhitney.measure(field), line.mannWhitney),
      ("wasserstein", Wasserstein.measure(field), line.wasserstein),
      ("energy", EnergyDistance.measure(field), line.energy),
      ("cramer_von_mises", CramerVonMises.measure(field), line.cramerVonMises),
      ("anderson_darling", AndersonDarling.measure(field), line.andersonDarling),
    ]
  }

  private func checkMoments(
    _ field: FieldComparison,
    _ expected: StatisticsGolden.Moments,
    resolution: Double,
    _ comment: String
  ) {
    let tolerance = 1e-11 + 8 * resolution
    let numbers = [
      ("mean_shift", MeanShift.measure(field), expected.meanShift),
      ("std_ratio", DeviationRatio.measure(field), expected.stdRatio),
      ("median_shift", MedianShift.measure(field), expected.medianShift),
      ("wasserstein", Wasserstein.measureNormalized(field), expected.normalizedWasserstein),
    ]
    for (name, measured, value) in numbers {
      guard let value else { continue }
      expect(measured.value, value, tolerance, floor: 1, "\(name) of \(comment)")
    }
  }

  /// As near as the moments allow.
  ///
  /// Each mean and each deviation is off by at most half a step, and scipy's means by rounding.
  /// Over a standard error of σ/√n that grows with √n, and with t.
  private func checkWelch(
    _ field: FieldComparison,
    _ expected: StatisticsGolden.Test,
    step: Double,
    _ comment: String
  ) throws {
    let (left, right) = (try #require(field.referenceMoments), try #require(field.currentMoments))
    let roots = [left, right].map { Double($0.count - 1).squareRoot() }
    let errors = [left.deviation / roots[0], right.deviation / roots[1]]
    let error = (errors[0] * errors[0] + errors[1] * errors[1]).squareRoot()
    let ofError = step / 2 * (1 / roots[0] + 1 / roots[1]) / error
    let rounding = 0x1p-50 * (abs(left.mean) + abs(right.mean))
    let t = abs(expected.value ?? 0)
    let ofValue = (step + rounding) / error + t * ofError + 1e-13 * (1 + t)
    // degrees of freedom are a function of the ratio of the two errors, of degree 4 at most
    let ofFreedom = 8 * ofError + 1e-12
    let measured = WelchTest.measure(field)
    expect(measured.value, expected.value, ofValue / max(1, t), floor: 1, "welch_t of \(comment)")
    expect(measured.degreesOfFreedom, expected.df, ofFreedom, "freedom of \(comment)")
    // ln p falls by at most t + 1 for each 1 of t, and by itself for each e-fold of the freedom
    let depth = abs(measured.logPValue ?? 0) + 1
    let ofTail = (t + 1) * ofValue + depth * ofFreedom + 1e-11
    expect(measured.pValue, expected.p, ofTail, floor: 1e-300, "p of welch_t of \(comment)")
  }

  private func checkBins(
    _ field: FieldComparison,
    _ expected: StatisticsGolden.Bins,
    _ comment: String
  ) {
    // sums of differences of shares: scipy's and numpy's own are off by the rounding of shares
    let numbers = [
      ("psi", PopulationStability.measure(field), expected.psi),
      ("kl", KullbackLeibler.measure(field), expected.kl),
      ("hellinger", Hellinger.measure(field), expected.hellinger),
      ("total_variation", TotalVariation.measure(field), expected.totalVariation),
    ]
    for (name, measured, value) in numbers {
      expect(measured.value, value, 1e-12, floor: 1e-3, "\(name) of \(comment)")
    }
    if let distance = expected.jsDistance, let divergence = expected.jsDivergence {
      expect(JensenShannon.measure(field).value, distance, 1e-12, floor: 0.1, comment)
      expect(JensenShannon.measureDivergence(field).value, divergence, 1e-12, floor: 1e-2, comment)
    }
    let psi = PopulationStability.measure(field).pValue
    expect(psi, expected.psiP, 1e-9, floor: 1e-300, "p of psi of \(comment)")
    for (name, measured, test) in [
      ("chi_squared", ChiSquared.measure(field), expected.chiSquared),
      ("g_test", GTest.measure(field), expected.gTest),
    ] {
      expect(measured.value, test.value, 1e-12, floor: 0.1, "\(name) of \(comment)")
      #expect(measured.degreesOfFreedom == test.df, "\(name) of \(comment)")
      expect(measured.pValue, test.p, 1e-9, floor: 1e-300, "p of \(name) of \(comment)")
    }
  }

  private func expectTail(
    _ measured: Measurement,
    _ expected: StatisticsGolden.Test,
    _ name: String,
    _ comment: String
  ) {
    if let logarithm = expected.logP {
      expect(measured.logPValue, logarithm, 1e-10, floor: 1e-3, "log p of \(name) of \(comment)")
    }
    guard let p = expected.p, p > 1e-300 else { return }
    switch name {
    // scipy's p is one less the distribution function
    case "cramer_von_mises": expect(measured.pValue, p, 1e-8, floor: 0.1, "\(name) of \(comment)")
    case "ks":
      let isExact = measured.method == "exact"
      expect(measured.pValue, p, isExact ? 1e-9 : 1e-5, "p of \(name) of \(comment)")
    default: expect(measured.pValue, p, 1e-9, "p of \(name) of \(comment)")
    }
  }
}

/// Expects a number within a tolerance relative to the expected one, or to a floor.
func expect(
  _ value: Double?,
  _ expected: Double?,
  _ tolerance: Double,
  floor: Double = 0,
  _ comment: String,
  _ location: SourceLocation = #_sourceLocation
) {
  guard let value, let expected else {
    #expect(value == expected, "\(comment)", sourceLocation: location)
    return
  }
  let scale = max(floor, abs(expected))
  let isNear = value == expected || abs(value - expected) <= tolerance * scale
  #expect(isNear, "\(comment): \(value) is not \(expected)", sourceLocation: location)
}
