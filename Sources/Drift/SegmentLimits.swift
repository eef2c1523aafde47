/// How much is kept of segments, that is of the records with one value of a field.
public enum SegmentLimits {
  /// Segments of one monitor or profile, those of all other values left aside.
  public static let segments = 1_000
  /// Points of a numeric field of one segment.
  public static let points = 100
}
