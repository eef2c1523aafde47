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
  public let version: String?

  /// Orders by rule, field, version.
  public static func < (left: Self, right: Self) -> Bool {
    (left.rule, left.field ?? -1, left.version ?? "")
      < (right.rule, right.field ?? -1, right.version ?? "")
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
    public fileprivate(set) var state: AlertState?
    /// The failing window that began the alert; nil while inactive.
    public fileprivate(set) var first: Window?
    /// Failing windows since then.
    public fileprivate(set) var failures: [Window] = []
    fileprivate var history: [Decision] = []
  }

  fileprivate struct Decision: Equatable, Sendable {
    var end: Timestamp
    var failed: Bool
  }

  /// Every subject ever judged.
  public private(set) var entries: [AlertSubject: Entry] = [:]
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
    entry.note(Decision(end: window.end, failed: failed), hold: hold)
    if failed {
      if entry.state == nil { entry.first = window }
      if entry.failures.count < failureLimit { entry.failures.append(window) }
    }
    guard let first = entry.first, let next = entry.nextState(failed: failed, hold: hold) else {
      return nil
    }
    entry.state = next
    if next == .resolved {
      (entry.state, entry.first, entry.failures) = (nil, nil, [])
    }
    return AlertTransition(subject: subject, state: next, first: first)
  }
}

extension AlertBook.Entry {
  /// Remembers a decision and forgets those that `for` no longer looks at.
  fileprivate mutating func note(_ decision: AlertBook.Decision, hold: Hold) {
    history.append(decision)
    switch hold {
    case .immediately:
      history = [decision]
    case .windows(_, let of):
      history.removeFirst(max(0, history.count - of))
    case .duration(let length):
      let start = decision.end.microseconds - length.microseconds
      history.removeAll { $0.end.microseconds <= start && $0 != decision }
    }
  }

  /// The state to change to; nil to stay.
  fileprivate func nextState(failed: Bool, hold: Hold) -> AlertState? {
    switch state {
    case nil, .resolved:
      guard failed else { return nil }
      return holds(hold) ? .firing : .pending
    case .pending:
      if holds(hold) { return .firing }
      return isQuiet(hold) ? .resolved : nil
    case .firing:
      return holds(hold) ? nil : .resolved
    }
  }

  /// Whether the rule has failed for as long as `for` asks.
  private func holds(_ hold: Hold) -> Bool {
    switch hold {
    case .immediately, .duration: history.allSatisfy(\.failed)
    case .windows(let count, _): history.count(where: \.failed) >= count
    }
  }

  /// Whether a pending alert has nothing left to wait for.
  private func isQuiet(_ hold: Hold) -> Bool {
    switch hold {
    case .immediately, .duration: !(history.last?.failed ?? false)
    case .windows: !history.contains(where: \.failed)
    }
  }
}
