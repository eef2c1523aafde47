import Sketches
import TestSupport
import Testing

@testable import Drift

/// How much of a population a sample has not seen, and when a window has more of it.
@Suite("Unseen categories")
struct UnseenMassTests {
  private static let confidence = Confidence(alpha: 0.001, delta: 0.001)

  @Test("the bound is the least over t")
  func golden() {
    func bound(_ categories: [UInt64], other: UInt64 = 0, risk: Double = 0.0005) -> Double {
      UnseenMass(categories: categories, other: other).atMost(risk: risk)
    }
    // scipy.optimize.minimize_scalar of the same expression, category by category
    let plans = Array(repeating: UInt64(340), count: 5) + Array(repeating: 1, count: 300)
    #expect(relativeError(bound(plans), 0.1863456473725791) < 1e-9)
    let mixed: [UInt64] = [1, 50, 2, 7, 20, 3, 1, 2]
    #expect(relativeError(bound(mixed), 0.19674066730701661) < 1e-9)
    #expect(relativeError(bound([700, 200], other: 100), 0.14421306913679624) < 1e-9)
    #expect(relativeError(bound([6000, 3000, 1000]), 0.000764574913107384) < 1e-9)
    let few = bound([5, 4, 3, 2, 1, 1], other: 4, risk: 0.05)
    #expect(relativeError(few, 0.7671001251094287) < 1e-9)
    // there 2.14
    #expect(bound(Array(repeating: 1, count: 20)) == 1)
    #expect(bound([]) == 1)
  }

  @Test("of all samples of a small population the unseen mass is above it as seldom as it says")
  func exhaustive() {
    let populations = [
      [0.5, 0.5], [0.9, 0.1], [0.4, 0.3, 0.3], [0.7, 0.2, 0.1], [0.96, 0.02, 0.02],
    ]
    for shares in populations {
      for size in [3, 8, 20] {
        for risk in [0.5, 0.2, 0.05, 0.001] {
          let wrong = Self.samples(of: shares, size: size).reduce(0.0) { sum, sample in
            let unseen = zip(shares, sample.counts).reduce(0.0) { $0 + ($1.1 == 0 ? $1.0 : 0) }
            let most = UnseenMass(categories: sample.counts, other: 0).atMost(risk: risk)
            return sum + (unseen > most ? sample.probability : 0)
          }
          #expect(wrong <= risk, "\(shares), \(size) values, at \(risk)")
        }
      }
    }
  }

  /// All counts that so many values may have, with the multinomial law's probabilities.
  private static func samples(
    of shares: [Double],
    size: Int
  ) -> [(counts: [UInt64], probability: Double)] {
    var samples: [(counts: [UInt64], probability: Double)] = [([], 1)]
    for share in shares {
      samples = samples.flatMap { sample in
        let seen = sample.counts.total
        var term = sample.probability
        return (0...UInt64(size) - seen).map { count in
          // times share^count / count!, a factor at a time
          if count > 0 { term *= share / Double(count) }
          return (sample.counts + [count], term)
        }
      }
    }
    let ways = (1...size).reduce(1.0) { $0 * Double($1) }
    return samples.filter { $0.counts.total == UInt64(size) }
      .map { ($0.counts, $0.probability * ways) }
  }

  @Test("a reference is no change of itself, however many of its categories it has once")
  func itself() throws {
    let ids = Array(repeating: UInt64(1), count: 1000) + [0]
    let stores =
      Array(repeating: UInt64(340), count: 5) + Array(repeating: 1, count: 300) + [0]
    for counts in [ids, stores] {
      let same = comparison(reference: counts, current: counts)
      let change = ShareChange.measure(.unseen, same, confidence: Self.confidence)
      #expect(change.value == 0 && change.distance == 0)
    }
    // 15 % are to be expected: twice as many are a change, of at most what is above 18.6 %
    let more = Array(repeating: UInt64(280), count: 5) + Array(repeating: 0, count: 300) + [600]
    let moved = comparison(reference: stores, current: more)
    let change = ShareChange.measure(.unseen, moved, confidence: Self.confidence)
    #expect(change.distance == 0.15)
    let margins = ShareChange.scoreMargins(Proportion(hits: 600, count: 2000), z: 3.290526731491896)
    let margin = 0.1863456473725791 - 0.15
    let least = 0.15 - (margins.lower * margins.lower + margin * margin).squareRoot()
    #expect(relativeError(try #require(change.value), least) < 1e-9)
    // nothing is so much as one whose values were all seen once would have to lack
    let never = comparison(reference: ids, current: [UInt64](repeating: 0, count: 1000) + [5000])
    let ceiling = ShareChange.measure(.unseen, never, confidence: Self.confidence)
    #expect(ceiling.value == 0 && ceiling.ceiling == 0)
    let needed = ShareChange.recordsToDecide(
      .unseen,
      never,
      confidence: Self.confidence,
      threshold: 0.05
    )
    #expect(needed == nil)
  }

  @Test("fewer values of another type are no change either, but between two windows")
  func cleaner() throws {
    func completeness(values: UInt64, mismatched: UInt64) -> Completeness {
      var completeness = Completeness()
      completeness.recordValue(count: values)
      completeness.recordMismatch(count: mismatched)
      return completeness
    }
    var field = comparison(distance: 0, bound: 0, 1000, 1000)
    field.referenceCompleteness = completeness(values: 500, mismatched: 500)
    field.currentCompleteness = completeness(values: 1000, mismatched: 0)
    let cleaner = ShareChange.measure(.mismatched, field, confidence: Self.confidence)
    #expect(cleaner.value == 0 && cleaner.distance == 0)
    let windows = ShareChange.measure(
      .mismatched,
      field.betweenWindows,
      confidence: Self.confidence
    )
    let newcombe = ShareChange.bound(
      current: Proportion(hits: 0, count: 1000),
      reference: Proportion(hits: 500, count: 1000),
      alpha: 0.001
    )
    #expect(windows.value == newcombe && newcombe > 0.4 && windows.distance == 0.5)
    swap(&field.referenceCompleteness, &field.currentCompleteness)
    #expect(ShareChange.measure(.mismatched, field, confidence: Self.confidence).value == newcombe)
  }

  @Test(
    "without drift more are unseen than expected no more often than α says",
    arguments: [
      (300, 1000, 5000, 120), (300, 2000, 20_000, 60), (100, 150, 5000, 150),
      (1000, 5000, 20_000, 40),
    ]
  )
  func calibration(categories: Int, reference: Int, window: Int, repetitions: Int) {
    let population = Population.categories(categories, isZipf: false)
    let trial = Trial(population, reference: reference, window: window)
    var random = SplitMix64(seed: 4)
    var above = 0
    for _ in 0..<repetitions {
      for field in trial.compare(&random) {
        let change = ShareChange.measure(.unseen, field, confidence: Self.confidence)
        above += change.value ?? 1 > 0 ? 1 : 0
      }
    }
    #expect(above <= Binomial.mostHits(trials: repetitions, probability: 0.001, risk: 1e-5))
  }

  @Test("of categories beyond the limit some were kept by chance alone")
  func limit() {
    func estimate(_ counts: [UInt64]) -> UInt64 {
      comparison(reference: counts, current: counts).unseenExpected
    }
    // 4 and 4, of which others may have been left out, and 5
    #expect(estimate([9, 9, 7, 5, 4, 4, 30]) == 43)
    // one category alone: it may be as rare as it was seen
    #expect(estimate([700, 200, 100]) == 100)
    // nothing was left out
    #expect(estimate([9, 9, 7, 5, 4, 4, 0]) == 0)
    #expect(estimate([9, 2, 1, 1, 0]) == 2)
  }

  @Test(
    "nor are more unseen than expected where the most frequent categories alone are kept",
    arguments: [(5000, 1000, 20_000, 5000, 40), (2000, 1000, 100_000, 20_000, 20)]
  )
  func limited(categories: Int, kept: Int, reference: Int, window: Int, repetitions: Int) {
    var random = SplitMix64(seed: 5)
    var above = 0
    for _ in 0..<repetitions {
      func counts(_ size: Int) -> [UInt64] {
        var counts = [UInt64](repeating: 0, count: categories)
        for _ in 0..<size { counts[Int.random(in: 0..<categories, using: &random)] += 1 }
        return counts
      }
      let (all, now) = (counts(reference), counts(window))
      let order = all.indices.sorted { (all[$1], $0) < (all[$0], $1) }
      func cut(_ counts: [UInt64]) -> [UInt64] {
        order.prefix(kept).map { counts[$0] } + [order.dropFirst(kept).map { counts[$0] }.total]
      }
      let field = comparison(reference: cut(all), current: cut(now))
      let change = ShareChange.measure(.unseen, field, confidence: Self.confidence)
      above += change.value ?? 1 > 0 ? 1 : 0
    }
    #expect(above == 0)
  }
}
