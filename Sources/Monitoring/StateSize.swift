import Drift
public import Reference
public import Rules
import Sketches
public import Windowing

/// What a monitor's state takes at most: computed from the plan before anything runs.
public struct StateSize: Sendable {
  private let panes: Int64
  private let populationBytes: Int64
  /// What the records of one model version take in the windows that later ones are compared with.
  private let previousBytes: Int64
  private let limits: Limits
  /// Populations of a pane beside the versions told apart; nil where there are none to tell.
  private let otherPopulations: Int64?

  /// The size of a plan's state, with the points and categories of its references.
  public init(_ plan: Plan, _ references: References, limits: Limits = Limits()) {
    let layouts = ByVersion(references) { PopulationLayout(plan, $0) }
    self.init(plan, layouts, limits)
  }

  init(_ plan: Plan, _ layouts: ByVersion<PopulationLayout>, _ limits: Limits) {
    panes = Self.panes(of: plan)
    populationBytes = Int64(layouts.values.map(\.bytes).max() ?? 0)
    previousBytes = plan.windows.enumerated().reduce(0) { sum, window in
      let fields = plan.previousFields(of: window.offset)
      guard !fields.isEmpty else { return sum }
      let bytes = layouts.values.map { layout in
        fields.reduce(0) { $0 + layout.fields[$1].bytes }
      }
      // A model version that is no longer there is remembered for some windows more.
      let others = plan.roles.modelVersion == nil ? 0 : Int64(AlertBook.retirement) - 1
      return sum + (PreviousWindows.count(window.element) + others) * Int64(bytes.max() ?? 0)
    }
    self.limits = limits
    // Records without a version, those of versions summed together, and of those with a reference.
    otherPopulations = plan.roles.modelVersion.map { _ in 1 + Int64(layouts.values.count) }
  }

  /// Model versions that can be told apart in each pane: so many as fit, at least one.
  var modelVersions: Int {
    guard let otherPopulations else { return limits.modelVersions }
    let populations =
      Int64(limits.stateBytes) / (panes * max(1, populationBytes) + previousBytes)
    return max(1, min(limits.modelVersions, Int(populations - otherPopulations)))
  }

  /// Panes that the windows still to close reach back to, where no partition is behind or ahead.
  static func panes(of plan: Plan) -> Int64 {
    let longest = plan.windows.map(\.longest).max() ?? .zero
    return (longest + plan.lateness).microseconds / plan.panes.width + 2
  }

  /// What is wrong with it; nil when it fits.
  public var problem: String? {
    let populations = otherPopulations.map { $0 + 1 } ?? 1
    let paneBytes = populations * populationBytes
    let bytes = panes * paneBytes + populations * previousBytes
    guard bytes > limits.stateBytes else { return nil }
    let versions = populations > 1 ? ", each for \(populations) model versions" : ""
    return
      "the state would take \(bytes >> 20) MiB, at most \(limits.stateBytes >> 20) are possible: "
      + "\(panes) panes of \(paneBytes >> 10) KiB\(versions)"
  }
}
