/// Where a field stands: `payload.features.age` in the event, `$timestamp`, `$key`, `$header.NAME`.
///
/// Segments are parted by dots. A backslash makes the character behind it literal where it would
/// mean something: `\.` is a dot, `\\` a backslash, and a leading `\$` keeps a field of the event
/// that is really called `$key` apart from the record's key.
public struct FieldPath: Hashable, Sendable, CustomStringConvertible {
  /// The part of a record a path leads into.
  public enum Source: Hashable, Sendable {
    /// The event itself: the keys from the root object down.
    case payload([String])
    /// The broker's time of the record, in milliseconds.
    case timestamp
    /// The record's key.
    case key
    /// The last of the record's headers that has this name.
    case header(String)
  }

  /// Where the path leads.
  public let source: Source

  /// Reads a path; every text is one, and empty segments are kept literally.
  public init(_ text: String) {
    source = Self.envelope(text) ?? .payload(Self.segments(of: text))
  }

  /// Leads to the value under these keys of the event, the outermost first; at least one.
  public init(segments: [String]) {
    precondition(!segments.isEmpty, "a path needs at least one segment")
    source = .payload(segments)
  }

  /// The path as `init(_:)` reads it back.
  public var description: String {
    switch source {
    case .timestamp: return "$timestamp"
    case .key: return "$key"
    case .header(let name): return Self.headerPrefix + name
    case .payload(let segments):
      let text = segments.map(Self.escape).joined(separator: ".")
      return Self.envelope(text) == nil ? text : "\\" + text
    }
  }

  private static let headerPrefix = "$header."

  private static func envelope(_ text: String) -> Source? {
    switch text {
    case "$timestamp": .timestamp
    case "$key": .key
    default:
      text.hasPrefix(headerPrefix) ? .header(String(text.dropFirst(headerPrefix.count))) : nil
    }
  }

  private static func escape(_ segment: String) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in segment.unicodeScalars {
      if scalar == "." || scalar == "\\" { escaped.append("\\") }
      escaped.append(scalar)
    }
    return String(escaped)
  }

  // By scalar, not by character: a combining mark behind a dot must not hide the dot.
  private static func segments(of text: String) -> [String] {
    var segments: [String] = []
    var segment = String.UnicodeScalarView()
    var isEscaped = false
    for scalar in text.unicodeScalars {
      switch (scalar, isEscaped) {
      case (".", false):
        segments.append(String(segment))
        segment = String.UnicodeScalarView()
      case ("\\", false):
        isEscaped = true
        continue
      case (".", true), ("\\", true): segment.append(scalar)
      case ("$", true) where segments.isEmpty && segment.isEmpty: segment.append(scalar)
      case (_, true): segment.append(contentsOf: ["\\", scalar])
      case (_, false): segment.append(scalar)
      }
      isEscaped = false
    }
    if isEscaped { segment.append("\\") }
    return segments + [String(segment)]
  }
}
