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
  /// What the detectors of the rules take on the records of one model version.
  private let detectorBytes: Int64
  /// What closing a window takes for the records of one model version: all its panes in one, its
  /// comparisons, and the text of its records.
  private let resultBytes: Int64
  private let limits: Limits
  /// What is remembered of alerts that triggers watch.
  private let failureBytes: Int64
  /// Populations of a pane beside the versions told apart; nil where there are none to tell.
  private let otherPopulations: Int64?

  /// The size of a plan's state, with the points and categories of its references.
  public init(_ plan: Plan, _ references: References, limits: Limits = Limits()) {
    self.init(plan, ByVersion(plan, references), limits)
  }

  init(_ plan: Plan, _ layouts: ByVersion<PopulationLayout>, _ limits: Limits) {
    panes = Self.panes(of: plan)
    populationBytes = Int64(layouts.values.map(\.bytes).max() ?? 0)
    resultBytes = Int64(layouts.values.map(\.resultBytes).max() ?? 0)
    // A model version that is no longer there is remembered for some windows more.
    let others = plan.roles.modelVersion == nil ? 0 : Int64(AlertBook.retirement) - 1
    detectorBytes =
      (1 + others) * plan.rules.reduce(0) { $0 + Int64(Self.detectorBytes(of: $1, plan)) }
    previousBytes = plan.windows.enumerated().reduce(0) { sum, window in
      let fields = plan.fields(against: .previous, of: window.offset)
      guard !fields.isEmpty else { return sum }
      let bytes = layouts.values.map { layout in
        fields.reduce(0) { $0 + layout.fields[$1].bytes }
      }
      return sum + (PreviousWindows.count(window.element) + others) * Int64(bytes.max() ?? 0)
    }
    self.limits = limits
    failureBytes = plan.rulesOfTriggers.isEmpty ? 0 : Int64(limits.rememberedBytes)
    // Records without a version, those of versions summed together, and of those with a reference.
    otherPopulations = plan.roles.modelVersion.map { _ in 1 + Int64(layouts.values.count) }
  }

  /// Model versions that can be told apart in each pane: so many as fit, at least one.
  var modelVersions: Int {
    guard let otherPopulations else { return limits.modelVersions }
    let each = panes * max(1, populationBytes) + previousBytes + detectorBytes
    let populations = Int64(limits.stateBytes) / each
    return max(1, min(limits.modelVersions, Int(populations - otherPopulations)))
  }

  /// Panes that the windows still to close reach back to, where no partition is behind or ahead.
  static func panes(of plan: Plan) -> Int64 {
    let longest = plan.windows.map(\.longest).max() ?? .zero
    return (longest + plan.lateness).microseconds / plan.panes.width + 2
  }

  /// What a rule's detectors take, with their names: each sees the series of one field.
  private static func detectorBytes(of rule: PlannedRule, _ plan: Plan) -> Int {
    var sizes: [SeriesName: Int] = [:]
    for test in rule.tests {
      guard let kind = test.detector?.detector else { continue }
      let name = SeriesName(statistic: test.statistic, field: test.field.map { "\($0)" })
      sizes[name] = Detector.bytes(kind) + 128
    }
    let segments = rule.by.map { plan.segmentFields[$0].segmentCount } ?? 1
    return sizes.values.reduce(0, +) * (rule.fields?.count ?? 1) * segments
  }

  /// Panes that are open at once, where no partition is behind or ahead.
  public var openPanes: Int64 { panes }
  /// Bytes that the records of one model version take in a pane.
  public var bytesPerPane: Int64 { populationBytes }
  /// Model versions that are judged apart; nil where events name none.
  public var versionsApart: Int? { otherPopulations.map { _ in modelVersions } }
  /// Populations that are kept of each pane, with so many model versions told apart.
  private func populations(_ versions: Int64) -> Int64 {
    otherPopulations.map { $0 + versions } ?? 1
  }
  /// Bytes of all of it, with so many model versions.
  private func bytes(_ versions: Int64) -> Int64 {
    populations(versions) * (panes * populationBytes + previousBytes + detectorBytes)
  }
  /// Bytes of all of it at most: with as many model versions as are told apart.
  public var mostBytes: Int64 { bytes(Int64(modelVersions)) }
  /// About how many bytes a window takes while it closes, beside the state.
  public var closingBytes: Int64 {
    populations(Int64(modelVersions)) * (populationBytes + resultBytes)
  }
  /// Bytes that where records stand takes more at most, for each partition but the first.
  public var bytesPerPartition: Int64 {
    populations(Int64(modelVersions)) * panes * Int64(OffsetCover.mostBytes)
  }
  /// Bytes that are taken beside it at most, for triggers: what is remembered of closed windows,
  /// and which of them have failed.
  public var rememberedBytes: Int64 { Int64(limits.rememberedBytes) + failureBytes }
  /// Failing windows that are remembered of an alert at most, of very many alerts fewer; nil where
  /// no trigger asks to train on them.
  public var rememberedFailures: Int? { failureBytes > 0 ? limits.rememberedPanes : nil }
  /// Panes that are remembered at most.
  public var rememberedPanes: Int { limits.rememberedPanes }
  /// Partitions with which so many panes are remembered, as long as no clocks run ahead; with more
  /// partitions fewer are.
  public var rememberedPartitions: Int {
    let page = PaneLedger.Page.bytes(covers: 0)
    return (limits.rememberedBytes / limits.rememberedPanes - page) / RememberedCover.leastBytes
  }
  /// Bytes that it may take.
  public var limitBytes: Int64 { Int64(limits.stateBytes) }

  /// What is wrong with it; nil when it fits.
  public var problem: String? {
    let populations = populations(1)
    let paneBytes = populations * populationBytes
    let bytes = bytes(1)
    guard bytes > limits.stateBytes else { return nil }
    let versions = populations > 1 ? ", each for \(populations) model versions" : ""
    let rest = [("previous windows", previousBytes), ("detectors", detectorBytes)]
      .filter { $0.1 > 0 }.map { ", \($0.0) of \((populations * $0.1) >> 10) KiB" }.joined()
    return
      "the state would take \(bytes >> 20) MiB, at most \(limits.stateBytes >> 20) are possible: "
      + "\(panes) panes of \(paneBytes >> 10) KiB\(rest)\(versions)"
  }
}
