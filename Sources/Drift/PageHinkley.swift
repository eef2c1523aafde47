public import Sketches

/// The Page–Hinkley test, which sees values move off their mean, up or down, for long enough.
///
/// E. S. Page, "Continuous inspection schemes", Biometrika 41, 1954, with the defaults and the very
/// arithmetic of River 0.26.1 (`river.drift.PageHinkley`, both directions): sums of what values are
/// off the running mean, the past fading by 1/10,000 with each value. An alarm begins anew.
public struct PageHinkley: Equatable, Sendable {
  /// Values since the last alarm.
  public private(set) var count: UInt64 = 0
  private var mean = 0.0
  private var rise = 0.0
  private var lowestRise = 0.0
  private var fall = 0.0
  private var highestFall = -1.0

  /// With fewer values there is no alarm.
  private static let fewest: UInt64 = 30
  /// What values may be off the mean.
  private static let delta = 0.005
  /// What a sum may be off its extreme.
  private static let threshold = 50.0
  /// What is left of the past with each value.
  private static let memory = 1 - 0.0001

  /// A detector that has seen nothing.
  public init() {}

  /// Takes the next value.
  ///
  /// - Returns: Whether values have moved; the detector then begins anew.
  public mutating func update(_ value: Double) -> Bool {
    count.add(1)
    mean += 1 / Double(count) * (value - mean)
    let deviation = value - mean
    rise = Self.memory * rise + deviation - Self.delta
    fall = Self.memory * fall + deviation + Self.delta
    lowestRise = count == 1 ? rise : min(rise, lowestRise)
    highestFall = max(fall, highestFall)
    guard rise.isFinite, fall.isFinite else {
      self = Self()
      return false
    }
    guard count >= Self.fewest,
      rise - lowestRise > Self.threshold || highestFall - fall > Self.threshold
    else { return false }
    self = Self()
    return true
  }
}

extension PageHinkley {
  /// Writes the number of values, their mean and both sums with their extremes.
  public func encode(into writer: inout ByteWriter) {
    writer.varint(count)
    for value in [mean, rise, lowestRise, fall, highestFall] { writer.double(value) }
  }

  /// Reads a detector.
  ///
  /// - Throws: `BadEncoding` when the bytes are none.
  public init(from reader: inout ByteReader) throws(BadEncoding) {
    count = try reader.varint()
    mean = try reader.finite()
    rise = try reader.finite()
    lowestRise = try reader.finite()
    fall = try reader.finite()
    highestFall = try reader.finite()
  }
}
