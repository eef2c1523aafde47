public import Records
public import Windowing

/// A monitor's file as written: one stream, and what to watch it against.
///
/// Values that could not be read are nil or their defaults, so that everything else can still be
/// checked; the diagnostics that come with it say so.
public struct MonitorFile: Equatable, Sendable {
  /// The file as the caller named it.
  public var file: String
  /// Name of the monitor: letters, digits, `.`, `_`, `-`; it becomes part of topic names.
  public var name: Located<String>?
  /// Topics to read.
  public var topics: [Located<String>] = []
  /// How events are written.
  public var format = EventFormat.json
  /// Where to start reading when there is no committed offset.
  public var start = StreamStart.earliest
  /// Events that do not have these values are filtered out; sorted by path.
  public var conditions: [SourceCondition] = []
  /// Path of the event's time.
  public var time: Located<String>?
  /// How the time is written; nil to find out.
  public var timeUnit: TimeUnit?
  /// Path of the event's identity.
  public var id: Located<String>?
  /// Fields that hold the model's predictions.
  public var predictions: [Located<String>] = []
  /// Path of the model's version.
  public var modelVersion: Located<String>?
  /// Fields that are not judged.
  public var ignored: [Located<String>] = []
  /// Categorical fields by whose values records are also counted apart.
  public var segments: [Located<String>] = []
  /// Path of the reference profile, relative to this file.
  public var reference: Located<String>?
  /// Of model versions with their own reference, in the file's order.
  public var references: [OwnReference] = []
  /// The monitor's windows.
  public var window: Located<WindowSpecification>?
  /// How long after its end a window still takes records.
  public var lateness = Duration.zero
  /// When a silent partition no longer holds windows open; nil for never.
  public var idleAfter: Duration? = .seconds(60)
  /// How far ahead of the broker's time an event may be.
  public var maxFuture = Duration.seconds(300)
  /// Paths of the rule files, relative to this file.
  public var rules: [Located<String>] = []
  /// First part of the names of the topics written.
  public var outputPrefix = "leeway"
  /// What is promised of what is written.
  public var delivery = Delivery.exactlyOnce

  init(file: String) { self.file = file }
}

/// A model version and its own reference.
public struct OwnReference: Equatable, Sendable {
  /// The version as it stands in the events.
  public var version: Located<String>
  /// Path of its reference profile, relative to the monitor's file.
  public var path: Located<String>
}

/// What is promised of what a monitor writes.
public enum Delivery: String, Sendable, CaseIterable {
  /// Nothing is lost and nothing doubled, by Kafka's transactions.
  case exactlyOnce = "exactly_once"
  /// Nothing is lost; after a crash the same may be written again, under the same ids. For brokers
  /// without transactions.
  case atLeastOnce = "at_least_once"
}

/// How events are written.
public enum EventFormat: String, Sendable, CaseIterable {
  /// One JSON object per event.
  case json
}

/// Where to start reading a topic.
public enum StreamStart: Equatable, Sendable {
  /// At the first record kept.
  case earliest
  /// With the records that come from now on.
  case latest
  /// At the first record of at least this time.
  case at(Timestamp)
}

/// A field and the value it must have.
public struct SourceCondition: Equatable, Sendable {
  /// The field.
  public var path: FieldPath
  /// Its value as text.
  public var value: String
}
