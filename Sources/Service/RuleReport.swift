public import Rules
internal import Monitoring
public import Records
internal import Windowing

/// What each rule's alerts did over a stretch of event time.
public struct RuleReport: Sendable {
  /// One rule.
  public struct Line: Equatable, Sendable {
    /// Its name.
    public var rule: String
    /// How bad a failure is.
    public var severity: Severity
    /// How often an alert of it began to fire.
    public var alerts = 0
    /// End of the first window that made one fire; nil where none did.
    public var first: Timestamp?
    /// How long one was pending and none fired.
    public var pending = Duration.zero
    /// How long one fired.
    public var firing = Duration.zero
    /// Judgements that were left open.
    public var undecided = 0
  }

  fileprivate struct Watch {
    var line: Line
    /// State of each alert that is not inactive.
    var states: [Subject: AlertState] = [:]
    /// Up to where the times are counted.
    var counted: Timestamp?
  }

  fileprivate struct Subject: Hashable {
    var field: String?
    var segment: String
    var version: ModelVersion?
  }

  private var watches: [Watch] = []
  /// Start of the first window, and end of the last.
  private var span: (start: Timestamp, end: Timestamp)?

  init() {}

  /// From the first window's start to the last one's end.
  public var length: Duration {
    span.map { .microseconds($0.end.microseconds - $0.start.microseconds) } ?? .zero
  }

  /// All rules, in the order in which files have them, with times up to the last window's end.
  public var lines: [Line] {
    watches.map { watch in
      var watch = watch
      if let end = span?.end { watch.count(to: end) }
      return watch.line
    }
  }

  /// Alerts that a rule has a day, over the whole length; nil without one.
  public func perDay(_ line: Line) -> Double? {
    let days = length / .seconds(86_400)
    return days > 0 ? Double(line.alerts) / days : nil
  }

  mutating func note(_ judged: Judged) {
    let plan = judged.version.plan
    know(plan)
    switch judged.outcome {
    case .window(let result): note(result.window, undecided: result.undecided.map(\.rule), plan)
    case .alert(let alert): note(alert.transition, at: alert.window.end, plan)
    case .retrain, .refused, .expired, .verdict: break
    }
  }

  mutating func note(_ verdicts: StoredWindowJudge.Verdicts, _ plan: Plan) {
    know(plan)
    note(verdicts.window, undecided: verdicts.undecided, plan)
    for transition in verdicts.transitions { note(transition, at: verdicts.window.end, plan) }
  }

  private mutating func know(_ plan: Plan) {
    for rule in plan.rules where !watches.contains(where: { $0.line.rule == rule.name }) {
      watches.append(Watch(line: Line(rule: rule.name, severity: rule.severity)))
    }
  }

  private mutating func note(_ window: Window, undecided: [Int], _ plan: Plan) {
    let start = min(span?.start ?? window.start, window.start)
    span = (start, max(span?.end ?? window.end, window.end))
    for rule in undecided { watches[place(of: rule, plan)].line.undecided += 1 }
  }

  private mutating func note(_ transition: AlertTransition, at time: Timestamp, _ plan: Plan) {
    let subject = transition.subject
    watches[place(of: subject.rule, plan)].note(
      transition,
      Subject(
        field: subject.field.map { plan.fields[$0].name },
        segment: plan.name(ofSegment: subject.segment),
        version: subject.version
      ),
      at: time
    )
  }

  private func place(of rule: Int, _ plan: Plan) -> Int {
    watches.firstIndex { $0.line.rule == plan.rules[rule].name } ?? 0
  }
}

extension RuleReport.Watch {
  fileprivate mutating func note(
    _ transition: AlertTransition,
    _ subject: RuleReport.Subject,
    at time: Timestamp
  ) {
    count(to: time)
    counted = max(counted ?? time, time)
    guard transition.repetition == 0 else { return }
    states[subject] = transition.state == .resolved ? nil : transition.state
    guard transition.state == .firing else { return }
    line.alerts += 1
    line.first = line.first ?? time
  }

  /// Counts the time since the last change to the states there are.
  fileprivate mutating func count(to time: Timestamp) {
    guard let since = counted, time > since else { return }
    let length = Duration.microseconds(time.microseconds - since.microseconds)
    if states.values.contains(.firing) {
      line.firing += length
    } else if !states.isEmpty {
      line.pending += length
    }
    counted = time
  }
}
