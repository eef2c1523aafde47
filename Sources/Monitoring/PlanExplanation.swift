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
  /// The judged fields.
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
    let layout = PopulationLayout(plan, references.standard)
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
    let profiles = references.standard.judgedFields(of: plan)
    fields = zip(plan.fields, zip(profiles, layout.fields)).map { field, kept in
      FieldState(
        field: field,
        size: kept.0.size,
        sketches: kept.1.sketches.names,
        bytes: kept.1.bytes
      )
    }
    let sights = profiles.map { FieldComparison($0.reference) }
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
