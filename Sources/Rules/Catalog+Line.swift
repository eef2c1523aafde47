internal import Drift
internal import Records

extension Catalog {
  /// Distances and tests of two distributions along the line.
  static let line = Chapter(
    title: "Along the line",
    introduction: """
      From the counters at the reference's points and in the gaps between them: exact at the \
      points. A reference of more than 1,000 distinct values is compressed; the bound says what \
      that costs.
      """,
    metrics: distances + rankTests.map(\.alsoAgainstBaselines) + places
  )

  private static let distances = [
    Metric(
      field: "ks",
      of: .numeric,
      unit: .distance,
      isStandard: true,
      isTest: true,
      summary: "two-sample Kolmogorov-Smirnov distance from the reference",
      definition: """
        sup |F - G|, ties included; p-value exact for n m <= 10^6 (in `compare` up to 10,000 \
        values a side), else asymptotic; over a compressed reference that of the distance less \
        its bound; between two windows the distance that is certain, and upper what values off the \
        reference's points may make of it
        """,
      state: .counters,
      bound: "sup |F - F_k| of the reference's points",
      source: "scipy.stats.ks_2samp"
    ) { comparison, _ in KolmogorovSmirnov.measure(comparison) }.alsoAgainstBaselines,
    Metric(
      field: "kuiper",
      of: .numeric,
      unit: .number,
      isTest: true,
      summary: "Kuiper's statistic, as sensitive in the tails as in the middle",
      definition: """
        sup (F - G) + sup (G - F); p-value by Stephens' approximation; between two windows what is \
        certain, as ks
        """,
      state: .counters,
      bound: "twice that of ks",
      source: "Stephens 1970; numpy over the merged samples, mpmath for p"
    ) { comparison, _ in Kuiper.measure(comparison) }.alsoAgainstBaselines.within(0...1),
    Metric(
      field: "wasserstein",
      of: .numeric,
      unit: .field,
      summary: "Wasserstein-1 distance: how far values were moved on average",
      definition: """
        integral of |F - G|; inside a gap values are taken as evenly spread, lower and upper are \
        those of the worst places; outside the reference's range the window's moments bound it, \
        whose steps are 2^-32 of the reference's spread, or of its magnitude where p1 = p99
        """,
      state: .areas,
      bound: "lower and upper, always",
      source: "scipy.stats.wasserstein_distance"
    ) { comparison, _ in Wasserstein.measure(comparison) }.within(Metric.notNegative),
    Metric(
      field: "normalized_wasserstein",
      of: .numeric,
      unit: .number,
      summary: "wasserstein in standard deviations of the reference",
      definition: "wasserstein / std of the reference; none where that is 0",
      state: .areas,
      bound: "lower and upper, always",
      source: "scipy.stats.wasserstein_distance / numpy.std"
    ) { comparison, _ in Wasserstein.measureNormalized(comparison) }.within(Metric.notNegative),
    Metric(
      field: "energy",
      of: .numeric,
      unit: .number,
      summary: "energy distance",
      definition: """
        square root of twice the integral of (F - G)^2; only over a reference that keeps every \
        distinct value
        """,
      state: .areas,
      bound: "lower and upper, where values lie off the reference's points",
      source: "scipy.stats.energy_distance"
    ) { comparison, _ in EnergyDistance.measure(comparison) }.within(Metric.notNegative),
  ]

  private static let rankTests = [
    Metric(
      field: "mann_whitney",
      of: .numeric,
      unit: .share,
      isTest: true,
      summary: "AUC of the Mann-Whitney test: how often a window's value is above the reference's",
      definition: """
        P(current > reference) + P(equal) / 2, 0.5 without a shift; two-sided p-value with \
        corrections for ties and continuity, the largest that unknown ties leave possible
        """,
      state: .line,
      bound: "half the pairs within one gap of a compressed reference",
      source: "scipy.stats.mannwhitneyu(method='asymptotic')"
    ) { comparison, _ in MannWhitney.measure(comparison) },
    Metric(
      field: "cramer_von_mises",
      of: .numeric,
      unit: .number,
      isTest: true,
      summary: "two-sample Cramer-von Mises statistic",
      definition: """
        T = m n / N^2 sum of (F - G)^2 over all values, just before and at each; p-value by the \
        limiting law; only over a reference that keeps every distinct value, and between two \
        windows only where the one in its place held no value off the reference's points: never \
        where values are continuous
        """,
      state: .line,
      bound: "what ties of values off the reference's points could add",
      source: "scipy.stats.cramervonmises_2samp(method='asymptotic') without ties, else fractions"
    ) { comparison, _ in CramerVonMises.measure(comparison) }.within(Metric.notNegative),
    Metric(
      field: "anderson_darling",
      of: .numeric,
      unit: .number,
      isTest: true,
      summary: "two-sample Anderson-Darling statistic, standardized",
      definition: """
        A^2 of Scholz and Stephens 1987 with midranks, less its mean, over its deviation; p-value \
        interpolated in their table, 0.001 to 0.25, too small with many ties (measured: 10 % of \
        windows below 5 %, 4 % below 1 %); only where no gap between the reference's points holds \
        two values, so between two windows never where values are continuous
        """,
      state: .line,
      bound: "exact, or absent",
      source: "scipy.stats.anderson_ksamp(midrank=True)"
    ) { comparison, _ in AndersonDarling.measure(comparison) },
  ]

  private static let places = [
    Metric(
      field: "quantile",
      of: .numeric,
      unit: .field,
      arguments: .percentiles,
      summary: "a percentile of the window; without an argument its median",
      definition: """
        the smallest value with at least this share at or below it; between two points an even \
        spread is assumed, lower and upper are the points
        """,
      state: .lineAndMoments,
      bound: "lower and upper, where it lies off the reference's points",
      source: "numpy.quantile(method='inverted_cdf')"
    ) { comparison, argument in Quantile.measure(Percentile(argument: argument), comparison) }
    .ofWindowAlone,
    Metric(
      field: "median_shift",
      of: .numeric,
      unit: .number,
      summary: "how far the median has moved, in standard deviations of the reference",
      definition: "(median - median of the reference) / std of the reference, with its sign",
      state: .lineAndMoments,
      bound: "lower and upper, where the median lies off the reference's points",
      source: "numpy.quantile(method='inverted_cdf')"
    ) { comparison, _ in MedianShift.measure(comparison) },
  ]
}
