/// How far the mean has moved, in standard deviations of the reference.
public enum MeanShift {
  /// The window's mean less the reference's, with a sign; nil where the reference does not vary.
  public static func measure(_ comparison: FieldComparison) -> Measurement {
    guard let reference = comparison.referenceMoments, let current = comparison.currentMoments,
      reference.deviation > 0
    else { return Measurement(nil) }
    return Measurement((current.mean - reference.mean) / reference.deviation)
  }
}
