/// An instant: microseconds since 1970-01-01T00:00:00Z, without leap seconds.
public struct Timestamp: Comparable, Hashable, Sendable {
  /// Microseconds since 1970-01-01T00:00:00Z; negative before.
  public let microseconds: Int64

  /// The instant this many microseconds after 1970-01-01T00:00:00Z.
  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// Whether the left instant comes first.
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.microseconds < right.microseconds
  }
}

extension Timestamp: CustomStringConvertible {
  /// RFC 3339 in UTC: `2013-03-07T00:00:00Z`, with a fraction only if there is one, the shortest.
  ///
  /// Years beyond 0000...9999, which RFC 3339 cannot write, carry a sign and all their digits.
  public var description: String {
    let (days, inDay) = microseconds.dividedDown(by: 86_400_000_000)
    let date = CivilDate(daysSinceEpoch: days)
    let seconds = inDay / 1_000_000
    let year = Self.padded(date.year.magnitude, to: 4)
    let sign = date.year < 0 ? "-" : date.year > 9999 ? "+" : ""
    let day = "\(sign)\(year)-\(Self.padded(date.month, to: 2))-\(Self.padded(date.day, to: 2))"
    let hour = Self.padded(seconds / 3600, to: 2)
    let minute = Self.padded(seconds / 60 % 60, to: 2)
    let second = Self.padded(seconds % 60, to: 2)
    return "\(day)T\(hour):\(minute):\(second)\(Self.fraction(inDay % 1_000_000))Z"
  }

  private static func fraction(_ microseconds: Int64) -> String {
    guard microseconds != 0 else { return "" }
    var digits = padded(microseconds, to: 6)
    while digits.hasSuffix("0") { digits.removeLast() }
    return "." + digits
  }

  private static func padded(_ number: some BinaryInteger, to width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}

extension Int64 {
  /// Quotient towards minus infinity, and the remainder, never negative.
  package func dividedDown(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
