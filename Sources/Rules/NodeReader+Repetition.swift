/// `for`, `settle`, `budget` and `at_most`: how often, and over how much time.
extension NodeReader {
  /// Most windows that `for` and `settle` look back.
  private static let windowsLimit = 1_000
  /// Most requests that `at_most` counts.
  private static let requestsLimit = 1_000

  /// `10m`, `3 windows` or `2 of 3 windows`.
  mutating func hold(_ section: Section) -> Hold {
    let needs = "a duration such as 10m, or windows such as '2 of 3 windows'"
    guard let node = section["for"], let text = text(section, "for", needs: needs) else {
      return .immediately
    }
    let words = Self.unsigned(text.value)
    if words.count == 1 {
      let duration = duration(text, "for")?.value ?? .zero
      return duration > .zero ? .duration(duration) : .immediately
    }
    let isOfMore = words.count == 4 && words[1] == "of"
    guard words.count == 2 || isOfMore, Self.isWindows(words.last),
      let count = Int(words[0]), let total = isOfMore ? Int(words[2]) : count
    else {
      wrong(node, "for", needs: needs)
      return .immediately
    }
    guard (1...Self.windowsLimit).contains(total), count > 0 else {
      diagnostics.error(at: text, "'for' counts from 1 to \(Self.windowsLimit) windows")
      return .immediately
    }
    guard count <= total else {
      diagnostics.error(at: text, "\(count) of \(total) windows can never fail")
      return .immediately
    }
    return .windows(count, of: total)
  }

  /// `2 windows`.
  mutating func settle(_ section: Section) -> Int {
    let needs = "a number of windows such as '2 windows'"
    guard let node = section["settle"], let text = text(section, "settle", needs: needs) else {
      return 0
    }
    let words = Self.unsigned(text.value)
    guard words.count == 2, Self.isWindows(words[1]), let count = Int(words[0]),
      (0...Self.windowsLimit).contains(count)
    else {
      wrong(node, "settle", needs: needs)
      return 0
    }
    return count
  }

  /// `1 per 30d`.
  mutating func budget(_ section: Section) -> Located<Budget>? {
    let needs = "false alarms per time, such as '1 per 30d'"
    return rate(section, "budget", needs: needs) { alarms, period in
      Quantity(alarms).flatMap { alarms in
        alarms.kind == .number && alarms.value > 0
          ? Budget(alarms: alarms.value, period: period) : nil
      }
    }
  }

  /// `2 per 30d`.
  mutating func atMost(_ section: Section) -> Located<RequestRate>? {
    let needs = "requests per time, such as '2 per 30d'"
    return rate(section, "at_most", needs: needs) { count, period in
      Int(count).flatMap { (1...Self.requestsLimit).contains($0) ? $0 : nil }
        .map { RequestRate(count: $0, period: period) }
    }
  }

  private mutating func rate<Rate>(
    _ section: Section,
    _ key: String,
    needs: String,
    _ make: (_ count: String, _ period: Duration) -> Rate?
  ) -> Located<Rate>? {
    guard let node = section[key], let text = text(section, key, needs: needs) else { return nil }
    let words = Self.unsigned(text.value)
    guard words.count == 3, words[1] == "per",
      let period = DurationText.parse(String(words[2])), period > .zero,
      let rate = make(String(words[0]), period)
    else {
      wrong(node, key, needs: needs)
      return nil
    }
    return text.with(rate)
  }

  /// The words of such a text; none where one has a sign, which nothing here is written with.
  private static func unsigned(_ text: String) -> [Substring] {
    let words = words(text)
    return words.contains { $0.hasPrefix("+") || $0.hasPrefix("-") } ? [] : words
  }

  private static func isWindows(_ word: Substring?) -> Bool {
    word == "windows" || word == "window"
  }
}
