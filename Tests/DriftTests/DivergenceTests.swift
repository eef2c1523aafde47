import TestSupport
import Testing

@testable import Drift

@Suite("Divergences over bins against numpy, scipy and mpmath")
struct DivergenceTests {
  @Test("the stability index and its expectation")
  func stabilityIndex() throws {
    for expected in try Golden().divergences.cases {
      let measured = PopulationStability.measure(
        comparison(reference: expected.reference, current: expected.current)
      )
      let comment: Comment = "\(expected.name)"
      // Near-equal shares: numpy's own sum is off by its rounding of the shares, 1e-16.
      let error = abs((measured.value ?? .nan) - expected.psi)
      #expect(error <= 1e-13 * expected.psi + 1e-25, comment)
      #expect(relativeError(measured.expectation ?? .nan, expected.expectation) < 1e-14, comment)
    }
  }

  @Test("the Jensen–Shannon distance, also where scipy's is lost to rounding")
  func jensenShannon() throws {
    for expected in try Golden().divergences.cases {
      let measured = JensenShannon.distance(
        reference: expected.reference,
        current: expected.current
      )
      let comment: Comment = "\(expected.name)"
      #expect(abs((measured ?? .nan) - expected.jensenShannon) < 1e-15, comment)
      if let library = expected.jensenShannonScipy {
        #expect(abs((measured ?? .nan) - library) < 1e-8, comment)
      }
    }
  }

  @Test("the total variation distance")
  func totalVariation() throws {
    for expected in try Golden().divergences.cases {
      let measured = TotalVariation.distance(
        reference: expected.reference,
        current: expected.current
      )
      let difference = abs((measured ?? .nan) - expected.totalVariation)
      #expect(difference < 1e-15, "\(expected.name)")
    }
  }

  @Test("an empty side is undecided")
  func empty() {
    let sides: [([UInt64], [UInt64])] = [([0, 0], [1, 2]), ([1, 2], [0, 0]), ([0], [0])]
    for (reference, current) in sides {
      let empty = comparison(reference: reference, current: current)
      #expect(PopulationStability.measure(empty) == Measurement(nil))
      #expect(JensenShannon.measure(empty) == Measurement(nil))
      #expect(TotalVariation.measure(empty) == Measurement(nil))
    }
  }

  @Test("symmetric, 0 for equal counts, within their range, whatever the counts")
  func properties() throws {
    for seed in 0..<200 as Range<UInt64> {
      var generator = SplitMix64(seed: seed)
      let size = Int(generator.next() % 20) + 1
      let scale = UInt64(1) << (generator.next() % 50)
      let left = (0..<size).map { _ in generator.next() % scale + 1 }
      let right = (0..<size).map { _ in generator.next() % 3 * (generator.next() % scale) + 1 }
      for distance in [JensenShannon.distance, TotalVariation.distance] {
        let there = try #require(distance(left, right))
        let back = try #require(distance(right, left))
        #expect(there == back)
        #expect((0...1).contains(there))
        #expect(distance(left, left) == 0)
      }
      let there = try #require(PopulationStability.value(reference: left, current: right))
      let back = try #require(PopulationStability.value(reference: right, current: left))
      #expect(relativeError(there, back) < 1e-14)
      #expect(there >= 0)
      #expect(PopulationStability.value(reference: left, current: left) == 0)
    }
  }
}
