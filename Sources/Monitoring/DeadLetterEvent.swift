public import Records
import Rules

extension EventWriter {
  /// A dead letter with the headers of Kafka Connect, which existing tools know how to read.
  ///
  /// The payload stays where it is: topic, partition and offset say where.
  /// Source: `org.apache.kafka.connect.runtime.errors.DeadLetterQueueReporter`.
  public func record(_ letter: DeadLetter) -> OutputRecord {
    let topic = plan.source.topics[letter.topic]
    let prefix = "__connect.errors."
    return OutputRecord(
      output: .deadLetters,
      key: "\(topic)/\(letter.partition)",
      headers: [
        (prefix + "topic", topic),
        (prefix + "partition", "\(letter.partition)"),
        (prefix + "offset", "\(letter.offset)"),
        (prefix + "connector.name", plan.monitor),
        (prefix + "task.id", "0"),
        (prefix + "stage", letter.reason.stage),
        (prefix + "class.name", "leeway"),
        (prefix + "exception.class.name", "leeway.Rejection"),
        (prefix + "exception.message", letter.reason.explanation),
        ("leeway.errors.code", letter.reason.rawValue),
      ],
      value: nil
    )
  }
}

extension Rejection {
  /// Which of Connect's stages failed: reading the value, or using it.
  fileprivate var stage: String {
    switch self {
    case .badJSON, .badUTF8, .badCSV, .notAnObject, .tooDeep, .tooLarge, .stringTooLong:
      "VALUE_CONVERTER"
    case .noTime, .badTime, .badTimeUnit, .futureTime, .paneLimit:
      "TRANSFORMATION"
    }
  }

  /// What is wrong, for people; without a value of the record.
  public var explanation: String {
    switch self {
    case .badJSON: "the payload is not valid JSON"
    case .badUTF8: "the payload is not valid UTF-8"
    case .badCSV: "the row does not fit the header"
    case .notAnObject: "the payload is no JSON object"
    case .tooDeep: "the payload is nested too deeply"
    case .tooLarge: "the payload is too large"
    case .stringTooLong: "a string of the payload is too long"
    case .noTime: "the time field is missing"
    case .badTime: "the time field holds no time, or none of the years 101 to 9899"
    case .badTimeUnit: "the time is in another unit than the stream's"
    case .futureTime: "the time is too far ahead of the broker's"
    case .paneLimit: "the time would open more panes than a partition may have"
    }
  }
}
