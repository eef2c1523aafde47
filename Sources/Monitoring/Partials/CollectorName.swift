/// Who wrote a delta.
///
/// A process that is started again is another collector: it cannot know which of the records it
/// never finished became visible.
public struct CollectorName: Hashable, Sendable, Comparable {
  /// Hash of the consumer group: another group reads the source for itself, and its deltas are
  /// not added to those of this one.
  public var lineage: UInt64
  /// Name of the process, as operators know it.
  public var instance: String
  /// Differs from start to start.
  public var incarnation: UInt64

  /// A collector of a group.
  public init(lineage: UInt64, instance: String, incarnation: UInt64) {
    self.lineage = lineage
    self.instance = instance
    self.incarnation = incarnation
  }

  /// Orders by all parts, so that what is written of several has one order.
  public static func < (left: Self, right: Self) -> Bool {
    (left.lineage, left.incarnation, left.instance)
      < (right.lineage, right.incarnation, right.instance)
  }
}
