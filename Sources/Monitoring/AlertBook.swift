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
}

/// All alerts of a monitor: inactive → pending → firing → resolved.
///
/// Only transitions leave the book. Undecided windows are never shown to it, so they change
/// nothing. Time is event time: the ends of the windows judged.
public struct AlertBook: Equatable, Sendable {
  /// One alert's past, as far as its rule's `for` looks back.
  public struct Entry: Equatable, Sendable {
    /// nil while inactive.
    public internal(set) var state: AlertState?
    /// The failing window that began the alert; nil while inactive.
    public internal(set) var first: Window?
    /// The last failing windows since then.
    public internal(set) var failures: [Window] = []
    /// The last verdicts, true for a failure; as many as `for: n of m windows` looks at.
    var verdicts: [Bool] = []
    /// End of the last window that passed; nil before any.
    var lastPass: Timestamp?
    /// Windows in a row that held records of other model versions only.
    var absences = 0
    /// Detectors that the rule's condition names, whatever came of the windows they have seen.
    var detectors: [SeriesName: Detector] = [:]
  }

  /// Every subject judged lately.
  public internal(set) var entries: [AlertSubject: Entry] = [:]
  private let failureLimit: Int

  /// An empty book.
  public init(limits: Limits) { failureLimit = limits.rememberedPanes }

  /// Subjects that are firing, in order.
  public var firing: [AlertSubject] {
    entries.filter { $0.value.state == .firing }.keys.sorted()
  }

  /// Enters a decided judgement.
  ///
  /// - Parameters:
  ///   - subject: What was judged.
  ///   - failed: Whether the expectation was broken.
  ///   - window: The window judged; later than all before.
  ///   - hold: How long the rule must fail before it fires.
  /// - Returns: The change of state, if any.
  public mutating func judge(
    _ subject: AlertSubject,
    failed: Bool,
    window: Window,
    hold: Hold
  ) -> AlertTransition? {
    var entry = entries[subject] ?? Entry()
    defer { entries[subject] = entry }
    entry.note(failed, window, hold: hold)
    if failed {
      if entry.state == nil { entry.first = window }
      if entry.failures.count == failureLimit { entry.failures.removeFirst() }
      entry.failures.append(window)
    }
    let next = entry.nextState(failed: failed, at: window.end, hold: hold)
    guard let first = entry.first, let next else { return nil }
    entry.state = next
    if next == .resolved {
      (entry.state, entry.first, entry.failures) = (nil, nil, [])
    }
    return AlertTransition(subject: subject, state: next, first: first)
  }
}

extension AlertBook {
  /// Windows without a record of a model version, but with some of others, after which the version
  /// counts as retired.
  static let retirement = 3

  /// Notes which model versions a window held; alerts about a retired one are resolved, since no
  /// window will ever do it.
  ///
  /// - Parameters:
  ///   - rule: Position of the rule judged.
  ///   - versions: Model versions with records in the window, at least one.
  /// - Returns: The alerts resolved, in order.
  mutating func retire(rule: Int, unless versions: [ModelVersion?]) -> [AlertTransition] {
    retire(rule: rule) { versions.contains($0.version) }
  }

  /// Notes what a window held; alerts about what is no longer there are resolved.
  ///
  /// - Parameters:
  ///   - rule: Position of the rule judged.
  ///   - isThere: Whether the window held what an alert is about.
  /// - Returns: The alerts resolved, in order.
  mutating func retire(
    rule: Int,
    unless isThere: (AlertSubject) -> Bool
  ) -> [AlertTransition] {
    var resolved: [AlertTransition] = []
    for subject in entries.keys.sorted() where subject.rule == rule {
      guard var entry = entries[subject] else { continue }
      entry.absences = isThere(subject) ? 0 : entry.absences + 1
      entries[subject] = entry.absences < Self.retirement ? entry : nil
      guard entry.absences >= Self.retirement, entry.state != nil, let first = entry.first else {
        continue
      }
      resolved.append(AlertTransition(subject: subject, state: .resolved, first: first))
    }
    return resolved
  }
}

extension AlertBook.Entry {
  /// Remembers a verdict and forgets those that `for` no longer looks at.
  fileprivate mutating func note(_ failed: Bool, _ window: Window, hold: Hold) {
    if !failed { lastPass = window.end }
    verdicts.append(failed)
    let count = if case .windows(_, let of) = hold { of } else { 1 }
    verdicts.removeFirst(max(0, verdicts.count - count))
  }

  /// The state to change to; nil to stay.
  fileprivate func nextState(failed: Bool, at time: Timestamp, hold: Hold) -> AlertState? {
    switch state {
    case nil, .resolved:
      guard failed else { return nil }
      return holds(hold, at: time) ? .firing : .pending
    case .pending:
      if holds(hold, at: time) { return .firing }
      return verdicts.contains(true) ? nil : .resolved
    case .firing:
      return holds(hold, at: time) ? nil : .resolved
    }
  }

  /// Whether the rule has failed for as long as `for` asks.
  private func holds(_ hold: Hold, at time: Timestamp) -> Bool {
    switch hold {
    case .immediately:
      return verdicts.last ?? false
    case .windows(let count, _):
      return verdicts.count { $0 } >= count
    case .duration(let length):
      guard let lastPass else { return true }
      return lastPass.microseconds <= time.microseconds - length.microseconds
    }
  }
}
