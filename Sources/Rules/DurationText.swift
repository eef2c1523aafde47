/// Durations as people write them: `90s`, `5m`, `1h30m`, `7d`.
public enum DurationText {
  /// Longest duration that a file may name: a hundred years.
  static let limit = Duration.seconds(36_500 * 86_400)

  private static let units: [(name: String, milliseconds: Int64)] = [
    ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
  ]

  /// What a text says as a duration.
  enum Reading: Equatable {
    /// A duration.
    case duration(Duration)
    /// A duration beyond the limit.
    case tooLong
    /// No duration.
    case unreadable
  }

  /// Reads whole numbers with the units d, h, m, s, ms, the largest first, each at most once.
  ///
  /// - Returns: nil when the text is no duration, or one beyond a hundred years.
  public static func parse(_ text: String) -> Duration? {
    guard case .duration(let duration) = read(text) else { return nil }
    return duration
  }

  /// Reads as `parse` does, and says why there is none.
  static func read(_ text: String) -> Reading {
    var rest = text.unicodeScalars[...]
    var total: Int64? = 0
    var allowed = units[...]
    repeat {
      let digits = rest.prefix { $0.isDigit }
      rest = rest.dropFirst(digits.count)
      let name = String(rest.prefix { !$0.isDigit })
      guard !digits.isEmpty, let index = allowed.firstIndex(where: { $0.name == name }) else {
        return .unreadable
      }
      total = total.flatMap { sum(of: $0, String(digits), units[index].milliseconds) }
      rest = rest.dropFirst(name.unicodeScalars.count)
      allowed = units[(index + 1)...]
    } while !rest.isEmpty
    return total.map { .duration(.milliseconds($0)) } ?? .tooLong
  }

  /// Milliseconds and some of a unit more; nil beyond the limit.
  private static func sum(of total: Int64, _ digits: String, _ unit: Int64) -> Int64? {
    guard let count = Int64(digits) else { return nil }
    let (product, overflow) = count.multipliedReportingOverflow(by: unit)
    return overflow || product > limit.milliseconds - total ? nil : total + product
  }

  /// Writes a duration so that `parse` reads it back: `7d`, `1h30m`, `0s`.
  ///
  /// - Parameter duration: Not negative; parts of a millisecond are dropped.
  /// - Returns: The largest units first, none of them zero.
  public static func text(of duration: Duration) -> String {
    var rest = duration.milliseconds
    var text = ""
    for (name, size) in units where rest >= size {
      text += "\(rest / size)\(name)"
      rest %= size
    }
    return text.isEmpty ? "0s" : text
  }
}

extension Duration {
  /// Whole milliseconds, rounded toward zero.
  var milliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
