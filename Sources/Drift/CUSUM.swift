public import Sketches

/// The cumulative sum chart, which sees values rise above their mean for long enough.
///
/// E. S. Page, "Continuous inspection schemes", Biometrika 41, 1954, with the defaults and the very
/// arithmetic of Frouros 0.9.0 (`frouros.detectors.concept_drift.CUSUM`), which sees rises only. An
/// alarm begins anew.
public struct CUSUM: Equatable, Sendable {
  /// Values since the last alarm.
  public private(set) var count: UInt64 = 0
  private var mean = 0.0
  private var sum = 0.0

  /// With fewer values there is no alarm.
  private static let fewest: UInt64 = 30
  /// What values may be above the mean.
  private static let delta = 0.005
  /// What the sum may come to.
  private static let threshold = 50.0

  /// A detector that has seen nothing.
  public init() {}

  /// Takes the next value.
  ///
  /// - Returns: Whether values have risen; the detector then begins anew.
  public mutating func update(_ value: Double) -> Bool {
    count.add(1)
    mean += (value - mean) / Double(count)
    sum = max(0, sum + value - mean - Self.delta)
    guard mean.isFinite, sum.isFinite else {
      self = Self()
      return false
    }
    guard count >= Self.fewest, sum > Self.threshold else { return false }
    self = Self()
    return true
  }
}

extension CUSUM {
  /// Writes the number of values, their mean and the sum.
  public func encode(into writer: inout ByteWriter) {
    writer.varint(count)
    writer.double(mean)
    writer.double(sum)
  }

  /// Reads a detector.
  ///
  /// - Throws: `BadEncoding` when the bytes are none.
  public init(from reader: inout ByteReader) throws(BadEncoding) {
    count = try reader.varint()
    mean = try reader.finite()
    sum = try reader.finite()
  }
}
