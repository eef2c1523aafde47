/// How much wider or narrower a window spreads than the reference.
public enum DeviationRatio {
  /// The window's standard deviation over the reference's; nil where the reference does not vary.
  public static func measure(_ comparison: FieldComparison) -> Measurement {
    guard let reference = comparison.referenceMoments, let current = comparison.currentMoments,
      reference.deviation > 0
    else { return Measurement(nil) }
    return Measurement(current.deviation / reference.deviation)
  }
}
