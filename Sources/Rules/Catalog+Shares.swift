internal import Drift
internal import Records
internal import Sketches

extension Catalog {
  /// Shares of records and values, and their changes.
  static let shares = Chapter(
    title: "Bad data",
    introduction: """
      Shares of the window's records or values, and lower confidence bounds of their change \
      against the reference. Missing values are counted by kind before anything is dropped.
      """,
    metrics: [
      missing.ofWindowAlone,
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
      ).ofWindowAlone,
      .change(
        of: .mismatched,
        name: "type_mismatch_change",
        countsRecords: true,
        summary: "at least so much higher is the share of mismatched types than the reference's",
        definition: """
          lower confidence bound of the share less the reference's, by Newcombe's interval, 0 \
          where it is lower; between two windows of their difference, without its sign
          """
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
        summary: "at least so much higher is the share of unseen values than is to be expected",
        definition: """
          lower confidence bound of the share less what the reference itself lets expect, values \
          of categories that it has once (Good 1953), or of the rarest it keeps where it does not \
          keep all, 0 where it is lower; by Newcombe's interval of the window's share, and for the \
          reference by the least over t of (ln(2 / alpha) - sum of s ln(1 - t^r)) / (t m) of s \
          categories with r values each, which bounds what is unseen of any population (Good's \
          variance: Robbins 1968, Esty 1983); between two windows of the difference of their \
          shares, without its sign
          """,
        source: "Newcombe 1998, method 10, in mpmath; scipy.optimize"
      ),
      .share(
        .outOfRange,
        name: "out_of_range",
        of: .numeric,
        summary: "share of values outside the reference's range",
        definition: """
          values below its minimum or above its maximum, of all values; none where it has no values
          """
      ),
      .change(
        of: .outOfRange,
        name: "out_of_range_change",
        of: .numeric,
        summary: "at least so far has the share of values out of range moved"
      ),
      .share(
        .outliers,
        name: "outliers",
        of: .numeric,
        summary: "share of values beyond the reference's fences",
        definition: """
          values beyond those two of the reference that are nearest to Tukey's fences, \
          q1 - 1.5 (q3 - q1) and q3 + 1.5 (q3 - q1), and may lie a little beyond them, of all values
          """
      ),
      .change(
        of: .outliers,
        name: "outliers_change",
        of: .numeric,
        summary: "at least so far has the share of outliers moved"
      ),
    ]
  )

  private static let missing = Metric(
    field: "missing",
    unit: .share,
    arguments: .words(Completeness.Missing.allCases.map { "\($0)" }),
    isStandard: true,
    countsRecords: true,
    summary: "share of records without a value",
    definition: "absent, null, nan, infinite or empty, of all accepted records; or one kind of it",
    state: .completeness,
    source: "counting"
  ) { comparison, argument in
    guard let argument,
      let kind = Completeness.Missing.allCases.first(where: { "\($0)" == argument })
    else { return Share.missing.measure(comparison) }
    return Share.missing(kind, comparison)
  }
}
