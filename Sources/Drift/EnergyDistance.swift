/// The energy distance √(2 ∫ (F − G)²).
///
/// G. J. Székely, "E-statistics", 2003, in its form for one dimension; as
/// `scipy.stats.energy_distance(reference, current)`.
public enum EnergyDistance {
  /// The distance of a field.
  ///
  /// - Returns: `value` with both its ends; nil for a categorical field, a compressed reference,
  ///   and when either side is empty.
  public static func measure(_ comparison: FieldComparison) -> Measurement {
    guard let sums = comparison.line?.sums, sums.areas.isExact else { return Measurement(nil) }
    let area = sums.areas.squared + sums.outside.squared
    return Measurement(area.map { (2 * $0).squareRoot() })
  }
}
