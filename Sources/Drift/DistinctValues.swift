public import Sketches

/// What is said of the different values of a field in a window.
public enum DistinctValues {
  /// Number of different values; nil where nobody asked to count them.
  public static func count(_ comparison: FieldComparison) -> Measurement {
    measurement(comparison.distinct) { estimate, _ in estimate.distinct }
  }

  /// Share of values that come exactly once, as Deequ's Uniqueness; nil without values.
  public static func uniqueness(_ comparison: FieldComparison) -> Measurement {
    measurement(comparison.distinct) { estimate, total in estimate.singles.map { $0 / total } }
  }

  /// 1 when all values are one and the same, else 0; nil without values.
  public static func constant(_ comparison: FieldComparison) -> Measurement {
    guard let sample = comparison.distinct?.sample, sample.distinct > 0 else {
      return Measurement(nil)
    }
    return Measurement(sample.distinct == 1 ? 1 : 0)
  }

  /// Share of values that repeat an earlier one.
  ///
  /// - Parameter sketches: Of populations that are counted apart: a value that two of them have is
  ///   no repetition.
  /// - Returns: 0 ... 1; nil when none of them has a value.
  public static func duplicates(_ sketches: [DistinctSketch]) -> Measurement {
    let used = sketches.filter { $0.total > 0 }
    guard !used.isEmpty else { return Measurement(nil) }
    let total = used.reduce(0) { $0 + Double($1.total) }
    let repeats = used.map { DistinctEstimate($0).repeats }
    return Measurement(repeats.dropFirst().reduce(repeats[0], +).map { $0 / total })
  }

  private static func measurement(
    _ sketch: DistinctSketch?,
    _ part: (DistinctEstimate, Double) -> Bracket
  ) -> Measurement {
    guard let sketch, sketch.total > 0 else { return Measurement(nil) }
    return Measurement(part(DistinctEstimate(sketch), Double(sketch.total)))
  }
}
