internal import Records
internal import Rules
internal import Sketches

/// The windows of one model version and one size: what a report tells of their fields.
struct ReportPopulation: Sendable {
  /// Which windows.
  struct Key: Hashable, Sendable {
    var size: String
    var version: String?
  }

  /// One field.
  struct Field: Sendable {
    let name: String
    var kind: String
    /// Values, and records without one, in windows that do not overlap.
    var values: UInt64 = 0
    var missing: UInt64 = 0
    var missingByKind: [String: UInt64] = [:]
    /// By the place of the statistic; nil for one that it never had.
    var series: [StatisticSeries?] = []

    /// How far the worst of its values is from what rules allow: above 1 is beyond.
    var effect: Double { series.reduce(0) { max($0, $1?.effect ?? 0) } }
    /// Share of the records without a value, for reading.
    var missingShare: String { ReportText.share(missing, besides: values) }
  }

  private(set) var columns = WindowColumns()
  /// Names of statistics, as they came.
  private(set) var statistics: [String] = []
  private(set) var fields: [Field] = []
  /// Fields that there was no room for.
  private(set) var omittedFields = 0
  private(set) var windows = 0
  /// Records counted, in windows that do not overlap.
  private(set) var records: UInt64 = 0
  /// Statistics of fields, each of which takes room.
  private(set) var seriesCount = 0
  private var places: [String: Int] = [:]
  /// End of the last window whose records were added up.
  private var countedThrough: Timestamp?

  /// What rules allow the statistics of a field: by field, then by statistic.
  typealias LimitTable = [String: [String: [FieldLimit]]]

  /// Fields that are told apart.
  private static let fieldLimit = 5_000

  /// Takes the next window.
  ///
  /// - Parameters:
  ///   - window: One with records.
  ///   - limits: What rules allow.
  ///   - most: Columns to have at most.
  mutating func take(_ window: BoardWindow, limits: LimitTable, columns most: Int) {
    windows += 1
    let adds = window.start >= countedThrough ?? window.start
    if adds {
      countedThrough = window.end
      records.add(window.records)
    }
    let column = columns.add(window)
    let read = window.columns.sorted { $0.key < $1.key }
      .map { (statistic(named: $0.key), $0.key, $0.value) }
    for (index, counts) in window.fields.enumerated() {
      guard let place = place(of: counts.name, near: index) else { continue }
      fields[place].kind = counts.kind
      if adds {
        fields[place].values.add(counts.count)
        fields[place].missing.add(counts.missing)
        for (kind, count) in counts.missingByKind {
          fields[place].missingByKind[kind, default: 0].add(count)
        }
      }
      let known = limits[counts.name] ?? [:]
      for (statistic, name, values) in read {
        add(values.values[index], statistic, place, window.end, column, known[name] ?? [])
        let pValue = Statistic.pValue(of: name)
        guard let tested = known[pValue] else { continue }
        add(values.pValues[index], self.statistic(named: pValue), place, window.end, column, tested)
      }
    }
    while columns.columns.count > max(2, most) { thin() }
  }

  private mutating func add(
    _ value: Double,
    _ statistic: Int,
    _ place: Int,
    _ end: Timestamp,
    _ column: Int,
    _ limits: [FieldLimit]
  ) {
    guard value.isFinite else { return }
    let missing = statistic + 1 - fields[place].series.count
    if missing > 0 { fields[place].series += [StatisticSeries?](repeating: nil, count: missing) }
    if fields[place].series[statistic] == nil {
      fields[place].series[statistic] = StatisticSeries()
      seriesCount += 1
    }
    fields[place].series[statistic]?.add(value, at: end, column: column, limits: limits)
  }

  private mutating func thin() {
    let count = columns.columns.count
    columns.thin()
    for field in fields.indices {
      for place in fields[field].series.indices { fields[field].series[place]?.thin(count) }
    }
  }

  private mutating func statistic(named name: String) -> Int {
    if let place = statistics.firstIndex(of: name) { return place }
    statistics.append(name)
    return statistics.count - 1
  }

  private mutating func place(of name: String, near guess: Int) -> Int? {
    if fields.indices.contains(guess), fields[guess].name == name { return guess }
    if let place = places[name] { return place }
    guard fields.count < Self.fieldLimit else {
      omittedFields += 1
      return nil
    }
    places[name] = fields.count
    fields.append(Field(name: name, kind: ""))
    return fields.count - 1
  }
}
