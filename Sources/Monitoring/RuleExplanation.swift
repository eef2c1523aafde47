import Drift
public import Rules
import Sketches
public import Windowing

/// What a rule can say, and when.
public struct RuleExplanation: Sendable {
  /// What a lower bound sees of a field in the windows that the reference lets expect.
  public struct Sight: Sendable {
    /// The comparison.
    public let comparison: Comparison
    /// The field's name.
    public let field: String
    /// The model version whose own reference it is; nil for the standard one.
    public let version: String?
    /// Values, or records where it counts these, that a window usually holds; nil where the
    /// reference does not know.
    public let usual: Double?
    /// The same of the busiest.
    public let most: Double?
    /// The n that shifts are given for: the usual one, or an example.
    public let count: UInt64
    /// The smallest shift at which it is above 0; nil where there is none.
    public let seen: Double?
    /// The smallest shift at which it exceeds its threshold; nil alike.
    public let exceeds: Double?
    /// Values from which on it could exceed its threshold; nil where no number would do.
    public let needed: UInt64?

    /// Whether it is undecided in every window that may be expected.
    public var isBlind: Bool { needed.map { n in most.map { Double(n) > $0 } ?? false } ?? true }
  }

  /// The n that shifts are given for where the reference does not know the usual one.
  public static let exampleCount: UInt64 = 1_000

  /// The rule.
  public let rule: PlannedRule
  /// Its windows; nil where it is judged by the clock.
  public let window: WindowSpecification?
  /// The fields that it looks at; none for one about the stream.
  public let fields: [String]
  /// Lower bounds that it computes in a window.
  public let testsPerWindow: Int
  /// Of each: one less the probability of a false alarm.
  public let confidence: Double
  /// From the start of the first window that fails to the alert, in event time.
  public let earliest: Duration
  /// Of each lower bound and field.
  public let sights: [Sight]

  /// Lower bounds that it computes in a day.
  public var testsPerDay: Double {
    window.map { Double(testsPerWindow) * (.seconds(86_400) / $0.every) } ?? 0
  }

  init(
    _ rule: PlannedRule,
    of plan: Plan,
    _ references: [(version: String?, fields: [FieldComparison])],
    _ pace: StreamPace?
  ) {
    let window = plan.windows[rule.windowIndex]
    let confidence = Confidence.standard(fields: plan.comparedDistributions, alpha: rule.alpha)
    let bounds = rule.condition.tests.filter(\.isLowerBound)
    self.rule = rule
    self.window = rule.isOfClock ? nil : window
    // Without `each` the condition names them, one or several.
    fields = (rule.fields ?? Set(rule.condition.tests.compactMap(\.field)).sorted())
      .map { plan.fields[$0].name }
    let segments = rule.by.map { plan.segmentFields[$0].segmentCount } ?? 1
    testsPerWindow = bounds.count * (rule.fields?.count ?? 1) * segments
    self.confidence = 1 - rule.alpha
    earliest = Self.earliest(rule, window, lateness: plan.lateness)
    sights = bounds.filter { $0.baseline == .reference }.flatMap { test in
      (test.field.map { [$0] } ?? rule.fields ?? []).flatMap { field in
        references.map { reference in
          Sight(
            test,
            plan.fields[field].name,
            reference.version,
            reference.fields[field],
            confidence,
            pace,
            window
          )
        }
      }
    }
  }

  /// A window's own length, its lateness, and what `for` adds.
  private static func earliest(
    _ rule: PlannedRule,
    _ window: WindowSpecification,
    lateness: Duration
  ) -> Duration {
    let later: Int64
    switch rule.life.hold {
    case .immediately: later = 0
    case .windows(let count, _): later = Int64(count) - 1
    case .duration(let length):
      if rule.isOfClock { return length }
      // All windows since the last one that passed, which ended where the first failing one did
      // less one step.
      let every = window.every.microseconds
      later = max(0, (length.microseconds + every - 1) / every - 1)
    }
    if rule.isOfClock { return .seconds(60) * Int(later) }
    return window.size + window.every * Int(later) + lateness
  }
}

extension RuleExplanation.Sight {
  fileprivate init(
    _ comparison: Comparison,
    _ field: String,
    _ version: String?,
    _ reference: FieldComparison,
    _ confidence: Confidence,
    _ pace: StreamPace?,
    _ window: WindowSpecification
  ) {
    let metric = comparison.metric
    let completeness = reference.referenceCompleteness
    let share =
      metric.countsRecords || completeness.records == 0
      ? 1 : Double(completeness.values) / Double(completeness.records)
    let usual = pace.map { $0.usual(in: window) * share }
    let count = usual.flatMap { UInt64(exactly: $0.rounded()) } ?? RuleExplanation.exampleCount
    let shift = { (threshold: Double) in
      metric.shiftToExceed(
        reference,
        confidence: confidence,
        threshold: threshold,
        count: count
      )
    }
    self.init(
      comparison: comparison,
      field: field,
      version: version,
      usual: usual,
      most: pace.map { $0.most(in: window) * share },
      count: count,
      seen: shift(0),
      exceeds: shift(comparison.threshold),
      needed: metric.recordsToDecide(
        reference,
        confidence: confidence,
        threshold: comparison.threshold
      )
    )
  }
}
