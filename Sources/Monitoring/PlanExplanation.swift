import Drift
import Records
public import Reference
public import Rules
import Sketches
public import Windowing

/// A plan in words: what is kept of the stream, and what its rules can say when.
public struct PlanExplanation: Sendable {
  /// Windows of one kind.
  public struct WindowUse: Sendable {
    /// Which.
    public let specification: WindowSpecification
    /// Panes of one at its longest.
    public let panes: Int64
    /// Rules that judge them.
    public let rules: Int
    /// Records that one usually holds, by the reference; nil where that does not know.
    public let usual: Double?
    /// Records of the busiest, alike.
    public let most: Double?
  }

  /// What is kept of a field in each pane.
  public struct FieldState: Sendable {
    /// The field.
    public let field: PlannedField
    /// The model version whose own reference it is counted over; nil for the standard one.
    public let version: String?
    /// Points, or categories.
    public let size: Int
    /// What is kept beside the counters because a rule asks for it.
    public let sketches: [String]
    /// At most.
    public let bytes: Int
  }

  /// The plan.
  public let plan: Plan
  /// The windows, the monitor's own first.
  public let windows: [WindowUse]
  /// The judged fields, over the standard reference and over each version's own.
  public let fields: [FieldState]
  /// What all of it takes.
  public let state: StateSize
  /// The rules, in their order.
  public private(set) var rules: [RuleExplanation]

  /// Explains a plan.
  ///
  /// - Parameters:
  ///   - plan: Checked.
  ///   - references: Those that it was checked with.
  public init(_ plan: Plan, _ references: References) {
    let pace = ReferenceSchema(references.standard).pace
    self.plan = plan
    state = StateSize(plan, references)
    windows = plan.windows.enumerated().map { index, window in
      WindowUse(
        specification: window,
        panes: window.longest.microseconds / plan.panes.width,
        rules: plan.rules.count { $0.windowIndex == index && !$0.isOfClock },
        usual: pace?.usual(in: window),
        most: pace?.most(in: window)
      )
    }
    let profiles: [(version: String?, profile: ReferenceProfile)] =
      [(nil, references.standard)] + references.own.map { ($0.version, $0.profile) }
    fields = profiles.flatMap { version, profile in
      let layout = PopulationLayout(plan, profile)
      return zip(plan.fields, zip(profile.judgedFields(of: plan), layout.fields)).map {
        FieldState(
          field: $0,
          version: version,
          size: $1.0.size,
          sketches: $1.1.sketches.names,
          bytes: $1.1.bytes
        )
      }
    }
    let sights = profiles.map { version, profile in
      (version, profile.judgedFields(of: plan).map { FieldComparison($0.reference) })
    }
    rules = plan.rules.map { RuleExplanation($0, of: plan, sights, pace) }
  }

  /// Leaves out all rules but one.
  ///
  /// - Returns: Whether there is such a rule.
  public mutating func keepOnly(rule: String) -> Bool {
    rules.removeAll { $0.rule.name != rule }
    return !rules.isEmpty
  }
}

extension FieldSummary.Sketches {
  fileprivate var names: [String] {
    let all: [(FieldSummary.Sketches, String)] = [
      (.distinct, "distinct values"), (.lengths, "lengths of texts"),
      (.fractions, "places within gaps"),
    ]
    return all.filter { contains($0.0) }.map(\.1)
  }
}
