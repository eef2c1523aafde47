internal import Monitoring
internal import Records
internal import Rules
internal import Sketches

/// Puts the records of the windows' topic together to windows, in whatever order they come.
struct StoredWindowReader {
  private struct Key: Hashable {
    var start: Timestamp
    var end: Timestamp
    var size: String
    var minRecords: UInt64?
  }

  private let monitor: String
  private var found: [Key: StoredWindow] = [:]
  /// Records that are none of a window of the monitor, or damaged.
  private(set) var foreign: UInt64 = 0

  init(monitor: String) { self.monitor = monitor }

  /// Takes a record.
  mutating func take(_ json: [UInt8]) {
    guard let window = WindowRecord.window(json, of: monitor)?.data.window else {
      return foreign += 1
    }
    let key = Key(
      start: window.start,
      end: window.end,
      size: window.size,
      minRecords: window.minRecords
    )
    guard var known = found[key] else { return found[key] = window }
    let population = window.populations[0]
    // A record that was written twice counts once.
    guard !known.populations.contains(where: { $0.isSame(as: population) }) else { return }
    known.populations.append(population)
    // The first model version's record says what became of the records that were not accepted.
    known.totals.late = max(known.totals.late, window.totals.late)
    known.totals.rejected = max(known.totals.rejected, window.totals.rejected)
    known.totals.filtered = max(known.totals.filtered, window.totals.filtered)
    found[key] = known
  }

  /// All windows and gaps, by their ends.
  var windows: [StoredWindow] {
    found.values.sorted {
      ($0.end, $0.start, $0.size, $0.minRecords ?? 0)
        < ($1.end, $1.start, $1.size, $1.minRecords ?? 0)
    }
  }
}

extension StoredWindow.Population {
  fileprivate func isSame(as other: StoredWindow.Population) -> Bool {
    version == other.version && segment == other.segment
  }
}

extension WindowRecord.Body {
  /// What this record says of its window; nil where its times are none.
  fileprivate var window: StoredWindow? {
    guard let span else { return nil }
    var window = StoredWindow(
      start: span.start,
      end: span.end,
      size: window_size,
      minRecords: min_records,
      totals: StreamTotals(
        accepted: 0,
        late: late,
        rejected: rejected.values.reduce(into: 0) { $0.add($1) },
        filtered: filtered,
        violations: UInt64(violations?.count ?? 0),
        window: .microseconds(span.end.microseconds - span.start.microseconds)
      ),
      populations: [
        StoredWindow.Population(
          version: model_version.map { ModelVersion($0) },
          segment: segment,
          records: records,
          fields: Dictionary(fields.map { ($0.field, $0.stored) }) { first, _ in first }
        )
      ]
    )
    window.isGap = empty_windows != nil
    window.isJudged = judged ?? true
    return window
  }
}

extension WindowRecord.Field {
  /// A p-value stands beside its statistic, and has a name of its own in rules.
  fileprivate var stored: StoredWindow.Field {
    var values: [String: Double?] = [:]
    for (name, measured) in statistics {
      values[name] = .some(measured.value)
      values[Statistic.pValue(of: name)] = .some(measured.p_value)
    }
    return StoredWindow.Field(values: n, statistics: values)
  }
}
