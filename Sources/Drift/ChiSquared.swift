/// Pearson's chi-squared test that both samples have the same shares.
///
/// The reference is a sample too, so it is the test of a table with two rows, as
/// `scipy.stats.chi2_contingency(table, correction=False)`, after small bins were put together. The
/// p-value of two bins has Yates' correction.
public enum ChiSquared {
  /// χ² and its p-value; nil when either side has no values, or all are in one bin.
  public static func measure(_ comparison: FieldComparison) -> Measurement {
    guard let table = ContingencyTable(comparison)?.regrouped else { return Measurement(nil) }
    return table.measurement(table.pearson)
  }
}
