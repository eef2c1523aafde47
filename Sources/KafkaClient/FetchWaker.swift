internal import CRDKafka

/// Has librdkafka go on fetching as soon as there is room for records again.
///
/// Below 2.2, a fetcher that meets a full queue looks again after a whole second, however soon it
/// is empty (librdkafka issue 2879); from there on, a setting says when. The one call that makes
/// the threads of all brokers look at once and sends nothing is the one that renews the SASL
/// credentials: it is given those that are in use.
struct FetchWaker {
  /// Whether this is any use, and does nothing else.
  let isActive: Bool
  private let credentials: Credentials
  /// What may be taken from the queue before the fetchers have to look: a small part of a full one.
  private let room: (records: Int, bytes: Int)
  private var taken = (records: 0, bytes: 0)

  private static let isNeeded = rd_kafka_version() < 0x0202_0000
  private static let part = 16

  /// What says when, where something does.
  static var properties: [KafkaSettings.Property] {
    isNeeded ? [] : [.init("fetch.queue.backoff.ms", "10")]
  }

  /// For a consumer with these properties, which logs in with these credentials.
  init(_ properties: [KafkaSettings.Property], _ credentials: Credentials) {
    func value(_ keys: String...) -> String {
      Credentials.trimmed(properties.last { keys.contains($0.key) }?.value ?? "")
    }
    self.credentials = credentials
    // Kerberos has a ticket instead; it would take no name for another one, and holds the lock on
    // the credentials for as long as it asks for a ticket.
    let mechanism = value("sasl.mechanism", "sasl.mechanisms").uppercased()
    let isKerberos =
      value("security.protocol").lowercased().hasPrefix("sasl")
      && (mechanism.isEmpty || mechanism == "GSSAPI")
    isActive = Self.isNeeded && !isKerberos
    room = (
      (Int(value("queued.min.messages")) ?? 0) / Self.part,
      (Int(value("queued.max.messages.kbytes")) ?? 0) * 1_024 / Self.part
    )
  }

  /// Notes that records were taken from the queue, and makes the fetchers look where it is time.
  ///
  /// None is time, too: what was there may have been dropped, as nobody reads it any more.
  mutating func note(records: Int, bytes: Int, _ handle: OpaquePointer) {
    guard isActive else { return }
    taken = (taken.records + records, taken.bytes + bytes)
    guard records == 0 || taken.records >= room.records || taken.bytes >= room.bytes else { return }
    taken = (0, 0)
    unsafe credentials.give(to: handle)
  }
}
