/// Names as YAML reads them back, whatever they are.
enum YAMLText {
  private static let words: Set<String> = [
    "null", "true", "false", "yes", "no", "on", "off", "y", "n",
  ]

  /// A scalar on one line: plain where that is safe, else in quotes.
  static func quoted(_ text: String) -> String {
    let rest = "._-/$".unicodeScalars
    let isPlain = text.unicodeScalars.enumerated().allSatisfy { index, scalar in
      let isLetter = scalar.isASCII && Character(scalar).isLetter || scalar == "_"
      let isDigit = ("0"..."9").contains(scalar)
      return isLetter || scalar == "$" || scalar == "/"
        || index > 0 && (isDigit || rest.contains(scalar))
    }
    if isPlain, !text.isEmpty, !words.contains(text.lowercased()) { return text }
    return "\"" + text.unicodeScalars.map(escaped).joined() + "\""
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    if scalar == "\"" || scalar == "\\" { return "\\\(scalar)" }
    let isVisible =
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .unassigned, .privateUse, .lineSeparator,
        .paragraphSeparator:
        false
      default: true
      }
    if isVisible { return String(Character(scalar)) }
    let digits = String(scalar.value, radix: 16)
    let width = scalar.value > 0xFFFF ? 8 : 4
    let mark = width == 8 ? "U" : "u"
    return "\\\(mark)" + String(repeating: "0", count: width - digits.count) + digits
  }
}
