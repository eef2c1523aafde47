public import Sketches

/// How strongly two fields go together in some rows.
public struct RankCorrelation: Equatable, Sendable {
  /// Correlation of the ranks in a reference; of the reference's own rows it is Spearman's.
  public var value: Double
  /// Rows in which both fields have a value.
  public var count: UInt64

  /// A correlation that was learned.
  public init(value: Double, count: UInt64) {
    self.value = value
    self.count = count
  }

  /// The correlation of a window; nil when either field is constant.
  public init?(_ comoments: Comoments) {
    guard let value = comoments.correlation else { return nil }
    self.init(value: value, count: comoments.count)
  }
}

/// How far the rank correlation of two fields has moved.
///
/// No test stands beside it: the known variances of Spearman's coefficient are those of values
/// without ties, and of two rare flags they are so far off that 76 % of windows without drift would
/// have p < 0.001.
public enum CorrelationChange {
  /// Fewest rows on either side.
  public static let fewestRows: UInt64 = 10

  /// |ρ − ρ of the reference|.
  ///
  /// - Parameters:
  ///   - current: Of the window; nil when either field is constant there.
  ///   - reference: Of the reference; nil when it is not known.
  /// - Returns: `value` 0 ... 2; nil with fewer than ten rows on either side.
  public static func measure(
    _ current: RankCorrelation?,
    reference: RankCorrelation?
  ) -> Measurement {
    guard let current, let reference, min(current.count, reference.count) >= fewestRows else {
      return Measurement(nil)
    }
    return Measurement(abs(current.value - reference.value))
  }
}
