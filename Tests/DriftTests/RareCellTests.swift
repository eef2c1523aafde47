import TestSupport
import Testing

@testable import Drift

/// Cells that hold next to nothing, or all that a counter can.
@Suite("Rare and full cells")
struct RareCellTests {
  @Test("rare categories and unseen ones are one bin: a long tail is no drift")
  func longTail() throws {
    let reference = [500, 300] + Array(repeating: UInt64(1), count: 200) + [0]
    var current: [UInt64] = [250, 150] + Array(repeating: 0, count: 200) + [20]
    for index in stride(from: 2, to: 200, by: 5) { current[index] = 2 }
    let p = ChiSquared.measure(comparison(reference: reference, current: current)).pValue
    #expect(try #require(p) > 0.5)
  }

  @Test("full counters stay full when they are added up, and end no process")
  func fullBins() {
    let cells: [UInt64] = [.max, .max, 1, .max, 7]
    let bins = NumericBins(edges: [0, 1], atoms: [], of: [cells])
    #expect(bins.counts(of: cells) == [.max, .max, 7])
    let field = comparison(reference: [.max, .max], current: [.max, .max])
    #expect(PopulationStability.measure(field).value == 0)
    #expect(TotalVariation.measure(field).value == 0)
  }

  @Test("full counters give no quantile, and end no process")
  func fullCounters() {
    let depth = LineComparison.Depth.sums(percentiles: Profiling.percentiles)
    var scan = LineScan(referenceTotal: 30, currentTotal: .max, depth: depth)
    for point in [1.0, 2, 3] {
      let gap = PairCount(current: .max - 9)
      scan.pass(point: point, gap: gap, here: PairCount(reference: 10, current: .max - 9))
    }
    var field = comparison(reference: [30], current: [.max])
    field.line = scan.finish(gap: PairCount(current: .max - 9))
    for percentile in Profiling.percentiles { _ = Quantile.measure(percentile, field) }
    for measure in [
      MedianShift.measure, Wasserstein.measure, MannWhitney.measure, CramerVonMises.measure,
      AndersonDarling.measure, EnergyDistance.measure, Kuiper.measure,
    ] { _ = measure(field) }
    #expect(field.line != nil)
  }
}
