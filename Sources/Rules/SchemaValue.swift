internal import Records

/// A JSON value of a schema, written for people: members in their order, a line each.
enum SchemaValue: Sendable {
  case string(String)
  case number(Int)
  case flag(Bool)
  case array([SchemaValue])
  case object([(name: String, value: SchemaValue)])

  /// The text, indented by two spaces a level; short arrays and objects on one line.
  func text(depth: Int = 0) -> String {
    let line = compact
    let indentation = String(repeating: "  ", count: depth + 1)
    let end = "\n" + String(repeating: "  ", count: depth)
    switch self {
    case .array(let values) where line.utf8.count > Self.lineLength - 2 * depth:
      let items = values.map { indentation + $0.text(depth: depth + 1) }
      return "[\n" + items.joined(separator: ",\n") + end + "]"
    case .object(let members) where !members.isEmpty && (depth == 0 || !isFlat(line, depth)):
      let items = members.map { name, value in
        "\(indentation)\(Self.quoted(name)): \(value.text(depth: depth + 1))"
      }
      return "{\n" + items.joined(separator: ",\n") + end + "}"
    default: return line
    }
  }

  private static let lineLength = 80

  private func isFlat(_ line: String, _ depth: Int) -> Bool {
    line.utf8.count <= Self.lineLength - 2 * depth
  }

  /// The text on one line.
  var compact: String {
    switch self {
    case .string(let text): Self.quoted(text)
    case .number(let number): number.description
    case .flag(let flag): flag.description
    case .array(let values): "[" + values.map(\.compact).joined(separator: ", ") + "]"
    case .object(let members):
      "{" + members.map { "\(Self.quoted($0)): \($1.compact)" }.joined(separator: ", ") + "}"
    }
  }

  private static func quoted(_ text: String) -> String {
    var json = JSONText()
    json.string(text)
    return json.string
  }
}

extension SchemaValue: ExpressibleByStringInterpolation {
  init(stringLiteral value: String) { self = .string(value) }
}

extension SchemaValue: ExpressibleByIntegerLiteral {
  init(integerLiteral value: Int) { self = .number(value) }
}

extension SchemaValue: ExpressibleByBooleanLiteral {
  init(booleanLiteral value: Bool) { self = .flag(value) }
}

extension SchemaValue: ExpressibleByArrayLiteral {
  init(arrayLiteral elements: SchemaValue...) { self = .array(elements) }
}

extension SchemaValue: ExpressibleByDictionaryLiteral {
  init(dictionaryLiteral elements: (String, SchemaValue)...) {
    self = .object(elements.map { (name: $0, value: $1) })
  }
}
