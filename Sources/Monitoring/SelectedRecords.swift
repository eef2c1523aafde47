public import Records
public import Reference
public import Rules
import Windowing

/// Tells which records a request to train means, when they are read back.
///
/// Decided by what stage 1 decides by: the same decoder, conditions and clock, from what that clock
/// knew before the first record on. So all records of a cover are to be read, in their order.
public struct SelectedRecords: Sendable {
  /// The columns that are to be decoded.
  public let layout: RecordLayout

  private let admission: RecordAdmission
  private let grid: PaneGrid
  private let selection: TrainingSelection
  private let windows: [Range<Timestamp>]
  /// One for each cover.
  private var states: [PartitionState] = []

  /// Why the records of a request cannot be told from others.
  public enum Failure: Error, Equatable, Sendable {
    /// What the clocks knew is not in it: it is of an older version of leeway.
    case noClock
  }

  /// Nothing was read.
  ///
  /// - Parameters:
  ///   - selection: Of the request.
  ///   - windows: Those that the request names.
  ///   - plan: The one that made the request, of the same panes.
  ///   - references: Its own.
  /// - Throws: `Failure`.
  public init(
    _ selection: TrainingSelection,
    windows: [Range<Timestamp>],
    plan: Plan,
    references: References
  ) throws(Failure) {
    layout = RecordLayout(plan: plan, references: references)
    admission = RecordAdmission(plan: plan, layout: layout, limits: Limits())
    grid = plan.panes
    self.selection = selection
    self.windows = windows
    for cover in selection.covers {
      guard let before = cover.before else { throw .noClock }
      let place = before.place(at: cover.start)
      states.append(admission.partition(cover.partition, of: cover.topic, from: place))
    }
  }

  /// Decides on the next records of a cover's partition.
  ///
  /// - Parameters:
  ///   - columns: The records as decoded with `layout`.
  ///   - records: The same as read; those behind the cover are none of it.
  ///   - cover: By its place in the selection.
  /// - Returns: The rows that belong, increasing.
  /// - Complexity: O(records · (windows + runs)).
  public mutating func rows(
    of columns: ColumnBatch,
    _ records: RecordBatch,
    cover: Int
  ) -> [Int] {
    (0..<columns.rowCount).filter { row in
      guard records.offset(row) < selection.covers[cover].end,
        case .timed(_, _, let decision) = admission.fate(row, columns, of: records, &states[cover])
      else { return false }
      states[cover].clock.advance(by: decision)
      guard case .accepted(let pane) = decision.admission else { return false }
      return isWanted(pane) && !isLeftOut(records.offset(row), pane, selection.covers[cover])
    }
  }

  private func isWanted(_ pane: Int64) -> Bool {
    let start = grid.start(of: pane)
    return windows.contains { $0.contains(start) }
  }

  private func isLeftOut(_ offset: Int64, _ pane: Int64, _ cover: OffsetCover) -> Bool {
    selection.excluded.contains {
      $0.isSamePartition(as: cover) && $0.start <= offset && offset < $0.end
    }
      || selection.late.contains {
        $0.topic == cover.topic && $0.partition == cover.partition && $0.start <= offset
          && offset < $0.end && $0.panes.contains(pane)
      }
  }
}
