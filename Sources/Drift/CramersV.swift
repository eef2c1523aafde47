/// Cramér's V: the chi-squared statistic of all bins as an effect, whatever the number of values.
///
/// As `scipy.stats.contingency.association(table, method='cramer')`; with two rows √(χ² / N).
public enum CramersV {
  /// V of a field.
  ///
  /// - Returns: `value` 0 ... 1; nil when either side has no values, or all values are one.
  public static func measure(_ comparison: FieldComparison) -> Measurement {
    guard let table = ContingencyTable(comparison), table.degreesOfFreedom > 0
    else { return Measurement(nil) }
    return Measurement(min(1, (table.pearson / table.size).squareRoot()))
  }
}
