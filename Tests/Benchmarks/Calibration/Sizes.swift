import Drift
import Sketches
import TestSupport

/// How often p-values are below a level, and lower bounds above the truth, without drift.
enum Sizes {
  static let levels = [0.05, 0.01, 0.001]
  static let windows = [50, 100, 500, 5000]
  static let references = [1000, 20_000]

  typealias Statistic = (name: String, measure: @Sendable (FieldComparison) -> Drift.Measurement)

  static let numeric: [Statistic] = [
    ("ks", { KolmogorovSmirnov.measure($0) }), ("kuiper", { Kuiper.measure($0) }),
    ("mann_whitney", { MannWhitney.measure($0) }),
    ("cramer_von_mises", { CramerVonMises.measure($0) }),
    ("anderson_darling", { AndersonDarling.measure($0) }),
    ("welch_t", { WelchTest.measure($0) }), ("psi", { PopulationStability.measure($0) }),
    ("chi_squared", { ChiSquared.measure($0) }), ("g_test", { GTest.measure($0) }),
  ]
  static let categorical: [Statistic] = [
    ("psi", { PopulationStability.measure($0) }), ("chi_squared", { ChiSquared.measure($0) }),
    ("g_test", { GTest.measure($0) }), ("fisher", { FisherExact.measure($0) }),
  ]

  /// Hits at each level, of so many.
  struct Counts: Sendable {
    var hits = [0, 0, 0]
    var trials = 0

    mutating func note(_ isHit: (Int) -> Bool) {
      trials += 1
      for index in hits.indices where isHit(index) { hits[index] += 1 }
    }

    /// The hits in percent.
    var shares: [Double] { hits.map { 100 * Double($0) / Double(trials) } }
  }

  /// The counts of each test; one that gives no p-value is left out.
  static func measure(_ trial: Trial, repetitions: Int) -> [String: [Counts]] {
    var random = SplitMix64(seed: 1)
    var counts: [String: [Int: Counts]] = [:]
    let tests = trial.population.categoryCount == nil ? numeric : categorical
    for _ in 0..<repetitions {
      for (kind, field) in trial.compare(&random).enumerated() {
        for test in tests {
          guard let p = test.measure(field).pValue else { continue }
          counts[test.name, default: [:]][kind, default: Counts()].note { p < levels[$0] }
        }
      }
    }
    return counts.mapValues { kinds in kinds.keys.sorted().compactMap { kinds[$0] } }
  }

  /// How often `drift` is above the true distance.
  static func measureDrift(_ trial: Trial, repetitions: Int) -> Counts {
    var random = SplitMix64(seed: 2)
    var counts = Counts()
    let truth = trial.population.distance(moved: trial.moved)
    for _ in 0..<repetitions {
      guard let field = trial.compare(&random).last else { continue }
      counts.note { index in
        let confidence = Confidence(alpha: levels[index], delta: levels[index])
        return DriftBound.measure(field, confidence: confidence).value ?? 0 > truth
      }
    }
    return counts
  }

  /// How often a change of a share is found that stayed what it was.
  static func measureShare(
    _ share: Double,
    reference: Int,
    window: Int,
    repetitions: Int
  ) -> Counts {
    var random = SplitMix64(seed: 3)
    var counts = Counts()
    func draw(_ count: Int) -> Proportion {
      let hits = (0..<count).count { _ in random.uniform() < share }
      return Proportion(hits: UInt64(hits), count: UInt64(count))
    }
    for _ in 0..<repetitions {
      let (left, right) = (draw(reference), draw(window))
      counts.note { ShareChange.bound(current: right, reference: left, alpha: levels[$0]) > 0 }
    }
    return counts
  }
}
