import Foundation
import Sketches
import TestSupport
import Testing

@testable import Drift

/// A value that much of the reference is equal to hides nothing of what lies below it.
@Suite("Bins of atoms")
struct AtomTests {
  private static func copies(_ counts: [(Double, Int)]) -> [Double] {
    counts.flatMap { Array(repeating: $0.0, count: $0.1) }
  }

  private func below(_ number: Double) -> Double { number.nextDown }

  /// Both ways to the bins must say the same.
  private func compare(
    _ reference: [(Double, Int)],
    _ current: [(Double, Int)],
    points: Int = .max
  ) -> FieldComparison {
    let both = Profiling(Self.copies(reference), Self.copies(current))
    let (exact, counted) = (both.exact(), both.counted(points: points))
    #expect(exact.edges == counted.edges)
    #expect(exact.referenceBins == counted.referenceBins)
    #expect(exact.currentBins == counted.currentBins)
    return counted
  }

  @Test("a flag that is 1 in 95 % of the reference and 0 in the window has moved as its mirror has")
  func flag() throws {
    let flag = compare([(0, 50), (1, 950)], [(0, 200)])
    #expect(flag.edges == [below(1), 1])
    #expect(flag.referenceBins == [50, 950, 0] && flag.currentBins == [200, 0, 0])
    let mirror = compare([(0, 950), (1, 50)], [(1, 200)])
    #expect(mirror.edges == [0])
    #expect(mirror.referenceBins == [950, 50] && mirror.currentBins == [0, 200])
    for measure in [JensenShannon.measure, Hellinger.measure, TotalVariation.measure] {
      let (one, other) = (try #require(measure(flag).value), try #require(measure(mirror).value))
      #expect(abs(one - other) < 1e-14)
    }
    expect(TotalVariation.measure(flag).value, 0.95, 1e-14, "total variation")
    // Σ (q − p) ln(q / p) over (50.5, 950.5, 0.5) / 1001.5 and (200.5, 0.5, 0.5) / 201.5
    expect(PopulationStability.measure(flag).value, 8.449_391_185_461_518, 1e-12, "psi")
    let test = ChiSquared.measure(flag)
    #expect(test.degreesOfFreedom == 1)
    #expect(try #require(test.pValue) < 1e-100)
    #expect(try #require(PopulationStability.measure(flag).pValue) < 1e-10)
  }

  @Test("what lies below an atom in the middle has its own bin, and so has what lies above")
  func middle() throws {
    let low = (0..<50).map { (Double($0) / 100, 1) }
    let high = (0..<450).map { (2 + Double($0), 1) }
    let field = compare(low + [(1, 500)] + high, [(0.25, 50), (0.995, 10), (1, 40)])
    #expect(Array(field.edges.prefix(3)) == [below(1), 1, 51])
    #expect(Array(field.referenceBins.prefix(3)) == [50, 500, 50])
    #expect(Array(field.currentBins.prefix(3)) == [60, 40, 0])
  }

  @Test("below a constant is not at it, and an atom has no bin below it that holds nothing")
  func constant() throws {
    let same = compare([(0, 1_000)], [(0, 40)])
    #expect(same.edges == [0] && same.currentBins == [40, 0])
    let moved = compare([(0, 1_000)], [(-1, 1_000)])
    #expect(moved.edges == [below(0), 0])
    #expect(moved.referenceBins == [0, 1_000, 0] && moved.currentBins == [1_000, 0, 0])
    #expect(TotalVariation.measure(moved).value == 1 && JensenShannon.measure(moved).value == 1)
    #expect(try #require(PopulationStability.measure(moved).value) > 10)
    let least = -Double.greatestFiniteMagnitude
    #expect(compare([(least, 10)], [(least, 3), (0, 1)]).edges == [least])
  }

  @Test("another unit of two values is another bin: 100 has become 1")
  func unit() {
    let field = compare([(0, 600), (100, 400)], [(0, 60), (1, 40)])
    #expect(field.edges == [0, below(100), 100])
    #expect(field.referenceBins == [600, 0, 400, 0] && field.currentBins == [60, 40, 0, 0])
    let same = compare([(0, 600), (100, 400)], [(0, 60), (100, 40)])
    #expect(same.edges == [0, 100] && same.currentBins == [60, 40, 0])
  }

  @Test("neighbours among doubles have no room for a bin between them")
  func neighbours() {
    let (one, next) = (1.0, 1.0.nextUp)
    let field = compare([(one, 50), (next, 50)], [(0, 1), (one, 2), (next, 3)])
    #expect(field.edges == [one.nextDown, one, next])
    #expect(field.currentBins == [1, 2, 3, 0])
  }

  @Test("few points and what was counted in the reference's place have the same bins")
  func otherSides() throws {
    let values = [(1.0, 500)] + (0..<300).map { (Double($0) / 1000, 1) }
    let few = compare(values, [(0.2, 40), (0.999, 1), (1, 10)], points: 20)
    #expect(few.edges.suffix(2) == [below(1), 1])
    let field = reference(Self.copies([(0, 5), (1, 95)]))
    let windows = FieldComparison(
      reference: field,
      baseline: window(Self.copies([(0, 3), (1, 40)]), against: field),
      current: window(Self.copies([(0.5, 7)]), against: field)
    )
    // an edge of the helper's is 0, so that only what lies between is left to be told apart
    #expect(windows.edges == [0, below(1), 1])
    #expect(windows.referenceBins == [3, 0, 40, 0] && windows.currentBins == [0, 7, 0, 0])
  }

  @Test("a bin has the prediction's rank of the reference's bin that it is part of")
  func ranks() throws {
    func ranks(_ known: [Double?], _ reference: FieldReference, _ seen: [Double]) -> [Double?]? {
      var field = reference
      field.predictionRanks = known
      let current = window(seen, against: field)
      return FieldComparison(reference: field, current: current).predictionRanks
    }
    var field = reference(Self.copies([(0, 1), (1, 19)]))
    guard case .numeric(var numeric) = field.distribution else {
      Issue.record("no numbers")
      return
    }
    // the smallest value is no decile
    numeric.edges = [1]
    field.distribution = .numeric(numeric)
    #expect(ranks([0.1, 0.5, 0.9, nil], field, [1, 1, 2]) == [0.1, 0.5, 0.9, nil])
    // as earlier versions learned them
    #expect(ranks([0.5, 0.9, nil], field, [1, 1, 2]) == [0.5, 0.5, 0.9, nil])
    let constant = reference(Self.copies([(1, 20)]))
    #expect(ranks([0.5, nil, nil], constant, [1]) == [0.5, nil, nil])
    #expect(ranks([0.5, nil, nil], constant, [0, 1]) == [0.5, 0.5, nil, nil])
  }

  @Test("between atoms and all that is near them both ways agree")
  func anything() {
    var random = SplitMix64(seed: 17)
    for _ in 0..<200 {
      let most = 2 + Int(random.next() % 7)
      let sides = [300, 60].map { size in
        (0..<size).map { _ in
          let value = (random.uniform() * random.uniform() * Double(most)).rounded()
          return [value, value.nextDown, value.nextUp, -value][Int(random.next() % 9) % 4]
        }
      }
      let (exact, counted) = (
        Profiling(sides[0], sides[1]).exact(), Profiling(sides[0], sides[1]).counted()
      )
      #expect(exact.edges == counted.edges)
      #expect(exact.referenceBins == counted.referenceBins)
      #expect(exact.currentBins == counted.currentBins)
      #expect(exact.edges.count <= 9)
    }
  }
}
