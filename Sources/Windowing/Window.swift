public import Records

/// One window: [start, end).
public struct Window: Hashable, Sendable {
  /// Position of its specification in the plan.
  public let specification: Int
  /// First instant.
  public let start: Timestamp
  /// First instant after it.
  public let end: Timestamp

  /// A window of a plan.
  public init(specification: Int, start: Timestamp, end: Timestamp) {
    self.specification = specification
    self.start = start
    self.end = end
  }
}
