internal import Drift
internal import Records

extension Catalog {
  /// Means and deviations.
  static let moments = Chapter(
    title: "Means and deviations",
    introduction: """
      From exact integer sums in steps of 2^-32 of a unit: the power of two at or above the \
      reference's spread, p99 - p1, or above its magnitude where that is 0, and no less than 2^-21 \
      of the magnitude. A value beyond 2^31 units is left out here; it is in the ranks.
      """,
    metrics: [mean, deviation].map(\.ofWindowAlone)
      + [meanShift, deviationRatio, welch].map(\.alsoAgainstBaselines)
  )

  private static let mean = moment(
    "mean",
    summary: "arithmetic mean",
    definition: "from exact integer sums, without values beyond 2^31 spreads of the reference"
  ) { $0.mean }

  private static let deviation = moment(
    "std",
    summary: "population standard deviation",
    definition: "from exact integer sums, divisor n"
  ) { $0.deviation }.within(Metric.notNegative)

  /// A moment of the window alone.
  private static func moment(
    _ name: String,
    summary: String,
    definition: String,
    _ value: @escaping @Sendable (SampleMoments) -> Double
  ) -> Metric {
    Metric(
      field: name,
      of: .numeric,
      unit: .field,
      isStandard: true,
      summary: summary,
      definition: definition,
      state: .moments,
      bound: "half a step of the sums",
      source: "fractions"
    ) { comparison, _ in Measurement(comparison.currentMoments.map(value)) }
  }

  private static let meanShift = Metric(
    field: "mean_shift",
    of: .numeric,
    unit: .number,
    summary: "how far the mean has moved, in standard deviations of the reference",
    definition: "(mean - mean of the reference) / std of the reference, with its sign",
    state: .moments,
    bound: "half a step of the sums",
    source: "numpy"
  ) { comparison, _ in MeanShift.measure(comparison) }

  private static let deviationRatio = Metric(
    field: "std_ratio",
    of: .numeric,
    unit: .number,
    summary: "how much wider or narrower values spread than in the reference",
    definition: "std / std of the reference; none where that is 0",
    state: .moments,
    bound: "half a step of the sums",
    source: "numpy"
  ) { comparison, _ in DeviationRatio.measure(comparison) }.within(Metric.notNegative)

  private static let welch = Metric(
    field: "welch_t",
    of: .numeric,
    unit: .number,
    isTest: true,
    summary: "Welch's t of the two means",
    definition: "difference of the means over its standard error, variances not taken as equal",
    state: .moments,
    bound: "half a step of the sums",
    source: "scipy.stats.ttest_ind(equal_var=False)"
  ) { comparison, _ in WelchTest.measure(comparison) }
}
