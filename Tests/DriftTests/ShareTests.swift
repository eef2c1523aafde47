import Sketches
import Testing

@testable import Drift

@Suite("Shares and their change")
struct ShareTests {
  private let confidence = Confidence(alpha: 0.001, delta: 0.01)

  @Test("the least change is the near end of Newcombe's interval")
  func newcombe() throws {
    for expected in try Golden().newcombe.cases {
      let current = Proportion(hits: expected.hits, count: expected.n)
      let reference = Proportion(hits: expected.referenceHits, count: expected.m)
      let bound = ShareChange.bound(current: current, reference: reference, alpha: expected.alpha)
      let mirrored = ShareChange.bound(
        current: reference,
        reference: current,
        alpha: expected.alpha
      )
      #expect(relativeError(bound, expected.bound) < 1e-12, "\(current) \(reference)")
      #expect(bound == mirrored)
    }
  }

  private func window(
    values: UInt64,
    null: UInt64 = 0,
    absent: UInt64 = 0,
    mismatched: UInt64 = 0
  ) -> Completeness {
    var completeness = Completeness()
    completeness.recordValue(count: values)
    completeness.recordMissing(.null, count: null)
    completeness.recordMissing(.absent, count: absent)
    completeness.recordMismatch(count: mismatched)
    return completeness
  }

  @Test("missing and mismatched are of records, unseen and out of range of values")
  func denominators() {
    var numeric = comparison(distance: 0.5, bound: 0, 1000, 50)
    numeric.currentCompleteness = window(values: 50, null: 20, absent: 20, mismatched: 10)
    numeric.outOfRange = 5
    #expect(Share.missing.measure(numeric).value == 0.4)
    #expect(Share.missing(.null, numeric).value == 0.2)
    #expect(Share.missing(.nan, numeric).value == 0)
    #expect(Share.mismatched.measure(numeric).value == 0.1)
    #expect(Share.outOfRange.measure(numeric).value == 0.1)
    #expect(Share.unseen.measure(numeric).value == 0)

    var categorical = comparison(reference: [700, 200, 100], current: [20, 20, 10])
    categorical.currentCompleteness = window(values: 50, null: 50)
    #expect(Share.unseen.measure(categorical).value == 0.2)
    #expect(Share.outOfRange.measure(categorical).value == 0)
    // The reference's own rest of rare categories is what unseen is compared with.
    let change = ShareChange.measure(.unseen, categorical, confidence: confidence)
    #expect(abs((change.distance ?? 0) - 0.1) < 1e-15)
  }

  @Test("a reference has not seen what it has once: unseen values to that share are no change")
  func unseenMass() {
    let once = comparison(reference: [6, 2, 1, 1, 0], current: [40, 20, 10, 10, 20])
    let change = ShareChange.measure(.unseen, once, confidence: confidence)
    #expect(change.value == 0)
    #expect(change.distance == 0)

    // 500 of 1,000 values are of categories seen once: half of the window may well be unseen
    let reference = [500] + Array(repeating: UInt64(1), count: 500) + [0]
    let current = [500] + Array(repeating: UInt64(0), count: 500) + [500]
    let many = comparison(reference: reference, current: current)
    #expect(DriftBound.measure(many, confidence: confidence).value == 0)
    let known = [500] + Array(repeating: UInt64(2), count: 250) + [0]
    let moved = comparison(reference: known, current: Array(current.prefix(251)) + [500])
    #expect((DriftBound.measure(moved, confidence: confidence).value ?? 0) > 0.1)
  }

  @Test("a share of nothing is undecided")
  func empty() {
    let nothing = comparison(reference: [0], current: [0])
    for share in Share.allCases {
      #expect(share.measure(nothing) == Measurement(nil))
      #expect(ShareChange.measure(share, nothing, confidence: confidence) == Measurement(nil))
      let needed = ShareChange.recordsToDecide(
        share,
        nothing,
        confidence: confidence,
        threshold: 0
      )
      #expect(needed == nil)
    }
    #expect(Share.missing(.null, nothing) == Measurement(nil))
    #expect(Proportion(hits: 0, count: 0).share == nil)
  }

  @Test("a change is found in either direction and not where there is none")
  func directions() throws {
    func change(_ current: Completeness, _ reference: Completeness) throws -> Measurement {
      var given = comparison(distance: 0, bound: 0, 1, 1)
      given.currentCompleteness = current
      given.referenceCompleteness = reference
      return ShareChange.measure(.missing, given, confidence: confidence)
    }
    let full = window(values: 1000)
    let half = window(values: 500, null: 500)
    #expect(try #require(change(half, full).value) > 0.4)
    #expect(try #require(change(full, half).value) > 0.4)
    #expect(try change(half, half).value == 0)
    #expect(try change(half, half).distance == 0)
    // All of a window missing is the farthest there is.
    let gone = try change(window(values: 0, null: 1000), full)
    #expect(gone.value == gone.ceiling)
  }

  @Test("nothing of the reference was out of its own range")
  func outOfRange() {
    var given = comparison(distance: 0.5, bound: 0, 1000, 100)
    given.outOfRange = 30
    let change = ShareChange.measure(.outOfRange, given, confidence: confidence)
    let expected = ShareChange.bound(
      current: Proportion(hits: 30, count: 100),
      reference: Proportion(hits: 0, count: 1000),
      alpha: confidence.alpha
    )
    #expect(change.distance == 0.3)
    #expect(change.value == expected)
  }

  @Test("what a reference without values has is no range")
  func noRange() {
    var field = comparison(distance: nil, bound: 0, 0, 10)
    field.outOfRange = 10
    #expect(Share.outOfRange.measure(field) == Measurement(nil))
  }

  @Test("records to decide are the fewest whose ceiling exceeds the threshold")
  func recordsToDecide() throws {
    var given = comparison(distance: 0, bound: 0, 50_000, 1)
    for threshold in [0.01, 0.1, 0.5, 0.9] {
      let needed = try #require(
        ShareChange.recordsToDecide(
          .missing,
          given,
          confidence: confidence,
          threshold: threshold
        )
      )
      for (count, isEnough) in [(needed, true), (needed - 1, false)] {
        given.currentCompleteness = window(values: count)
        let measured = ShareChange.measure(.missing, given, confidence: confidence)
        #expect(((measured.ceiling ?? 0) > threshold) == isEnough, "\(threshold) \(count)")
      }
    }
    let never = ShareChange.recordsToDecide(
      .missing,
      given,
      confidence: confidence,
      threshold: 0.9999
    )
    #expect(never == nil)
  }
}
