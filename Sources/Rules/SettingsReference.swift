/// The reference of what monitors and rule files may say, as Markdown: from the tables that the
/// readers accept keys by.
public enum SettingsReference {
  /// A section for each kind of mapping, and what their values are.
  public static var document: String {
    var tables: [KeyTable] = []
    for root in [KeyTable.monitor, .ruleFile] { add(root, to: &tables) }
    let sections = tables.map { "### \($0.title)\n\n\($0.rows)\n" }
    let kinds: [Shape.Definition] = [.duration, .window, .path, .condition, .firing, .template]
    let values = kinds.map { kind in
      "- **\(kind.rawValue)**: \(kind.description.replacing("\n", with: " "))\n"
    }
    return sections.joined() + "### What stands under them\n\n" + values.joined()
  }

  /// A table, and behind it those that stand in it.
  private static func add(_ table: KeyTable, to tables: inout [KeyTable]) {
    guard !tables.contains(where: { $0.what == table.what }) else { return }
    tables.append(table)
    for inner in table.keys.flatMap(\.shape.tables) { add(inner, to: &tables) }
  }
}

extension KeyTable {
  fileprivate var title: String {
    let name = what.replacing("'", with: "")
    return what.hasPrefix("'") ? "`\(name)`" : what.prefix(1).uppercased() + what.dropFirst()
  }

  /// As GitHub names the place of the heading.
  fileprivate var link: String {
    let anchor = what.replacing("'", with: "").replacing(" ", with: "-")
    return "[\(what.replacing("'", with: "`"))](#\(anchor))"
  }

  fileprivate var rows: String {
    let lines = keys.map { key in
      let needed =
        if key.isRequired { "yes" } else if alternatives.contains(key.name) {
          Self.quoted(alternatives).joined(separator: " or ")
        } else if atLeastOne.contains(key.name) {
          Self.quoted(atLeastOne).joined(separator: ", ") + " or both"
        } else { "" }
      let cells = [
        "`\(key.name)`", needed, key.shape.text, key.description,
        key.defaultValue.map(Self.code) ?? "",
        key.examples.map(Self.code).joined(separator: ", "),
      ]
      return "| " + cells.joined(separator: " | ") + " |\n"
    }
    return "| key | required | takes | | default | for example |\n|---|---|---|---|---|---|\n"
      + lines.joined()
  }

  private static func code(_ value: SchemaValue) -> String {
    if case .string(let text) = value { "`\(text)`" } else { "`\(value.compact)`" }
  }

  fileprivate static func quoted(_ words: [String]) -> [String] { words.map { "`\($0)`" } }
}

extension Shape {
  /// The mappings that may stand there.
  fileprivate var tables: [KeyTable] {
    switch self {
    case .mapping(let table): [table]
    case .definition(.window): [.window]
    case .list(let item, _), .oneOrMore(let item), .dictionary(_, let item, _): item.tables
    case .either(let shapes): shapes.flatMap(\.tables)
    default: []
    }
  }

  /// What may stand there, in a few words.
  fileprivate var text: String {
    switch self {
    case .version: "`1`"
    case .text, .pattern: "text"
    case .choice(let words): KeyTable.quoted(words).joined(separator: ", ")
    case .count(let least, let most):
      "whole number from \(least)" + (most.map { " to \($0)" } ?? "")
    case .flag: "`true`, `false`"
    case .scalar: "value"
    case .definition(.window): "window: a duration, or \(KeyTable.window.link)"
    case .definition(let definition): definition.rawValue
    case .list(let item, _): "list of \(item.text)"
    case .oneOrMore(let item): "\(item.text), or a list of them"
    case .mapping(let table): table.link
    case .dictionary(_, let item, let most):
      "a \(item.text) for each name" + (most.map { ", at most \($0)" } ?? "")
    case .either(let shapes): shapes.map(\.text).joined(separator: ", or ")
    }
  }
}
