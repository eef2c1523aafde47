/// A place in a text: line and column count from 1, columns in Unicode scalars.
public struct Position: Hashable, Comparable, Sendable {
  /// Line, from 1.
  public var line: Int
  /// Unicode scalar within the line, from 1.
  public var column: Int

  /// The place at a line and column.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// Orders by line, then by column.
  public static func < (left: Self, right: Self) -> Bool {
    left.line == right.line ? left.column < right.column : left.line < right.line
  }
}

/// Something wrong in a file, at the place where the reader should look.
public struct Diagnostic: Equatable, Sendable {
  /// Whether the file can still be used.
  public enum Severity: String, Sendable {
    /// It cannot.
    case error
    /// It can, but probably does not say what was meant.
    case warning
  }

  /// Whether the file can still be used.
  public var severity: Severity
  /// The file as the caller named it.
  public var file: String
  /// Where it starts.
  public var position: Position
  /// How many Unicode scalars to underline; at least 1.
  public var length: Int
  /// What is wrong, in lower case and without a full stop.
  public var message: String
  /// What to write instead.
  public var hint: String?

  /// A finding at a place.
  public init(
    _ severity: Severity,
    file: String,
    position: Position,
    length: Int,
    message: String,
    hint: String?
  ) {
    self.severity = severity
    self.file = file
    self.position = position
    self.length = max(1, length)
    self.message = message
    self.hint = hint
  }

  /// `file:line:column: error: message; hint`, on one line.
  public var summary: String {
    let advice = hint.map { "; \($0)" } ?? ""
    return "\(file):\(position.line):\(position.column): \(severity.rawValue): \(message)\(advice)"
  }

  /// The summary, and below it the line of the source with the place underlined.
  ///
  /// - Parameter source: The text the diagnostic is about.
  /// - Returns: Without a source the summary alone.
  public func rendered(with source: SourceText?) -> String {
    guard let excerpt = source?.excerpt(at: position, length: length) else { return summary }
    return "\(summary)\n\(excerpt)"
  }
}

extension [Diagnostic] {
  /// Whether any of them makes the file unusable.
  public var hasErrors: Bool { contains { $0.severity == .error } }

  /// All of them as text, in their order, each with its source line where the source is known.
  public func rendered(with sources: [SourceText]) -> String {
    map { diagnostic in
      diagnostic.rendered(with: sources.first { $0.file == diagnostic.file })
    }.joined(separator: "\n")
  }

  /// Sorted by file in the order given, then by position; equal places keep their order.
  func inOrder(of files: [String]) -> [Diagnostic] {
    let rank = Dictionary(zip(files, files.indices), uniquingKeysWith: { first, _ in first })
    return enumerated().sorted { left, right in
      let leftFile = rank[left.element.file] ?? files.count
      let rightFile = rank[right.element.file] ?? files.count
      let leftKey = (leftFile, left.element.position, left.offset)
      return leftKey < (rightFile, right.element.position, right.offset)
    }.map(\.element)
  }
}
