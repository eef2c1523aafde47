internal import Drift

extension Catalog {
  /// Two fields together.
  static let pairs = Chapter(
    title: "Two fields together",
    introduction: """
      Of two numeric fields, over the records in which both have a value: \
      `correlation_change(price, volume) < 0.2`. The reference knows the rank correlations of the \
      2,000 pairs that go together most strongly, from at most 10,000 of its rows.
      """,
    metrics: [
      Metric(
        pair: "correlation_change",
        summary: "how far the rank correlation of two fields has moved",
        definition: """
          |r - r of the reference|, r the correlation of the values' ranks in the reference \
          (Spearman's there); no p-value: none is right where values repeat
          """,
        source: "scipy.stats.spearmanr",
        measure: { CorrelationChange.measure($0, reference: $1) }
      ).within(0...2)
    ]
  )
}
