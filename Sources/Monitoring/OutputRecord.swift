/// Which of a monitor's outputs a record belongs to; the raw value ends the topic's name.
public enum Output: String, CaseIterable, Sendable {
  /// One record per closed window and model version.
  case windows
  /// One record per change of an alert's state.
  case alerts
  /// One record per request to train.
  case retraining
  /// One record per record that could not be used.
  case deadLetters = "dead-letters"
}

/// One record to write, as it stands in a topic.
public struct OutputRecord: Equatable, Sendable {
  /// Where it goes.
  public var output: Output
  /// Key: records of one subject keep their order.
  public var key: String
  /// Names and values, in order.
  public var headers: [(name: String, value: String)]
  /// Payload; nil where the headers say all.
  public var value: [UInt8]?

  /// The header `content-type` of CloudEvents 1.0 in structured JSON.
  public static let contentType = "application/cloudevents+json; charset=UTF-8"

  /// A CloudEvents 1.0 record in structured JSON.
  static func event(_ output: Output, key: String, value: [UInt8]) -> OutputRecord {
    OutputRecord(
      output: output,
      key: key,
      headers: [("content-type", contentType)],
      value: value
    )
  }

  /// Whether both are the same, byte for byte.
  public static func == (left: Self, right: Self) -> Bool {
    left.output == right.output && left.key == right.key && left.value == right.value
      && left.headers.elementsEqual(right.headers) { $0.name == $1.name && $0.value == $1.value }
  }
}
