/// The keys of one kind of mapping: the reader accepts these and no others, and the JSON Schema
/// describes them.
struct KeyTable: Sendable {
  /// A key and what may stand under it.
  struct Key: Sendable {
    var name: String
    var isRequired: Bool
    var shape: Shape
    /// A sentence or two for whoever points at the key.
    var description: String
    var examples: [SchemaValue]
    /// What holds where the key is left out; nil where then nothing does, or it depends.
    var defaultValue: SchemaValue?

    /// A key that may be left out.
    static func optional(
      _ name: String,
      _ shape: Shape,
      _ description: String,
      _ examples: SchemaValue...
    ) -> Key {
      Key(
        name: name,
        isRequired: false,
        shape: shape,
        description: description,
        examples: examples
      )
    }

    /// The same key, which says what holds without it.
    func defaulting(to value: SchemaValue) -> Key {
      var key = self
      key.defaultValue = value
      return key
    }

    /// A key that must be there.
    static func required(
      _ name: String,
      _ shape: Shape,
      _ description: String,
      _ examples: SchemaValue...
    ) -> Key {
      Key(
        name: name,
        isRequired: true,
        shape: shape,
        description: description,
        examples: examples
      )
    }
  }

  /// The mapping, for messages: `a rule`.
  var what: String
  /// In the order of the documents.
  var keys: [Key]
  /// Keys of which exactly one must be there; none of them is required for itself.
  var alternatives: [String]
  /// Keys of which at least one must be there; none of them is required for itself.
  var atLeastOne: [String]

  init(
    _ what: String,
    _ keys: [Key],
    alternatives: [String] = [],
    atLeastOne: [String] = []
  ) {
    self.what = what
    self.keys = keys
    self.alternatives = alternatives
    self.atLeastOne = atLeastOne
  }

  /// The names of all keys.
  var names: [String] { keys.map(\.name) }
  /// The names of those that must be there.
  var required: [String] { keys.filter(\.isRequired).map(\.name) }
}

/// What may stand under a key, as far as a JSON Schema can say it.
indirect enum Shape: Sendable {
  /// The format's version.
  case version
  /// Any text.
  case text
  /// Text of a pattern.
  case pattern(String)
  /// One of these words.
  case choice([String])
  /// A whole number.
  case count(from: Int, to: Int?)
  /// `true` or `false`.
  case flag
  /// A text, a number or a truth value: it is read as text.
  case scalar
  /// What many keys take, by its name among the schema's definitions.
  case definition(Definition)
  /// A list; at least so many.
  case list(Shape, atLeast: Int = 0)
  /// A list, or one of its items alone.
  case oneOrMore(Shape)
  /// A mapping with these keys.
  case mapping(KeyTable)
  /// A mapping whose keys the writer chooses, by a pattern.
  case dictionary(keys: String, Shape, atMost: Int? = nil)
  /// Any of these.
  case either([Shape])

  /// What stands in a schema once, however many keys take it.
  enum Definition: String, Sendable, CaseIterable {
    case duration, condition, firing, template, path, window, record
  }

  static let duration = Shape.definition(.duration)
  static let condition = Shape.definition(.condition)
  static let firing = Shape.definition(.firing)
  static let template = Shape.definition(.template)
  static let path = Shape.definition(.path)
  static let window = Shape.definition(.window)
  /// The name of a rule, a trigger or a label.
  static let identifier = Shape.pattern("^[A-Za-z_][A-Za-z0-9_]{0,127}$")
  /// What becomes part of topic names.
  static let topicName = Shape.pattern("^[A-Za-z0-9._-]{1,\(NodeReader.partLimit)}$")

  static func names<Value: RawRepresentable & CaseIterable>(of type: Value.Type) -> Shape
  where Value.RawValue == String {
    .choice(type.allCases.map(\.rawValue))
  }
}
