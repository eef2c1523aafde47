import Drift
import Records
public import Rules
public import Windowing

/// What an alert is about: one rule on one field and one model version.
public struct AlertSubject: Hashable, Comparable, Sendable {
  /// Position of the rule in the plan.
  public let rule: Int
  /// Position of the field in the plan; nil for a rule about the whole stream.
  public let field: Int?
  /// Model version judged; nil where there is none.
  public let version: ModelVersion?
  /// The segment judged, among the plan's; nil for all records.
  public var segment: Int?

  /// Orders by rule, field, segment, version.
  public static func < (left: Self, right: Self) -> Bool {
    let none = ModelVersion("")
    return (left.rule, left.field ?? -1, left.segment ?? -1, left.version ?? none)
      < (right.rule, right.field ?? -1, right.segment ?? -1, right.version ?? none)
  }
}

extension AlertSubject {
  /// All fields of a rule in one population.
  init(of rule: Int, _ version: ModelVersion?, _ segment: Int?) {
    self.init(rule: rule, field: nil, version: version, segment: segment)
  }

  /// The same of another model version.
  func of(_ version: ModelVersion?) -> AlertSubject {
    AlertSubject(rule: rule, field: field, version: version, segment: segment)
  }
}

/// Where an alert stands.
public enum AlertState: String, Sendable {
  /// The rule failed, but not long enough yet.
  case pending
  /// The rule failed long enough.
  case firing
  /// The rule holds again.
  case resolved
}

/// An alert that has changed its state.
public struct AlertTransition: Equatable, Sendable {
  /// What it is about.
  public let subject: AlertSubject
  /// Its new state.
  public let state: AlertState
  /// The window that began it: part of its identity from pending to resolved.
  public let first: Window
  /// How often it was said before that it fires; 0 where the state is new.
  public var repetition = 0
}

/// All alerts of a monitor: inactive → pending → firing → resolved.
///
/// Only transitions leave the book, and what is said again of firing alerts. An undecided window
/// changes nothing, unless none can be decided any more: that ends the alert. Time is event time:
/// the ends of the windows judged.
public struct AlertBook: Equatable, Sendable {
  /// One alert's past, as far as its rule's `for` looks back.
  public struct Entry: Equatable, Sendable {
    /// nil while inactive.
    public internal(set) var state: AlertState?
    /// The failing window that began the alert; nil while inactive.
    public internal(set) var first: Window?
    /// The last failing windows since then: many where a trigger names the rule, as it asks to
    /// train on them, else one.
    public internal(set) var failures: [Window] = []
    /// The last verdicts, true for a failure; as many as `for: n of m windows` looks at.
    var verdicts: [Bool] = []
    /// End of the last window that passed; nil before any.
    var lastPass: Timestamp?
    /// When it was last said that it fires; nil while it does not.
    var lastSaid: Saying?
    /// When it last ended after it had fired; nil before.
    var lastEnd: Timestamp?
    /// Windows in a row that held records of other model versions only.
    var absences = 0
    /// Detectors that the rule's condition names, whatever came of the windows they have seen.
    var detectors: [SeriesName: Detector] = [:]
  }

  /// That an alert fires was said, so many times before.
  struct Saying: Equatable, Sendable {
    var time: Timestamp
    var repetition: Int
    /// Whether nobody was to hear it.
    var isSilenced: Bool
  }

  /// Every subject judged lately.
  public internal(set) var entries: [AlertSubject: Entry] = [:]
  private let limits: Limits
  /// Rules whose failing windows are remembered.
  private let remembered: Set<Int>

  /// An empty book.
  ///
  /// - Parameters:
  ///   - limits: What it holds at most.
  ///   - rules: Those that triggers name: of their alerts it remembers all failing windows, as far
  ///     as the limits go, of all others the last.
  public init(limits: Limits, remembering rules: Set<Int> = []) {
    (self.limits, remembered) = (limits, rules)
  }

  /// Subjects that are firing, in order.
  public var firing: [AlertSubject] {
    entries.filter { $0.value.state == .firing }.keys.sorted()
  }

  /// Whether an alert is pending or fires.
  func hasBegun(_ subject: AlertSubject) -> Bool { entries[subject]?.state != nil }

  /// Whether an alert fires.
  func isFiring(_ subject: AlertSubject) -> Bool { entries[subject]?.state == .firing }

  /// Enters what came of judging a rule.
  ///
  /// - Parameters:
  ///   - verdict: Whether its expectation held; a window that could not be judged counts as the
  ///     rule asks.
  ///   - rule: The rule.
  ///   - subject: What was judged.
  ///   - isClear: Whether what ends a firing alert holds, too.
  ///   - isSilenced: Whether nobody is to hear that it fires.
  ///   - window: The window judged; later than all before.
  /// - Returns: The change of state, or that it still fires where that is to be said again.
  mutating func enter(
    _ verdict: Verdict,
    of rule: PlannedRule,
    _ subject: AlertSubject,
    isClear: Bool,
    isSilenced: Bool = false,
    window: Window
  ) -> AlertTransition? {
    guard verdict != .undecided || rule.undecided == .alert else {
      return sayAgain(subject, at: window.end, isSilenced: isSilenced, rule.life)
    }
    return judge(
      subject,
      failed: verdict != .pass,
      isClear: isClear,
      isSilenced: isSilenced,
      window: window,
      life: rule.life
    )
  }

  /// Enters a decided judgement.
  ///
  /// - Parameters:
  ///   - subject: What was judged.
  ///   - failed: Whether the expectation was broken.
  ///   - isClear: Whether what ends a firing alert holds, too.
  ///   - isSilenced: Whether nobody is to hear that it fires.
  ///   - window: The window judged; later than all before.
  ///   - life: How alerts of the rule live.
  /// - Returns: The change of state, or that it still fires where that is to be said again.
  public mutating func judge(
    _ subject: AlertSubject,
    failed: Bool,
    isClear: Bool = true,
    isSilenced: Bool = false,
    window: Window,
    life: AlertLife
  ) -> AlertTransition? {
    // In place: whoever takes it out of the dictionary copies all that it remembers.
    let (next, first) = entries[subject, default: Entry()].judge(
      failed: failed,
      isClear: isClear,
      isSilenced: isSilenced,
      window,
      life,
      remembering: failureLimit(of: subject)
    )
    guard let first, let next else {
      return sayAgain(subject, at: window.end, isSilenced: isSilenced, life)
    }
    return AlertTransition(subject: subject, state: next, first: first)
  }

  /// Says again that an alert fires, when it is time; judged or not.
  ///
  /// - Parameters:
  ///   - subject: What the alert is about.
  ///   - time: End of the window that has come.
  ///   - isSilenced: Whether nobody is to hear it: said when that begins, for those who repeat it
  ///     until they hear more, and when it is over.
  ///   - life: How alerts of the rule live.
  /// - Returns: nil where it does not fire, or it is too early.
  mutating func sayAgain(
    _ subject: AlertSubject,
    at time: Timestamp,
    isSilenced: Bool = false,
    _ life: AlertLife
  ) -> AlertTransition? {
    guard let entry = entries[subject], let first = entry.first, let last = entry.lastSaid else {
      return nil
    }
    let isTime = life.repeatEvery.map { time.hasPassed($0, since: last.time) } ?? false
    guard isTime || last.isSilenced != isSilenced else { return nil }
    let repetition = last.repetition + 1
    entries[subject]?.lastSaid = AlertBook.Saying(
      time: time,
      repetition: repetition,
      isSilenced: isSilenced
    )
    return AlertTransition(subject: subject, state: .firing, first: first, repetition: repetition)
  }
}

extension AlertBook {
  /// Ends an alert that no window can decide any more; what it had failed by is forgotten.
  ///
  /// - Returns: The change of state; nil where it had not begun.
  mutating func end(_ subject: AlertSubject, at time: Timestamp) -> AlertTransition? {
    guard var entry = entries[subject], let first = entry.first else { return nil }
    entry.enter(.resolved, at: time, isSilenced: false)
    entry.verdicts = []
    entries[subject] = entry
    return AlertTransition(subject: subject, state: .resolved, first: first)
  }

  /// Windows without a record of a model version, but with some of others, after which the version
  /// counts as retired.
  static let retirement = 3

  /// The model versions and segments that a rule was judged on lately, in order; without fields.
  func populations(of rule: Int) -> [AlertSubject] {
    let subjects = entries.keys.filter { $0.rule == rule }
    return Set(subjects.map { AlertSubject(of: rule, $0.version, $0.segment) }).sorted()
  }

  /// Notes what a window held; alerts about what is no longer there are resolved, since no window
  /// will ever do it.
  ///
  /// - Parameters:
  ///   - rule: Position of the rule judged.
  ///   - time: End of the window.
  ///   - life: How alerts of the rule live: what has fired is remembered as long as its cooldown.
  ///   - isThere: Whether the window held what an alert is about.
  /// - Returns: The alerts resolved, in order.
  mutating func retire(
    rule: Int,
    at time: Timestamp,
    _ life: AlertLife,
    unless isThere: (AlertSubject) -> Bool
  ) -> [AlertTransition] {
    var resolved: [AlertTransition] = []
    // Not over the entries themselves: the first change would copy them all.
    for subject in entries.keys.filter({ $0.rule == rule }) {
      guard let known = entries[subject] else { continue }
      let absences = isThere(subject) ? 0 : known.absences + 1
      if absences != known.absences { entries[subject]?.absences = absences }
      guard absences >= Self.retirement else { continue }
      var last = Entry()
      last.absences = absences
      last.lastEnd = known.state == .firing ? time : known.lastEnd
      let isCooling = last.lastEnd.map { end in
        life.cooldown.map { !time.hasPassed($0, since: end) } ?? false
      }
      entries[subject] = isCooling ?? false ? last : nil
      guard known.state != nil, let first = known.first else { continue }
      resolved.append(AlertTransition(subject: subject, state: .resolved, first: first))
    }
    return resolved.sorted { $0.subject < $1.subject }
  }
}

extension AlertBook {
  /// Failing windows that are remembered of an alert.
  private func failureLimit(of subject: AlertSubject) -> Int {
    remembered.contains(subject.rule) ? limits.rememberedPanes : 1
  }

  /// Failing windows that are remembered of all alerts together; an array has room for as many
  /// again at most.
  private var failureLimit: Int { limits.rememberedBytes / (2 * MemoryLayout<Window>.stride) }

  /// Forgets the earliest failing windows of the alerts that have most where all together have too
  /// many: half of them, so that it is seldom done.
  ///
  /// - Complexity: O(alerts), and where too many are remembered O(windows).
  mutating func boundFailures() {
    guard !remembered.isEmpty else { return }
    let counts = entries.values.map(\.failures.count)
    guard counts.reduce(0, +) > failureLimit else { return }
    var limit = limits.rememberedPanes
    while limit > 1, counts.reduce(0, { $0 + min($1, limit) }) > failureLimit / 2 { limit /= 2 }
    for subject in entries.keys {
      guard let failures = entries[subject]?.failures, failures.count > limit else { continue }
      entries[subject]?.failures = Array(failures.suffix(limit))
    }
  }
}

extension AlertBook.Entry {
  /// Enters a decided judgement.
  ///
  /// - Returns: The state that it changes to, nil where it stays, and the failing window that began
  ///   the alert.
  fileprivate mutating func judge(
    failed: Bool,
    isClear: Bool,
    isSilenced: Bool,
    _ window: Window,
    _ life: AlertLife,
    remembering limit: Int
  ) -> (next: AlertState?, first: Window?) {
    note(failed, window, hold: life.hold)
    if failed {
      if state == nil { first = window }
      failures.removeFirst(max(0, failures.count + 1 - limit))
      failures.append(window)
    }
    let next = nextState(failed: failed, isClear: isClear, at: window.end, life)
    let first = first
    if let next { enter(next, at: window.end, isSilenced: isSilenced) }
    return (next, first)
  }

  /// Remembers a verdict and forgets those that `for` no longer looks at.
  mutating func note(_ failed: Bool, _ window: Window, hold: Hold) {
    if !failed { lastPass = window.end }
    verdicts.append(failed)
    let count = if case .windows(_, let of) = hold { of } else { 1 }
    verdicts.removeFirst(max(0, verdicts.count - count))
  }

  /// The state to change to; nil to stay.
  fileprivate func nextState(
    failed: Bool,
    isClear: Bool,
    at time: Timestamp,
    _ life: AlertLife
  ) -> AlertState? {
    switch state {
    case nil, .resolved:
      guard failed else { return nil }
      return mayFire(life, at: time) ? .firing : .pending
    case .pending:
      if failed, mayFire(life, at: time) { return .firing }
      return verdicts.contains(true) ? nil : .resolved
    case .firing:
      let isOver = !failed && isClear && !holds(life.hold, at: time)
      return isOver && isQuiet(for: life.keepFiringFor, since: failures.last?.end, at: time)
        ? .resolved : nil
    }
  }

  private func mayFire(_ life: AlertLife, at time: Timestamp) -> Bool {
    holds(life.hold, at: time) && isQuiet(for: life.cooldown, since: lastEnd, at: time)
  }

  /// Whether nothing has happened for as long as is asked.
  private func isQuiet(
    for length: Duration?,
    since last: Timestamp?,
    at time: Timestamp
  ) -> Bool {
    guard let length, let last else { return true }
    return time.hasPassed(length, since: last)
  }

  /// Whether the rule has failed for as long as `for` asks.
  func holds(_ hold: Hold, at time: Timestamp) -> Bool {
    switch hold {
    case .immediately:
      return verdicts.last ?? false
    case .windows(let count, _):
      return verdicts.count { $0 } >= count
    case .duration(let length):
      // Nobody knows what was before the first window: what begins with a failure has not failed
      // for longer than that.
      return isQuiet(for: length, since: lastPass ?? first?.start, at: time)
    }
  }

  /// Changes the state.
  fileprivate mutating func enter(
    _ next: AlertState,
    at time: Timestamp,
    isSilenced: Bool
  ) {
    if next == .firing {
      lastSaid = AlertBook.Saying(time: time, repetition: 0, isSilenced: isSilenced)
    }
    guard next == .resolved else { return state = next }
    if state == .firing { lastEnd = time }
    (state, first, failures, lastSaid) = (nil, nil, [], nil)
  }
}

extension Timestamp {
  /// Whether so much time lies between an earlier instant and this one.
  func hasPassed(_ length: Duration, since earlier: Timestamp) -> Bool {
    earlier.microseconds <= microseconds - length.microseconds
  }
}
