internal import Records
internal import Rules
internal import Windowing

/// What a report says, found in a book: which windows it tells of in detail, what fired, and which
/// fields come first.
struct ReportFacts {
  let book: ReportBook
  /// The monitor's own size of window, or the one of which there are most.
  let size: String
  /// The model version with the most records.
  let version: String?
  let totals: ReportTotals
  let population: ReportPopulation
  /// Start of the first window, and end of the last.
  let start: Timestamp
  let end: Timestamp
  /// Alerts that fired, the first first.
  let fired: [AlertEpisode]
  /// Alerts that fired for a field's records as a whole, by field.
  let firedByField: [String: [AlertEpisode]]
  /// Places of the fields among the population's: those that alerts fired of first, then by effect.
  let ranking: [Int]

  /// The facts of a book; nil where it has no window.
  init?(_ book: ReportBook) {
    let own = DurationText.text(of: book.plan.windows[0].size)
    let sizes = book.totals.sorted { ($1.value.windows, $0.key) < ($0.value.windows, $1.key) }
    guard let (size, totals) = sizes.first(where: { $0.key == own }) ?? sizes.first,
      let start = totals.start, let end = totals.end
    else { return nil }
    let known = book.populations.filter { $0.key.size == size }.sorted { left, right in
      (right.value.records, left.key.version ?? "") < (left.value.records, right.key.version ?? "")
    }
    (self.book, self.size, self.totals) = (book, size, totals)
    (self.start, self.end) = (start, end)
    version = known.first?.key.version
    let population = known.first?.value ?? ReportPopulation()
    self.population = population
    let fired = book.alerts.fired
    self.fired = fired
    let whole = fired.filter { $0.content.segment ?? Plan.allRecords == Plan.allRecords }
    let byField = Dictionary(grouping: whole) { $0.content.field ?? "" }
    firedByField = byField
    ranking = population.fields.indices.sorted { left, right in
      let (one, other) = (population.fields[left], population.fields[right])
      let (hasOne, hasOther) = (byField[one.name] != nil, byField[other.name] != nil)
      guard hasOne == hasOther else { return hasOne }
      guard one.effect == other.effect else { return one.effect > other.effect }
      return left < right
    }
  }

  /// Model versions that windows were of, the one with the most records first.
  var versions: [(version: String, records: UInt64, windows: Int)] {
    book.populations.filter { $0.key.size == size }
      .compactMap { key, value in key.version.map { ($0, value.records, value.windows) } }
      .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
  }

  /// From where an alert fired, within the report, to where it ended.
  func span(of alert: AlertEpisode) -> (start: Timestamp, end: Timestamp) {
    let from = max(alert.fired ?? alert.start, start)
    return (from, max(from, min(alert.end ?? end, end)))
  }

  /// How long an alert fired within the report.
  func length(of alert: AlertEpisode) -> Duration {
    let span = span(of: alert)
    return .microseconds(span.end.microseconds - span.start.microseconds)
  }

  /// Requests to train that were made within the report.
  var requests: [RetrainHistory.Request] {
    book.requests.requests.filter { covers($0.time) }
  }

  /// Requests that were due and not made.
  var refusals: [RetrainHistory.Refusal] {
    book.requests.refusals.filter { covers($0.time) }
  }

  private func covers(_ time: String) -> Bool {
    Timestamp(rfc3339: time).map { book.span.covers($0) } ?? false
  }
}
