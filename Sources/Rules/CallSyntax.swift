/// A metric as written, before the catalog was asked: `missing(amount, null)`.
struct CallSyntax: Equatable {
  struct Argument: Equatable {
    var text: String
    var isQuoted: Bool
    var range: Range<Int>
  }

  var name: String
  var nameRange: Range<Int>
  var arguments: [Argument]

  /// Reads a name, and in parentheses what stands behind it.
  static func parse(_ cursor: inout TokenCursor) throws(SyntaxError) -> CallSyntax {
    guard case .word(let name) = cursor.current.kind, !reserved.contains(name) else {
      throw cursor.expected("a metric such as 'missing(amount)'")
    }
    let nameRange = cursor.advance().range
    var arguments: [Argument] = []
    if cursor.accept(.opening), !cursor.accept(.closing) {
      repeat { arguments.append(try argument(&cursor)) } while cursor.accept(.comma)
      guard cursor.accept(.closing) else { throw cursor.expected("',' or ')'") }
    }
    return CallSyntax(name: name, nameRange: nameRange, arguments: arguments)
  }

  /// Words that join tests and so name nothing.
  static let reserved = ["and", "or", "not", "of"]

  private static func argument(_ cursor: inout TokenCursor) throws(SyntaxError) -> Argument {
    switch cursor.current.kind {
    case .word(let text):
      return Argument(text: text, isQuoted: false, range: cursor.advance().range)
    case .quoted(let text):
      return Argument(text: text, isQuoted: true, range: cursor.advance().range)
    case .quantity:
      throw cursor.expected("a field name", hint: "quote a field name that starts with a digit")
    default:
      throw cursor.expected("a field name")
    }
  }
}

extension CallSyntax: CustomStringConvertible {
  /// As the parser reads it back.
  var description: String {
    if arguments.isEmpty { return name }
    return name + "(" + arguments.map(\.description).joined(separator: ", ") + ")"
  }
}

extension CallSyntax.Argument: CustomStringConvertible {
  var description: String {
    guard isQuoted else { return text }
    let escaped = text.unicodeScalars.flatMap { scalar -> [Unicode.Scalar] in
      scalar == "\"" || scalar == "\\" ? ["\\", scalar] : [scalar]
    }
    return "\"" + String(scalars: escaped) + "\""
  }
}
