import KafkaClient
import Synchronization
import Testing

/// A record as a test reads it: copied out of the batch.
struct Record: Hashable {
  var place: TopicPartition
  var offset: Int64
  var key: [UInt8]?
  var payload: [UInt8]?
  var headers: [RecordHeader] = []
  var timestamp: MessageTimestamp
}

/// How long a test waits for something that must happen; reached only by a failing test.
let patience = Duration.seconds(60)

/// Repeats a step until it says yes; fails the test when it never does.
func wait(
  _ what: String,
  limit: Duration = patience,
  sourceLocation: SourceLocation = #_sourceLocation,
  until step: () throws -> Bool
) throws {
  let end = ContinuousClock.now + limit
  while try !step() {
    try #require(ContinuousClock.now < end, "\(what)", sourceLocation: sourceLocation)
  }
}

extension KafkaSettings {
  /// Settings of a mock cluster.
  ///
  /// It lets a group rebalance for the session timeout less a second: a short session makes
  /// short tests.
  init(_ cluster: borrowing MockCluster, session: Int = 6_000) throws {
    self.init(brokers: cluster.brokers)
    try override("session.timeout.ms=\(session)")
    try override("heartbeat.interval.ms=300")
  }
}

/// Lines of a log, kept for the test to look at.
final class LogBook: Sendable {
  private let kept = Mutex<[LogLine]>([])
  var lines: [LogLine] { kept.withLock { $0 } }
  var text: String { lines.map { "\($0.facility) \($0.text)" }.joined(separator: "\n") }
  func add(_ line: LogLine) { kept.withLock { $0.append(line) } }
}

/// The bytes of a span; nil for none.
func copy(_ span: Span<UInt8>?) -> [UInt8]? {
  guard let span else { return nil }
  return span.indices.map { span[$0] }
}

/// What a reader sees of a partition, up to its end.
func texts(
  in place: TopicPartition,
  _ settings: KafkaSettings,
  within limit: Duration = patience
) throws -> [String] {
  let end = try LogScan.endOffset(of: place, settings: settings)
  var texts: [String] = []
  try LogScan.read(place, from: 0, to: end, settings: settings, within: limit) { _, _, payload in
    texts.append(String(decoding: copy(payload) ?? [], as: UTF8.self))
  }
  return texts
}

extension Consumer {
  /// Reads what is there; records and events are added.
  mutating func read(
    into records: inout [Record],
    _ events: inout [ConsumerEvent],
    timeout: Duration = .milliseconds(100),
    limit: Int = batchLimit
  ) {
    let partitions = assignment
    var found: [Record] = []
    events += withBatch(timeout: timeout, limit: limit) { batch in
      for row in 0..<batch.count {
        var record = Record(
          place: partitions[batch.slot(row)],
          offset: batch.offset(row),
          timestamp: batch.timestamp(row)
        )
        record.key = batch.withKey(row) { copy($0) }
        record.payload = batch.withPayload(row) { copy($0) }
        batch.forEachHeader(row) { name, value in
          let text = String(decoding: copy(name) ?? [], as: UTF8.self)
          record.headers.append(RecordHeader(text, copy(value)))
        }
        found.append(record)
      }
    }
    records += found
  }

  /// One poll of a group member that answers rebalances: it starts at its committed offsets.
  mutating func take(into records: inout [Record]) throws -> [ConsumerEvent] {
    var events: [ConsumerEvent] = []
    read(into: &records, &events, timeout: .milliseconds(50))
    for event in events {
      switch event {
      case .assigned(let partitions):
        let committed = try committed(partitions)
        try assign(
          zip(partitions, committed).map {
            PartitionStart($0, at: $1.map { .offset($0.offset) } ?? .beginning)
          }
        )
      case .revoked, .lost: try unassign()
      case .failed(let error, let place): Issue.record("\(error) \(String(describing: place))")
      case .reachedEnd: break
      }
    }
    return events
  }
}

extension Producer {
  /// Takes the transactional id over as soon as there is a coordinator.
  mutating func waitForCoordinator() throws {
    try wait("the coordinator") {
      do throws(KafkaError) {
        try initTransactions()
        return true
      } catch {
        guard error.isRetriable else { throw error }
        return false
      }
    }
  }

  /// Produces a payload of text.
  mutating func produce(
    _ text: String,
    to topic: String,
    _ partition: Int32
  ) throws(KafkaError) {
    let bytes = Array(text.utf8)
    try produce(to: topic, partition: partition, key: nil, payload: bytes.span)
  }
}
