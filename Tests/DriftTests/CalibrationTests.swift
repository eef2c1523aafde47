import Foundation
import TestSupport
import Testing

@testable import Drift

/// How often tests cry wolf: both samples come from one population, drawn anew each time.
///
/// The share of p-values below α is at most α plus what chance explains: each count has a bound
/// that it exceeds with a probability of one in 100,000 if the share is α, so all of them together,
/// some 500, with less than 1 %. Seeds are fixed. `LEEWAY_SEEDS=n` draws n times, from large
/// references too, instead of what fits a test run; `make calibration` writes what is measured to
/// `rules/calibration.md`, and `ExactSizeTests` works out what is too seldom to be drawn here.
@Suite("Calibration")
struct CalibrationTests {
  private static let levels = [0.05, 0.01, 0.001]
  private static let windows = [50, 100, 500, 5000]
  private static let risk = 1e-5

  private typealias Statistic = (
    name: String, measure: @Sendable (FieldComparison) -> Drift.Measurement
  )
  private static let overBins: [Statistic] = [
    ("psi", { PopulationStability.measure($0) }), ("chi_squared", { ChiSquared.measure($0) }),
  ]
  private static let alongTheLine: [Statistic] = [
    ("ks", { KolmogorovSmirnov.measure($0) }), ("mann_whitney", { MannWhitney.measure($0) }),
  ]

  private static let asked = ProcessInfo.processInfo.environment["LEEWAY_SEEDS"]
    .flatMap { Int($0) }

  /// How often to draw, what takes longer less often.
  private static func repetitions(_ size: Int) -> Int {
    min(10_000, asked ?? max(25, 110_000 / size))
  }

  /// Sizes of references and windows; those that take long only when asked for.
  private static let sizes = [1000, 20_000].flatMap { reference in
    windows.filter { asked != nil || reference == 1000 || $0 == 500 }.map { (reference, $0) }
  }

  @Test("p-values are below α no more often than α", arguments: Population.numeric)
  func numeric(population: Population) {
    for (reference, window) in Self.sizes {
      check(
        Trial(population, reference: reference, window: window),
        Self.alongTheLine + Self.overBins
      )
    }
  }

  @Test(
    "so are those of categories, few and many, equal and rare",
    arguments: Population.categorical
  )
  func categorical(population: Population) {
    for (reference, window) in Self.sizes {
      let trial = Trial(population, reference: reference, window: window)
      check(trial, Self.overBins)
    }
  }

  private func check(_ trial: Trial, _ tests: [Statistic]) {
    let repetitions = Self.repetitions(trial.referenceSize + trial.windowSize)
    var random = SplitMix64(seed: 1)
    var low: [String: [Int]] = [:]
    for _ in 0..<repetitions {
      for (index, field) in trial.compare(&random).enumerated() {
        for test in tests {
          // only where all is one bin is nothing to be said
          let isOneBin = ChiSquared.measure(field) == Measurement(nil)
          let p = test.measure(field).pValue ?? (isOneBin ? 1 : .nan)
          let name = index == 0 ? test.name : "\(test.name), compressed"
          let hits = Self.levels.map { p < $0 ? 1 : 0 }
          low[name] = zip(low[name] ?? [0, 0, 0], hits).map { $0 + $1 }
          #expect(p >= 0)
        }
      }
    }
    for (name, hits) in low {
      for (level, hits) in zip(Self.levels, hits) {
        let most = Binomial.mostHits(trials: repetitions, probability: level, risk: Self.risk)
        #expect(hits <= most, "\(name) of \(trial) at \(level), of \(repetitions)")
      }
    }
  }

  @Test(
    "drift exceeds the true distance no more often than it says",
    arguments: [
      .normal, .zeroInflated, .categories(10, isZipf: true), .categories(1000, isZipf: false),
    ] as [Population]
  )
  func drift(population: Population) {
    for (reference, window) in Self.sizes {
      for moved in [0, 0.05, 0.2] {
        let trial = Trial(population, reference: reference, window: window, moved: moved)
        checkDrift(trial, truth: population.distance(moved: moved))
      }
    }
  }

  private func checkDrift(_ trial: Trial, truth: Double) {
    let repetitions = Self.repetitions(2 * (trial.referenceSize + trial.windowSize))
    var random = SplitMix64(seed: 2)
    var above = [0, 0, 0]
    for _ in 0..<repetitions {
      for field in trial.compare(&random).suffix(1) {
        for (index, level) in Self.levels.enumerated() {
          let confidence = Confidence(alpha: level, delta: level)
          let value = DriftBound.measure(field, confidence: confidence).value ?? .nan
          if value > truth { above[index] += 1 }
          #expect(value >= 0)
        }
      }
    }
    for (level, above) in zip(Self.levels, above) {
      // numeric fields have δ to spend on the reference beside α
      let rate = trial.population.categoryCount == nil ? 2 * level : level
      let most = Binomial.mostHits(trials: repetitions, probability: rate, risk: Self.risk)
      #expect(above <= most, "\(trial) at \(level), of \(repetitions)")
    }
  }

  @Test("the bound on hits is the binomial law's")
  func binomialBound() {
    // scipy.stats.binom.isf(1e-6, n, p)
    let cases = [(300, 0.05, 36), (1000, 0.001, 9), (10_000, 0.01, 151)]
    for (trials, probability, expected) in cases {
      let most = Binomial.mostHits(trials: trials, probability: probability, risk: 1e-6)
      #expect(most == expected)
    }
  }
}
