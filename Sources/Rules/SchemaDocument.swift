/// JSON Schemas of the formats, for editors: from the tables that the readers accept keys by,
/// and the catalog.
public enum SchemaDocument {
  /// Of a monitor's file: `rules/monitor.schema.json`.
  public static var monitor: String {
    document("A monitor of Leeway", .monitor, definitions: [.duration, .path, .window])
  }

  /// Of a rule file: `rules/rules.schema.json`.
  public static var rules: String {
    let definitions: [Shape.Definition] = [.duration, .condition, .firing, .template, .window]
    return document("A rule file of Leeway", .ruleFile, definitions: definitions)
  }

  /// Of a file of tests: `rules/tests.schema.json`.
  public static var tests: String {
    let definitions: [Shape.Definition] = [.duration, .path, .window, .record]
    return document("A file of tests of Leeway's rules", .testFile, definitions: definitions)
  }

  private static func document(
    _ title: String,
    _ table: KeyTable,
    definitions: [Shape.Definition]
  ) -> String {
    let head: [(name: String, value: SchemaValue)] = [
      ("$schema", "http://json-schema.org/draft-07/schema#"), ("title", .string(title)),
    ]
    let shared = definitions.map { (name: $0.rawValue, value: SchemaValue.object($0.members)) }
    let members = head + Shape.mapping(table).members + [("definitions", .object(shared))]
    return SchemaValue.object(members).text() + "\n"
  }
}

extension Shape {
  /// The members of its schema.
  fileprivate var members: [(name: String, value: SchemaValue)] {
    switch self {
    case .version: return [("const", 1)]
    case .text: return [("type", "string"), ("minLength", 1)]
    case .pattern(let pattern): return [("type", "string"), ("pattern", .string(pattern))]
    case .choice(let words): return [("enum", .array(words.map { .string($0) }))]
    case .count(let least, let most):
      return [("type", "integer"), ("minimum", .number(least))]
        + (most.map { [("maximum", .number($0))] } ?? [])
    case .flag: return [("type", "boolean")]
    case .scalar: return [("type", ["string", "number", "boolean"])]
    case .definition(let definition):
      return [("$ref", .string("#/definitions/\(definition.rawValue)"))]
    case .list(let item, let count):
      return [("type", "array"), ("items", .object(item.members))]
        + (count > 0 ? [("minItems", .number(count))] : []) + [("uniqueItems", true)]
    case .oneOrMore(let item): return Shape.either([item, .list(item)]).members
    case .mapping(let table): return table.members
    case .dictionary(let keys, let value, let most):
      return [
        ("type", "object"), ("propertyNames", ["pattern": .string(keys)]),
        ("additionalProperties", .object(value.members)),
      ] + (most.map { [("maxProperties", .number($0))] } ?? [])
    case .either(let shapes):
      return [("anyOf", .array(shapes.map { .object($0.members) }))]
    }
  }
}

extension KeyTable {
  fileprivate var members: [(name: String, value: SchemaValue)] {
    let properties = keys.map { key in
      let examples: [(name: String, value: SchemaValue)] =
        key.examples.isEmpty ? [] : [("examples", .array(key.examples))]
      let standard = key.defaultValue.map { [(name: "default", value: $0)] } ?? []
      let description = [(name: "description", value: SchemaValue.string(key.description))]
      // Beside a bare reference a description would be ignored.
      let shape: [(name: String, value: SchemaValue)] =
        if case .definition = key.shape {
          [("allOf", [.object(key.shape.members)])]
        } else {
          key.shape.members
        }
      return (name: key.name, value: SchemaValue.object(description + shape + standard + examples))
    }
    return [("type", "object"), ("properties", .object(properties))]
      + (required.isEmpty ? [] : [("required", .array(required.map { .string($0) }))])
      + (alternatives.isEmpty
        ? [] : [("oneOf", .array(alternatives.map { ["required": [.string($0)]] }))])
      + (atLeastOne.isEmpty
        ? [] : [("anyOf", .array(atLeastOne.map { ["required": [.string($0)]] }))])
      + [("additionalProperties", false)]
  }
}

extension Shape.Definition {
  fileprivate var members: [(name: String, value: SchemaValue)] {
    let pattern: String? =
      switch self {
      case .duration: SchemaPattern.duration
      case .condition: SchemaPattern.condition
      case .firing: SchemaPattern.firing
      case .template: SchemaPattern.template
      case .path: SchemaPattern.path
      case .window, .record: nil
      }
    let text = self == .condition ? description + Self.metricList : description
    let shape =
      pattern.map { Shape.pattern($0).members }
      ?? (self == .window ? Shape.either([.duration, .mapping(.window)]).members : Self.fields)
    return [("description", .string(text))] + shape
  }

  /// What it is, for people.
  var description: String {
    switch self {
    case .duration: "A time with its unit: 90s, 5m, 1h30m, 7d."
    case .condition:
      """
      Metrics compared with quantities, joined by and, or, not and parentheses: \
      missing(amount) < 1% and 0 < mean(amount) <= 100. Without a field where 'each' names them.
      Or values of one field: status in ["new", "paid"] for 99.9%, code matches "[A-Z]{3}".
      """
    case .firing: "firing(RULE), firing(RULE) >= 3, firing(RULE) >= 30% of features; and, or, not."
    case .template:
      "Text with values: "
        + Template.Placeholder.allCases.map { "{\($0.rawValue)}" }.joined(separator: ", ")
        + "; {{ is a brace."
    case .path:
      "The path of a field, such as payload.amount; $timestamp, $key and $header.NAME are of "
        + "the record."
    case .window:
      "Stretches of event time: 7d, { size: 6h, every: 1h, align: 5h }, or "
        + "{ size: 1h, min_records: 500, at_most: 24h }."
    case .record: "Values, or generators such as normal(20, 1) and choice(a 70%, b 30%)."
    }
  }

  /// Fields, and fields of fields.
  private static let fields: [(name: String, value: SchemaValue)] = [
    ("type", "object"),
    (
      "additionalProperties",
      [
        "anyOf": [
          ["type": ["string", "number", "boolean", "null"]], ["$ref": "#/definitions/record"],
        ]
      ]
    ),
  ]

  private static var metricList: String {
    Catalog.metrics.map { "\n- \($0.name) (\($0.unit.rawValue)): \($0.summary)" }.joined()
  }
}
