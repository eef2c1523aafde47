internal import Drift

extension Catalog {
  /// Sequential detectors.
  static let series = Chapter(
    title: "From window to window",
    introduction: """
      Sequential detectors on the values that another metric takes in the windows of one rule, \
      field and model version, in the order of their ends: `adwin(mean(amount)) < 1`, or \
      `adwin(mean) < 1` where `each` names the fields; `adwin(rate) < 1` of the stream. The value \
      is 1 in the window in which the detector signals, 0 in all others; behind a signal it begins \
      anew. Where the other metric is undecided, so is the detector, and learns nothing: windows \
      without values and those below `min_records` are left out of the series. Its state is part \
      of the alert's: it is kept over a restart and by a new version of the monitor that has the \
      same rule, and forgotten when the model version is retired.
      """,
    metrics: [
      Metric(
        detector: .adwin,
        name: "adwin",
        summary: "the mean of the series has changed, whatever its unit",
        definition: """
          ADWIN with delta 0.002, at most 5 buckets a size, parts of at least 5 values, looked at \
          every 32 values
          """,
        source: "river 0.26.1, drift.ADWIN"
      ),
      Metric(
        detector: .pageHinkley,
        name: "page_hinkley",
        summary: "the series has moved away from its mean, up or down",
        definition: """
          Page-Hinkley test with delta 0.005, threshold 50, fading factor 0.9999, after 30 values; \
          delta and threshold are in the unit of the series: take one that moves by whole numbers, \
          such as `mean_shift`
          """,
        source: "river 0.26.1, drift.PageHinkley"
      ),
      Metric(
        detector: .cusum,
        name: "cusum",
        summary: "the series has risen above its mean",
        definition: """
          max(0, S + x - mean - 0.005) above 50, after 30 values; both are in the unit of the \
          series
          """,
        source: "frouros 0.9.0, CUSUM"
      ),
    ]
  )
}
