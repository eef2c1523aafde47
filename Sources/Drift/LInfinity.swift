/// The largest change of the share of any one category.
public enum LInfinity {
  /// max |p − q| of a field.
  ///
  /// - Returns: `value` 0 ... 1; nil when either side has no values.
  public static func measure(_ comparison: FieldComparison) -> Measurement {
    guard let shares = comparison.shares() else { return Measurement(nil) }
    var largest = 0.0
    _ = shares.sum { p, q in
      largest = max(largest, abs(p - q))
      return 0
    }
    return Measurement(largest)
  }
}
