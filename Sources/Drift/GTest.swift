/// The likelihood-ratio test that both samples have the same shares.
///
/// As `scipy.stats.chi2_contingency(table, correction=False, lambda_='log-likelihood')`, after
/// small bins were put together.
public enum GTest {
  /// G and its p-value; nil when either side has no values, or all are in one bin.
  public static func measure(_ comparison: FieldComparison) -> Measurement {
    guard let table = ContingencyTable(comparison)?.regrouped else { return Measurement(nil) }
    return table.measurement(table.likelihoodRatio)
  }
}
