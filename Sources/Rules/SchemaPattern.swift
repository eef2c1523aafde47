/// Regular expressions of the texts that rules and monitors hold, as ECMA 262 and Python read them.
///
/// What they refuse is wrong; the parser knows more. A condition is told by its tokens: whether
/// names are metrics and quantities have units, not whether parentheses close.
enum SchemaPattern {
  private static let anyDuration = #"(?=\d)(?:\d+d)?(?:\d+h)?(?:\d+m(?!s))?(?:\d+s)?(?:\d+ms)?"#

  static let duration = "^\(anyDuration)$"
  static let windows = #"^\d+\s+windows?$"#
  static let hold = "^(?:\(anyDuration)|\\d+\\s+(?:of\\s+\\d+\\s+)?windows?)$"
  static let budget = "^[0-9.]+(?:[eE][-+]?\\d+)?\\s+per\\s+\(anyDuration)$"
  static let requests = "^\\d+\\s+per\\s+\(anyDuration)$"
  static let time = #"^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[-+]\d\d:\d\d)$"#

  /// What starts with a dollar is one of three.
  static let path = #"^(?!\$)|^\$(?:timestamp|key|header\..+)$"#

  static let template: String = {
    let names = Template.Placeholder.allCases.map(\.rawValue).joined(separator: "|")
    return #"^(?:[^{}]|\{\{|\}\}|\{(?:"# + names + #")\})*$"#
  }()

  private static let quantity =
    #"[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?(?: ?%|/s|[A-Za-z][A-Za-z0-9]*)?(?![\w.%/])"#
  private static let relation = "<=|>=|==|!=|<|>"
  private static let quoted = #""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'"#

  /// Names, quoted or not, in parentheses so many deep.
  private static func arguments(depth: Int) -> String {
    let inner = depth > 1 ? "|" + arguments(depth: depth - 1) : ""
    return #"\((?:[^()"']|"# + quoted + inner + #")*\)"#
  }

  static let condition: String = {
    let metrics = Catalog.metrics.map(\.name).joined(separator: "|")
    let call = #"(?:"# + metrics + #")\b(?:\s*"# + arguments(depth: 2) + #"|(?!\s*\())"#
    let field = #"(?:[^\s\[\]()"'<>=!,]+|"# + quoted + ")"
    let list = #"in\s*\[(?:[^\[\]"']|"# + quoted + #")*\]"#
    let values = field + #"\s+(?:"# + list + #"|matches\s*(?:"# + quoted + #"))(?:\s*for\b)?"#
    return tokens([values, #"(?:and|or|not)\b"#, call])
  }()

  static let firing: String = {
    let groups = FieldGroup.allCases.map(\.rawValue).joined(separator: "|")
    return tokens([#"(?:and|or|not|of|"# + groups + #")\b"#, #"firing\s*\([^()]*\)"#])
  }()

  private static func tokens(_ words: [String]) -> String {
    let all = [#"\s"#, "[()]", relation, quantity] + words
    return "^(?:" + all.joined(separator: "|") + ")+$"
  }
}
