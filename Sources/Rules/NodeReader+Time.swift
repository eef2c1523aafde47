extension NodeReader {
  static let durationExample = "a duration such as 90s, 5m, 1h30m or 7d"

  /// A duration, written with its unit; one that has to be above zero is not proposed to be `0s`.
  mutating func duration(
    _ section: Section,
    _ key: String,
    aboveZero isLonger: Bool = false
  ) -> Located<Duration>? {
    guard let text = text(section, key, needs: Self.durationExample) else { return nil }
    return duration(text, key, aboveZero: isLonger)
  }

  /// A duration above zero; nil for none.
  mutating func positiveDuration(_ section: Section, _ key: String) -> Duration? {
    duration(section, key).flatMap { $0.value > .zero ? $0.value : nil }
  }

  /// A duration that must be above zero.
  mutating func positive(_ section: Section, _ key: String) -> Located<Duration>? {
    guard let duration = duration(section, key, aboveZero: true) else { return nil }
    guard duration.value > .zero else {
      diagnostics.error(at: duration, "'\(key)' needs a time above zero")
      return nil
    }
    return duration
  }

  /// A duration, or nothing where `off` is written.
  mutating func durationOrOff(
    _ section: Section,
    _ key: String,
    default defaultValue: Duration
  ) -> Duration? {
    let needs = Self.durationExample + ", or off"
    guard let text = text(section, key, needs: needs) else { return defaultValue }
    return text.value == "off" ? nil : duration(text, key, needs: needs)?.value ?? defaultValue
  }

  mutating func duration(
    _ text: Located<String>,
    _ key: String,
    needs: String = durationExample,
    aboveZero isLonger: Bool = false
  ) -> Located<Duration>? {
    switch DurationText.read(text.value) {
    case .duration(let duration): return text.with(duration)
    case .tooLong:
      let most = DurationText.text(of: DurationText.limit)
      diagnostics.error(
        at: text,
        "'\(key)' is at most \(most), a hundred years, but has \(shown(text.value))"
      )
    case .unreadable:
      diagnostics.error(
        at: text,
        "'\(key)' needs \(needs), but has \(shown(text.value))",
        hint: Self.unitHint(text.value, aboveZero: isLonger)
      )
    }
    return nil
  }

  /// Of a number without a unit.
  private static func unitHint(_ text: String, aboveZero isLonger: Bool) -> String? {
    guard text.unicodeScalars.allSatisfy(\.isDigit) else { return nil }
    if isLonger, text.unicodeScalars.allSatisfy({ $0 == "0" }) { return "it is above zero" }
    return "a number needs a unit; did you mean \(text.prefix(12))s?"
  }

  /// A condition or another text of words, cut at its spaces.
  static func words(_ text: String) -> [Substring] {
    text.split(whereSeparator: { $0.unicodeScalars.allSatisfy(\.isSpace) })
  }
}
