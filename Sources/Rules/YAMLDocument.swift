internal import Yams

/// Reads one YAML document into nodes, with bounds on what a hostile file can cost.
enum YAMLDocument {
  /// Longest file that is read: 1 MiB.
  static let byteLimit = 1 << 20
  /// Deepest nesting that is read.
  static let depthLimit = 32

  /// The document's root, or nil when it is empty or broken; then the list says why.
  static func read(_ source: SourceText, into diagnostics: inout DiagnosticList) -> YAMLNode? {
    let text = source.text
    let start = Position(line: 1, column: 1)
    guard text.utf8.count <= byteLimit else {
      diagnostics.error(at: start, "the file is larger than 1 MiB")
      return nil
    }
    if let alias = AliasScan.firstAlias(in: source) {
      diagnostics.error(
        at: alias.position,
        length: alias.name.unicodeScalars.count + 1,
        "aliases are not supported",
        hint: "write the value of \(shown("&" + alias.name)) again"
      )
      return nil
    }
    do {
      // Without resolver rules nothing is guessed: 'no' stays text, a duration is no timestamp.
      let parser = try Parser(yaml: padded(text), resolver: .basic, encoding: .utf8)
      guard let root = try parser.singleRoot() else {
        diagnostics.error(at: start, "the file is empty")
        return nil
      }
      return convert(root, depth: 1, into: &diagnostics)
    } catch let error as YamlError {
      report(error, in: source, into: &diagnostics)
    } catch {
      diagnostics.error(at: start, "not YAML: \(error)")
    }
    return nil
  }

  // Yams keeps a pointer into the string, which for one of up to 15 bytes is one into the stack.
  private static func padded(_ text: String) -> String {
    text.utf8.count < 16 ? text + "\n" + String(repeating: " ", count: 16) : text
  }

  private static func convert(
    _ node: Node,
    depth: Int,
    isKey: Bool = false,
    into diagnostics: inout DiagnosticList
  ) -> YAMLNode? {
    let position = Position(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
    guard depth <= depthLimit else {
      diagnostics.error(at: position, "nested more than \(depthLimit) deep")
      return nil
    }
    if !isKey, isTagged(node) {
      let hint = "quote a text that starts with '!'"
      diagnostics.error(at: position, "tags are not supported", hint: hint)
    }
    switch node {
    case .scalar(let scalar):
      let content = YAMLScalar(text: scalar.string, style: style(of: scalar))
      return YAMLNode(content: .scalar(content), position: position)
    case .sequence(let sequence):
      let items = sequence.compactMap {
        convert($0, depth: depth + 1, isKey: isKey, into: &diagnostics)
      }
      return YAMLNode(content: .sequence(items), position: position)
    case .mapping(let mapping):
      var pairs: [(key: YAMLNode, value: YAMLNode)] = []
      for (key, value) in mapping {
        guard let key = convert(key, depth: depth + 1, isKey: true, into: &diagnostics),
          let value = convert(value, depth: depth + 1, isKey: isKey, into: &diagnostics)
        else { continue }
        pairs.append((key, value))
      }
      return YAMLNode(content: .mapping(pairs), position: position)
    case .alias:
      diagnostics.error(at: position, "aliases are not supported")
      return nil
    }
  }

  /// Whether a `!tag` was written: `! psi(age) < 1` must not quietly lose what looks like a 'not'.
  ///
  /// Of keys it cannot be told, because Yams replaces their tags when it looks for duplicates.
  private static func isTagged(_ node: Node) -> Bool {
    switch node {
    case .scalar(let scalar):
      let isPlain = style(of: scalar) == .plain
      return scalar.tag != (isPlain ? .implicit : Tag(.str))
    case .sequence(let sequence): return sequence.tag != .implicit
    case .mapping(let mapping): return mapping.tag != .implicit
    case .alias: return false
    }
  }

  private static func style(of scalar: Node.Scalar) -> YAMLScalar.Style {
    switch scalar.style {
    case .singleQuoted: .singleQuoted
    case .doubleQuoted: .doubleQuoted
    case .literal, .folded: .block
    case .any, .plain: .plain
    }
  }

  private static func report(
    _ error: YamlError,
    in source: SourceText,
    into diagnostics: inout DiagnosticList
  ) {
    switch error {
    case .scanner(let context, let problem, let mark, _),
      .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      // What is open at the end of the file is wrong where it was opened.
      let isAtEnd = problem.hasSuffix("end of stream")
      let place = isAtEnd ? context?.mark ?? mark : mark
      let offset = source.offset(of: Position(line: place.line, column: place.column))
      let doing = context.map { "\($0.text): " } ?? ""
      diagnostics.error(
        at: source.position(of: offset),
        problem.hasPrefix("Maximum nesting level")
          ? "nested more than \(depthLimit) deep" : "not YAML: \(doing)\(problem)"
      )
    case .duplicatedKeysInMapping(let keys, let context):
      let position = Position(line: context.mark.line, column: context.mark.column)
      let key = keys.first ?? ""
      diagnostics.error(
        at: position,
        length: key.unicodeScalars.count,
        "key \(shown(key)) stands more than once in this mapping"
      )
    case .reader(let problem, let offset, _, _):
      // The offset counts characters, a position Unicode scalars.
      let before = source.text.prefix(offset ?? 0).unicodeScalars.count
      diagnostics.error(at: source.position(of: before), "not YAML: \(problem)")
    default:
      diagnostics.error(at: Position(line: 1, column: 1), "not YAML: \(error)")
    }
  }
}
