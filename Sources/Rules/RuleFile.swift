public import Windowing

/// A rule file as written: what shall hold, and when to retrain.
///
/// Values that could not be read are nil or their defaults; the diagnostics that come with the file
/// say so.
public struct RuleFile: Sendable {
  /// The file as the caller named it.
  public var file: String
  /// False alarms that the file's tests may cause together.
  public var budget: Located<Budget>?
  /// Windows of the file's rules that have none of their own.
  public var window: Located<WindowSpecification>?
  /// The rules, in their order.
  public var rules: [RuleDefinition] = []
  /// The triggers, in their order.
  public var triggers: [TriggerDefinition] = []

  init(file: String) { self.file = file }
}

/// So many false alarms per so much time.
public struct Budget: Equatable, Sendable {
  /// Above 0.
  public var alarms: Double
  /// Positive.
  public var period: Duration
}

/// So many requests per so much time.
public struct RequestRate: Equatable, Sendable {
  /// At least 1.
  public var count: Int
  /// Positive.
  public var period: Duration
}

/// A rule as written.
public struct RuleDefinition: Sendable {
  /// Its name.
  public var name: Located<String>
  /// The fields it judges one by one; nil when its condition names them.
  public var each: Located<FieldSelection>?
  /// The field for each of whose segments it is judged; nil for all records together.
  public var by: Located<String>?
  /// What shall hold; nil, as a whole or in part, when it could not be read.
  var condition: Formula<UnboundComparison?>?
  /// What must hold, beside that, for a firing alert to end; parts as those of `condition`.
  var clear: Formula<UnboundComparison?>?
  /// How its alerts live.
  public var life = AlertLife()
  /// Where `for` is written; nil where it is not.
  var holdPlace: Located<Void>?
  /// Where `keep_firing_for` is written; nil where it is not.
  var keepPlace: Located<Void>?
  /// What becomes of a window that it cannot judge.
  public var undecided = UndecidedWindow.ignore
  /// How bad a failure is.
  public var severity = Severity.warning
  /// The alert's text.
  public var summary: Template?
  /// Where to read what to do.
  public var runbook: Template?
  /// Further labels of the alert, by name.
  public var labels: [Label] = []
  /// The rule's own windows.
  public var window: Located<WindowSpecification>?
  /// With fewer records the rule is undecided.
  public var minRecords: UInt64 = 0
  /// Where that is written; nil where it is not.
  var minRecordsPlace: Located<Void>?
}

extension RuleDefinition {
  /// The comparisons of its condition that could be read.
  var comparisons: [UnboundComparison] { condition?.tests.compactMap(\.self) ?? [] }
  /// The comparisons of `clear` that could be read.
  var clearComparisons: [UnboundComparison] { clear?.tests.compactMap(\.self) ?? [] }
}

/// A trigger as written.
public struct TriggerDefinition: Sendable {
  /// Its name.
  public var name: Located<String>
  /// When to ask for retraining; nil where that is not written, or could not be read.
  var condition: Formula<UnboundFiring>?
  /// Whether it is written.
  var hasCondition = false
  /// Windows that the condition must have held.
  public var settle = 0
  /// Where that is written; nil where it is not.
  var settlePlace: Located<Void>?
  /// How long to be quiet after a request.
  public var cooldown: Located<Duration>?
  /// How often it may ask.
  public var atMost: Located<RequestRate>?
  /// Asks when so much time has passed without a request.
  public var every: Located<Duration>?
  /// How long a request that is not answered keeps others away.
  public var answerWithin: Located<Duration>?
  /// Records to train on at least.
  public var minRecords: UInt64 = 0
  /// Whether to only say what would be asked.
  public var isDryRun = false
}

/// A name and a value that an alert carries.
public struct Label: Equatable, Sendable {
  /// Letters, digits and underscores.
  public var name: String
  /// Any text.
  public var value: String
}

/// How bad a failing rule is.
public enum Severity: String, Sendable, CaseIterable, Comparable {
  /// Good to know.
  case info
  /// Somebody should look.
  case warning
  /// Somebody must look now.
  case critical

  /// Orders by how bad it is.
  public static func < (left: Self, right: Self) -> Bool {
    let order = allCases
    return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
  }
}

/// Groups of fields that rules and triggers name.
public enum FieldGroup: String, Sendable, CaseIterable {
  /// All judged fields that are no predictions.
  case features
  /// Features that are numeric.
  case numeric
  /// Features that are categorical.
  case categorical
  /// What the model says.
  case predictions
}

/// What `each` names.
public enum FieldSelection: Equatable, Sendable {
  /// A group.
  case group(FieldGroup)
  /// Fields by name, or by a pattern with `*`; in this order.
  case names([Located<String>])
}

/// A comparison whose field is still a name.
struct UnboundComparison: Sendable {
  var metric: Metric
  /// What looks at the metric's series; nil for the metric itself.
  var detector: Metric?
  var field: Located<String>?
  /// The other field, of a metric of two fields together.
  var partner: Located<String>?
  var argument: String?
  /// The values that are let through; nil for a comparison of the catalog.
  var values: UnboundValues?
  var baseline: Baseline
  /// Where the model version stands that it compares with; nil where it names none.
  var versionPlace: Located<Void>?
  var relation: Relation
  var threshold: Double
  var text: String
  /// Where the metric's name stands.
  var place: Located<Void>
  /// How the threshold is written, and where.
  var thresholdPlace: Located<Quantity.Kind>

  /// Whether it spends some of the budget.
  var isLowerBound: Bool { detector == nil && metric.isLowerBound }
}
