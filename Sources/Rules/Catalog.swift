internal import Drift
internal import Records
internal import Sketches

/// The one list of metrics: parser, checker, explanations and reference documents come from it.
public enum Catalog {
  /// Every metric, in the order in which documents list them.
  public static let metrics: [Metric] = distances + shares + moments + stream

  /// The metric of a name.
  public static func metric(named name: String) -> Metric? { byName[name] }

  private static let byName = Dictionary(
    metrics.map { ($0.name, $0) },
    uniquingKeysWith: { first, _ in first }
  )

  private static let distances: [Metric] = [
    Metric(
      field: "ks",
      of: .numeric,
      unit: .distance,
      summary: "two-sample Kolmogorov-Smirnov distance from the reference",
      definition: "sup |F - G|, ties included; p-value exact for small samples, else asymptotic"
    ) { comparison, _ in KolmogorovSmirnov.measure(comparison) },
    Metric(
      field: "psi",
      unit: .number,
      summary: "population stability index",
      definition: """
        sum of (p - q) ln(p / q) over 10 bins between the reference's deciles, or over the \
        categories and one unseen cell; p = (c + 1/2) / (n + B/2) on both sides
        """
    ) { comparison, _ in PopulationStability.measure(comparison) },
    Metric(
      field: "js_distance",
      unit: .distance,
      summary: "Jensen-Shannon distance over the bins of psi",
      definition: "square root of the Jensen-Shannon divergence, logarithm to base 2"
    ) { comparison, _ in JensenShannon.measure(comparison) },
    Metric(
      field: "total_variation",
      unit: .distance,
      summary: "total variation distance over the bins of psi",
      definition: "half the sum of |p - q|"
    ) { comparison, _ in TotalVariation.measure(comparison) },
    Metric(
      lowerBound: "drift",
      unit: .distance,
      summary: "at least so far are the populations apart",
      definition: """
        lower confidence bound of the Kolmogorov-Smirnov distance (numeric, by \
        Dvoretzky-Kiefer-Wolfowitz-Massart) or of the total variation (categorical)
        """,
      measure: { DriftBound.measure($0, confidence: $1) },
      recordsToDecide: { DriftBound.recordsToDecide($0, confidence: $1, threshold: $2) }
    ),
    Metric(
      field: "natural",
      unit: .distance,
      summary: "how much the reference differs from itself from window to window",
      definition: "largest drift of any of the reference's own windows against the rest"
    ) { comparison, _ in DriftBound.natural(comparison) },
    Metric(
      lowerBound: "excess_drift",
      unit: .distance,
      summary: "drift beyond what the reference varies by itself",
      definition: "max(0, drift - natural)",
      measure: { DriftBound.excess($0, confidence: $1) },
      recordsToDecide: { comparison, confidence, threshold in
        DriftBound.recordsToDecide(
          comparison,
          confidence: confidence,
          threshold: threshold + (comparison.natural?.drift ?? 0)
        )
      }
    ),
  ]

  private static let shares: [Metric] = [
    Metric(
      field: "missing",
      unit: .share,
      arguments: Completeness.Missing.allCases.map { "\($0)" },
      countsRecords: true,
      summary: "share of records without a value",
      definition: "absent, null, nan, infinite or empty, of all accepted records; or one kind of it"
    ) { comparison, argument in
      let kind = Completeness.Missing.allCases.first { "\($0)" == argument }
      return kind.map { Share.missing($0, comparison) } ?? Share.missing.measure(comparison)
    },
    .change(
      of: .missing,
      name: "missing_change",
      countsRecords: true,
      summary: "at least so far has the share of missing values moved"
    ),
    .excessMissingChange,
    .share(
      .mismatched,
      name: "type_mismatch",
      countsRecords: true,
      summary: "share of records with a value of another type than the reference's",
      definition: "mismatched values, of all accepted records"
    ),
    .change(
      of: .mismatched,
      name: "type_mismatch_change",
      countsRecords: true,
      summary: "at least so far has the share of mismatched types moved"
    ),
    .share(
      .unseen,
      name: "unseen",
      of: .categorical,
      summary: "share of values that are no category of the reference",
      definition: "unseen values, of all values"
    ),
    .change(
      of: .unseen,
      name: "unseen_change",
      of: .categorical,
      summary: "at least so far has the share of unseen values moved"
    ),
    .share(
      .outOfRange,
      name: "out_of_range",
      of: .numeric,
      summary: "share of values outside the reference's range",
      definition: "values below its minimum or above its maximum, of all values"
    ),
    .change(
      of: .outOfRange,
      name: "out_of_range_change",
      of: .numeric,
      summary: "at least so far has the share of values out of range moved"
    ),
  ]

  private static let moments: [Metric] = [
    Metric(
      field: "mean",
      of: .numeric,
      unit: .field,
      summary: "arithmetic mean",
      definition: "from exact integer sums, without values beyond 2^31 spreads of the reference"
    ) { comparison, _ in Measurement(comparison.mean) },
    Metric(
      field: "std",
      of: .numeric,
      unit: .field,
      summary: "population standard deviation",
      definition: "from exact integer sums, divisor n"
    ) { comparison, _ in Measurement(comparison.standardDeviation) },
  ]

  private static let stream: [Metric] = [
    Metric(
      stream: "count",
      unit: .count,
      summary: "records accepted in the window",
      definition: "read = accepted + late + rejected + filtered"
    ) { Measurement(Double($0.accepted)) },
    Metric(
      stream: "rate",
      unit: .rate,
      summary: "records accepted per second of the window",
      definition: "accepted records divided by the length of the window"
    ) { Measurement(Double($0.accepted) / (Double($0.window.milliseconds) / 1000)) },
    Metric(
      stream: "unexpected_fields",
      unit: .share,
      summary: "share of accepted records with a field that the reference lacks",
      definition: "records with at least one such field, of the accepted records"
    ) { Metric.part($0.unexpected, of: $0.accepted) },
    Metric(
      stream: "rejected_share",
      unit: .share,
      countsRead: true,
      summary: "share of records that could not be used",
      definition: "rejected records of those read"
    ) { Metric.part($0.rejected, of: $0.read) },
    Metric(
      stream: "late_share",
      unit: .share,
      countsRead: true,
      summary: "share of records that came too late for their window",
      definition: "late records of those read"
    ) { Metric.part($0.late, of: $0.read) },
    Metric(
      stream: "integrity_violations",
      unit: .count,
      countsRead: true,
      summary: "places where records of the window were lost or counted twice",
      definition: "deltas that do not begin where the last one of their partition ended"
    ) { Measurement(Double($0.violations)) },
  ]
}
