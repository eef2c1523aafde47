import Sketches
import TestSupport
import Testing

@testable import Drift

@Suite("Lower bounds of drift")
struct DriftBoundTests {
  private let confidence = Confidence(alpha: 0.01, delta: 0.001)

  @Test("the numeric bound is the formula's")
  func numeric() throws {
    for expected in try Golden().driftNumeric.cases {
      let confidence = Confidence(alpha: expected.alpha, delta: expected.delta)
      let given = comparison(
        distance: expected.distance,
        bound: expected.bound,
        expected.m,
        expected.n
      )
      let measured = DriftBound.measure(given, confidence: confidence)
      #expect(relativeError(measured.value ?? .nan, expected.value) < 1e-14)
      #expect(measured.distance == expected.distance)
      #expect(measured.bound == expected.bound)
    }
  }

  @Test("the categorical bound is the formula's")
  func categorical() throws {
    for expected in try Golden().driftCategorical.cases {
      let confidence = Confidence(alpha: expected.alpha, delta: 0.5)
      let given = comparison(reference: expected.reference, current: expected.current)
      let measured = DriftBound.measure(given, confidence: confidence)
      #expect(relativeError(measured.value ?? .nan, expected.value) < 1e-13)
      #expect(
        measured.distance
          == TotalVariation.distance(reference: expected.reference, current: expected.current)
      )
    }
  }

  @Test("the ceiling is reached by the farthest window and never exceeded")
  func ceiling() throws {
    let separated = comparison(distance: 1, bound: 0.01, 5000, 300)
    let highest = DriftBound.measure(separated, confidence: confidence)
    #expect(highest.value == highest.ceiling)
    let near = DriftBound.measure(
      comparison(distance: 0.1, bound: 0.01, 5000, 300),
      confidence: confidence
    )
    #expect(near.ceiling == highest.ceiling)

    let unseen = comparison(reference: [500, 300, 200, 0], current: [0, 0, 0, 90])
    let extreme = DriftBound.measure(unseen, confidence: confidence)
    #expect(extreme.value == extreme.ceiling)
    for seed in 0..<100 as Range<UInt64> {
      var generator = SplitMix64(seed: seed)
      let current = (0..<4).map { _ in generator.next() % 50 + 1 }
      let measured = DriftBound.measure(
        comparison(reference: [500, 300, 200, 0], current: current),
        confidence: confidence
      )
      #expect(try #require(measured.value) <= (try #require(measured.ceiling)))
    }
  }

  @Test("a window farther than the one of the ceiling raises it")
  func raisedCeiling() throws {
    let given = comparison(reference: [999_999, 1, 0], current: [0, 1000, 0])
    let unseen = comparison(reference: [999_999, 1, 0], current: [0, 0, 1000])
    let measured = DriftBound.measure(given, confidence: confidence)
    let rarest = DriftBound.measure(unseen, confidence: confidence)
    #expect(try #require(measured.value) > (try #require(rarest.value)))
    #expect(measured.ceiling == measured.value)
  }

  @Test("excess is what natural variation leaves, of the ceiling too")
  func excess() throws {
    var given = comparison(distance: 0.5, bound: 0, 50_000, 5000)
    let plain = DriftBound.measure(given, confidence: confidence)
    #expect(DriftBound.excess(given, confidence: confidence) == plain)
    #expect(DriftBound.natural(given) == Measurement(nil))

    given.natural = NaturalVariation(drift: 0.2, missing: 0)
    let excess = DriftBound.excess(given, confidence: confidence)
    #expect(excess.value == (try #require(plain.value)) - 0.2)
    #expect(excess.ceiling == (try #require(plain.ceiling)) - 0.2)
    #expect(excess.distance == 0.5)
    #expect(DriftBound.natural(given).value == 0.2)

    given.natural = NaturalVariation(drift: 0.9, missing: 0)
    #expect(DriftBound.excess(given, confidence: confidence).value == 0)
  }

  @Test("without values there is nothing to say")
  func empty() {
    for given in [
      comparison(distance: nil, bound: 0, 0, 5), comparison(distance: nil, bound: 0, 5, 0),
      comparison(reference: [0, 0], current: [1, 1]),
      comparison(reference: [1, 1], current: [0, 0]),
    ] {
      #expect(DriftBound.measure(given, confidence: confidence) == Measurement(nil))
      #expect(DriftBound.excess(given, confidence: confidence) == Measurement(nil))
    }
  }

  @Test("records to decide are the fewest whose ceiling exceeds the threshold")
  func recordsToDecide() throws {
    let numeric = { (n: UInt64) in comparison(distance: 0, bound: 0.001, 50_000, n) }
    let categorical = { (n: UInt64) in
      comparison(reference: [900, 90, 10, 0], current: [n, 0, 0, 0])
    }
    let truncated = { (n: UInt64) in
      comparison(reference: [900, 90, 20, 10], current: [n, 0, 0, 0])
    }
    for make in [numeric, categorical, truncated] {
      for threshold in [0, 0.1, 0.3, 0.5, 0.8] {
        let needed = try #require(
          DriftBound.recordsToDecide(make(1), confidence: confidence, threshold: threshold)
        )
        let enough = DriftBound.measure(make(needed), confidence: confidence)
        #expect(try #require(enough.ceiling) > threshold)
        guard needed > 1 else { continue }
        let short = DriftBound.measure(make(needed - 1), confidence: confidence)
        #expect(try #require(short.ceiling) <= threshold)
      }
      let never = DriftBound.recordsToDecide(make(1), confidence: confidence, threshold: 0.9999)
      #expect(never == nil)
    }
    let unlearned = comparison(distance: nil, bound: 0, 0, 5)
    #expect(
      DriftBound.recordsToDecide(unlearned, confidence: confidence, threshold: 0) == nil
    )
  }
}
