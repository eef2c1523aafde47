import Rules
public import Records
import Windowing

/// An alert that is pending or fires.
public struct StandingAlert: Equatable, Sendable {
  /// What it is called from pending to resolved.
  public var alert: String
  /// Pending or firing.
  public var state: AlertState
  /// The rule that fails.
  public var rule: String
  /// How bad that is, as records name it.
  public var severity: String
  /// The field, if the rule is about one.
  public var field: String?
  /// The segment, or `all`.
  public var segment: String
  /// The model version, where there is one.
  public var version: String?
  /// Start of the first window that failed.
  public var since: Timestamp
  /// End of the last one that did; nil where none is remembered.
  public var lastFailure: Timestamp?

  /// An alert as its records tell it.
  public init(
    alert: String,
    state: AlertState,
    rule: String,
    severity: String,
    field: String?,
    segment: String,
    version: String?,
    since: Timestamp,
    lastFailure: Timestamp? = nil
  ) {
    (self.alert, self.state, self.rule) = (alert, state, rule)
    (self.severity, self.field, self.segment) = (severity, field, segment)
    (self.version, self.since, self.lastFailure) = (version, since, lastFailure)
  }
}

/// How far a trigger is from asking.
public struct StandingTrigger: Equatable, Sendable {
  /// The trigger.
  public var trigger: String
  /// Windows in a row after which its condition held.
  public var windowsHeld: Int
  /// As many of them must have held before it asks.
  public var windowsNeeded: Int
  /// When it asked last; nil for never.
  public var lastAsked: Timestamp?
  /// Before then it does not ask again; nil without a cooldown, and before it asked.
  public var quietUntil: Timestamp?
  /// Whether it would have asked, and was silenced.
  public var wasSilenced: Bool
}

/// How alerts and triggers stand: what the records of changes add up to.
public struct Standing: Equatable, Sendable {
  /// By rule, field, segment and model version.
  public var alerts: [StandingAlert] = []
  /// In the plan's order.
  public var triggers: [StandingTrigger] = []

  /// Nothing stands.
  public init() {}
}

extension LogEvaluator {
  /// How alerts and triggers stand.
  ///
  /// - Complexity: O(alerts).
  public var standing: Standing {
    var standing = Standing()
    standing.alerts = chain.judging.flatMap(\.standingAlerts)
    let plan = chain.version.plan
    standing.triggers = zip(plan.triggers, evaluator.state.governor.states).map { trigger, state in
      StandingTrigger(
        trigger: trigger.name,
        windowsHeld: state.steadyWindows + 1,
        windowsNeeded: trigger.settle + 1,
        lastAsked: state.lastAsked,
        quietUntil: state.lastAsked.flatMap { asked in
          trigger.cooldown.map { Timestamp(microseconds: asked.microseconds + $0.microseconds) }
        },
        wasSilenced: state.wasSilenced
      )
    }
    return standing
  }
}

extension VersionChain.Judging {
  fileprivate var standingAlerts: [StandingAlert] {
    let (plan, entries) = (version.plan, evaluator.state.book.entries)
    return entries.filter { $0.value.state != nil }.keys.sorted().compactMap { subject in
      guard let entry = entries[subject], let state = entry.state, let first = entry.first else {
        return nil
      }
      let transition = AlertTransition(subject: subject, state: state, first: first)
      return StandingAlert(
        alert: version.writer.name(of: transition),
        state: state,
        rule: plan.rules[subject.rule].name,
        severity: plan.rules[subject.rule].severity.rawValue,
        field: version.writer.field(of: subject),
        segment: plan.name(ofSegment: subject.segment),
        version: subject.version?.name,
        since: first.start,
        lastFailure: entry.failures.last?.end
      )
    }
  }
}
