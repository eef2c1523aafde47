import Sketches
import TestSupport

@testable import Drift

/// Seeded values with ties, both zeros and extremes.
func values(_ count: Int, _ generator: inout SplitMix64, shift: Double = 0) -> [Double] {
  (0..<count).map { _ in
    switch generator.next() % 8 {
    case 0: Double(generator.next() % 5)
    case 1: [-0.0, 0, 0x1p-1074, -0x1p-1074, 1e308, -1e308][Int(generator.next() % 6)]
    default: (generator.uniform() * 40).rounded() / 8 + shift
    }
  }
}

/// The profile of a numeric field: points at every distinct value or at those `keep` picks.
func reference(_ values: [Double], keep: (Int) -> Bool = { _ in true }) -> FieldReference {
  let sorted = values.sorted()
  let distinct = Array(Set(sorted.map { $0 + 0 })).sorted()
  let points = distinct.indices.filter { $0 == 0 || $0 == distinct.count - 1 || keep($0) }
    .map { distinct[$0] }
  let below = points.map { point in UInt64(sorted.count { $0 < point }) }
  let equal = points.map { point in UInt64(sorted.count { $0 == point }) }
  var numeric = NumericReference(
    points: ReferencePoints(points),
    below: below,
    equal: equal,
    count: UInt64(sorted.count),
    edges: [],
    distanceBound: 0,
    areaBound: 0,
    unit: Moments.Unit(covering: 8)
  )
  let gaps = stride(from: 0, to: numeric.cells.count, by: 2).map { numeric.cells[$0] }
  numeric.distanceBound = Double(gaps.max() ?? 0) / 2 / Double(sorted.count)
  if !points.isEmpty {
    numeric.edges = Array(Set([0, points.count / 2, points.count - 1])).sorted()
  }
  var completeness = Completeness()
  completeness.recordValue(count: UInt64(sorted.count))
  return FieldReference(distribution: .numeric(numeric), completeness: completeness)
}

/// A window of numbers counted against a reference.
func window(_ values: [Double], against reference: FieldReference) -> FieldSummary {
  var summary = FieldSummary(reference.layout)
  guard case .numeric(let numeric) = reference.distribution else { return summary }
  for value in values {
    summary.counts.record(value, at: numeric.points)
    summary.moments.record(value, unit: numeric.unit)
    summary.completeness.recordValue()
  }
  return summary
}

/// A comparison of category counts, the last cell being the unseen.
func comparison(reference: [UInt64], current: [UInt64]) -> FieldComparison {
  func completeness(_ counts: [UInt64]) -> Completeness {
    var completeness = Completeness()
    completeness.recordValue(count: counts.total)
    return completeness
  }
  return FieldComparison(
    isNumeric: false,
    referenceCompleteness: completeness(reference),
    currentCompleteness: completeness(current),
    edges: [],
    categories: reference.dropLast().indices.map { "c\($0)" },
    referenceBins: reference,
    currentBins: current
  )
}

/// A numeric comparison of a known distance.
func comparison(distance: Double?, bound: Double, _ m: UInt64, _ n: UInt64) -> FieldComparison {
  var result = comparison(reference: [m], current: [n])
  result.isNumeric = true
  result.categories = []
  if let distance {
    var line = LineComparison(totals: PairCount(reference: m, current: n))
    line.supremum.above = distance
    line.distanceBound = bound
    result.line = line
  }
  return result
}
