internal import CRDKafka

/// Has librdkafka go on fetching as soon as there is room for records again.
///
/// Below 2.2, a fetcher that meets a full queue looks again after a whole second, however soon it
/// is empty (librdkafka issue 2879); from there on, a setting says when. The one call that
/// makes the threads of all brokers look at once and sends nothing is the one that renews the SASL
/// credentials: it is given those that are in use.
struct FetchWaker {
  private let username: String
  private let password: String
  /// Whether records were taken since the fetchers were last made to look.
  private var hasRoom = false
  private var lastWake = ContinuousClock.now

  /// With records waiting it is enough to look now and then: so many last longer than that.
  private static let interval = Duration.milliseconds(10)
  private static let isNeeded = rd_kafka_version() < 0x0202_0000

  /// What says when, where something does.
  static var properties: [KafkaSettings.Property] {
    isNeeded ? [] : [.init("fetch.queue.backoff.ms", "10")]
  }

  /// For a consumer with these properties.
  init(_ properties: [KafkaSettings.Property]) {
    func value(_ key: String) -> String { properties.last { $0.key == key }?.value ?? "" }
    (username, password) = (value("sasl.username"), value("sasl.password"))
  }

  /// Notes that records were taken from the queue.
  mutating func noteRoom() { hasRoom = Self.isNeeded }

  /// Makes the fetchers look where it is time; before the owner waits for records.
  mutating func wake(_ handle: OpaquePointer, _ queue: OpaquePointer?) {
    guard hasRoom else { return }
    let now = ContinuousClock.now
    let isEmpty = unsafe rd_kafka_queue_length(queue) == 0
    guard isEmpty || now - lastWake >= Self.interval else { return }
    (hasRoom, lastWake) = (false, now)
    let error = unsafe rd_kafka_sasl_set_credentials(handle, username, password)
    unsafe rd_kafka_error_destroy(error)
  }
}
