import Foundation
import Sketches
import TestSupport
import Testing

@testable import Drift

/// Tests of two windows by categories or bins: which are put together, and how often they err.
@Suite("Tables of two windows") struct TwoWindowTableTests {
  private func compare(_ previous: [UInt64], _ current: [UInt64]) -> FieldComparison {
    let categories = previous.dropLast().indices.map { "c\($0)" }
    let reference = FieldReference(
      distribution: .categorical(
        CategoricalReference(categories: categories, counts: categories.map { _ in 1 }, other: 0)
      ),
      completeness: Completeness()
    )
    let windows = [previous, current].map { counts in
      var summary = FieldSummary(reference.layout)
      for (code, count) in counts.dropLast().enumerated() {
        summary.categories.add(count, code: code)
      }
      summary.categories.add(counts[counts.count - 1], code: nil)
      summary.completeness.recordValue(count: counts.total)
      return summary
    }
    return FieldComparison(reference: reference, baseline: windows[0], current: windows[1])
  }

  private func groups(_ field: FieldComparison) -> [[UInt64]] {
    ContingencyTable(field)?.regrouped.bins.map { [$0.reference, $0.current] } ?? []
  }

  /// Expected of the smaller side, 80 of 240 values: a third of both sides' counts.
  @Test func bothSidesSayWhatIsSmall() {
    // 30 of both are enough, whichever side has them; 28 and 8 are not, and together they are
    let field = compare([100, 30, 0, 22, 8, 0], [40, 0, 30, 6, 0, 4])
    #expect(groups(field) == [[100, 40], [30, 4], [0, 30], [30, 6]])
    // too few even together: they join the rarest of both, however many the later window has
    let few = compare([110, 40, 10, 0, 0], [54, 16, 4, 6, 0])
    #expect(groups(few) == [[110, 54], [50, 26]])
    // a window against itself has nothing to tell
    let same = ChiSquared.measure(compare([90, 30, 10, 0], [90, 30, 10, 0]))
    #expect(same.value == 0 && same.pValue == 1 && same.degreesOfFreedom == 2)
    // neither have windows so small that all of them is one bin
    #expect(ChiSquared.measure(compare([9, 3, 1, 0], [1, 3, 9, 0])) == Measurement(nil))
  }

  /// Of categories both sides decide against a reference, too: 30 that it does not list are few.
  @Test func categoriesAreGroupedByBothSidesAgainstAReference() {
    let field = comparison(reference: [160, 30, 10], current: [40, 20, 20])
    #expect(groups(field) == [[160, 40], [40, 40]])
    let more = comparison(reference: [160, 30, 10], current: [40, 20, 30])
    #expect(groups(more) == [[160, 40], [30, 20], [10, 30]])
  }

  /// Small ones that a large reference knows well are joined by name, `c10` before `c2`, and not
  /// with those that it may have missed: 51 values of ten equal categories are five bins.
  @Test func smallCategoriesAreJoinedByName() {
    let equal = [UInt64](repeating: 1_000, count: 10) + [0]
    let field = comparison(reference: equal, current: [9, 1, 8, 2, 7, 3, 6, 4, 6, 5, 0])
    #expect(
      groups(field) == [[2_000, 10], [2_000, 10], [2_000, 10], [2_000, 10], [2_000, 11]]
    )
    let names = [UInt64](repeating: 1_000, count: 11) + [8, 0]
    let counts: [UInt64] = [5, 5, 1, 2, 3, 4, 6, 6, 7, 8, 9, 0, 1]
    let dozen = comparison(reference: names, current: counts)
    // c0 and c1, c10 and c2, c3 and c4, c5 and c6, c7 and c8; c9, c11 and the unseen one are few
    #expect(
      groups(dozen) == [[2_000, 10], [2_000, 10], [3_008, 14], [2_000, 10], [2_000, 13]]
    )
  }

  private func sample(_ weights: [Double], _ count: Int, _ generator: inout SplitMix64) -> [UInt64]
  {
    var counts = [UInt64](repeating: 0, count: weights.count + 1)
    let total = weights.reduce(0, +)
    for _ in 0..<count {
      var rest = generator.uniform() * total
      let index = weights.firstIndex { weight in
        rest -= weight
        return rest < 0
      }
      counts[index ?? 0] += 1
    }
    return counts
  }

  /// Windows of one population: the test errs about as often as it says.
  @Test(arguments: [
    (0, [30, 150, 150]), (0, [100, 500, 500]), (1, [30, 150, 150]), (1, [100, 500, 500]),
    (1, [100, 500, 150]), (1, [30, 60, 400]), (1, [30, 400, 60]),
  ])
  func withoutAChangeTheyErrAsOftenAsTheySay(skew: Int, sizes: [Int]) {
    var generator = SplitMix64(seed: UInt64(sizes[0] + sizes[1]))
    let runs = 1_000
    let weights = (1...sizes[0]).map { pow(Double($0), -Double(skew)) }
    var wrong = (pearson: 0, ratio: 0)
    for _ in 0..<runs {
      let field = compare(
        sample(weights, sizes[1], &generator),
        sample(weights, sizes[2], &generator)
      )
      if ChiSquared.measure(field).pValue ?? 0 < 0.05 { wrong.pearson += 1 }
      if GTest.measure(field).pValue ?? 0 < 0.05 { wrong.ratio += 1 }
    }
    // with the earlier window's counts: 190 of 1,000 for 30 categories, 440 for 100
    #expect((30...70).contains(wrong.pearson) && (35...110).contains(wrong.ratio), "\(wrong)")
  }
}
