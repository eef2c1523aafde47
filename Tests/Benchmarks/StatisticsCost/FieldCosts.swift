import BenchmarkSupport
import Drift
import Records
import Reference
import Rules
import Sketches
import TestSupport

/// What comparing one field of a window costs, with all p-values.
enum FieldCosts {
  /// What the whole evaluation of a field may take, in microseconds.
  private static let limit = 150.0

  static func all() throws -> [Row] {
    var random = SplitMix64(seed: 2)
    func numbers(_ count: Int) -> [Double] {
      (0..<count).map { _ in random.uniform() + random.uniform() + random.uniform() }
    }
    func texts(_ count: Int) -> [String] {
      (0..<count).map { _ in "c\(Int(random.uniform() * random.uniform() * 100))" }
    }
    let large = try field((numbers(50_000) + [0, 3]).map { "\($0)" })
    let small = try field(numbers(1000).map { "\($0)" })
    let categorical = try field((texts(20_000) + (0..<100).map { "c\($0)" }).map { "\"\($0)\"" })
    let long = window(large, numbers: numbers(5000))
    let short = window(small, numbers: numbers(997))
    let far = window(small, numbers: numbers(997).map { $0 + 0.5 })
    let tied = try field((0..<10_000).map { "\($0 / 10)" })
    let few = window(tied, numbers: (0..<99).map { Double($0 * 8) })
    let codes = window(categorical, texts: texts(5000))
    let standard = Catalog.metrics.filter(\.isStandard)
    return [
      cost("1,000 points, a record's metrics", large, long, standard),
      cost("1,000 points, all metrics", large, long, Catalog.metrics),
      cost("1,000 points, a record's metrics, exact ks of 997", small, short, standard),
      cost("1,000 points, all metrics, exact ks of 997", small, short, Catalog.metrics),
      // the dearest exact p-values
      cost("1,000 points, all metrics, exact ks of 997 far off", small, far, Catalog.metrics),
      cost("1,000 points, all metrics, exact ks of 99 and 10,000", tied, few, Catalog.metrics),
      cost("100 categories, a record's metrics", categorical, codes, standard),
      cost("100 categories, all metrics", categorical, codes, Catalog.metrics),
    ]
  }

  private static func cost(
    _ name: String,
    _ reference: FieldReference,
    _ window: FieldSummary,
    _ metrics: [Metric]
  ) -> Row {
    let kind: FieldKind = window.counts.total > 0 ? .numeric : .categorical
    let metrics = metrics.filter { $0.level.covers(kind) }
    let statistics = metrics.map { Statistic($0) }
    let depth: LineComparison.Depth = metrics.allSatisfy(\.isStandard) ? .distances : .sums()
    let confidence = Confidence.standard(fields: 1)
    let repetitions = 50
    return Row.cost("\(name), a field", in: .microseconds, count: repetitions, limit: limit) {
      for _ in 0..<repetitions {
        let comparison = FieldComparison(reference: reference, current: window, depth: depth)
        let table = StatisticsTable([comparison], statistics, confidence: confidence)
        precondition(table[0].count == statistics.count, "\(name) measured too little")
      }
    }
  }

  private static func field(_ values: [String]) throws -> FieldReference {
    try Rows(x: values).learn().profile.fields[0].reference
  }

  private static func window(_ field: FieldReference, numbers: [Double]) -> FieldSummary {
    var summary = FieldSummary(field.layout.keeping([.distinct, .fractions]))
    guard case .numeric(let numeric) = field.distribution else { return summary }
    for value in numbers {
      let cell = numeric.points.cell(of: value)
      summary.completeness.recordValue()
      summary.counts.add(1, toCell: cell)
      summary.fractions?.record(value, cell: cell, at: numeric.points)
      summary.distinct?.record(hash: Hash64.hash(of: value))
      summary.moments.record(value, unit: numeric.unit)
    }
    return summary
  }

  private static func window(_ field: FieldReference, texts: [String]) -> FieldSummary {
    var summary = FieldSummary(field.layout.keeping([.distinct, .lengths]))
    guard case .categorical(let categorical) = field.distribution else { return summary }
    for text in texts {
      summary.completeness.recordValue()
      summary.distinct?.record(hash: Hash64.hash(Array(text.utf8).span))
      summary.lengths?.record(UInt64(text.utf8.count))
      summary.categories.record(code: categorical.categories.firstIndex(of: text))
    }
    return summary
  }
}
