/// Finds YAML aliases before the parser follows them.
///
/// A few lines of aliases can stand for a document of billions of nodes. The scan knows no YAML: it
/// looks for `&name` where an anchor can start, and for `*name` after it. A file that holds both
/// only in its comments is refused too, which is the price of a scan that cannot be fooled.
enum AliasScan {
  // The parser passes over a byte order mark at the beginning of each line.
  private static let opening = Set("[{,:?-\u{FEFF}".unicodeScalars)

  static func firstAlias(in source: SourceText) -> (name: String, position: Position)? {
    let scalars = source.scalars
    var anchors: Set<String> = []
    for (offset, scalar) in scalars.enumerated() where scalar == "&" || scalar == "*" {
      let before = offset == 0 ? " " : scalars[offset - 1]
      guard before.isSpace || Self.opening.contains(before) else { continue }
      let name = String(scalars: scalars[(offset + 1)...].prefix(while: isNameCharacter))
      guard !name.isEmpty else { continue }
      if scalar == "&" {
        anchors.insert(name)
      } else if anchors.contains(name) {
        return (name, source.position(of: offset))
      }
    }
    return nil
  }

  private static func isNameCharacter(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && (scalar.properties.isAlphabetic || scalar.isDigit || "-_".contains(scalar))
  }
}

extension String {
  fileprivate func contains(_ scalar: Unicode.Scalar) -> Bool { unicodeScalars.contains(scalar) }
}
