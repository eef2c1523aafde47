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

  /// The size of a plan's state, with the points and categories of its profile.
  public init(_ plan: Plan, _ profile: ReferenceProfile) {
    let width = PaneGrid(plan.windows).width
    let longest = plan.windows.map(\.size).max() ?? .zero
    panes = (longest + plan.lateness).microseconds / width + 2
    paneBytes = plan.fields.reduce(0) { sum, field in
      let counters =
        switch profile.fields[field.referenceIndex].reference.layout {
        case .numeric(let points): 2 * points + 1
        case .categorical(let categories): categories + 1
        }
      // Counters, and moments, completeness and headers of a field.
      return sum + Int64(counters * MemoryLayout<UInt64>.size + 256)
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
