public import Records
public import Windowing

/// Checked files, ready to run: names are numbers, quantities are in base units.
public struct Plan: Equatable, Sendable {
  /// Name of the monitor.
  public var monitor: String
  /// What to read.
  public var source: SourcePlan
  /// Fields that are not judged, and those that are predictions.
  public var roles: Roles
  /// Judged fields, in the reference's order.
  public var fields: [PlannedField]
  /// Fields by whose values records are also counted apart, in the reference's order.
  public var segmentFields: [SegmentField] = []
  /// Model versions with their own reference, in byte order.
  public var ownReferences: [String]
  /// Distinct windows, each with a longest; the first is the monitor's own.
  public var windows: [WindowSpecification]
  /// The panes that all windows are made of; finer ones than they need where an earlier version of
  /// the monitor counts in them.
  public var panes: PaneGrid
  /// How long after its end a window still takes records.
  public var lateness: Duration
  /// When a silent partition no longer holds windows open; nil for never.
  public var idleAfter: Duration?
  /// How far ahead of the broker's time an event may be.
  public var maxFuture: Duration
  /// The rules of all files, in their order.
  public var rules: [PlannedRule]
  /// The triggers of all files, in their order.
  public var triggers: [PlannedTrigger]
  /// First part of the names of the topics written.
  public var outputPrefix: String
  /// What is promised of what is written.
  public var delivery: Delivery
}

/// What to read.
public struct SourcePlan: Equatable, Sendable {
  /// At least one topic.
  public var topics: [String]
  /// How events are written.
  public var format: EventFormat
  /// Where to start without a committed offset.
  public var start: StreamStart
  /// Events without all of these values are filtered out; sorted by path.
  public var conditions: [SourceCondition]
}

/// What fields are for, other than to be judged.
public struct Roles: Equatable, Sendable {
  /// The event's time.
  public var time: FieldPath
  /// How it is written; nil to find out.
  public var timeUnit: TimeUnit?
  /// The event's identity.
  public var id: FieldPath?
  /// The model's predictions, as the reference names them.
  public var predictions: [String]
  /// The model's version.
  public var modelVersion: FieldPath?
  /// Fields that are not judged, sorted.
  public var ignored: [String]
}

/// A judged field.
public struct PlannedField: Equatable, Sendable {
  /// As the reference names it.
  public var name: String
  /// Where it stands in the event.
  public var path: FieldPath
  /// How its values are compared.
  public var kind: FieldKind
  /// Whether it is a prediction; otherwise it is a feature.
  public var isPrediction: Bool
  /// Its place among the reference's fields.
  public var referenceIndex: Int
}

/// A rule whose names were found.
public struct PlannedRule: Equatable, Sendable {
  /// Unique among the rules.
  public var name: String
  /// Its windows, among the plan's.
  public var windowIndex: Int
  /// Fields judged one by one; nil when the condition names its fields or is of the stream.
  public var fields: [Int]?
  /// The field for each of whose segments it is judged, among the plan's; nil for all records.
  public var by: Int?
  /// What shall hold.
  public var condition: Condition
  /// What must hold, beside that, for a firing alert to end; nil for nothing more.
  public var clear: Condition?
  /// How its alerts live.
  public var life: AlertLife
  /// What becomes of a window that it cannot judge.
  public var undecided: UndecidedWindow
  /// How bad a failure is.
  public var severity: Severity
  /// The alert's text.
  public var summary: Template?
  /// Where to read what to do.
  public var runbook: Template?
  /// Further labels of the alert, sorted by name.
  public var labels: [Label]
  /// With fewer records the rule is undecided.
  public var minRecords: UInt64
  /// Probability of a false alarm of each lower bound in each window.
  public var alpha: Double
  /// Whether that is what a budget leaves it, and not the standard.
  public var isBudgeted = false
}

extension PlannedRule {
  /// Every comparison that it makes of a window.
  public var tests: [Comparison] { condition.tests + (clear?.tests ?? []) }

  /// Probability of a false alarm of each lower bound of each model version in a window.
  ///
  /// The plan cannot know how many versions will live side by side, and each is judged by itself:
  /// what a budget leaves a test is for all of them together.
  ///
  /// - Parameter versions: Model versions that the window holds, at least one.
  /// - Returns: `alpha`, or its part where it comes from a budget.
  public func alpha(sharedBy versions: Int) -> Double {
    isBudgeted ? alpha / Double(max(1, versions)) : alpha
  }
}

/// A trigger whose rules were found.
public struct PlannedTrigger: Equatable, Sendable {
  /// Unique among the triggers.
  public var name: String
  /// When to ask for retraining; nil for a schedule alone.
  public var condition: TriggerCondition?
  /// Windows that the condition must have held.
  public var settle: Int
  /// How long to be quiet after a request.
  public var cooldown: Duration?
  /// Records to train on at least.
  public var minRecords: UInt64
  /// Whether to only say what would be asked.
  public var isDryRun: Bool
  /// How often it may ask; nil for as often as it likes.
  public var atMost: RequestRate?
  /// Asks when so much time has passed without a request; nil for no schedule.
  public var every: Duration?
  /// How long a request that is not answered keeps others away; nil for not at all.
  public var answerWithin: Duration?
}

extension PlannedTrigger {
  /// Whether it asks after windows of a size: those that its rules are judged on, or, without
  /// rules, the monitor's own.
  public func watches(_ specification: Int, in plan: Plan) -> Bool {
    guard let condition else { return specification == 0 }
    return condition.tests.contains { plan.rules[$0.rule].windowIndex == specification }
  }
}
