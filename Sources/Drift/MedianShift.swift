/// How far the median has moved, in standard deviations of the reference: untouched by outliers.
public enum MedianShift {
  /// The window's median less the reference's, with a sign.
  ///
  /// - Returns: `value` with both its ends; nil where the reference's deviation is 0 or not known.
  public static func measure(_ comparison: FieldComparison) -> Measurement {
    guard let sums = comparison.line?.sums,
      let median = Quantile.names.firstIndex(of: Quantile.median),
      let current = sums.currentQuantile(median), median < sums.referenceQuantiles.found.count,
      let deviation = comparison.referenceMoments?.deviation, deviation > 0
    else { return Measurement(nil) }
    let reference = sums.referenceQuantiles.found[median]
    return Measurement(
      Bracket(
        lower: (current.lower - reference.upper) / deviation,
        value: (current.value - reference.value) / deviation,
        upper: (current.upper - reference.lower) / deviation
      )
    )
  }
}
