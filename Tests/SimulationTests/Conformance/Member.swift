import KafkaClient
import Records
import Service
import Windowing

/// A record as a scenario reads it.
struct SeenRecord: Hashable {
  var offset: Int64
  var key: String?
  /// Nil for a tombstone.
  var value: String?
  var headers: [RecordHeader] = []
}

/// A stage's process: its log, and what it has read.
final class Member {
  /// The client's number, where it has one.
  let number: Int
  let delivery: FakeBroker.Delivery
  /// What was assigned and not yet taken away; nil before the first assignment, and between two.
  private(set) var owned: [TopicPartition]?
  /// All events so far.
  private(set) var events: [ConsumerEvent] = []
  /// All records so far, by partition.
  private(set) var seen: [TopicPartition: [SeenRecord]] = [:]
  /// Whether the last records of a partition had their times from the broker.
  private(set) var isStamped: [TopicPartition: Bool] = [:]

  private var log: (any StageLog & ~Copyable)?
  private var reading: [TopicPartition] = []

  init<Log: StageLog & ~Copyable>(
    _ log: consuming Log,
    number: Int = 0,
    delivery: FakeBroker.Delivery = .exactlyOnce
  ) {
    (self.number, self.delivery) = (number, delivery)
    self.log = consume log
  }

  /// Lets the log go, which leaves the group.
  func leave() { log = nil }

  /// Polls, and leaves the answer to the scenario.
  func poll() -> [ConsumerEvent] {
    var records = PolledRecords()
    let polled = log?.poll(into: &records, within: .milliseconds(100)) ?? []
    for run in records.runs { take(run, of: records.batch) }
    for event in polled {
      switch event {
      case .assigned(let partitions): owned = partitions
      case .lost: owned = nil
      case .revoked, .reachedEnd, .failed: break
      }
    }
    events += polled
    return polled
  }

  /// Polls, and answers as a stage without work does: reads on from what is committed.
  func turn() throws {
    guard log != nil else { return }
    switch poll().last {
    case .assigned(let partitions): try resume(partitions)
    case .revoked, .lost: try unassign()
    case .reachedEnd, .failed, nil: break
    }
  }

  /// Reads partitions from what is committed, else from their beginning.
  func resume(_ partitions: [TopicPartition]) throws {
    let committed = try committed(partitions)
    try assign(
      zip(partitions, committed).map { partition, offset in
        PartitionStart(partition, at: offset.map { .offset($0.offset) } ?? .beginning)
      }
    )
  }

  func assign(_ starts: [PartitionStart]) throws(KafkaError) {
    reading = starts.map(\.partition)
    try log?.assign(starts)
  }

  func unassign() throws(KafkaError) {
    (reading, owned) = ([], nil)
    try log?.unassign()
  }

  /// The payloads of a partition as they were polled.
  func values(of place: TopicPartition) -> [String?] { seen[place, default: []].map(\.value) }

  func begin() throws(KafkaError) { try log?.begin() }
  func commit() throws(KafkaError) { try log?.commit() }
  func abort() throws(KafkaError) { try log?.abort() }
  func renewProducer() throws(KafkaError) { try log?.renewProducer() }
  func send(_ offsets: [CommittedOffset]) throws(KafkaError) { try log?.send(offsets) }
  func produce(_ record: OutgoingRecord) throws(KafkaError) { try log?.produce(record) }

  /// A record whose key is its text too; no text for a tombstone.
  func produce(_ text: String?, key: String? = nil, to place: TopicPartition) throws(KafkaError) {
    try produce(
      OutgoingRecord(
        topic: place.topic,
        partition: place.partition,
        key: Array((key ?? text ?? "").utf8),
        value: text.map { Array($0.utf8) }
      )
    )
  }

  func partitionCounts(of topics: [String]) throws(KafkaError) -> [Int?] {
    try log?.askPartitionCounts(topics) ?? []
  }

  func committed(_ partitions: [TopicPartition]) throws(KafkaError) -> [CommittedOffset?] {
    try log?.askCommitted(partitions) ?? []
  }

  func watermarks(_ partition: TopicPartition) throws(KafkaError) -> Watermarks? {
    try log?.askWatermarks([partition]).first
  }

  func offset(of partition: TopicPartition, at milliseconds: Int64) throws(KafkaError) -> Int64? {
    try log?.askOffsets([partition], milliseconds).first ?? nil
  }

  /// What a scan shows.
  func scan(
    _ partition: TopicPartition,
    from start: Int64 = 0,
    to end: Int64? = nil
  ) throws -> [SeenRecord] {
    var found: [SeenRecord] = []
    try scan(partition, from: start, to: end) { found.append($0) }
    return found
  }

  /// Scans, and shows each record as it comes.
  func scan(
    _ partition: TopicPartition,
    from start: Int64 = 0,
    to end: Int64? = nil,
    _ body: (SeenRecord) throws -> Void
  ) throws {
    try log?.scan(partition, from: start, to: end) { offset, payload in
      let value = payload.map { String(decoding: $0, as: UTF8.self) }
      try body(SeenRecord(offset: offset, value: value))
    }
  }

  private func take(_ run: PolledRecords.Run, of batch: RecordBatch) {
    let place = reading[run.slot]
    isStamped[place] = run.trust == .broker
    for row in run.rows { seen[place, default: []].append(SeenRecord(batch, row)) }
  }
}

extension SeenRecord {
  fileprivate init(_ batch: RecordBatch, _ row: Int) {
    offset = batch.offset(row)
    value = batch.withPayload(row, Self.text)
    key = batch.withKey(row, Self.text)
    for index in 0..<batch.headerCount(row) {
      let header = batch.withHeader(row, at: index) { name, value in
        (Self.text(name) ?? "", Self.bytes(value))
      }
      headers.append(RecordHeader(header.0, header.1))
    }
  }

  private static func text(_ span: Span<UInt8>?) -> String? {
    bytes(span).map { String(decoding: $0, as: UTF8.self) }
  }

  private static func bytes(_ span: Span<UInt8>?) -> [UInt8]? {
    guard let span else { return nil }
    return span.indices.map { span[$0] }
  }
}

// A `~Copyable` existential can be opened for mutating calls only.
extension StageLog where Self: ~Copyable {
  fileprivate mutating func askPartitionCounts(
    _ topics: [String]
  ) throws(KafkaError) -> [Int?] { try partitionCounts(of: topics) }

  fileprivate mutating func askCommitted(
    _ partitions: [TopicPartition]
  ) throws(KafkaError) -> [CommittedOffset?] { try committed(partitions) }

  fileprivate mutating func askWatermarks(
    _ partitions: [TopicPartition]
  ) throws(KafkaError) -> [Watermarks] { try watermarks(partitions) }

  fileprivate mutating func askOffsets(
    _ partitions: [TopicPartition],
    _ milliseconds: Int64
  ) throws(KafkaError) -> [Int64?] { try offsets(of: partitions, at: milliseconds) }
}
