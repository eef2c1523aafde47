import Drift
import Reference
import Sketches
import TestSupport
import Testing

/// A sample of a few values, each of which is there often enough for every test.
struct LawSample {
  static let values = (0..<14).map { Double($0 * $0) / 4 - 20 }

  /// What metrics that take a percentile are asked for.
  static let percentiles = ["p2.5", "p33.333", "p50", "p99.9"]
  /// What all metrics need, with each of the percentiles.
  static let depth = LineComparison.Depth.sums(percentiles: percentiles.compactMap(Percentile.init))

  /// How often each value is there.
  var counts: [UInt64]

  init(counts: [UInt64]) { self.counts = counts }

  init(cells: Int = values.count, _ generator: inout SplitMix64) {
    counts = (0..<cells).map { _ in 20 + generator.next() % 20 }
  }

  private var completeness: Completeness {
    var completeness = Completeness()
    completeness.recordValue(count: counts.reduce(0, +))
    return completeness
  }

  /// What is learned of the sample as numbers, each taken through a map.
  func numeric(_ map: (Double) -> Double = { $0 }) throws -> FieldReference {
    let rows = zip(Self.values, counts).flatMap { value, count in
      Array(repeating: "\(map(value))", count: Int(count))
    }
    return try Rows(x: rows).learn().profile.fields[0].reference
  }

  /// The sample as categories.
  func categorical() -> FieldReference {
    let distribution = CategoricalReference(
      categories: counts.indices.map { "c\($0)" },
      counts: counts,
      other: 0
    )
    return FieldReference(distribution: .categorical(distribution), completeness: completeness)
  }

  /// The sample as a window, counted over a reference.
  func window(
    over reference: FieldReference,
    _ map: (Double) -> Double = { $0 }
  ) -> FieldSummary {
    var summary = FieldSummary(reference.layout)
    for (index, count) in counts.enumerated() {
      switch reference.distribution {
      case .numeric(let numeric):
        let value = map(Self.values[index])
        summary.counts.add(count, toCell: numeric.points.cell(of: value))
        summary.moments.add(value, count: count, unit: numeric.unit)
      case .categorical:
        summary.categories.add(count, code: index)
      }
    }
    summary.completeness = completeness
    return summary
  }

  /// This sample as the reference of another.
  func compared(
    with other: LawSample,
    isNumeric: Bool,
    _ map: (Double) -> Double = { $0 }
  ) throws -> FieldComparison {
    let reference = isNumeric ? try numeric(map) : categorical()
    return FieldComparison(
      reference: reference,
      current: isNumeric ? other.window(over: reference, map) : other.window(over: reference),
      depth: Self.depth
    )
  }
}
