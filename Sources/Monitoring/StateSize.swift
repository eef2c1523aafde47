import Drift
public import Reference
public import Rules
import Sketches
import Windowing

/// What a monitor's state takes at most: computed from the plan before anything runs.
public struct StateSize: Sendable {
  private static let limit = 1 << 30

  private let panes: Int64
  private let paneBytes: Int64

  /// The size of a plan's state, with the points and categories of its references.
  public init(_ plan: Plan, _ references: References) {
    panes = Self.panes(of: plan)
    let layouts = ByVersion(references) { $0.judgedFields(of: plan).map(\.reference.layout) }
    paneBytes = Int64(Self.bytes(ofPopulation: layouts))
  }

  /// Panes that the windows still to close reach back to, where no partition is behind or ahead.
  static func panes(of plan: Plan) -> Int64 {
    let longest = plan.windows.map(\.longest).max() ?? .zero
    return (longest + plan.lateness).microseconds / plan.panes.width + 2
  }

  /// What the records of one model version in one pane take, of the version that takes most.
  static func bytes(ofPopulation layouts: ByVersion<[FieldSummary.Layout]>) -> Int {
    layouts.values.map { bytes(of: $0) }.max() ?? 0
  }

  private static func bytes(of layouts: [FieldSummary.Layout]) -> Int {
    layouts.reduce(0) { sum, layout in
      let counters =
        switch layout {
        case .numeric(let points): 2 * points + 1
        case .categorical(let categories): categories + 1
        }
      // Counters, and moments, completeness and headers of a field.
      return sum + counters * MemoryLayout<UInt64>.size + 256
    }
  }

  /// What is wrong with it; nil when it fits.
  public var problem: String? {
    let bytes = panes * paneBytes
    guard bytes > Self.limit else { return nil }
    return "the state would take \(bytes >> 20) MiB, at most \(Self.limit >> 20) are possible: "
      + "\(panes) panes of \(paneBytes >> 10) KiB"
  }
}
