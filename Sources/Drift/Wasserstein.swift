/// The Wasserstein-1 distance ∫ |F − G|: how far values were moved on average, in field units.
///
/// Equals `scipy.stats.wasserstein_distance(reference, current)` where all values are known, and
/// lies between the ends that are given where not.
public enum Wasserstein {
  /// The distance of a field.
  ///
  /// - Returns: `value` with both its ends; nil for a categorical field and when either side is
  ///   empty.
  public static func measure(_ comparison: FieldComparison) -> Measurement {
    guard let distance = distance(comparison) else { return Measurement(nil) }
    return Measurement(distance)
  }

  /// The distance in standard deviations of the reference; nil where that is 0 or not known.
  public static func measureNormalized(_ comparison: FieldComparison) -> Measurement {
    guard let distance = distance(comparison),
      let deviation = comparison.referenceMoments?.deviation, deviation > 0
    else { return Measurement(nil) }
    return Measurement(distance.map { $0 / deviation })
  }

  private static func distance(_ comparison: FieldComparison) -> Bracket? {
    guard let sums = comparison.line?.sums else { return nil }
    let area = sums.areas.absolute + sums.outside.total
    return Bracket(
      lower: max(0, area.lower - sums.areaBound),
      value: area.value,
      upper: area.upper + sums.areaBound
    )
  }
}
