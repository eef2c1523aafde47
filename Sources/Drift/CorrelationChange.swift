internal import RealModule
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
/// The test compares Fisher's z, whose variance for Spearman's coefficient is
/// (1 + ρ² / 2) / (n − 3): D. G. Bonett and T. A. Wright, Psychometrika 65 (2000).
public enum CorrelationChange {
  /// Fewest rows on either side.
  public static let fewestRows: UInt64 = 10
  /// |ρ − ρ of the reference| and its two-sided p-value.
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
    var measurement = Measurement(abs(current.value - reference.value))
    let difference = z(current) - z(reference)
    let square = difference * difference / (variance(current) + variance(reference))
    measurement.note(
      SpecialFunctions.chiSquaredTail(square, degreesOfFreedom: 1),
      method: "asymptotic"
    )
    return measurement
  }

  /// Fisher's z, which is infinite for a perfect order.
  ///
  /// So few rows may have missed it by half the step to the next order, 12 / (n³ − n), and ranks of
  /// 16 bits tell no more than 32 bits of it.
  private static func z(_ correlation: RankCorrelation) -> Double {
    let count = Double(correlation.count)
    let largest = 1 - max(0x1p-32, 6 / (count * (count * count - 1)))
    return .atanh(max(-largest, min(largest, correlation.value)))
  }

  private static func variance(_ correlation: RankCorrelation) -> Double {
    (1 + correlation.value * correlation.value / 2) / Double(correlation.count - 3)
  }
}
