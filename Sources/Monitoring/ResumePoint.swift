public import Records
public import Windowing

/// Where reading a partition must begin again so that no open pane lacks a record, and what was
/// known there.
public struct ResumePoint: Equatable, Sendable {
  /// Offset of the first record of the oldest pane still open, or of the next record.
  public var offset: Int64
  /// The partition's clock just before that record.
  public var clock: PartitionClock.Memory
  /// Unit of the time field, once found.
  public var timeUnit: TimeUnit?

  /// A log of which nothing was read.
  public static let beginning = ResumePoint(
    offset: 0,
    clock: PartitionClock.Memory(watermark: nil, recent: [], farPanes: []),
    timeUnit: nil
  )

  /// A place in a partition's log.
  public init(offset: Int64, clock: PartitionClock.Memory, timeUnit: TimeUnit?) {
    self.offset = offset
    self.clock = clock
    self.timeUnit = timeUnit
  }
}

/// A place in a log behind which the rest of the stream had gone on while the partition was silent.
public struct CatchUp: Equatable, Sendable {
  /// Offset of the first record after the silence.
  public var offset: Int64
  /// End of the last window closed without the partition.
  public var closedThrough: Timestamp

  /// What is late from an offset on.
  public init(offset: Int64, closedThrough: Timestamp) {
    self.offset = offset
    self.closedThrough = closedThrough
  }
}

/// The first record of each pane of one partition that is not finished yet.
struct PaneOpenings: Sendable {
  private var points: [(pane: Int64, point: ResumePoint)] = []

  /// Whether a pane was opened already.
  func contains(_ pane: Int64) -> Bool { points.contains { $0.pane == pane } }

  /// Notes the first record of a pane.
  mutating func open(_ pane: Int64, at point: ResumePoint) { points.append((pane, point)) }

  /// Forgets the panes before one: nothing reaches back to them any more.
  mutating func finish(before pane: Int64) { points.removeAll { $0.pane < pane } }

  /// The earliest place that is still needed; nil when no pane is open.
  var earliest: ResumePoint? { points.map(\.point).min { $0.offset < $1.offset } }
}
