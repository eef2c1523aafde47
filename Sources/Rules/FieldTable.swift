internal import Records

/// The reference's fields as a monitor sees them: judged, or given another role.
struct FieldTable {
  /// What became of a field.
  enum Standing {
    case judged(Int)
    /// Not judged, because it is this to the monitor.
    case role(String)
    case unknown
  }

  let schema: ReferenceSchema
  private(set) var judged: [PlannedField] = []
  private var standings: [FieldPath: Standing] = [:]

  init(monitor: MonitorFile, schema: ReferenceSchema) {
    self.schema = schema
    for (path, role) in [
      (monitor.time, "the event's time"), (monitor.id, "the event's id"),
      (monitor.modelVersion, "the model's version"),
    ] {
      if let path { standings[FieldPath(path.value)] = .role(role) }
    }
    for path in monitor.ignored { standings[FieldPath(path.value)] = .role("ignored") }
    let roles = standings
    let predictions = Set(monitor.predictions.map { FieldPath($0.value) })
    standings = [:]
    for (index, field) in schema.fields.enumerated() {
      let path = FieldPath(field.name)
      if let role = roles[path] {
        standings[path] = role
        continue
      }
      standings[path] = .judged(judged.count)
      judged.append(
        PlannedField(
          name: field.name,
          path: path,
          kind: field.kind,
          isPrediction: predictions.contains(path),
          referenceIndex: index
        )
      )
    }
  }

  func standing(of name: String) -> Standing { standings[FieldPath(name)] ?? .unknown }

  /// Whether the reference has a field, judged or not.
  func has(_ name: String) -> Bool { standings[FieldPath(name)] != nil }

  /// The judged fields of a group, in the reference's order.
  func members(of group: FieldGroup) -> [Int] {
    judged.indices.filter { index in
      let field = judged[index]
      return switch group {
      case .predictions: field.isPrediction
      case .features: !field.isPrediction
      case .numeric: !field.isPrediction && field.kind == .numeric
      case .categorical: !field.isPrediction && field.kind == .categorical
      }
    }
  }

  /// The judged fields whose names match a pattern, in which `*` stands for any text.
  func matches(of pattern: String) -> [Int] {
    let pattern = Array(pattern.unicodeScalars)
    return judged.indices.filter { index in
      Self.matches(Array(judged[index].name.unicodeScalars), pattern)
    }
  }

  /// Whether anything is known of how the fields differ from themselves.
  var hasNatural: Bool {
    judged.contains { schema.fields[$0.referenceIndex].hasNatural }
  }

  /// Greedy matching that goes back to the last star: O(name · pattern).
  static func matches(_ name: [Unicode.Scalar], _ pattern: [Unicode.Scalar]) -> Bool {
    var (at, next) = (0, 0)
    var star: (pattern: Int, name: Int)?
    while at < name.count {
      if next < pattern.count, pattern[next] == "*" {
        star = (next, at)
        next += 1
      } else if next < pattern.count, pattern[next] == name[at] {
        (at, next) = (at + 1, next + 1)
      } else if let last = star {
        star = (last.pattern, last.name + 1)
        (at, next) = (last.name + 1, last.pattern + 1)
      } else {
        return false
      }
    }
    return pattern[next...].allSatisfy { $0 == "*" }
  }
}
