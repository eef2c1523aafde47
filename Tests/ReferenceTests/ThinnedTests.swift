import Drift
import Records
import Reference
import Sketches
import TestSupport
import Testing

/// The same distribution at fewer points.
@Suite struct ThinnedTests {
  private static let values: [Double] = {
    var random = SplitMix64(seed: 5)
    return (0..<5_000).map { _ in
      (random.uniform() * random.uniform() * 1e6).rounded() / 1e3
    }
  }()

  private func learned(_ values: [Double]) throws -> NumericReference {
    let profile = try Rows(values.map { "{\"x\":\($0)}" }).learn().profile
    guard case .numeric(let numeric) = profile.fields[0].reference.distribution else {
      throw NoNumbers()
    }
    return numeric
  }

  private struct NoNumbers: Error {}

  @Test func ranksAreThoseOfTheValuesAndTheBoundsHold() throws {
    let whole = try learned(Self.values)
    let thin = whole.thinned(to: 100)
    #expect(whole.points.count > 900 && (60...100).contains(thin.points.count))
    for (index, point) in thin.points.values.enumerated() {
      #expect(thin.below[index] == UInt64(Self.values.count { $0 < point }))
      #expect(thin.equal[index] == UInt64(Self.values.count { $0 == point }))
    }
    #expect(thin.edgeValues == whole.edgeValues && thin.count == whole.count)
    #expect(thin.moments == whole.moments && thin.unit == whole.unit)
    let ends = [thin.points.values.first, thin.points.values.last]
    #expect(ends == [Self.values.min(), Self.values.max()])
    let fences = [whole, thin].map { reference in
      reference.fences.map {
        [reference.points.values[$0.lowerBound], reference.points.values[$0.upperBound]]
      }
    }
    #expect(fences[0] == fences[1] && fences[0] != nil)
    // Most values between two points, halved.
    let gaps = stride(from: 0, to: thin.cells.count, by: 2).map { thin.cells[$0] }
    #expect(thin.distanceBound == Double(gaps.max() ?? 0) / (2 * 5_000))
    #expect(thin.distanceBound < 0.02 && thin.distanceBound > whole.distanceBound)
    #expect(thin.areaBound > whole.areaBound)
  }

  @Test func fewPointsAreAsTheyWere() throws {
    let whole = try learned((0..<500).map { Double($0 % 90) })
    #expect(whole.thinned(to: 100) == whole)
  }
}
