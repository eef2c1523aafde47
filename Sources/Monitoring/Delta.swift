public import Records
import Sketches

/// What a collector learned since its last commit: state to be added, and how far it came.
///
/// A delta is all that leaves stage 1. It is additive, so deltas of any number of collectors, in
/// any order and cut anywhere, add up to the same state.
public struct Delta: Equatable, Sendable {
  /// State of the panes touched, increasing.
  public internal(set) var panes: [(pane: Int64, state: PaneState)] = []
  /// Records that were not accepted while their partition had no watermark yet: they count in the
  /// first window that closes.
  public internal(set) var beforeFirst = Accounting()
  /// How far each partition was read.
  public internal(set) var progress: [Progress] = []
  /// Partitions of each of the plan's topics, also those that others read.
  public internal(set) var partitionCounts: [Int] = []
  /// Milliseconds for which each of the plan's topics keeps its records, nil for ever or where the
  /// brokers do not tell; empty where there are none to be asked.
  public internal(set) var retention: [Int64?] = []
  /// When it was handed over, seconds since 1970; nil where no clock was looked at.
  public var wallSecond: Int64?
  /// Records that could not be used, each named.
  public internal(set) var deadLetters: [DeadLetter] = []

  /// Records that it accounts for, one way or another.
  public var counted: UInt64 {
    panes.reduce(into: beforeFirst.total) { sum, pane in
      sum.add(pane.state.accounting.total)
      for entry in pane.state.entries { sum.add(entry.population.records) }
    }
  }

  /// Whether both may count the same records, each in its own layout of state.
  func isOfSameRecords(as other: Delta) -> Bool {
    counted == other.counted && panes.map(\.pane) == other.panes.map(\.pane)
  }

  /// Whether both hold the same state.
  public static func == (left: Self, right: Self) -> Bool {
    left.panes.elementsEqual(right.panes) { $0.pane == $1.pane && $0.state == $1.state }
      && left.beforeFirst == right.beforeFirst && left.progress == right.progress
      && left.partitionCounts == right.partitionCounts && left.retention == right.retention
      && left.wallSecond == right.wallSecond
      && left.deadLetters == right.deadLetters
  }
}

/// A record that could not be used: where it stands and why.
///
/// The payload itself is not copied: the source still has it, and dead letters are read by more
/// people than the source is.
public struct DeadLetter: Equatable, Sendable {
  /// Position of the topic in the plan.
  public var topic: Int
  /// Partition of that topic.
  public var partition: Int
  /// Offset of the record.
  public var offset: Int64
  /// Why it cannot be used.
  public var reason: Rejection
}
