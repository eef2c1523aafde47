/// A time in which alerts and requests of a monitor wake nobody, because somebody said so.
///
/// It takes effect where the log says that it was known, as a version of the monitor does, and runs
/// by the log's clock: whoever reads the log again comes to the same silenced alerts.
public struct Silence: Equatable, Sendable {
  /// Unlike any other's: 32 hexadecimal digits.
  public var id: String
  /// Where it stands in the control topic.
  public var offset: Int64
  /// A rule, a field or a trigger; nil for the whole monitor.
  public var name: String?
  /// From this second on, since 1970.
  public var from: Int64
  /// Up to this second.
  public var until: Int64
  /// Why.
  public var reason: String
  /// Where the control topic ends it early; nil where it does not.
  public var endOffset: Int64?

  /// A silence as it was stored.
  public init(
    id: String,
    offset: Int64,
    name: String?,
    from: Int64,
    until: Int64,
    reason: String,
    endOffset: Int64? = nil
  ) {
    (self.id, self.offset, self.name) = (id, offset, name)
    (self.from, self.until, self.reason, self.endOffset) = (from, until, reason, endOffset)
  }

  /// Whether it is known, and not that it has ended early.
  ///
  /// - Parameter heard: All that stands at lower offsets of the control topic is known.
  /// - Returns: No before it was heard of, and after its end was.
  public func isKnown(_ heard: Int64) -> Bool { offset < heard && endOffset ?? .max >= heard }

  /// Whether it lasts.
  ///
  /// - Parameter second: Since 1970.
  /// - Returns: No before it begins and when it is over.
  public func lasts(at second: Int64) -> Bool { second >= from && second < until }
}

extension [Silence] {
  /// The first that silences what goes by one of these names.
  func silencing(_ names: String?...) -> Silence? {
    first { $0.name == nil || names.contains($0.name) }
  }
}
