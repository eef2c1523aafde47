public import Records
public import Rules

/// Which columns a monitor asks the decoder for, and where each stands.
public struct RecordLayout: Equatable, Sendable {
  /// What to decode: the judged fields first, in the plan's order, then the others needed.
  public private(set) var requests: [FieldRequest] = []
  /// Paths that are no surprise in a record but not needed.
  public let known: [FieldPath]
  /// Column of the event time.
  public private(set) var time = 0
  /// Column of the model version, when the monitor names one.
  public private(set) var modelVersion: Int?
  /// Column of the identifying field, where its values are counted.
  public private(set) var identifier: Int?
  /// Columns that must equal a value, or the record is filtered.
  public private(set) var filters: [Filter] = []

  /// An equality of the monitor's `where`.
  public struct Filter: Equatable, Sendable {
    /// Column compared.
    public let column: Int
    /// Text it must hold, in UTF-8.
    public let value: [UInt8]
  }

  /// The columns of a plan.
  ///
  /// - Parameters:
  ///   - plan: Checked against the same references.
  ///   - referenceFields: Names of all fields of any of the references: none of them is unexpected,
  ///     whatever the model version. The decoder, which finds the unexpected ones, does not know a
  ///     record's version before it has read all of it.
  public init(plan: Plan, referenceFields: [String]) {
    let others = referenceFields.map { FieldPath($0) } + plan.roles.ignored.map { FieldPath($0) }
    known = others + [plan.roles.id].compactMap { $0 }
    for field in plan.fields {
      requests.append(FieldRequest(path: field.path, wantsNumberText: field.kind == .categorical))
    }
    time = column(of: plan.roles.time)
    modelVersion = plan.roles.modelVersion.map { column(of: $0) }
    if plan.streamSketches.contains(.identifiers) {
      identifier = plan.roles.id.map { column(of: $0) }
    }
    filters = plan.source.conditions.map {
      Filter(column: column(of: $0.path), value: Array($0.value.utf8))
    }
  }

  /// The column of a path, which may be that of a judged field too.
  private mutating func column(of path: FieldPath) -> Int {
    if let index = requests.firstIndex(where: { $0.path == path }) {
      requests[index].wantsNumberText = true
      return index
    }
    requests.append(FieldRequest(path: path, wantsNumberText: true))
    return requests.count - 1
  }
}
