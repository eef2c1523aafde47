internal import Records
internal import Rules

/// A window's record as it stands in its topic, in a form that is quick to look into.
///
/// Statistics lie in columns over the fields, so that a thousand fields take little.
final class BoardWindow: Sendable {
  /// One statistic of all fields; not a number where a field has none.
  struct Column: Sendable {
    var values: [Double]
    var pValues: [Double]
  }

  /// What is said of one field.
  struct Field: Sendable {
    var name: String
    var kind: String
    var count: UInt64
    var missing: UInt64
    var missingByKind: [String: UInt64]
  }

  /// Of the CloudEvent: the same for the same window, however often it is written.
  let id: String
  let start: Timestamp
  let end: Timestamp
  let size: String
  let version: String?
  let segment: String
  let records: UInt64
  /// Of all model versions and whatever became of them; 0 on all but the first.
  let read: UInt64
  let late: UInt64
  let rejected: [String: UInt64]
  let filtered: UInt64
  /// Empty windows that the record stands for; 0 for a window.
  let emptyWindows: UInt64
  let isIntact: Bool
  let undecided: [WindowRecord.Undecided]
  let fields: [Field]
  /// By the names that records use.
  let columns: [String: Column]
  /// Bytes that it takes, about.
  let weight: Int

  /// Reads a record; nil for one that is no window of the monitor, or damaged.
  init?(_ json: [UInt8], monitor: String) {
    guard let record = WindowRecord.window(json, of: monitor), let span = record.data.span else {
      return nil
    }
    let data = record.data
    (id, start, end, size) = (record.id, span.start, span.end, data.window_size)
    (version, segment) = (data.model_version, data.segment)
    (records, read, late) = (data.records, data.read ?? 0, data.late)
    (rejected, filtered) = (data.rejected, data.filtered)
    emptyWindows = data.empty_windows ?? 0
    isIntact = data.integrity == "ok"
    undecided = data.undecided ?? []
    fields = data.fields.map { field in
      Field(
        name: field.field,
        kind: field.kind,
        count: field.n,
        missing: field.missing,
        missingByKind: field.missing_by_kind
      )
    }
    let columns = Self.columns(of: data.fields)
    self.columns = columns
    weight = fields.count * (200 + columns.count * 16) + undecided.count * 100 + 500
  }

  private static func columns(of fields: [WindowRecord.Field]) -> [String: Column] {
    let none = [Double](repeating: .nan, count: fields.count)
    var columns: [String: Column] = [:]
    for (index, field) in fields.enumerated() {
      for (name, measured) in field.statistics {
        columns[name, default: Column(values: none, pValues: none)].values[index] =
          measured.value ?? .nan
        if let p = measured.p_value { columns[name]?.pValues[index] = p }
      }
    }
    return columns
  }

  /// What stands in the fields' order under a name that rules use: `ks`, `ks(p)`; nil where nothing
  /// does.
  ///
  /// - Complexity: O(1) for a statistic, O(statistics) for a p-value.
  func values(of statistic: String) -> [Double]? {
    columns[statistic]?.values
      ?? columns.first { Statistic.pValue(of: $0.key) == statistic }?.value.pValues
  }

  /// Position of a field; nil for one that the window does not have.
  ///
  /// - Parameters:
  ///   - field: Its name.
  ///   - guess: Where it stands in the plan, and most likely here.
  /// - Returns: Its position among `fields`.
  /// - Complexity: O(1) where the guess is right, else O(fields).
  func index(of field: String, near guess: Int) -> Int? {
    if fields.indices.contains(guess), fields[guess].name == field { return guess }
    return fields.firstIndex { $0.name == field }
  }

  /// By time, then by what else tells windows apart.
  static func isBefore(_ left: BoardWindow, _ right: BoardWindow) -> Bool {
    (left.end, left.start, left.segment, left.version ?? "")
      < (right.end, right.start, right.segment, right.version ?? "")
  }
}
