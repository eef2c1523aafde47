import KafkaClient
import Service

/// A `StageLog` over the model: one client of a `FakeBroker`.
///
/// Where it is careful, our real client is: it sends no offsets without a generation, nor of
/// partitions it does not own.
struct FakeClient: StageLog, ~Copyable {
  let session: ClientSession
  /// Sessions know their broker but do not keep it.
  private let broker: FakeBroker

  init(_ session: ClientSession, of broker: FakeBroker) {
    self.session = session
    self.broker = broker
  }

  deinit { session.close() }

  /// The client's number, by which the broker knows its process.
  var number: Int { session.number }

  /// Makes a call, with what goes wrong with it; its effect is told what becomes of the request.
  private func perform<Result>(
    _ operation: Call.Operation,
    _ effect: (Fault.Request) throws(KafkaError) -> Result
  ) throws(KafkaError) -> Result {
    guard let fault = try session.admit(operation) else { return try effect(.applied) }
    let canBeLate = operation == .commit || operation == .abort
    if fault.request == .dropped || (fault.request.isLate && !canBeLate) {
      throw session.suffer(fault, in: operation)
    }
    let result = try effect(fault.request)
    guard fault.answer == .success, !fault.request.isLate else {
      throw session.suffer(fault, in: operation)
    }
    return result
  }

  func partitionCounts(of topics: [String]) throws(KafkaError) -> [Int?] {
    try perform(.partitionCounts) { (_) throws(KafkaError) in topics.map(broker.topics.count) }
  }

  func retention(of topics: [String]) throws(KafkaError) -> [Int64?] {
    let milliseconds = try broker.retention.get()
    return topics.map { _ in milliseconds }
  }

  func committed(_ partitions: [TopicPartition]) throws(KafkaError) -> [CommittedOffset?] {
    try perform(.committed) { (_) throws(KafkaError) in try session.committed(partitions) }
  }

  func watermarks(_ partitions: [TopicPartition]) throws(KafkaError) -> [Watermarks] {
    try perform(.watermarks) { (_) throws(KafkaError) in try session.watermarks(partitions) }
  }

  func knownEnd(of partition: TopicPartition) -> Int64? {
    // librdkafka remembers what it was told, broker or no broker.
    try? session.watermarks([partition]).first?.high
  }

  func offsets(
    of partitions: [TopicPartition],
    at milliseconds: Int64
  ) throws(KafkaError) -> [Int64?] {
    try perform(.offsets) { (_) throws(KafkaError) in
      try session.offsets(of: partitions, at: milliseconds)
    }
  }

  mutating func poll(
    into records: inout PolledRecords,
    within limit: Duration
  ) -> [ConsumerEvent] {
    do throws(KafkaError) {
      // A poll that fails has taken nothing, or nobody is left to see what it took.
      let fault = try session.admit(.poll)
      guard let fault else { return session.poll(into: &records) }
      if fault == .crashAfter { _ = session.poll(into: &records) }
      throw session.suffer(fault, in: .poll)
    } catch {
      return session.pollWithoutBroker(error)
    }
  }

  mutating func assign(_ starts: [PartitionStart]) throws(KafkaError) {
    try perform(.assign) { (_) throws(KafkaError) in session.assign(starts) }
  }

  mutating func unassign() throws(KafkaError) {
    try perform(.unassign) { (_) throws(KafkaError) in session.giveUp() }
  }

  mutating func scan(
    _ partition: TopicPartition,
    from start: Int64,
    to end: Int64?,
    _ body: (_ offset: Int64, _ payload: [UInt8]?) throws -> Void
  ) throws {
    let fault = try session.admit(.scan)
    if let fault, fault.request == .dropped { throw session.suffer(fault, in: .scan) }
    try session.scan(partition, from: start, to: end, body)
    if let fault, fault.answer != .success { throw session.suffer(fault, in: .scan) }
  }

  mutating func begin() throws(KafkaError) {
    try perform(.begin) { (_) throws(KafkaError) in try session.begin() }
  }

  mutating func produce(_ record: OutgoingRecord) throws(KafkaError) {
    try perform(.produce) { (_) throws(KafkaError) in try session.produce(record) }
  }

  mutating func send(_ offsets: [CommittedOffset]) throws(KafkaError) {
    try perform(.send) { (_) throws(KafkaError) in try session.send(offsets) }
  }

  mutating func commit() throws(KafkaError) {
    try session.prepareEnd(.committing)
    try perform(.commit) { (request) throws(KafkaError) in
      try session.end(commits: true, request)
    }
    session.producer.reset(to: .ready)
  }

  mutating func abort() throws(KafkaError) {
    try session.prepareEnd(.aborting)
    try perform(.abort) { (request) throws(KafkaError) in
      try session.end(commits: false, request)
    }
    session.producer.reset(to: .ready)
  }

  mutating func renewProducer() throws(KafkaError) {
    try perform(.renewProducer) { (_) throws(KafkaError) in session.initialiseProducer() }
  }
}
