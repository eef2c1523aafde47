internal import CRDKafka

/// A line that librdkafka would have written to standard error.
public struct LogLine: Hashable, Sendable {
  /// How urgent a line is, as syslog counts: smaller is more urgent.
  public struct Level: Hashable, Sendable, Comparable {
    /// Syslog's number, 0 to 7.
    public let number: Int32

    /// Something is not as it should be.
    public static let warning = Level(number: 4)

    /// More urgent levels come first.
    public static func < (one: Level, other: Level) -> Bool { one.number < other.number }
  }

  /// How urgent the line is.
  public var level: Level
  /// Librdkafka's word for the kind of line, such as `FAIL`.
  public var facility: String
  /// The text.
  public var text: String

  /// Takes the line out of a log event; nil for lines that say nothing to a user of ours.
  init?(_ event: OpaquePointer) {
    var (facility, text): (UnsafePointer<CChar>?, UnsafePointer<CChar>?) = (nil, nil)
    var number: Int32 = 0
    guard unsafe rd_kafka_event_log(event, &facility, &text, &number) == 0 else { return nil }
    guard let facility = unsafe facility, let text = unsafe text else { return nil }
    level = Level(number: number)
    self.facility = unsafe String(cString: facility)
    self.text = unsafe String(cString: text)
    // One list of settings serves consumers and producers: that each finds some of the other's
    // in it is by design.
    let isByDesign = self.text.contains("property and will be ignored by this")
    if self.facility == "CONFWARN", isByDesign { return nil }
  }
}
