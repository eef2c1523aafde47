/// Collects what is wrong in one file: all of it, but not without end.
struct DiagnosticList {
  /// More errors than this, or more warnings, help nobody.
  static let limit = 100

  let file: String
  private(set) var diagnostics: [Diagnostic] = []

  init(file: String) { self.file = file }

  mutating func error(
    at position: Position,
    length: Int = 1,
    _ message: String,
    hint: @autoclosure () -> String? = nil
  ) {
    add(.error, position, length, message, hint)
  }

  mutating func error<Value>(
    at place: Located<Value>,
    _ message: String,
    hint: @autoclosure () -> String? = nil
  ) {
    add(.error, place.position, place.length, message, hint)
  }

  mutating func warning<Value>(
    at place: Located<Value>,
    _ message: String,
    hint: @autoclosure () -> String? = nil
  ) {
    add(.warning, place.position, place.length, message, hint)
  }

  // The hint is only computed for what is shown: searching near misses costs.
  private mutating func add(
    _ severity: Diagnostic.Severity,
    _ position: Position,
    _ length: Int,
    _ message: String,
    _ hint: () -> String?
  ) {
    guard diagnostics.count(where: { $0.severity == severity }) < Self.limit else { return }
    let diagnostic = Diagnostic(
      severity,
      file: file,
      position: position,
      length: length,
      message: message,
      hint: hint()
    )
    // Both halves of a range are one call: what is wrong with it is said once.
    if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
  }
}

/// A name from a file as it stands in a message: on one line, cut short where absurdly long.
func shown(_ name: String) -> String {
  let scalars = name.unicodeScalars.map { $0.isLineBreak || $0.value < 0x20 ? " " : $0 }
  let isLong = scalars.count > 80
  return "'\(String(scalars: isLong ? scalars.prefix(77) : scalars[...]))\(isLong ? "..." : "")'"
}
