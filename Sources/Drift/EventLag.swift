public import Sketches

/// How long events took from their time to the broker's.
public enum EventLag {
  /// A percentile of the lags, in seconds: the upper end of its bucket.
  ///
  /// As `numpy.quantile(lags, p, method='inverted_cdf')` up to the bucket's width, which is at most
  /// 1/16 of the lag. An event whose time lies ahead of the broker's has a lag of 0.
  ///
  /// - Parameters:
  ///   - percentile: Of all lags.
  ///   - lags: Of a window; nil where nobody asked to count them.
  /// - Returns: nil without lags: records from a file have none.
  public static func measure(_ percentile: Percentile, _ lags: LagCounts?) -> Measurement {
    guard let lags, case let total = lags.total, total > 0 else { return Measurement(nil) }
    let bucket = lags.bucket(ofRank: percentile.rank(in: total))
    // Lags were rounded down to milliseconds; one below 0 counts as 0.
    let (lower, upper) = (max(0, bucket.lowerBound), bucket.upperBound + 1)
    return Measurement(
      Bracket(
        lower: Double(lower) / 1_000,
        value: Double(upper) / 1_000,
        upper: Double(upper) / 1_000
      )
    )
  }
}
