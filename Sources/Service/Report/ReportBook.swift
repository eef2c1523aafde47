public import KafkaClient
internal import Monitoring
internal import Records
public import Rules

/// What a monitor has written, added up for a report: in bounded memory, however much that is.
///
/// A pure function of the records and the plan; records that are written twice count once.
public struct ReportBook {
  /// How much is kept and shown.
  struct Limits: Sendable {
    /// Columns of a drawing.
    var columns = 240
    /// Columns of all statistics, fields, versions and sizes together.
    var cells = 16 << 20
    /// Fields that are shown with every statistic.
    var fields = 40
    /// Fields of the table of all.
    var listedFields = 2_000
    /// Alerts that are kept.
    var alerts = 20_000
    /// Rows of any other table.
    var rows = 200
  }

  let plan: Plan
  let span: EventSpan
  let limits: Limits
  /// By size of window.
  private(set) var totals: [String: ReportTotals] = [:]
  private(set) var populations: [ReportPopulation.Key: ReportPopulation] = [:]
  private(set) var undecided = UndecidedTally()
  private(set) var alerts: AlertEpisodes
  private(set) var requests = RetrainHistory()
  /// Records among those of windows that are no windows, or damaged.
  private(set) var unreadable = 0
  /// Windows' records that came twice, or behind later ones.
  private(set) var repeated = 0
  private var last: [Series: (end: Timestamp, start: Timestamp)] = [:]
  /// By size of window.
  private let allowed: [String: ReportPopulation.LimitTable]

  /// Windows that come in the order of time.
  private struct Series: Hashable {
    var size: String
    var version: String?
    var segment: String
  }

  /// A report of nothing yet.
  ///
  /// - Parameters:
  ///   - plan: The monitor: what it is called, and what its rules allow.
  ///   - span: Windows that are looked at, by their ends.
  public init(plan: Plan, span: EventSpan = EventSpan()) {
    self.init(plan: plan, span: span, limits: Limits())
  }

  init(plan: Plan, span: EventSpan = EventSpan(), limits: Limits) {
    (self.plan, self.span, self.limits) = (plan, span, limits)
    alerts = AlertEpisodes(span: span, limit: limits.alerts)
    allowed = Self.allowed(by: plan)
  }

  /// Windows of all records that were taken, of every size and model version.
  public var windows: Int { totals.values.reduce(0) { $0 + $1.windows } }

  /// What is to be said of records that could not be read; nil where there were none.
  public var unreadableNotice: String? {
    guard unreadable > 0 else { return nil }
    let records = ReportText.counted(unreadable, "record")
    let (are, they) = unreadable == 1 ? ("is no window", "it") : ("are no windows", "they")
    return "\(records) \(are) of \(ReportText.visible(plan.monitor, 60)), or damaged: what \(they) "
      + "held is missing here"
  }

  /// Reads the directory that a `replay` has written.
  ///
  /// - Throws: `InputError`.
  public mutating func read(directory: String) throws {
    for (output, file) in zip(Self.outputs, Self.files(in: directory)) {
      try StoredRecords.read(file) { take($0, of: output) }
    }
  }

  /// What is read of such a directory.
  public static func files(in directory: String) -> [InputFile] {
    outputs.map { InputFile("\(directory)/\($0.rawValue).ndjson") }
  }

  /// Reads the monitor's topics up to where they end now, and what the control topic says to its
  /// triggers, where there is one.
  ///
  /// - Throws: `KafkaError`.
  public mutating func readTopics(_ settings: KafkaSettings) throws {
    let names = StageTopics(plan)
    for output in Self.outputs {
      try StoredRecords.read(topic: names.name(output), settings) { take($0, of: output) }
    }
    do {
      let control = try ControlTopic(plan, settings: settings).read()
      requests.take(control.messages(of: plan.monitor))
    } catch let error as KafkaError where [.unknownTopic, .unauthorized].contains(error.code) {
      // What was answered is not known then.
    }
  }

  /// Writes the report as a file that is there as a whole or not at all.
  ///
  /// - Parameter path: What is there is replaced; `-` for standard output.
  /// - Returns: Its size in bytes; nil where there is no window, and nothing was written.
  /// - Throws: `InputError` when it cannot be written.
  public func write(to path: String) throws -> Int? {
    guard let facts = ReportFacts(self) else { return nil }
    let html = ReportPage(facts: facts).html.bytes
    try OutputFile.write(html, to: path)
    return html.count
  }

  private static let outputs: [Output] = [.windows, .alerts, .retraining]

  /// Takes the next record of an output; those of other monitors are passed over.
  mutating func take(_ json: [UInt8], of output: Output) {
    switch output {
    case .windows:
      if let window = BoardWindow(json, monitor: plan.monitor) {
        take(window)
      } else if !WindowRecord.isOfOther(json, than: plan.monitor) {
        unreadable += 1
      }
    case .alerts:
      guard let notice = AlertNotice(json), notice.content.monitor == plan.monitor else { return }
      alerts.take(notice)
    case .retraining: requests.take(json, of: plan.monitor)
    case .deadLetters: break
    }
  }

  private mutating func take(_ window: BoardWindow) {
    guard span.covers(window.end) else { return }
    let series = Series(size: window.size, version: window.version, segment: window.segment)
    if let before = last[series], (window.end, window.start) <= before { return repeated += 1 }
    last[series] = (window.end, window.start)
    undecided.take(window.undecided)
    guard window.segment == Plan.allRecords else { return }
    totals[window.size, default: ReportTotals()].take(window)
    // One without any record is of no version, and has no statistics.
    guard window.records > 0 else { return }
    let (key, most) = (ReportPopulation.Key(size: window.size, version: window.version), columns)
    populations[key, default: ReportPopulation()].take(
      window,
      limits: allowed[window.size] ?? [:],
      columns: most
    )
  }

  /// Columns of each population, so that all of them have room.
  private var columns: Int {
    let series = populations.values.reduce(1) { $0 + $1.seriesCount }
    return min(limits.columns, max(8, limits.cells / series))
  }

  /// What rules allow a statistic of a field, in windows of a size.
  func limits(of field: String, _ statistic: String, _ size: String) -> [FieldLimit] {
    allowed[size]?[field]?[statistic] ?? []
  }

  private static func allowed(by plan: Plan) -> [String: ReportPopulation.LimitTable] {
    var table: [String: ReportPopulation.LimitTable] = [:]
    for (index, field) in plan.fields.enumerated() {
      for limit in plan.limits(ofField: index) {
        table[limit.size, default: [:]][field.name, default: [:]][limit.statistic, default: []]
          .append(limit)
      }
    }
    return table
  }
}
