/// The Kullback–Leibler divergence of the window from the reference.
///
/// Half a value is added to every bin on both sides, as for the stability index: an empty bin of
/// the reference would make it infinite.
public enum KullbackLeibler {
  /// Σ q ln(q / p), natural logarithm, of a field.
  ///
  /// Summed as Σ q ln(q / p) + p − q, whose terms are not negative, so that nothing cancels.
  public static func measure(_ comparison: FieldComparison) -> Measurement {
    Measurement(
      comparison.shares(prior: 0.5)?.sum { p, q in SpecialFunctions.deviance(q, from: p) }
    )
  }
}
