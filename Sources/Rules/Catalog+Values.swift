internal import Drift
internal import Records

extension Catalog {
  /// How many values are different, and how long texts are.
  static let values = Chapter(
    title: "Values",
    introduction: """
      Kept only of the fields that a rule asks them of: 16 KiB for each field, pane and model \
      version, and as much as 9 KiB in each commit that counts any. Different values are counted \
      exactly up to 1,024 of them, and from the 1,024 \
      smallest hashes above, with the bound that is stated (three standard errors).
      """,
    metrics: [distinct, uniqueness, constant, length].map(\.ofWindowAlone)
  )

  private static let sampled = "none up to 1,024 different values; above, three standard errors"

  private static let distinct = Metric(
    field: "distinct",
    unit: .number,
    summary: "how many values are different",
    definition: """
      exact up to 1,024; above, n less the repetitions among the smallest hashes scaled up, within \
      the bounds of (k - 1) / share of the hashes reached
      """,
    state: .distinct,
    bound: sampled,
    source: "numpy.unique"
  ) { comparison, _ in DistinctValues.count(comparison) }.within(Metric.notNegative)

  private static let uniqueness = Metric(
    field: "uniqueness",
    unit: .share,
    summary: "share of values that come exactly once",
    definition: "values that come once, of all values",
    state: .distinct,
    bound: sampled,
    source: "Deequ's Uniqueness, by numpy.unique"
  ) { comparison, _ in DistinctValues.uniqueness(comparison) }

  private static let constant = Metric(
    field: "constant",
    unit: .number,
    summary: "1 when all values are the same one, else 0",
    definition: "distinct = 1",
    state: .distinct,
    source: "counting"
  ) { comparison, _ in DistinctValues.constant(comparison) }.within(0...1)

  private static let length = Metric(
    field: "length",
    of: .categorical,
    unit: .number,
    arguments: .words(TextLength.names),
    summary: "mean length of the texts, or the shortest or longest",
    definition: "Unicode code points of each value",
    state: .lengths,
    source: "Python's len"
  ) { comparison, argument in TextLength.measure(argument, comparison) }.within(Metric.notNegative)
}
