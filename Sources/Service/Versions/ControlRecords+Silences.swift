internal import KafkaClient
internal import Monitoring
internal import Records

extension ControlRecords {
  static let silenceType = "io.leeway.silence.v1"
  static let silenceEndType = "io.leeway.silence.ended.v1"

  /// The record of a silence; its own offset comes with being written.
  static func record(
    of silence: Silence,
    monitor: String,
    topic: String
  ) -> OutgoingRecord {
    let subject = "silence/\(silence.id)"
    let event = Event(type: silenceType, subject: subject, id: silence.id)
    return self.event(topic, key: "\(monitor)/\(subject)", monitor: monitor, event) {
      $0.member("silence", silence.id)
      $0.member("name", silence.name)
      $0.member("from", Timestamp(second: silence.from))
      $0.member("until", Timestamp(second: silence.until))
      $0.member("reason", silence.reason)
    }
  }

  /// The record that ends a silence early.
  ///
  /// It has a key of its own: without the silence's record nobody could tell again what was silent.
  static func record(ofEnd id: String, monitor: String, topic: String) -> OutgoingRecord {
    let subject = "silence/\(id)/end"
    let event = Event(
      type: silenceEndType,
      subject: subject,
      id: EventIdentity.hash([silenceEndType, monitor, id])
    )
    return self.event(topic, key: "\(monitor)/\(subject)", monitor: monitor, event) {
      $0.member("silence", id)
    }
  }
}
