internal import Monitoring
public import Records
public import Rules
internal import Drift
internal import Windowing

/// What was read, and what came of it: what the command prints at the end.
public struct RunSummary: Sendable {
  /// What became of the records read: accepted + late + rejected + filtered = read.
  public struct Totals: Equatable, Sendable {
    /// Records read.
    public var read: UInt64 = 0
    /// Records counted in a window.
    public var accepted: UInt64 = 0
    /// Records that came too late.
    public var late: UInt64 = 0
    /// Tombstones and records that `where` excludes.
    public var filtered: UInt64 = 0
    /// Records that could not be used, by reason.
    public var rejected: [(reason: Rejection, count: UInt64)] = []

    /// Whether both count the same.
    public static func == (left: Self, right: Self) -> Bool {
      left.read == right.read && left.accepted == right.accepted && left.late == right.late
        && left.filtered == right.filtered
        && left.rejected.elementsEqual(right.rejected) { $0 == $1 }
    }
  }

  /// A stretch of time for which an alert fired.
  public struct Episode: Equatable, Sendable {
    /// The rule broken.
    public var rule: String
    /// How bad that is.
    public var severity: Severity
    /// The field, if the rule is about one.
    public var field: String?
    /// The segment; nil for all records.
    public var segment: String?
    /// Start of the first failing window.
    public var from: Timestamp
    /// End of the window that resolved it; nil while it fires.
    public var until: Timestamp?
    /// What was measured.
    public var statistic: String
    /// The value when it began to fire.
    public var value: Double?
    /// The plain distance behind it.
    public var distance: Double?
  }

  /// A request to train.
  public struct Request: Equatable, Sendable {
    /// Id of its event.
    public var id: String
    /// The trigger.
    public var trigger: String
    /// End of the window after which it was made.
    public var at: Timestamp
    /// Records to train on.
    public var rows: UInt64
    /// Fields that moved.
    public var fields: [String]
    /// What a new reference has made of its alerts; nil while nobody can say.
    public var verdict: Verdict?
  }

  /// What a new reference has made of the alerts of a request.
  public struct Verdict: Equatable, Sendable {
    /// `resolved`, `persists` or `undecided`.
    public var name: String
    /// Start of the first window under the new reference.
    public var from: Timestamp
    /// End of the window that decided it.
    public var at: Timestamp
  }

  /// What became of the records.
  public var totals = Totals()
  /// Windows written.
  public private(set) var windows = 0
  /// Those at the end of a file that nothing bears out.
  public private(set) var unjudged = 0
  /// Judgements that too few records left open.
  public private(set) var undecided = 0
  /// Alerts that fired, in order.
  public private(set) var episodes: [Episode] = []
  /// Requests to train, in order.
  public private(set) var requests: [Request] = []
  /// What each rule's alerts did.
  public private(set) var rules = RuleReport()
  /// Position of each firing alert's episode.
  private var open: [AlertName: Int] = [:]

  /// What an alert is about, by names that all versions of a monitor share.
  private struct AlertName: Hashable {
    var rule: String
    var field: String?
    var version: ModelVersion?
    var segment: String?
  }

  /// Whether single windows and alerts are passed over: for what runs for months.
  private let isOfTotals: Bool

  /// Nothing has happened yet.
  ///
  /// - Parameter isOfTotals: Whether only totals are wanted: then nothing grows with time.
  init(ofTotals isOfTotals: Bool = false) { self.isOfTotals = isOfTotals }

  /// The worst severity of any alert that fired.
  public var worst: Severity? { episodes.map(\.severity).max() }

  mutating func note(_ tally: StreamTally) {
    totals = Totals(
      read: tally.read,
      accepted: tally.accepted,
      late: tally.accounting.late,
      filtered: tally.accounting.filtered,
      rejected: Rejection.allCases.map { ($0, tally.accounting.rejected($0)) }
        .filter { $0.1 > 0 }
    )
  }

  mutating func note(_ judged: Judged) {
    guard !isOfTotals else { return }
    let plan = judged.version.plan
    rules.note(judged)
    switch judged.outcome {
    case .window(let result):
      if result.segment == nil { windows += 1 }
      if result.segment == nil, !result.isJudged { unjudged += 1 }
      undecided += result.undecided.count
    case .alert(let alert): note(alert, plan)
    case .retrain(let request):
      requests.append(
        Request(
          id: judged.version.writer.id(of: request),
          trigger: plan.triggers[request.trigger].name,
          at: request.window.end,
          rows: request.selection.rows,
          fields: judged.version.writer.fields(of: request)
        )
      )
    case .verdict(let verdict):
      guard let place = requests.lastIndex(where: { $0.id == verdict.request }) else { return }
      requests[place].verdict = Verdict(
        name: verdict.kind.rawValue,
        from: verdict.start,
        at: verdict.window.end
      )
    case .refused, .expired: break
    }
  }

  private mutating func note(_ alert: Alert, _ plan: Plan) {
    let subject = alert.transition.subject
    let rule = plan.rules[subject.rule]
    let name = AlertName(
      rule: rule.name,
      field: subject.field.map { plan.fields[$0].name },
      version: subject.version,
      segment: subject.segment.map { plan.name(ofSegment: $0) }
    )
    switch alert.transition.state {
    case .pending: break
    case .firing where alert.transition.repetition > 0: break
    case .resolved:
      if let index = open.removeValue(forKey: name) { episodes[index].until = alert.window.end }
    case .firing:
      open[name] = episodes.count
      episodes.append(
        Episode(
          rule: name.rule,
          severity: rule.severity,
          field: name.field,
          segment: name.segment,
          from: alert.transition.first.start,
          until: nil,
          statistic: alert.evidence?.comparison.statistic ?? "",
          value: alert.evidence?.observation.measurement.value,
          distance: alert.evidence?.observation.measurement.distance
        )
      )
    }
  }
}
