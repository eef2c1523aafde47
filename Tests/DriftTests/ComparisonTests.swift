import Sketches
import Testing

@testable import Drift

@Suite("Comparisons and what statistics are given")
struct ComparisonTests {
  private let reference = FieldReference(
    distribution: .categorical(
      CategoricalReference(categories: ["new", "paid"], counts: [60, 30], other: 10)
    ),
    completeness: {
      var completeness = Completeness()
      completeness.recordValue(count: 100)
      return completeness
    }(),
    natural: NaturalVariation(drift: 0.03, missing: 0.01)
  )

  @Test("a categorical window is compared cell by cell, the unseen with the reference's rest")
  func categorical() {
    var window = FieldSummary(reference.layout)
    window.categories.add(5, code: 0)
    window.categories.add(4, code: nil)
    window.completeness.recordValue(count: 9)
    let comparison = FieldComparison(reference: reference, current: window)
    #expect(comparison.isNumeric == false)
    #expect(comparison.categories == ["new", "paid"])
    #expect(comparison.referenceBins == [60, 30, 10])
    #expect(comparison.currentBins == [5, 0, 4])
    #expect(comparison.referenceCount == 100)
    #expect(comparison.currentCount == 9)
    #expect(comparison.distance == nil)
    #expect(comparison.natural?.drift == 0.03)
  }

  @Test("a numeric window carries its moments and what lies out of range")
  func numeric() {
    let profile = DriftTests.reference([1, 2, 2, 3, 10])
    let comparison = FieldComparison(
      reference: profile,
      current: window([0, 2, 4, 11, 13], against: profile)
    )
    #expect(comparison.isNumeric)
    #expect(comparison.outOfRange == 3)
    #expect(comparison.currentMoments?.mean == 6)
    #expect(comparison.currentMoments?.deviation == 26.0.squareRoot())
    #expect(comparison.referenceBins.reduce(0, +) == 5)
    #expect(comparison.currentBins.reduce(0, +) == 5)
  }

  @Test("a reference's cells are its ranks taken apart")
  func cells() {
    let numeric = NumericReference(
      points: ReferencePoints([1, 5]),
      below: [0, 7],
      equal: [2, 3],
      count: 10,
      edges: [0, 1],
      distanceBound: 0.25,
      areaBound: 0,
      unit: Moments.Unit(covering: 4)
    )
    #expect(numeric.cells == [0, 2, 5, 3, 0])
    #expect(numeric.edgeValues == [1, 5])
    // the first two deciles are 1, the last two 5, and those between them no points
    #expect(numeric.atoms == [0, 1])
    #expect(numeric.bins.counts(of: numeric.cells) == [2, 5, 3, 0])
    let below = 5.0.nextDown
    #expect(numeric.bins.edges(at: [1, 5]) == [1, below, 5])
    #expect(NumericBins(edges: [], atoms: [], of: []).counts(of: [4]) == [4])
  }

  @Test("doubt about the reference is split over the fields")
  func confidence() {
    #expect(Confidence.standard(fields: 10) == Confidence(alpha: 0.001, delta: 0.001))
    #expect(Confidence.standard(fields: 0).delta == 0.01)
  }

  @Test("a tail keeps its logarithm where the probability is 0")
  func tails() {
    let tail = TailProbability(logarithm: -1000)
    #expect(tail.value == 0)
    #expect(tail.logarithm == -1000)
    #expect(TailProbability(logarithm: 1e-17) == .one)
    #expect(TailProbability(complementOf: 1e-20).logarithm == -1e-20)
    #expect(TailProbability(complementOf: 1.5).value == 0)
    #expect(TailProbability(0.5).logarithm == -0.6931471805599453)
  }
}
