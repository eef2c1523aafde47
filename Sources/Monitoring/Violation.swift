/// A place where the log of deltas contradicts itself: records were lost, or counted twice.
public struct Violation: Equatable, Sendable {
  /// What is wrong.
  public enum Kind: UInt8, CaseIterable, Sendable {
    /// Records between two deltas were never counted: retention was faster, or a delta was lost.
    case gap
    /// Records were counted by two deltas.
    case overlap
    /// The topic was made anew or lost its end, and is read from its beginning.
    case reset
    /// A delta accounts for another number of records than were read.
    case conservation
  }

  /// What is wrong.
  public var kind: Kind
  /// Position of the topic in the plan.
  public var topic: Int
  /// Partition of that topic.
  public var partition: Int
  /// First offset in doubt.
  public var start: Int64
  /// Offset after the last one in doubt.
  public var end: Int64
}

/// The violations that windows still to close may touch.
///
/// Nobody knows the event times of records that were lost; those that stood between two deltas of
/// a partition belong, as far as lateness allows, to the panes its watermark passed meanwhile.
struct ViolationLog: Equatable, Sendable {
  struct Entry: Equatable, Sendable {
    var violation: Violation
    /// First and last pane that may lack the records, or hold them twice.
    var panes: ClosedRange<Int64>
  }

  private(set) var entries: [Entry] = []

  /// More than that in a window would tell nobody more: the last one is widened instead.
  static let limit = 1_000

  init() {}

  init(_ entries: [Entry]) { self.entries = entries }

  mutating func append(_ entry: Entry) {
    guard entries.count >= Self.limit, let last = entries.last else {
      return entries.append(entry)
    }
    let lower = min(last.panes.lowerBound, entry.panes.lowerBound)
    let upper = max(last.panes.upperBound, entry.panes.upperBound)
    entries[entries.count - 1].panes = lower...upper
  }

  /// The violations that touch a run of panes.
  func touching(_ panes: Range<Int64>) -> [Violation] {
    entries.filter { panes.overlaps($0.panes) }.map(\.violation)
  }

  /// The first pane from one on that is touched.
  func next(from pane: Int64) -> Int64? {
    entries.filter { $0.panes.upperBound >= pane }.map { max(pane, $0.panes.lowerBound) }.min()
  }

  /// Makes all that lies before the first pane of all touch that one.
  mutating func begin(at pane: Int64) {
    for index in entries.indices where entries[index].panes.upperBound < pane {
      entries[index].panes = pane...pane
    }
  }

  /// Forgets what no pane from one on is touched by.
  mutating func forget(before pane: Int64) {
    entries.removeAll { $0.panes.upperBound < pane }
  }
}
