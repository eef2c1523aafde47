import Foundation
import Sketches
import TestSupport
import Testing

@testable import Drift

/// The smallest shift that a lower bound is sure of, and what a reference says of it by itself.
@Suite("Smallest shifts")
struct ShiftTests {
  private let confidence = Confidence(alpha: 0.01, delta: 0.001)

  private var numeric: FieldReference {
    let points = ReferencePoints((0..<100).map(Double.init))
    return FieldReference(
      distribution: .numeric(
        NumericReference(
          points: points,
          below: (0..<100).map { 50 * UInt64($0) },
          equal: Array(repeating: 50, count: 100),
          count: 5000,
          edges: [9, 49],
          fences: 10...89,
          distanceBound: 0.01,
          areaBound: 0,
          unit: Moments.Unit(covering: 100)
        )
      ),
      completeness: completeness(5000, missing: 100)
    )
  }

  private func completeness(_ values: UInt64, missing: UInt64) -> Completeness {
    var completeness = Completeness()
    completeness.recordValue(count: values)
    completeness.recordMissing(.null, count: missing)
    return completeness
  }

  @Test("of numbers: the allowances of both sides, and what the reference is off by")
  func numbers() throws {
    let sight = FieldComparison(numeric)
    #expect(sight.referenceBins == [500, 2000, 2500] && sight.currentBins == sight.referenceBins)
    let seen = try #require(
      DriftBound.distanceToExceed(
        sight,
        threshold: 0.1,
        currentCount: 1000,
        confidence: confidence
      )
    )
    let expected =
      0.1 + 0.01 + (log(2 / 0.001) / 10_000).squareRoot()
      + (log(2 / 0.01) / 2000).squareRoot()
    #expect(abs(seen - expected) < 1e-12)
    #expect(
      DriftBound.distanceToExceed(sight, threshold: 0.9, currentCount: 9, confidence: confidence)
        == nil
    )
    let needed = DriftBound.recordsToDecide(sight, confidence: confidence, threshold: 0.9)
    let n = try #require(needed)
    let shift = { (n: UInt64) in
      DriftBound.distanceToExceed(sight, threshold: 0.9, currentCount: n, confidence: confidence)
    }
    #expect(shift(n) != nil && shift(n - 1) == nil)
  }

  @Test("of categories: a window this far exceeds the threshold, one a little nearer does not")
  func categories() throws {
    let reference = FieldReference(
      distribution: .categorical(
        CategoricalReference(categories: ["a", "b"], counts: [600, 400], other: 0)
      ),
      completeness: completeness(1000, missing: 0)
    )
    let shift = try #require(
      DriftBound.distanceToExceed(
        FieldComparison(reference),
        threshold: 0.1,
        currentCount: 1000,
        confidence: confidence
      )
    )
    let drift = { (moved: Double) in
      let hits = UInt64((1000 * (0.6 - moved)).rounded())
      var summary = FieldSummary(reference.layout)
      for index in 0..<1000 { summary.categories.record(code: UInt64(index) < hits ? 0 : 1) }
      summary.completeness.recordValue(count: 1000)
      return DriftBound.measure(
        FieldComparison(reference: reference, current: summary),
        confidence: confidence
      ).value ?? 0
    }
    #expect(drift(shift + 0.005) > 0.1)
    #expect(drift(shift - 0.005) < 0.1)
  }

  @Test("of a share: the first number of hits whose bound exceeds the threshold")
  func shares() throws {
    let sight = FieldComparison(numeric)
    let rise = try #require(
      ShareChange.riseToExceed(
        .missing,
        sight,
        threshold: 0.05,
        currentCount: 400,
        confidence: confidence
      )
    )
    let reference = Proportion(hits: 100, count: 5100)
    let hits = UInt64(((rise + 100.0 / 5100) * 400).rounded())
    let bound = { (hits: UInt64) in
      ShareChange.bound(
        current: Proportion(hits: hits, count: 400),
        reference: reference,
        alpha: confidence.alpha
      )
    }
    #expect(bound(hits) > 0.05 && bound(hits - 1) <= 0.05)
    #expect(
      ShareChange.riseToExceed(
        .missing,
        sight,
        threshold: 0.99,
        currentCount: 400,
        confidence: confidence
      ) == nil
    )
  }
}
