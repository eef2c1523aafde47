internal import Windowing

extension NodeReader {
  static let durationExample = "a duration such as 90s, 5m, 1h30m or 7d"

  /// A duration, written with its unit.
  mutating func duration(_ section: Section, _ key: String) -> Located<Duration>? {
    guard let text = text(section, key, needs: Self.durationExample) else { return nil }
    return duration(text, key)
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
    needs: String = durationExample
  ) -> Located<Duration>? {
    if let duration = DurationText.parse(text.value) { return text.with(duration) }
    let isBare = text.value.unicodeScalars.allSatisfy(\.isDigit)
    diagnostics.error(
      at: text,
      "'\(key)' needs \(needs), but has \(shown(text.value))",
      hint: isBare ? "a number needs a unit; did you mean \(text.value.prefix(12))s?" : nil
    )
    return nil
  }

  /// `7d`, or `{ size: 6h, every: 1h, align: 5h }`.
  mutating func window(_ section: Section) -> Located<WindowSpecification>? {
    guard let node = section["window"] else { return nil }
    if case .scalar = node.content {
      return duration(section, "window").flatMap { window(size: $0, every: nil, align: nil) }
    }
    let keys = ["size", "every", "align"]
    guard let parts = self.section(node, "'window'", keys: keys, required: ["size"]) else {
      return nil
    }
    let every = duration(parts, "every")
    let align = duration(parts, "align")
    guard let size = duration(parts, "size") else { return nil }
    if (parts["every"] != nil && every == nil) || (parts["align"] != nil && align == nil) {
      return nil
    }
    return window(size: size, every: every, align: align)
  }

  /// Most windows that may hold one instant, and most panes of one window.
  static let overlapLimit: Int64 = 1_000

  private mutating func window(
    size: Located<Duration>,
    every: Located<Duration>?,
    align: Located<Duration>?
  ) -> Located<WindowSpecification>? {
    guard size.value > .zero else {
      diagnostics.error(at: size, "a window's size is more than nothing")
      return nil
    }
    if let every {
      guard every.value > .zero else {
        diagnostics.error(at: every, "'every' is more than nothing")
        return nil
      }
      guard every.value <= size.value else {
        diagnostics.error(
          at: every,
          "'every' is longer than the window's size",
          hint: "records between two windows would be judged in none"
        )
        return nil
      }
      guard size.value.milliseconds / every.value.milliseconds <= Self.overlapLimit else {
        diagnostics.error(
          at: every,
          "more than 1000 windows would overlap",
          hint: "of \(DurationText.text(of: size.value)) take at least a thousandth"
        )
        return nil
      }
    }
    let specification = WindowSpecification(
      size: size.value,
      every: every?.value,
      align: align?.value ?? .zero
    )
    return size.with(specification)
  }

  /// A condition or another text of words, cut at its spaces.
  static func words(_ text: String) -> [Substring] {
    text.split(whereSeparator: { $0.unicodeScalars.allSatisfy(\.isSpace) })
  }
}
