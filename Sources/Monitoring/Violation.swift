import Records

/// A place where the log of deltas contradicts itself, or is more than can be held: records were
/// lost, counted twice, or not waited for.
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
    /// More panes were open than may be: the partition that they waited for is waited for no
    /// longer, or those of its records that would open more are left out.
    case limit
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
/// Nobody knows the event times of records that were lost, only that they stood before the next
/// ones of their partition. So all that closes is in doubt until some of those were read and the
/// watermark has moved, and from then on only what ends before them: by lateness at most, as
/// records behind others may be that much earlier.
struct ViolationLog: Equatable, Sendable {
  struct Entry: Equatable, Sendable {
    var violation: Violation
    /// First and last pane that may lack the records, or hold them twice.
    var panes: ClosedRange<Int64>
    /// Set while nobody knows which pane is the last.
    var doubt: Doubt?
  }

  /// What the last pane of a violation will follow from.
  struct Doubt: Equatable, Sendable {
    /// The partition's watermark before it.
    var watermark: Timestamp?
    /// The last pane so far.
    var last: Int64
  }

  /// How far a partition came in one delta.
  struct Step {
    var progress: Progress
    var watermark: Timestamp?
    /// Last pane that records before those of the step may belong to.
    var last: Int64
    /// Panes that the delta touches, and those where late records are counted next.
    var touched: ClosedRange<Int64>?
  }

  private(set) var entries: [Entry] = []

  /// More than that would tell nobody more: a partition's last one is widened instead.
  static let limit = 1_000

  init() {}

  init(_ entries: [Entry]) { self.entries = entries }

  mutating func append(_ entry: Entry) {
    let (topic, partition) = (entry.violation.topic, entry.violation.partition)
    guard entries.count >= Self.limit,
      let index = entries.lastIndex(where: {
        $0.violation.topic == topic && $0.violation.partition == partition
      })
    else { return entries.append(entry) }
    let known = entries[index]
    let lower = min(known.panes.lowerBound, entry.panes.lowerBound)
    entries[index].panes = lower...max(known.panes.upperBound, entry.panes.upperBound)
    guard var doubt = entry.doubt ?? known.doubt else { return }
    doubt.last = max(known.doubt?.last ?? known.panes.upperBound, doubt.last)
    entries[index].doubt = doubt
  }

  /// Widens the violations in doubt of a partition by what came behind them, and ends the doubt
  /// where that says enough.
  mutating func follow(_ step: Step) {
    for index in entries.indices {
      guard var doubt = entries[index].doubt else { continue }
      let violation = entries[index].violation
      guard (violation.topic, violation.partition) == (step.progress.topic, step.progress.partition)
      else { continue }
      var first = entries[index].panes.lowerBound
      if step.progress.read > 0 { doubt.last = max(doubt.last, step.last) }
      if violation.kind == .overlap || violation.kind == .reset, let touched = step.touched {
        // What may have been counted twice stands in the delta itself.
        first = min(first, touched.lowerBound)
        doubt.last = max(doubt.last, touched.upperBound)
      }
      let isOver =
        violation.kind == .overlap
        ? step.progress.to >= violation.end
        : step.progress.read > 0 && step.watermark != doubt.watermark
      let last = isOver ? doubt.last : entries[index].panes.upperBound
      entries[index].panes = first...max(first, last)
      entries[index].doubt = isOver ? nil : doubt
    }
  }

  /// Ends the doubts of a partition of which nothing will come any more.
  mutating func settle(topic: Int, partition: Int, last: Int64?) {
    for index in entries.indices {
      let violation = entries[index].violation
      guard let doubt = entries[index].doubt,
        (violation.topic, violation.partition) == (topic, partition)
      else { continue }
      let first = entries[index].panes.lowerBound
      entries[index].panes = first...max(first, doubt.last, last ?? first)
      entries[index].doubt = nil
    }
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
