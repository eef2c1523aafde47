import Sketches

@testable import Drift

/// Two samples as `compare --exact` sees them, or as a profile and a window.
struct Profiling {
  let reference, current: [Double]
  private let edges: [Double]
  private let unit: Moments.Unit

  init(_ reference: [Double], _ current: [Double]) {
    self.reference = reference.map { $0 + 0 }.sorted()
    self.current = current.map { $0 + 0 }.sorted()
    let sorted = self.reference
    func value(_ percent: UInt64) -> Double {
      sorted[Int(Quantile.rank(percent, of: 100, in: UInt64(sorted.count))) - 1]
    }
    edges = (1...9).map { value(10 * $0) }.reduce(into: []) { edges, value in
      if edges.last != value { edges.append(value) }
    }
    let (p1, p99) = (value(1), value(99))
    let spread = p99 > p1 ? p99 - p1 : p1 != 0 ? abs(p1) : 1
    unit = Moments.Unit(covering: spread, magnitude: max(abs(p1), abs(p99)))
  }

  /// A step of the moments over the reference's deviation.
  var resolution: Double {
    let deviation = moments(reference).standardDeviation(unit: unit) ?? 0
    return deviation > 0 ? unit.size * 0x1p-32 / deviation : 0
  }

  /// Every value of both sides is a point.
  func exact() -> FieldComparison {
    var scan = LineScan(
      referenceTotal: UInt64(reference.count),
      currentTotal: UInt64(current.count)
    )
    var (i, j) = (0, 0)
    while i < reference.count || j < current.count {
      let value = min(
        i < reference.count ? reference[i] : .infinity,
        j < current.count ? current[j] : .infinity
      )
      var here = PairCount()
      while i < reference.count, reference[i] == value {
        here.reference += 1
        i += 1
      }
      while j < current.count, current[j] == value {
        here.current += 1
        j += 1
      }
      scan.pass(point: value, gap: PairCount(), here: here)
    }
    var comparison = FieldComparison(
      isNumeric: true,
      referenceCompleteness: Self.completeness(reference.count),
      currentCompleteness: Self.completeness(current.count),
      edges: edges,
      categories: [],
      referenceBins: bins(reference),
      currentBins: bins(current),
      line: scan.finish(gap: PairCount())
    )
    comparison.purpose = .report
    comparison.referenceMoments = SampleMoments(moments(reference), unit: unit)
    comparison.currentMoments = SampleMoments(moments(current), unit: unit)
    return comparison
  }

  /// A window counted over a profile with all distinct values, or so many, as points.
  func counted(points limit: Int = .max) -> FieldComparison {
    let points = ReferencePoints(points(limit))
    var (left, right) = (
      ReferenceCounts(pointCount: points.count), ReferenceCounts(pointCount: points.count)
    )
    for value in reference { left.record(value, at: points) }
    for value in current { right.record(value, at: points) }
    var (below, equal): ([UInt64], [UInt64]) = ([], [])
    var seen: UInt64 = 0
    for index in 0..<points.count {
      below.append(seen + left.cells[2 * index])
      equal.append(left.cells[2 * index + 1])
      seen = below[index] + equal[index]
    }
    let own = moments(reference)
    let gaps = stride(from: 0, to: left.cells.count, by: 2).map { left.cells[$0] }
    let numeric = NumericReference(
      points: points,
      below: below,
      equal: equal,
      count: UInt64(reference.count),
      edges: edges.compactMap { points.index(of: $0) },
      distanceBound: Double(gaps.max() ?? 0) / 2 / Double(reference.count),
      areaBound: area(points.values),
      unit: unit,
      mean: own.mean(unit: unit),
      standardDeviation: own.standardDeviation(unit: unit)
    )
    let field = FieldReference(
      distribution: .numeric(numeric),
      completeness: Self.completeness(reference.count)
    )
    var summary = FieldSummary(field.layout)
    summary.counts = right
    summary.moments = moments(current)
    summary.completeness = Self.completeness(current.count)
    var comparison = FieldComparison(reference: field, current: summary)
    comparison.purpose = .report
    return comparison
  }

  private func points(_ limit: Int) -> [Double] {
    let distinct = Array(Set(reference)).sorted()
    guard distinct.count > limit else { return distinct }
    let kept = (0..<limit).map { distinct[$0 * (distinct.count - 1) / (limit - 1)] }
    return Array(Set(kept + edges)).sorted()
  }

  private func bins(_ values: [Double]) -> [UInt64] {
    var bins = [UInt64](repeating: 0, count: edges.count + 1)
    for value in values { bins[edges.firstIndex { value <= $0 } ?? edges.count] += 1 }
    return bins
  }

  private func moments(_ values: [Double]) -> Moments {
    var moments = Moments()
    for value in values { moments.record(value, unit: unit) }
    return moments
  }

  /// ∫ |F − Fₖ| by brute force.
  private func area(_ points: [Double]) -> Double {
    let count = Double(reference.count)
    var (area, start) = (0.0, 0)
    for (left, right) in zip(points, points.dropFirst()) {
      while start < reference.count, reference[start] <= left { start += 1 }
      var end = start
      while end < reference.count, reference[end] < right { end += 1 }
      let inside = [left] + reference[start..<end] + [right]
      for index in inside.indices.dropLast() {
        let height = abs(Double(index) - Double(end - start) / 2) / count
        if height > 0 { area += (inside[index + 1] - inside[index]) * height }
      }
    }
    return area
  }

  private static func completeness(_ count: Int) -> Completeness {
    var completeness = Completeness()
    completeness.recordValue(count: UInt64(count))
    return completeness
  }
}
