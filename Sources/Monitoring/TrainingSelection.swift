public import Records
import Windowing

/// The records a trigger asks to train on.
public struct TrainingSelection: Equatable, Sendable {
  /// Accepted records.
  public var rows: UInt64 = 0
  /// Smallest range of each partition that holds them.
  public var covers: [OffsetCover] = []
  /// Runs inside those ranges that hold none of them.
  public var excluded: [OffsetCover] = []
  /// Records inside those ranges that do not count, as they came when their windows had closed.
  public var late: [LateRun] = []
  /// When the first of them may be gone, as their topics are configured; nil where nobody says that
  /// it ever is.
  public var expires: Timestamp?

  /// No records.
  public init() {}
}

/// Accepted records of some panes that stand in a run of offsets and do not count: their partition
/// was silent while the panes' windows closed.
///
/// The partition's own clock did not know that they were late, so that nothing in its log tells
/// them from others.
public struct LateRun: Equatable, Sendable {
  /// Position of the topic in the plan.
  public var topic: Int
  /// Partition of that topic.
  public var partition: Int
  /// Offset of the first record.
  public var start: Int64
  /// Offset after the last record that may be meant.
  public var end: Int64
  /// Their panes.
  public var panes: ClosedRange<Int64>

  /// The runs of some pages, as few as tell which records count.
  ///
  /// - Parameters:
  ///   - pages: Increasing by pane.
  ///   - covers: Of all that counts of them.
  /// - Returns: By partition, then by pane.
  /// - Complexity: O(pages · partitions · log partitions) where anything was late.
  static func all(in pages: [PaneLedger.Page], _ covers: [OffsetCover]) -> [LateRun] {
    guard pages.contains(where: { !$0.late.isEmpty }) else { return [] }
    return covers.flatMap { cover in
      var runs: [LateRun] = []
      // What counts of the panes of the run ends here, at the latest.
      var counted = Int64.min
      for page in pages {
        let late = page.late.first(ofPartitionOf: cover)
        let end = page.covers.first(ofPartitionOf: cover)?.end ?? .min
        counted = max(counted, end)
        if let last = runs.indices.last, counted <= min(runs[last].start, late?.start ?? .max) {
          guard let late else { continue }
          runs[last].start = min(runs[last].start, late.start)
          runs[last].panes = runs[last].panes.lowerBound...page.pane
        } else if let late, late.start < cover.end {
          counted = end
          runs.append(LateRun(late, until: cover.end, pane: page.pane))
        } else if !runs.isEmpty {
          // Later panes begin another run.
          counted = .max
        }
      }
      return runs
    }
  }

  private init(_ late: RememberedCover, until end: Int64, pane: Int64) {
    self.init(
      topic: Int(late.topic),
      partition: Int(late.partition),
      start: late.start,
      end: end,
      panes: pane...pane
    )
  }

  /// A run of records of some panes.
  public init(topic: Int, partition: Int, start: Int64, end: Int64, panes: ClosedRange<Int64>) {
    (self.topic, self.partition) = (topic, partition)
    (self.start, self.end, self.panes) = (start, end, panes)
  }
}
