public import Drift
internal import Sketches

/// Two samples as `compare --exact` sees them, or as a profile and a window.
public struct Profiling {
  /// A sample's distinct values, sorted, and how often each is there.
  struct Side {
    private(set) var values: [Double] = []
    private(set) var counts: [UInt64] = []
    let total: UInt64
    private let sorted: [Double]

    init(_ sample: [Double]) {
      total = UInt64(sample.count)
      sorted = sample.sorted()
      for value in sorted {
        if value == values.last {
          counts[counts.count - 1] += 1
        } else {
          values.append(value + 0)
          counts.append(1)
        }
      }
    }

    var pairs: Zip2Sequence<[Double], [UInt64]> { zip(values, counts) }

    var completeness: Completeness {
      var completeness = Completeness()
      completeness.recordValue(count: total)
      return completeness
    }

    func percentile(_ percent: UInt64) -> Double {
      sorted[Int(Quantile.rank(percent, of: 100, in: total)) - 1] + 0
    }
  }

  /// Those that comparisons hold unless others are named: the golden files' first, then odd ones.
  public static let percentiles = [
    "p1", "p5", "p10", "p25", "p50", "p75", "p90", "p95", "p99",
    "p0.001", "p2.5", "p33", "p33.333", "p99.9", "p99.999",
  ].compactMap(Percentile.init)

  let reference, current: Side
  private let edges: [Double]
  /// Those of the edges that two deciles or more are.
  private let atoms: [Double]
  private let unit: Moments.Unit
  private let depth: LineComparison.Depth

  /// Both samples, in any order.
  public init(
    _ reference: [Double],
    _ current: [Double],
    percentiles: [Percentile] = percentiles
  ) {
    let side = Side(reference)
    self.reference = side
    self.current = Side(current)
    depth = .sums(percentiles: percentiles)
    let deciles = (1...9).map { side.percentile(10 * $0) }
    edges = Set(deciles).sorted()
    atoms = edges.filter { edge in deciles.count { $0 == edge } > 1 }
    let (p1, p99) = (side.percentile(1), side.percentile(99))
    let spread = p99 > p1 ? p99 - p1 : p1 != 0 ? abs(p1) : 1
    unit = Moments.Unit(covering: spread, magnitude: max(abs(p1), abs(p99)))
  }

  /// A step of the moments.
  public var step: Double { unit.size * 0x1p-32 }

  /// A step of the moments over the reference's deviation.
  public var resolution: Double {
    let deviation = moments(reference).standardDeviation(unit: unit) ?? 0
    return deviation > 0 ? step / deviation : 0
  }

  /// Every value of both sides is a point.
  public func exact() -> FieldComparison {
    var scan = LineScan(
      referenceTotal: reference.total,
      currentTotal: current.total,
      depth: depth
    )
    var (i, j) = (0, 0)
    while i < reference.values.count || j < current.values.count {
      let left = i < reference.values.count ? reference.values[i] : .infinity
      let right = j < current.values.count ? current.values[j] : .infinity
      var here = PairCount()
      if left <= right {
        here.reference = reference.counts[i]
        i += 1
      }
      if right <= left {
        here.current = current.counts[j]
        j += 1
      }
      scan.pass(point: min(left, right), gap: PairCount(), here: here)
    }
    let ends = ends
    var comparison = FieldComparison(
      isNumeric: true,
      referenceCompleteness: reference.completeness,
      currentCompleteness: current.completeness,
      edges: ends,
      categories: [],
      referenceBins: bins(reference, ends),
      currentBins: bins(current, ends),
      line: scan.finish(gap: PairCount())
    )
    comparison.purpose = .report
    comparison.referenceMoments = SampleMoments(moments(reference), unit: unit)
    comparison.currentMoments = SampleMoments(moments(current), unit: unit)
    return comparison
  }

  /// A window counted over a profile with all distinct values, or so many, as points; with or
  /// without where values lie in their gaps.
  public func counted(points limit: Int = .max, fractions: Bool = false) -> FieldComparison {
    let points = ReferencePoints(points(limit))
    let (left, right) = (counts(reference, at: points), counts(current, at: points))
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
      count: reference.total,
      edges: edges.compactMap { points.index(of: $0) },
      distanceBound: Double(gaps.max() ?? 0) / 2 / Double(reference.total),
      areaBound: area(points, gaps),
      unit: unit,
      mean: own.mean(unit: unit),
      standardDeviation: own.standardDeviation(unit: unit)
    )
    let field = FieldReference(
      distribution: .numeric(numeric),
      completeness: reference.completeness
    )
    var summary = FieldSummary(field.layout)
    summary.counts = right
    summary.moments = moments(current)
    summary.completeness = current.completeness
    if fractions {
      var parts = GapFractions(pointCount: points.count)
      for (value, count) in zip(current.values, current.counts) {
        parts.record(value, cell: points.cell(of: value), at: points, count: count)
      }
      summary.fractions = parts
    }
    var comparison = FieldComparison(reference: field, current: summary, depth: depth)
    comparison.purpose = .report
    return comparison
  }

  private func points(_ limit: Int) -> [Double] {
    let distinct = reference.values
    guard distinct.count > limit else { return distinct }
    let kept = (0..<limit).map { distinct[$0 * (distinct.count - 1) / (limit - 1)] }
    return Array(Set(kept + edges)).sorted()
  }

  private func counts(_ side: Side, at points: ReferencePoints) -> ReferenceCounts {
    var counts = ReferenceCounts(pointCount: points.count)
    for (value, count) in side.pairs { counts.add(count, toCell: points.cell(of: value)) }
    return counts
  }

  /// The edges, and one below each atom where either side has a value between it and the edge
  /// before.
  private var ends: [Double] {
    let values = reference.values + current.values
    let below = atoms.filter { atom in
      let start = edges.last { $0 < atom } ?? -.infinity
      return values.contains { start < $0 && $0 < atom }
    }
    return (edges + below.map(\.nextDown)).sorted()
  }

  private func bins(_ side: Side, _ edges: [Double]) -> [UInt64] {
    var bins = [UInt64](repeating: 0, count: edges.count + 1)
    for (value, count) in side.pairs {
      bins[edges.firstIndex { value <= $0 } ?? edges.count] += count
    }
    return bins
  }

  private func moments(_ side: Side) -> Moments {
    var moments = Moments()
    for (value, count) in side.pairs { moments.add(value, count: count, unit: unit) }
    return moments
  }

  /// ∫ |F − Fₖ|, from value to value.
  private func area(_ points: ReferencePoints, _ gaps: [UInt64]) -> Double {
    var (area, imbalance) = (0.0, 0.0)
    var previous: Double?
    for (value, count) in reference.pairs {
      if let previous, imbalance != 0 {
        area += (value - previous) * abs(imbalance) / 2 / Double(reference.total)
      }
      let cell = points.cell(of: value)
      imbalance =
        cell.isMultiple(of: 2)
        ? imbalance + 2 * Double(count) : -Double(gaps[cell / 2 + 1])
      previous = value
    }
    return area
  }
}
