public import Sketches

/// Mean and deviation of one side.
public struct SampleMoments: Equatable, Sendable {
  /// Values in both; those too far out to be summed are not.
  public var count: UInt64
  /// Arithmetic mean.
  public var mean: Double
  /// Population standard deviation, divisor n.
  public var deviation: Double

  /// Numbers that were learned.
  public init(count: UInt64, mean: Double, deviation: Double) {
    self.count = count
    self.mean = mean
    self.deviation = deviation
  }

  /// A window's sums; nil when it has none.
  public init?(_ moments: Moments, unit: Moments.Unit) {
    guard let mean = moments.mean(unit: unit),
      let deviation = moments.standardDeviation(unit: unit)
    else { return nil }
    self.init(count: moments.count, mean: mean, deviation: deviation)
  }
}
