internal import RealModule

/// Welch's t-test of two means, without assuming equal variances.
///
/// B. L. Welch, Biometrika 34 (1947); as `scipy.stats.ttest_ind(current, reference,
/// equal_var=False)`.
public enum WelchTest {
  /// t and its two-sided p-value.
  ///
  /// - Returns: `value` with the sign of the shift; nil with fewer than two values a side, and
  ///   when neither side varies.
  public static func measure(_ comparison: FieldComparison) -> Measurement {
    guard let reference = comparison.referenceMoments, let current = comparison.currentMoments,
      reference.count > 1, current.count > 1
    else { return Measurement(nil) }
    let freedom = (reference: Double(reference.count - 1), current: Double(current.count - 1))
    let left = reference.deviation / freedom.reference.squareRoot()
    let right = current.deviation / freedom.current.squareRoot()
    let error = Double.hypot(left, right)
    guard error > 0 else { return Measurement(nil) }
    let value = (current.mean - reference.mean) / error
    let shares = (left / error * (left / error), right / error * (right / error))
    let together =
      1 / (shares.0 * shares.0 / freedom.reference + shares.1 * shares.1 / freedom.current)
    var measurement = Measurement(value)
    measurement.degreesOfFreedom = together
    measurement.note(
      SpecialFunctions.studentTails(value, degreesOfFreedom: together),
      method: "student"
    )
    return measurement
  }
}
