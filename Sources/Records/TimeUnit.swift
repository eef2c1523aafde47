/// How an event's time is written; the raw value is the name in a monitor's file.
public enum TimeUnit: String, Sendable, Hashable, CaseIterable {
  /// Seconds since 1970, fractions allowed.
  case seconds = "s"
  /// Milliseconds since 1970.
  case milliseconds = "ms"
  /// Microseconds since 1970.
  case microseconds = "us"
  /// Nanoseconds since 1970.
  case nanoseconds = "ns"
  /// Text as of RFC 3339.
  case rfc3339

  /// What a number says as a time.
  public enum Reading: Hashable, Sendable {
    /// An instant.
    case ok(Timestamp)
    /// A number of the magnitude of another unit, or any number where text is asked for.
    case wrongUnit
    /// No time in any unit.
    case invalid
  }

  /// The unit a number of this magnitude is written in; nil for what is not finite or beyond Int64.
  ///
  /// Below 1e11 seconds (to the year 5138), below 1e14 milliseconds (from 1973), below 1e17
  /// microseconds, else nanoseconds.
  public static func detect(number: Double) -> TimeUnit? {
    switch number.magnitude {
    case ..<1e11: .seconds
    case ..<1e14: .milliseconds
    case ..<1e17: .microseconds
    case ..<0x1p63: .nanoseconds
    default: nil
    }
  }

  /// The instant a number means in this unit, to the microsecond at or before it.
  ///
  /// Zero is 1970 in every unit.
  public func timestamp(number: Double) -> Reading {
    guard let detected = Self.detect(number: number) else { return .invalid }
    guard self != .rfc3339, detected == self || number == 0 else { return .wrongUnit }
    return .ok(Timestamp(microseconds: microseconds(number)))
  }

  private func microseconds(_ number: Double) -> Int64 {
    // Whole and fraction apart: their product would be rounded, across a second's border too.
    let truncated = Int64(number)
    let whole = Double(truncated) > number ? truncated - 1 : truncated
    let fraction = number - Double(whole)
    return switch self {
    case .seconds: whole * 1_000_000 + Int64(fraction * 1_000_000)
    case .milliseconds: whole * 1000 + Int64(fraction * 1000)
    case .nanoseconds: whole.dividedDown(by: 1000).quotient
    case .microseconds, .rfc3339: whole
    }
  }
}
