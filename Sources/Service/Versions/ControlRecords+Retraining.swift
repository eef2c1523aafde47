internal import KafkaClient
internal import Monitoring
internal import Records

extension ControlRecords {
  static let askType = "io.leeway.retrain.asked.v1"
  static let completionType = "io.leeway.retrain.completed.v1"

  /// The record by which somebody asks for training.
  static func record(of ask: TrainingAsk, monitor: String, topic: String) -> OutgoingRecord {
    let subject = "trigger/\(ask.trigger)"
    let event = Event(type: askType, subject: subject, id: ask.id)
    return self.event(topic, key: "\(monitor)/ask/\(ask.id)", monitor: monitor, event) {
      $0.member("ask", ask.id)
      $0.member("trigger", ask.trigger)
      $0.member("reason", ask.reason)
    }
  }

  /// The record of a training that has ended.
  ///
  /// Each has a key of its own: the first that is said of a request counts, and compaction would
  /// keep the last.
  static func record(
    of completion: TrainingCompletion,
    monitor: String,
    topic: String
  ) -> OutgoingRecord {
    let (subject, id) = ("request/\(completion.request)", newID())
    let event = Event(type: completionType, subject: subject, id: id)
    return self.event(topic, key: "\(monitor)/\(subject)/\(id)", monitor: monitor, event) {
      $0.member("request", completion.request)
      $0.member("status", completion.hasSucceeded ? "succeeded" : "failed")
      if let version = completion.modelVersion { $0.member("model_version", version) }
      if let reference = completion.reference { $0.member("reference", reference) }
      if let reason = completion.reason { $0.member("reason", reason) }
    }
  }
}
