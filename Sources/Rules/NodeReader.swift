internal import Windowing

/// A YAML mapping whose keys were checked.
struct Section {
  let position: Position
  fileprivate let entries: [(key: Located<String>, value: YAMLNode)]

  /// The value of a key, unless it is absent or left empty.
  subscript(key: String) -> YAMLNode? {
    let value = entries.first { $0.key.value == key }?.value
    if case .scalar(let scalar) = value?.content, scalar.isNull { return nil }
    return value
  }
}

/// Takes typed values out of YAML nodes and notes all that is wrong with them.
struct NodeReader {
  let source: SourceText
  var diagnostics: DiagnosticList

  init(_ source: SourceText) {
    self.source = source
    diagnostics = DiagnosticList(file: source.file)
  }

  /// Reads a whole file.
  ///
  /// - Parameters:
  ///   - source: The file.
  ///   - body: Reads its outermost value.
  /// - Returns: What could be read, and everything that is wrong, in order of place.
  static func read<File>(
    _ source: SourceText,
    _ body: (inout NodeReader, YAMLNode) -> File?
  ) -> (file: File?, diagnostics: [Diagnostic]) {
    var reader = NodeReader(source)
    let root = YAMLDocument.read(source, into: &reader.diagnostics)
    let file = root.flatMap { body(&reader, $0) }
    return (file, reader.diagnostics.diagnostics.inOrder(of: [source.file]))
  }

  /// A mapping with only the keys of a table, among them the required ones.
  mutating func section(_ node: YAMLNode, _ table: KeyTable) -> Section? {
    let (what, keys) = (table.what, table.names)
    guard case .mapping(let pairs) = node.content else {
      diagnostics.error(at: node.position, "\(what) is a mapping, but has \(described(node))")
      return nil
    }
    var entries: [(key: Located<String>, value: YAMLNode)] = []
    for (key, value) in pairs {
      guard case .scalar(let scalar) = key.content else {
        diagnostics.error(at: key.position, "a key of \(what) is a name, not \(key.kind)")
        continue
      }
      let name = Located(scalar.text, at: key.position, length: key.length)
      if keys.contains(name.value) {
        entries.append((name, value))
      } else {
        diagnostics.error(
          at: name,
          "unknown key \(shown(name.value)) in \(what)",
          hint: Suggestion.didYouMean(name.value, among: keys)
            ?? "its keys are \(keys.joined(separator: ", "))"
        )
      }
    }
    let section = Section(position: node.position, entries: entries)
    let chosen = entries.map(\.key).filter { table.alternatives.contains($0.value) }
    if let extra = chosen.dropFirst().first {
      let names = table.alternatives.map { "'\($0)'" }.joined(separator: " or ")
      diagnostics.error(at: extra, "\(what) has \(names), not both")
    }
    if !table.atLeastOne.isEmpty,
      !entries.contains(where: { table.atLeastOne.contains($0.key.value) })
    {
      let names = table.atLeastOne.map { "'\($0)'" }.joined(separator: " or ")
      diagnostics.error(at: node.position, "\(what) lacks \(names): one of them, or both")
    }
    let choice = chosen.first?.value ?? table.alternatives.first
    for key in table.required + [choice].compactMap(\.self) where section[key] == nil {
      let place = entries.first { $0.key.value == key }?.key
      diagnostics.error(
        at: place?.position ?? node.position,
        length: place?.length ?? 1,
        place == nil ? "\(what) lacks the key '\(key)'" : "'\(key)' is empty"
      )
    }
    return section
  }

  /// Says what a key needs instead of what it has.
  mutating func wrong(_ node: YAMLNode, _ key: String, needs: String, hint: String? = nil) {
    diagnostics.error(
      at: node.position,
      length: node.length,
      "'\(key)' needs \(needs), but has \(described(node))",
      hint: hint
    )
  }

  private func described(_ node: YAMLNode) -> String {
    guard case .scalar(let scalar) = node.content, !scalar.isNull else { return node.kind }
    return shown(scalar.text)
  }

  /// The text of a scalar.
  mutating func text(
    _ section: Section,
    _ key: String,
    needs: String = "a text"
  ) -> Located<String>? {
    section[key].flatMap { text($0, key, needs: needs) }
  }

  /// The text of a scalar that stands under a key.
  mutating func text(
    _ node: YAMLNode,
    _ key: String,
    needs: String
  ) -> Located<String>? {
    guard case .scalar(let scalar) = node.content, !scalar.isNull, !scalar.text.isEmpty else {
      wrong(node, key, needs: needs)
      return nil
    }
    return Located(scalar.text, at: node.position, length: node.length)
  }

  /// The text of a scalar with the place of each of its characters.
  mutating func alignedText(
    _ section: Section,
    _ key: String,
    needs: String
  ) -> AlignedText? {
    guard let node = section[key] else { return nil }
    guard case .scalar(let scalar) = node.content else {
      wrong(node, key, needs: needs)
      return nil
    }
    return AlignedText(scalar, at: node.position, in: source)
  }

  /// A list of texts; where allowed, a single text is a list of one.
  mutating func texts(
    _ section: Section,
    _ key: String,
    needs: String,
    allowsSingle: Bool = false
  ) -> [Located<String>] {
    guard let node = section[key] else { return [] }
    switch node.content {
    case .sequence(let items):
      let texts = items.compactMap { text($0, key, needs: needs) }
      var known: Set<String> = []
      for text in texts where !known.insert(text.value).inserted {
        diagnostics.error(at: text, "\(shown(text.value)) stands twice in '\(key)'")
      }
      return texts
    case .scalar where allowsSingle:
      return text(node, key, needs: needs).map { [$0] } ?? []
    default:
      wrong(node, key, needs: needs)
      return []
    }
  }

  /// One of a list of items, each with its number for messages.
  mutating func items(_ section: Section, _ key: String) -> [YAMLNode] {
    guard let node = section[key] else { return [] }
    guard case .sequence(let items) = node.content else {
      wrong(node, key, needs: "a list")
      return []
    }
    return items
  }

  /// A value that is one of a few names.
  mutating func choice<Value: RawRepresentable & CaseIterable>(
    _ section: Section,
    _ key: String,
    as type: Value.Type
  ) -> Value? where Value.RawValue == String {
    choice(section, key, among: Value.allCases.map(\.rawValue)).flatMap { Value(rawValue: $0) }
  }

  /// One of a few names.
  mutating func choice(_ section: Section, _ key: String, among names: [String]) -> String? {
    let needs = names.count == 1 ? "'\(names[0])'" : "one of \(names.joined(separator: ", "))"
    guard let text = text(section, key, needs: needs) else { return nil }
    if names.contains(text.value) { return text.value }
    diagnostics.error(
      at: text,
      "'\(key)' needs \(needs), but has \(shown(text.value))",
      hint: Suggestion.didYouMean(text.value, among: names)
    )
    return nil
  }

  /// A whole number that is not negative.
  mutating func count(_ section: Section, _ key: String) -> UInt64? {
    let needs = "a whole number"
    guard let node = section[key], let text = text(node, key, needs: needs) else { return nil }
    let isDigits = text.value.unicodeScalars.allSatisfy(\.isDigit)
    guard isDigits, let count = UInt64(text.value), count < 1 << 53 else {
      wrong(node, key, needs: needs)
      return nil
    }
    return count
  }

  /// `true` or `false`.
  mutating func flag(_ section: Section, _ key: String) -> Bool? {
    guard let node = section[key], let text = text(node, key, needs: "true or false") else {
      return nil
    }
    switch text.value {
    case "true": return true
    case "false": return false
    default:
      wrong(node, key, needs: "true or false")
      return nil
    }
  }

  /// The file's `version`, of which there is one.
  mutating func checkVersion(_ section: Section) {
    guard let node = section["version"], let text = text(node, "version", needs: "1") else {
      return
    }
    guard text.value != "1" else { return }
    wrong(node, "version", needs: "1", hint: "this leeway reads version 1 only")
  }
}
