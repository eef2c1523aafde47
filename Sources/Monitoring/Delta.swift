public import Records

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
  /// Records that could not be used, each named.
  public internal(set) var deadLetters: [DeadLetter] = []

  /// Whether both hold the same state.
  public static func == (left: Self, right: Self) -> Bool {
    left.panes.elementsEqual(right.panes) { $0.pane == $1.pane && $0.state == $1.state }
      && left.beforeFirst == right.beforeFirst && left.progress == right.progress
      && left.deadLetters == right.deadLetters
  }
}

/// How far one partition was read in one delta.
public struct Progress: Equatable, Sendable {
  /// Position of the topic in the plan.
  public var topic: Int
  /// Partition of that topic.
  public var partition: Int
  /// Offset of the first record that the delta covers.
  public var from: Int64
  /// Offset after the last one.
  public var to: Int64
  /// Watermark after the last one; nil before it exists.
  public var watermark: Timestamp?
  /// The partition is a file that was read to its end: it holds nothing back any more.
  public var hasEnded = false
  /// The partition has been silent for so long that it holds nothing back for now.
  public var isIdle = false
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
