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
      anew. So its alert fires for one window: a longer `for` is refused, but `1 of 3 windows` \
      lets it fire for three. Windows must not overlap (`every` as long as `size`): shared records \
      make a series move by itself. Where the other metric is undecided, so is the detector, and \
      learns nothing: windows without values, below `min_records` or in doubt (`integrity`) are \
      left out of the series, and so are long empty stretches, of which there is one gap record. \
      Its state is part of the alert's: it is kept over a restart and by a new version of the \
      monitor that has the same rule, and forgotten when the model version is retired, or when the \
      field has another reference with which the other metric compares.

      All three have fixed thresholds in the unit of the series and are made for series that move \
      by whole numbers, such as `mean_shift` or `rate`. A share that moves by 0.1 is for \
      `missing_change`, `drift(previous)` or a threshold of its own. The delays below were \
      measured behind 100 windows of a series that does not move.
      """,
    metrics: [
      Metric(
        detector: .adwin,
        name: "adwin",
        summary: "the mean of the series has changed",
        definition: """
          ADWIN with delta 0.002, at most 5 buckets a size, parts of at least 5 values, looked at \
          every 32 windows, so that no signal comes before the 32nd; made for values from 0 to 1: \
          a jump by 0.5 or more is seen after 28 windows, by 0.2 after 92, by 0.1 after 444, by \
          0.05 not in 4,000; behind only 30 steady windows a jump by 0.2 or less is never seen
          """,
        source: "river 0.26.1, drift.ADWIN"
      ),
      Metric(
        detector: .pageHinkley,
        name: "page_hinkley",
        summary: "the series has moved away from its mean, up or down",
        definition: """
          Page-Hinkley test with delta 0.005, threshold 50, fading factor 0.9999, after 30 values; \
          delta and threshold are in the unit of the series: a jump by 10 is seen after 6 windows, \
          by 3 after 19, by 1 after 67, by 0.5 after 181, by 0.2 or less not in 4,000; steady \
          noise of deviation 1 gives a false signal in about 2,000 windows
          """,
        source: "river 0.26.1, drift.PageHinkley"
      ),
      Metric(
        detector: .cusum,
        name: "cusum",
        summary: "the series has risen above its mean",
        definition: """
          max(0, S + x - mean - 0.005) above 50, after 30 values; both are in the unit of the \
          series: a jump by 10 is seen after 6 windows, by 3 after 19, by 1 after 66, by 0.5 after \
          178, by 0.2 after 1,838, by 0.1 or less not in 4,000; steady noise of deviation 1 gives \
          a false signal in about 4,000 windows
          """,
        source: "frouros 0.9.0, CUSUM"
      ),
    ]
  )
}
