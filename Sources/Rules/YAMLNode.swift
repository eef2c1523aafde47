/// A YAML value with its place: the only form in which the readers of this room see YAML.
struct YAMLNode {
  indirect enum Content {
    case scalar(YAMLScalar)
    case sequence([YAMLNode])
    case mapping([(key: YAMLNode, value: YAMLNode)])
  }

  var content: Content
  var position: Position

  /// What to underline.
  var length: Int {
    if case .scalar(let scalar) = content { scalar.sourceLength } else { 1 }
  }

  /// What it is, for messages.
  var kind: String {
    switch content {
    case .scalar(let scalar): scalar.isNull ? "nothing" : "a scalar"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}

/// A YAML scalar: what it says, and how that was written.
struct YAMLScalar {
  enum Style { case plain, singleQuoted, doubleQuoted, block }

  var text: String
  var style: Style

  /// Written as nothing, `~` or `null`.
  var isNull: Bool {
    style == .plain && (text.isEmpty || ["~", "null", "Null", "NULL"].contains(text))
  }

  var sourceLength: Int {
    switch style {
    case .plain: max(1, text.unicodeScalars.count)
    case .singleQuoted, .doubleQuoted: text.unicodeScalars.count + 2
    case .block: 1
    }
  }
}
