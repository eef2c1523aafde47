extension Timestamp {
  /// Reads RFC 3339, strictly: `2013-03-07T00:00:00.5+01:00`; nil for anything else.
  ///
  /// Date and time are parted by `T`, `t` or a space; the offset is `Z`, `z` or ±hh:mm and must be
  /// there; ranges of months, days and leap years hold. Fractions may have any length and are cut
  /// to microseconds. A leap second is legal as the last second of a month in UTC and becomes the
  /// last microsecond before the next: order is kept, and no window grows by a second.
  ///
  /// - Complexity: O(bytes); allocates nothing.
  public init?(rfc3339 bytes: Span<UInt8>) {
    // yyyy-mm-ddThh:mm:ss and at least Z.
    guard bytes.count >= 20, bytes[4] == ASCII.minus, bytes[7] == ASCII.minus,
      bytes[13] == ASCII.colon, bytes[16] == ASCII.colon,
      ASCII.lowercased(bytes[10]) == UInt8(ascii: "t") || bytes[10] == ASCII.space,
      let year = digits(bytes, 0..<4), let month = digits(bytes, 5..<7),
      let day = digits(bytes, 8..<10),
      let hour = digits(bytes, 11..<13), hour <= 23,
      let minute = digits(bytes, 14..<16), minute <= 59,
      let second = digits(bytes, 17..<19), second <= 60,
      let date = CivilDate(year: year, month: month, day: day)
    else { return nil }
    var at = 19
    guard let fraction = Self.fraction(bytes, &at), let offset = Self.offset(bytes, at) else {
      return nil
    }
    let minutes = date.daysSinceEpoch * 1440 + hour * 60 + minute - offset
    guard second < 60 else {
      guard Self.endsMonth(minutes: minutes + 1) else { return nil }
      self.init(microseconds: (minutes + 1) * 60_000_000 - 1)
      return
    }
    self.init(microseconds: (minutes * 60 + second) * 1_000_000 + fraction)
  }

  /// Reads RFC 3339 from a string, as the initializer for bytes does.
  public init?(rfc3339 text: String) {
    self.init(rfc3339: Array(text.utf8).span)
  }

  /// The microseconds of a fraction, 0 if there is none; nil for a point without digits.
  private static func fraction(_ bytes: Span<UInt8>, _ at: inout Int) -> Int64? {
    guard bytes[at] == ASCII.point else { return 0 }
    let start = at + 1
    at = start
    var microseconds: Int64 = 0
    var unit: Int64 = 100_000
    while at < bytes.count, let digit = digits(bytes, at..<at + 1) {
      microseconds += digit * unit
      unit /= 10
      at += 1
    }
    return at == start ? nil : microseconds
  }

  /// Minutes east of UTC; nil unless exactly an offset is left.
  private static func offset(_ bytes: Span<UInt8>, _ at: Int) -> Int64? {
    if bytes.count == at + 1 { return ASCII.lowercased(bytes[at]) == UInt8(ascii: "z") ? 0 : nil }
    guard bytes.count == at + 6, bytes[at + 3] == ASCII.colon,
      bytes[at] == ASCII.plus || bytes[at] == ASCII.minus,
      let hours = digits(bytes, at + 1..<at + 3), hours <= 23,
      let minutes = digits(bytes, at + 4..<at + 6), minutes <= 59
    else { return nil }
    return (bytes[at] == ASCII.minus ? -1 : 1) * (hours * 60 + minutes)
  }

  private static func endsMonth(minutes: Int64) -> Bool {
    let (days, minuteOfDay) = minutes.dividedDown(by: 1440)
    return minuteOfDay == 0 && CivilDate(daysSinceEpoch: days).day == 1
  }
}

/// A number of digits only.
private func digits(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int64? {
  var number: Int64 = 0
  for index in range {
    guard bytes[index] >= ASCII.zero, bytes[index] <= ASCII.nine else { return nil }
    number = number * 10 + Int64(bytes[index] - ASCII.zero)
  }
  return number
}
