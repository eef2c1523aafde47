internal import Records
internal import Rules

/// Numbers, times and names as a report says them: like the dashboard does.
enum ReportText {
  /// Letters of a name that are shown.
  static let nameLength = 160

  /// `284,821`.
  static func grouped(_ count: UInt64) -> String { grouped(digits: "\(count)") }

  private static func grouped(digits: String) -> String {
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return text
  }

  /// Four significant digits; of whole numbers all.
  static func number(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    let sign = value < 0 ? "−" : ""
    if let whole = UInt64(exactly: value.magnitude), whole < 1_000_000_000_000_000 {
      return sign + grouped(whole)
    }
    return sign + NumberText.readable(value.magnitude)
  }

  /// `1 alert`, `2 alerts`.
  static func counted(_ count: some BinaryInteger, _ thing: String) -> String {
    "\(grouped(digits: "\(count)")) \(thing)\(count == 1 ? "" : "s")"
  }

  /// `12.5%`; a dash of nothing.
  static func share(_ part: UInt64, besides rest: UInt64) -> String {
    let all = Double(part) + Double(rest)
    return all > 0 ? NumberText.percentage(Double(part) / all) : "–"
  }

  /// `2013-12-26`, with the time of day where there is one.
  static func moment(_ time: Timestamp) -> String {
    let text = "\(time)"
    guard let letter = text.firstIndex(of: "T") else { return text }
    let (date, clock) = (text[..<letter], text[letter...].dropFirst().prefix(8))
    guard clock != "00:00:00" else { return String(date) }
    return "\(date) \(clock.hasSuffix(":00") ? clock.prefix(5) : clock)"
  }

  /// `3 days`, `5 hours`: in the largest unit of which there are two.
  static func length(_ duration: Duration) -> String {
    let seconds = duration.components.seconds
    let units: [(Int64, String)] = [(86_400, "day"), (3_600, "hour"), (60, "minute")]
    let (size, unit) =
      units.first { seconds >= 2 * $0.0 || seconds == $0.0 } ?? (1, "second")
    return counted((seconds + size / 2) / size, unit)
  }

  /// Names in a list: `a, b and c`; what is beyond the limit is counted.
  static func list(_ names: [String], most: Int = 5) -> String {
    let shown = names.prefix(most).map { visible($0, 60) }
    let hidden = names.count - shown.count
    if hidden > 0 { return shown.joined(separator: ", ") + " and \(hidden) more" }
    guard let last = shown.last, shown.count > 1 else { return shown.first ?? "" }
    return shown.dropLast().joined(separator: ", ") + " and " + last
  }

  /// A name cut to some letters; what would hide or turn it stands as `␣`.
  static func visible(_ text: String, _ length: Int = nameLength) -> String {
    var shown = String.UnicodeScalarView()
    // One letter may have any number of marks: it is scalars that are counted.
    for scalar in text.unicodeScalars.prefix(length) {
      shown.append(isHidden(scalar) ? "␣" : scalar)
    }
    let isBlank = shown.allSatisfy { $0 == " " }
    let name = isBlank ? String(repeating: "␣", count: shown.count) : String(shown)
    if name.isEmpty { return "(empty)" }
    return text.unicodeScalars.count > length ? name + "…" : name
  }

  /// Controls, and what changes the direction of text.
  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0...0x1F, 0x7F...0x9F, 0x200B...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
  }

  /// `excess_drift` as words.
  static func words(_ name: String) -> String {
    visible(name).split(separator: "_", omittingEmptySubsequences: false).joined(separator: " ")
  }
}
