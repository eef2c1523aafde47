import Drift
import Foundation
import Records
import Sketches
import TestSupport
import Testing

@testable import Reference

/// Traps that other tools fall into, by the names of references/field.md 5.4.
@Suite("Traps of references")
struct TrapTests {
  /// Values compared with what was learned of others.
  private func compare(
    _ seen: [String],
    with field: ReferenceProfile.Field
  ) throws -> FieldComparison {
    FieldComparison(reference: field.reference, current: try Rows(x: seen).summary(in: field))
  }

  private func learn(_ values: [String], points: Int = 1000) throws -> ReferenceProfile.Field {
    try Rows(x: values).learn(points: points).profile.fields[0]
  }

  @Test("duplicate quantile edges")
  func duplicateEdges() throws {
    let values = Array(repeating: 0, count: 700) + Array(1...300)
    let field = try learn(values.map { "\($0)" })
    let seen = try compare((0..<100).map { "\($0 < 50 ? 0 : $0 * 3)" }, with: field)
    #expect(seen.edges == [0, 100, 200])
    #expect(seen.referenceBins == [700, 100, 100, 100])
    #expect(seen.currentBins == [50, 0, 17, 33])
    #expect(PopulationStability.measure(seen).expectation == 3 * (1.0 / 100 + 1.0 / 1000))
  }

  @Test("huge category cardinality")
  func hugeCardinality() throws {
    let names = (0..<20_000).map { "\"v\($0)\"" } + (0..<1000).map { "\"v\($0 % 5)\"" }
    let result = try Rows(x: names).learn()
    #expect(result.warnings == [.identifier(field: "x", distinct: 20_000)])
    let field = result.profile.fields[0]
    let same = try compare(names, with: field)
    #expect(same.categories.count == 10_000)
    #expect(same.referenceBins.last == 10_000 && same.currentBins.last == 10_000)
    #expect(TotalVariation.measure(same).value == 0)
    #expect(PopulationStability.measure(same).value == 0)
    let confidence = Confidence(delta: 0.01)
    let other = try compare((0..<1000).map { "\"w\($0)\"" }, with: field)
    let distance = try #require(TotalVariation.measure(other).value)
    #expect(abs(distance - 11_000.0 / 21_000) < 1e-12)
    let few = try compare((0..<100).map { "\"v\($0 * 199)\"" }, with: field)
    #expect(DriftBound.measure(few, confidence: confidence).value == 0)
    // All of these are expected less than five times: joined into one bin they say nothing.
    #expect(ChiSquared.measure(few).value == nil && ChiSquared.measure(few).pValue == nil)
  }

  @Test("category order")
  func categoryOrder() throws {
    let names = (0..<300).map { "\"c\($0 * $0 % 17)\"" }
    let profile = try Rows(x: names).learn().profile
    var random = SplitMix64(seed: 3)
    for _ in 0..<5 {
      let shuffled = names.shuffled(using: &random)
      #expect(try Rows(x: shuffled).learn().profile.json == profile.json)
      let seen = try compare(shuffled, with: profile.fields[0])
      #expect(TotalVariation.measure(seen).value == 0)
      #expect(seen.currentBins == seen.referenceBins)
    }
  }

  /// Compared with a reference that holds it, each day would be half as far.
  @Test("in-sample thresholds")
  func inSample() throws {
    let days = (0..<2000).map { "{\"t\":\($0 % 2 * 86_400 + $0),\"x\":\($0 % 2)}" }
    let field = try Rows(days).learn(time: "t", window: .seconds(86_400)).profile.fields[0]
    let allowances = [0.01, 0.001].map { (log(2 / $0) / 2000).squareRoot() }
    let natural = try #require(field.reference.natural).drift
    #expect(abs(natural - (1 - allowances[0] - allowances[1])) < 1e-15)
  }

  /// Ten windows of 1,000 records alike, and a hundred more: 6 % of them alarm in NannyML.
  @Test("in-sample thresholds: windows like the reference's own are quiet")
  func windowsLikeTheReference() throws {
    var random = SplitMix64(seed: 4)
    let rows = (0..<10_000).map { "{\"t\":\($0 / 1000 * 3600),\"x\":\(random.next() % 50)}" }
    let field = try Rows(rows).learn(time: "t", window: .seconds(3600)).profile.fields[0]
    guard case .numeric(let numeric) = field.reference.distribution else {
      Issue.record("x is not numeric")
      return
    }
    let alarms = (0..<100).count { _ in
      var summary = FieldSummary(field.reference.layout)
      for _ in 0..<1000 {
        summary.counts.record(Double(random.next() % 50), at: numeric.points)
        summary.completeness.recordValue()
      }
      let comparison = FieldComparison(reference: field.reference, current: summary)
      let bound = DriftBound.excess(comparison, confidence: .standard(fields: 1))
      return (bound.value ?? 1) > 0
    }
    #expect(alarms == 0)
  }

  @Test("reference outlier flattening bins", arguments: [50, 1000])
  func outlier(points: Int) throws {
    let values = (0..<4000).map { "\($0)" }
    let moved = (0..<1000).map { "\($0 * 4 + 600)" }
    for last in ["3999", "1e6"] {
      let field = try learn(values.dropLast() + [last], points: points)
      let seen = try compare(moved, with: field)
      let distance = try #require(seen.distance)
      #expect(abs(distance - 0.15) <= seen.distanceBound + 1e-12)
      #expect(seen.distanceBound <= 1 / Double(points))
      #expect(seen.currentBins == [0, 50, 100, 100, 100, 100, 100, 100, 100, 250])
    }
  }

  /// A p-value that ignores what the sketch may be off is noise: here it errs on the quiet side.
  @Test("sketch noise in p", arguments: 0..<5 as Range<UInt64>)
  func sketchNoise(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let values = (0..<5000).map { _ in "\(random.uniform())" }
    let current = (0..<5000).map { _ in "\(random.uniform())" }
    let exact = try KolmogorovSmirnov.measure(
      compare(current, with: learn(values, points: 10_000))
    )
    #expect(exact.bound == 0)
    for points in [30, 100, 1000] {
      let measured = try KolmogorovSmirnov.measure(
        compare(current, with: learn(values, points: points))
      )
      let bound = try #require(measured.bound)
      #expect(bound > 0 && bound <= 2 / Double(points))
      #expect(abs(try #require(measured.value) - (exact.value ?? 0)) <= bound + 1e-12)
      #expect(try #require(measured.pValue) >= (exact.pValue ?? 1) - 1e-12)
    }
  }

  @Test("2^53 integers: identifiers keep every digit")
  func largeIntegers() throws {
    let ids = ["9007199254740992", "9007199254740993", "9007199254740992"]
    let field = try Rows(x: ids).learn(kinds: ["x": .categorical]).profile.fields[0]
    let seen = try compare(["9007199254740993", "9007199254740994"], with: field)
    #expect(seen.categories == ["9007199254740992", "9007199254740993"])
    #expect(seen.referenceBins == [2, 1, 0])
    #expect(seen.currentBins == [0, 1, 1])
  }

  @Test("decimal strings in locale form are mismatches of a numeric field, and seen as such")
  func localeForm() throws {
    let field = try learn(["1.5", "2.5", "1234.5"])
    let seen = try compare(["1.5", "\"1,5\"", "\"1.234,5\"", "\"2,5\""], with: field)
    #expect(seen.currentCompleteness.values == 1)
    #expect(seen.currentCompleteness.mismatched == 3)
    #expect(seen.currentCompleteness.missing == 0)
    #expect(seen.currentMoments?.mean == 1.5)
    #expect(try learn(["\"1,5\"", "\"2,5\""]).kind == .categorical)
  }
}
