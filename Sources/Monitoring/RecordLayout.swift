public import Records
public import Reference
public import Rules
import Sketches

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
  /// Columns of the fields by whose values records are counted apart; they have codes.
  public private(set) var segments: [Int] = []
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
  ///   - references: No field of any of them is unexpected, and the categories of all have codes,
  ///     whatever the model version: the decoder does not know a record's version before it has
  ///     read all of it.
  public init(plan: Plan, references: References) {
    let paths = references.fieldNames + plan.roles.ignored
    let others = paths.map { FieldPath($0) }
    known = others + [plan.roles.id].compactMap { $0 }
    for (index, field) in plan.fields.enumerated() {
      let isCategorical = field.kind == .categorical
      let ofTexts: FieldSummary.Sketches = [.distinct, .lengths]
      let sketches = plan.segmentFields.indices.reduce(plan.sketches(of: index)) {
        $0.union(plan.sketches(of: index, by: $1))
      }
      requests.append(
        FieldRequest(
          path: field.path,
          wantsText: isCategorical && !sketches.isDisjoint(with: ofTexts),
          wantsNumberText: isCategorical,
          categories: isCategorical ? references.categories(of: field.name) : nil
        )
      )
    }
    time = column(of: plan.roles.time)
    modelVersion = plan.roles.modelVersion.map { column(of: $0) }
    if plan.streamSketches.contains(.identifiers) {
      identifier = plan.roles.id.map { column(of: $0) }
    }
    segments = plan.segmentFields.map {
      column(of: $0.path, categories: references.categories(of: $0.name))
    }
    filters = plan.source.conditions.map {
      Filter(column: column(of: $0.path), value: Array($0.value.utf8))
    }
  }

  /// Whether a usable record is one of the monitor's: all conditions of its `where` hold.
  public func admits(_ columns: ColumnBatch, row: Int) -> Bool {
    filters.allSatisfy { columns.hasText($0.value, column: $0.column, row: row) }
  }

  /// The column of a path whose values have codes.
  private mutating func column(of path: FieldPath, categories: [String]) -> Int {
    if let index = requests.firstIndex(where: { $0.path == path }) {
      requests[index].wantsNumberText = true
      requests[index].categories = requests[index].categories ?? categories
      return index
    }
    requests.append(
      FieldRequest(path: path, wantsText: false, wantsNumberText: true, categories: categories)
    )
    return requests.count - 1
  }

  /// The column of a path, which may be that of a judged field too.
  private mutating func column(of path: FieldPath) -> Int {
    if let index = requests.firstIndex(where: { $0.path == path }) {
      (requests[index].wantsText, requests[index].wantsNumberText) = (true, true)
      return index
    }
    requests.append(FieldRequest(path: path, wantsNumberText: true))
    return requests.count - 1
  }
}
