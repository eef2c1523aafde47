extension Template {
  /// Cuts a template at its braces; of wrong pieces nothing is kept but the error.
  static func parse(_ scalars: [Unicode.Scalar]) -> (template: Template, errors: [SyntaxError]) {
    var pieces: [Piece] = []
    var errors: [SyntaxError] = []
    var literal: [Unicode.Scalar] = []
    var offset = 0
    while offset < scalars.count {
      let scalar = scalars[offset]
      let isDoubled = offset + 1 < scalars.count && scalars[offset + 1] == scalar
      switch scalar {
      case "{" where isDoubled, "}" where isDoubled:
        literal.append(scalar)
        offset += 2
      case "}":
        errors.append(SyntaxError(offset..<offset + 1, "'}' closes nothing", hint: "write '}}'"))
        offset += 1
      case "{":
        let end = scalars[offset...].firstIndex(of: "}") ?? scalars.count
        do throws(SyntaxError) {
          let name = try placeholder(scalars[offset..<end], endsAt: end, of: scalars.count)
          pieces += [.literal(String(scalars: literal)), .placeholder(name)]
          literal = []
        } catch {
          errors.append(error)
        }
        offset = end + 1
      default:
        literal.append(scalar)
        offset += 1
      }
    }
    pieces.append(.literal(String(scalars: literal)))
    let kept = pieces.filter { $0 != .literal("") }
    return (Template(source: String(scalars: scalars), pieces: kept), errors)
  }

  private static func placeholder(
    _ text: ArraySlice<Unicode.Scalar>,
    endsAt end: Int,
    of count: Int
  ) throws(SyntaxError) -> Placeholder {
    let start = text.startIndex
    guard end < count else {
      throw SyntaxError(start..<start + 1, "'{' is not closed", hint: "write '{{' for a brace")
    }
    let name = String(scalars: text.dropFirst())
    if let placeholder = Placeholder(rawValue: name) { return placeholder }
    let names = Placeholder.allCases.map(\.rawValue)
    throw SyntaxError(
      start..<end + 1,
      "unknown placeholder \(shown(name))",
      hint: Suggestion.didYouMean(name, among: names)
        ?? "there are \(names.joined(separator: ", "))"
    )
  }
}
