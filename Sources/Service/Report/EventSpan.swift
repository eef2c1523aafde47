public import Records

/// A stretch of event time, open where it has no end.
public struct EventSpan: Equatable, Sendable {
  /// What ends behind this instant.
  public var from: Timestamp?
  /// What ends at or before this one.
  public var to: Timestamp?

  /// A stretch; all of time where nothing is said.
  public init(from: Timestamp? = nil, to: Timestamp? = nil) { (self.from, self.to) = (from, to) }

  /// Whether something that ends then lies within.
  public func covers(_ time: Timestamp) -> Bool {
    time > from ?? Timestamp(microseconds: .min) && time <= to ?? Timestamp(microseconds: .max)
  }
}
