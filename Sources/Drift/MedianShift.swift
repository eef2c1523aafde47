/// How far the median has moved, in standard deviations of the reference: untouched by outliers.
public enum MedianShift {
  /// The window's median less the reference's, with a sign.
  ///
  /// - Returns: `value` with both its ends; nil where the reference's deviation is 0 or not known.
  public static func measure(_ comparison: FieldComparison) -> Measurement {
    guard let sums = comparison.line?.sums,
      let current = sums.currentQuantile(.median),
      let reference = sums.referenceMedian[.median],
      let deviation = comparison.referenceMoments?.deviation, deviation > 0
    else { return Measurement(nil) }
    return Measurement(
      Bracket(
        lower: (current.lower - reference.upper) / deviation,
        value: (current.value - reference.value) / deviation,
        upper: (current.upper - reference.lower) / deviation
      )
    )
  }
}
