/// The Hellinger distance: the Euclidean distance of the roots of the shares, over √2.
public enum Hellinger {
  /// √(½ Σ (√p − √q)²) of a field.
  ///
  /// - Returns: `value` 0 ... 1; nil when either side has no values.
  public static func measure(_ comparison: FieldComparison) -> Measurement {
    let sum = comparison.shares()?.sum { p, q in
      guard p != q else { return 0 }
      // √p − √q without cancellation
      let root = (p - q) / (p.squareRoot() + q.squareRoot())
      return root * root
    }
    return Measurement(sum.map { min(1, ($0 / 2).squareRoot()) })
  }
}
