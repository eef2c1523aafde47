internal import Drift
internal import Records

extension Catalog {
  /// Divergences and tests over bins.
  static let bins = Chapter(
    title: "Over bins",
    introduction: """
      Over 10 bins between the reference's deciles (fewer where deciles are equal; the outer ones \
      open), or over the categories and one cell for all that are unseen. A value that two deciles \
      or more are equal to has a bin of its own: what lies below it, down to the decile before, is \
      another one, which ends at the greatest number below that value and is left out where \
      neither side has a value in it. Edges are points of the reference, or just below one, so the \
      counts are exact. p are the shares of the reference, q those of the window.
      """,
    metrics: (divergences + tableTests).map(\.alsoAgainstBaselines)
  )

  /// Above ln 2^65: with 1/2 added to each bin, no two shares of 64-bit counts differ by more.
  private static let largestLogRatio = 46.0

  private static let divergences = [
    Metric(
      field: "psi",
      unit: .number,
      isStandard: true,
      isTest: true,
      summary: "population stability index",
      definition: """
        sum of (p - q) ln(p / q) over 10 bins between the reference's deciles, or over the \
        categories and one unseen cell; p = (c + 1/2) / (n + B/2) on both sides; p-value of the \
        same sum over the bins of chi_squared, with p = (c + 1) / (n + B); none where chi_squared \
        has none
        """,
      state: .bins,
      source: "numpy; p-value of Yurdakul's law (1/n + 1/m) chi^2 with B - 1 degrees of freedom"
    ) { comparison, _ in PopulationStability.measure(comparison) }.within(0...2 * largestLogRatio),
    Metric(
      field: "js_distance",
      unit: .distance,
      isStandard: true,
      summary: "Jensen-Shannon distance over the bins of psi",
      definition: "square root of the Jensen-Shannon divergence, logarithm to base 2",
      state: .bins,
      source: "scipy.spatial.distance.jensenshannon(base=2)"
    ) { comparison, _ in JensenShannon.measure(comparison) },
    Metric(
      field: "js_divergence",
      unit: .distance,
      summary: "Jensen-Shannon divergence over the bins of psi",
      definition: "mean divergence of both from their mean, logarithm to base 2",
      state: .bins,
      source: "scipy.spatial.distance.jensenshannon(base=2)^2"
    ) { comparison, _ in JensenShannon.measureDivergence(comparison) },
    Metric(
      field: "kl",
      unit: .number,
      summary: "Kullback-Leibler divergence of the window from the reference",
      definition:
        "sum of q ln(q / p), natural logarithm; p and q with 1/2 added to each bin, as psi",
      state: .bins,
      source: "scipy.stats.entropy(q, p)"
    ) { comparison, _ in KullbackLeibler.measure(comparison) }.within(0...largestLogRatio),
    Metric(
      field: "hellinger",
      unit: .distance,
      summary: "Hellinger distance over the bins of psi",
      definition: "square root of half the sum of (sqrt p - sqrt q)^2",
      state: .bins,
      source: "numpy"
    ) { comparison, _ in Hellinger.measure(comparison) },
    Metric(
      field: "total_variation",
      unit: .distance,
      isStandard: true,
      summary: "total variation distance over the bins of psi",
      definition: "half the sum of |p - q|",
      state: .bins,
      source: "fractions"
    ) { comparison, _ in TotalVariation.measure(comparison) },
    Metric(
      field: "l_infinity",
      of: .categorical,
      unit: .distance,
      summary: "largest change of the share of any one category",
      definition: "max |p - q|",
      state: .bins,
      source: "numpy"
    ) { comparison, _ in LInfinity.measure(comparison) },
  ]

  private static let tableTests = [
    Metric(
      field: "chi_squared",
      unit: .number,
      isTest: true,
      summary: "Pearson's chi-squared statistic of both samples",
      definition: """
        sum of (observed - expected)^2 / expected over a table of two rows; bins that expect fewer \
        than 10 values of the smaller side are put together: neighbours of a numeric field by the \
        reference's shares (between two windows by those of both together), categories by \
        the shares of both sides in the order of their names, and in one with the unseen those of \
        which the reference expects fewer than 10, too; p-value with Yates' correction for two \
        bins; rare categories that fill no bin are tested by Fisher's test, and p is twice the \
        smaller p-value; where all is put together in one bin, as for a number that is always or \
        nearly always one value and in windows of fewer than 20 values, there is no value, which \
        leaves rules undecided, and no p-value but Fisher's; numbers where the reference has none \
        (below or above an atom) have no bin of their own in the tests and are counted in one \
        beside it: psi and ks see them
        """,
      state: .bins,
      source: "scipy.stats.chi2_contingency of the regrouped table"
    ) { comparison, _ in ChiSquared.measure(comparison) }.within(Metric.notNegative),
    Metric(
      field: "g_test",
      unit: .number,
      isTest: true,
      summary: "likelihood-ratio statistic of both samples",
      definition: """
        2 sum of observed ln(observed / expected) over the same table as chi_squared; p alike
        """,
      state: .bins,
      source: "scipy.stats.chi2_contingency(correction=False, lambda_='log-likelihood')"
    ) { comparison, _ in GTest.measure(comparison) }.within(Metric.notNegative),
    Metric(
      field: "cramers_v",
      of: .categorical,
      unit: .distance,
      summary: "Cramer's V: chi-squared as an effect, whatever the number of values",
      definition: "sqrt(chi-squared / (n + m)) over all categories, none put together",
      state: .bins,
      source: "scipy.stats.contingency.association(method='cramer')"
    ) { comparison, _ in CramersV.measure(comparison) },
    Metric(
      field: "fisher",
      of: .categorical,
      unit: .number,
      isTest: true,
      summary: "odds ratio of a field with two values, with Fisher's exact test",
      definition: """
        odds of the first value in the window over those in the reference; two-sided p-value: all \
        tables at most as probable as the one seen; absent for more values or fewer
        """,
      state: .bins,
      source: "scipy.stats.fisher_exact"
    ) { comparison, _ in FisherExact.measure(comparison) }.within(Metric.notNegative),
  ]
}
