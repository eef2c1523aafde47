/// A metric as written, before the catalog was asked: `missing(amount, null)`, or one on the series
/// of another, `adwin(mean(amount))`.
struct CallSyntax: Equatable {
  struct Argument: Equatable {
    var text: String
    var isQuoted: Bool
    var range: Range<Int>
    /// What stands in parentheses behind it; nil without any.
    var arguments: [Argument]?
    /// The model version that stands behind `versus`; nil without one.
    var version: String?
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
    let arguments = try list(&cursor) { (cursor) throws(SyntaxError) in
      try argument(&cursor, of: name, depth: 2)
    }
    return CallSyntax(name: name, nameRange: nameRange, arguments: arguments ?? [])
  }

  /// Reads what stands in parentheses; nil where none open.
  private static func list(
    _ cursor: inout TokenCursor,
    argument: (inout TokenCursor) throws(SyntaxError) -> Argument
  ) throws(SyntaxError) -> [Argument]? {
    guard cursor.accept(.opening) else { return nil }
    var arguments: [Argument] = []
    guard !cursor.accept(.closing) else { return arguments }
    repeat { arguments.append(try argument(&cursor)) } while cursor.accept(.comma)
    guard cursor.accept(.closing) else {
      let isName = cursor.current.kind == .openingBracket
      throw cursor.expected(
        "',' or ')'",
        hint: isName ? "quote a field name that holds such characters" : nil
      )
    }
    return arguments
  }

  /// Words that join tests and so name nothing.
  static let reserved = ["and", "or", "not", "of"]

  /// Reads an argument, and behind it its own, so many parentheses deep.
  ///
  /// One level more than anything takes, so that what takes none can say so.
  private static func argument(
    _ cursor: inout TokenCursor,
    of name: String,
    depth: Int
  ) throws(SyntaxError) -> Argument {
    var argument = try word(&cursor, of: name)
    guard !argument.isQuoted, depth > 0 else { return argument }
    if argument.text == Metric.versusArgument, let version = version(&cursor) {
      argument.version = version
      argument.range = argument.range.lowerBound..<cursor.previousEnd
      return argument
    }
    argument.arguments = try list(&cursor) { (cursor) throws(SyntaxError) in
      try Self.argument(&cursor, of: argument.text, depth: depth - 1)
    }
    return argument
  }

  /// Reads a model version, as it stands in the events; nil where none follows.
  private static func version(_ cursor: inout TokenCursor) -> String? {
    switch cursor.current.kind {
    case .word(let text), .quoted(let text):
      cursor.advance()
      return text
    case .quantity: return cursor.text(of: cursor.advance().range)
    default: return nil
    }
  }

  private static func word(
    _ cursor: inout TokenCursor,
    of name: String
  ) throws(SyntaxError) -> Argument {
    switch cursor.current.kind {
    case .word(let text):
      return Argument(text: text, isQuoted: false, range: cursor.advance().range)
    case .quoted(let text):
      return Argument(text: text, isQuoted: true, range: cursor.advance().range)
    case .quantity:
      let quote = "quote a field name that starts with a digit"
      guard let metric = Catalog.metric(named: name), metric.arguments == .percentiles else {
        throw cursor.expected("a field name", hint: quote)
      }
      let hint = Metric.Arguments.percentileHint
      throw cursor.expected("a percentile", hint: metric.isOfField ? "\(hint); \(quote)" : hint)
    case .openingBracket:
      throw cursor.expected("a field name", hint: "quote one that holds such characters")
    default:
      throw cursor.expected("a field name")
    }
  }
}

extension CallSyntax {
  /// An argument that is a call itself.
  init(_ argument: Argument) {
    self.init(
      name: argument.text,
      nameRange: argument.range,
      arguments: argument.arguments ?? []
    )
  }

  /// The same with other arguments.
  func with(_ arguments: some Sequence<Argument>) -> CallSyntax {
    var call = self
    call.arguments = Array(arguments)
    return call
  }
}

extension CallSyntax.Argument {
  /// Whether it asks for the previous window in the reference's place.
  var isPrevious: Bool { isBaseline && text == Metric.previousArgument }

  /// Whether it asks for anything else than the reference in the reference's place.
  var isBaseline: Bool { !isQuoted && arguments == nil && isBaselineKeyword }

  /// Whether it is a word that does, quoted or not.
  var isBaselineKeyword: Bool { [Metric.previousArgument, Metric.versusArgument].contains(text) }
}

extension CallSyntax: CustomStringConvertible {
  /// As the parser reads it back.
  var description: String {
    arguments.isEmpty ? name : name + arguments.inParentheses
  }
}

extension CallSyntax.Argument: CustomStringConvertible {
  var description: String {
    guard !isQuoted else { return Self.quoted(text) }
    return text + (version.map { " " + Self.quoted($0) } ?? "") + (arguments?.inParentheses ?? "")
  }

  private static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.flatMap { scalar -> [Unicode.Scalar] in
      scalar == "\"" || scalar == "\\" ? ["\\", scalar] : [scalar]
    }
    return "\"" + String(scalars: escaped) + "\""
  }
}

extension [CallSyntax.Argument] {
  fileprivate var inParentheses: String {
    "(" + map(\.description).joined(separator: ", ") + ")"
  }
}
