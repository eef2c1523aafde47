package import KafkaClient
package import Rules
internal import Records
internal import Windowing

/// A stage's connection over librdkafka: one consumer of the group, one producer.
///
/// With `at_least_once` the same calls do without transactions: records are in the log before
/// offsets are committed, and nothing more is promised.
package struct KafkaLog: StageLog, ~Copyable {
  private let settings: KafkaSettings
  private let topics: [String]
  private let transactionalID: String
  private let delivery: Delivery
  private let readsHeaders: Bool
  private let stop: StopSignal
  private let note: (LogLine) -> Void
  private var consumer: Consumer
  private var hasSubscribed = false
  /// Nil before the first turn, and while a new one could not be made.
  private var producer: Producer?
  /// Whether the producer has taken its name over.
  private var isReady = false
  private let absences = Absences()
  private var refusals = Refusals()
  /// With `at_least_once`, what the transaction would hold.
  private var offsets: [CommittedOffset] = []
  /// How long things may take; to be changed before the first call.
  package var limits = Limits()

  /// How long things may take.
  package struct Limits: Sendable {
    /// How long a transaction may stay open: as long may a dead process hold readers up.
    package var transaction = PendingCommit.patience
    /// How long one call waits for brokers before the stage gets its turn back.
    package var call = Duration.seconds(3)
    /// How long a scan goes without progress: as long as a dead process may keep a transaction
    /// open, and the brokers notice.
    package var scan = Duration.seconds(30)
    /// How long a partition may seem to be missing, and the brokers may refuse a right: what one
    /// of them does not know yet, or has just been told, passes.
    package var trouble = Duration.seconds(30)
  }

  /// Waits for nobody: the first `poll` makes the producer, and joins the group.
  ///
  /// - Parameters:
  ///   - settings: Brokers and the user's properties.
  ///   - group: The stage's group.
  ///   - topics: What it reads; they exist.
  ///   - transactionalID: Name of the stage of this process.
  ///   - delivery: With transactions or without.
  ///   - readsHeaders: Whether records' headers are wanted.
  ///   - stop: Ends scans.
  ///   - note: Takes librdkafka's log lines.
  /// - Throws: `badSetting` when the settings contradict each other.
  package init(
    settings: KafkaSettings,
    group: String,
    topics: [String],
    transactionalID: String,
    delivery: Delivery,
    readsHeaders: Bool = false,
    stop: StopSignal = StopSignal(),
    note: @escaping (LogLine) -> Void
  ) throws(KafkaError) {
    self.settings = settings
    self.topics = topics
    self.transactionalID = transactionalID
    self.delivery = delivery
    self.readsHeaders = readsHeaders
    self.stop = stop
    self.note = note
    consumer = try Consumer(group: group, settings: settings, log: note)
  }

  /// Leaves the group, so that others get the partitions at once.
  package mutating func leave(within limit: Duration) throws(KafkaError) {
    try consumer.close(within: limit)
  }

  /// Records that came and were not due, as partitions were taken away or read before.
  var droppedRecords: Int { consumer.droppedRecords }

  // MARK: What is there

  package func partitionCounts(of topics: [String]) throws(KafkaError) -> [Int?] {
    try consumer.describe(topics, within: limits.call).map { $0?.partitions }
  }

  package func retention(of topics: [String]) throws(KafkaError) -> [Int64?] {
    try Admin(settings: settings, log: note).retention(of: topics, within: limits.call)
  }

  package func committed(_ partitions: [TopicPartition]) throws(KafkaError) -> [CommittedOffset?] {
    try absences.pass(partitions, limits.trouble) { () throws(KafkaError) in
      try consumer.committed(partitions, within: limits.call)
    }
  }

  package func watermarks(_ partitions: [TopicPartition]) throws(KafkaError) -> [Watermarks] {
    try absences.pass(partitions, limits.trouble) { () throws(KafkaError) in
      // A busy consumer's answer would come behind all records that it has asked for before.
      let ends = try producer?.watermarks(partitions, within: limits.call)
      guard let ends else { return try consumer.watermarks(partitions, within: limits.call) }
      return ends
    }
  }

  package func knownEnd(of partition: TopicPartition) -> Int64? {
    consumer.knownEnd(of: partition)
  }

  package func offsets(
    of partitions: [TopicPartition],
    at milliseconds: Int64
  ) throws(KafkaError) -> [Int64?] {
    try absences.pass(partitions, limits.trouble) { () throws(KafkaError) in
      try consumer.offsets(of: partitions, at: milliseconds, within: limits.call)
    }
  }

  // MARK: Reading

  package mutating func poll(
    into records: inout PolledRecords,
    within limit: Duration
  ) -> [ConsumerEvent] {
    do throws(KafkaError) { try start() } catch {
      var refusal = error
      // What no repetition can mend is to end the stage.
      if !error.isRetriable, error.code != .timedOut { refusal.isFatal = true }
      return [.failed(refusal, nil)]
    }
    let events = consumer.withBatch(timeout: limit) { messages in
      records.append(messages, first: messages.count, headers: readsHeaders)
    }
    for run in records.runs { refusals.end(of: consumer.assignment[run.slot]) }
    return refusals.judge(events, limits.trouble)
  }

  /// Takes the name over, then joins.
  ///
  /// What this process left open when it died is ended before anybody asks for what is committed:
  /// else it would wait for its own transaction to time out. And whoever cannot write is given
  /// nothing to read, as librdkafka would keep it for ever: until the first `assign` it does not
  /// look whether anybody polls.
  private mutating func start() throws(KafkaError) {
    if !isReady { try renewProducer() }
    guard !hasSubscribed else { return }
    try consumer.subscribe(to: topics)
    hasSubscribed = true
  }

  package mutating func assign(_ starts: [PartitionStart]) throws(KafkaError) {
    try consumer.assign(starts)
  }

  package mutating func unassign() throws(KafkaError) { try consumer.unassign() }

  package mutating func scan(
    _ partition: TopicPartition,
    from start: Int64,
    to end: Int64?,
    _ body: (_ offset: Int64, _ payload: [UInt8]?) throws -> Void
  ) throws {
    let first = max(start, try watermarks([partition])[0].low)
    let last =
      try end
      ?? LogScan.endOffset(of: partition, settings: settings, within: limits.call, log: note)
    try LogScan.read(
      partition,
      from: first,
      to: last,
      settings: settings,
      within: limits.scan,
      unless: { stop.isRequested },
      log: note
    ) { offset, _, payload in
      guard let payload else { return try body(offset, nil) }
      try body(offset, payload.indices.map { payload[$0] })
    }
  }

  // MARK: Writing

  package mutating func begin() throws(KafkaError) {
    if !isReady { try renewProducer() }
    offsets = []
    if delivery == .exactlyOnce { try producer?.beginTransaction() }
  }

  package mutating func produce(_ record: OutgoingRecord) throws(KafkaError) {
    try requireProducer("produce")
    let key = record.key
    guard let value = record.value else {
      try producer?.produce(
        to: record.topic,
        partition: record.partition,
        key: key.span,
        payload: nil,
        headers: record.headers
      )
      return
    }
    try producer?.produce(
      to: record.topic,
      partition: record.partition,
      key: key.span,
      payload: value.span,
      headers: record.headers
    )
  }

  package mutating func send(_ offsets: [CommittedOffset]) throws(KafkaError) {
    try requireProducer("send offsets")
    guard delivery == .exactlyOnce else {
      try requireOwnership(of: offsets)
      return self.offsets = offsets
    }
    try producer?.sendOffsets(offsets, of: consumer, within: limits.call)
  }

  package mutating func commit() throws(KafkaError) {
    try requireProducer("commit")
    guard delivery == .atLeastOnce else {
      try producer?.commitTransaction(within: limits.call)
      return
    }
    do throws(KafkaError) { try producer?.flush(within: limits.call) } catch {
      guard error.code == .timedOut else {
        // Given up by the producer: they are produced once more, under the same sequence.
        var again = error
        again.requiresAbort = !error.isFatal
        throw again
      }
      throw error
    }
    try requireOwnership(of: offsets)
    try consumer.commit(offsets, within: limits.call)
    offsets = []
  }

  package mutating func abort() throws(KafkaError) {
    try requireProducer("abort")
    offsets = []
    if delivery == .exactlyOnce { try producer?.abortTransaction(within: limits.call) }
  }

  /// What brokers do not finish within one call, the next call goes on with.
  package mutating func renewProducer() throws(KafkaError) {
    if isReady {
      producer = nil
      isReady = false
    }
    offsets = []
    if producer == nil { producer = try madeProducer() }
    do throws(KafkaError) {
      if delivery == .exactlyOnce { try producer?.initTransactions(within: limits.call) }
    } catch {
      if !error.isRetriable, error.code != .timedOut { producer = nil }
      throw error
    }
    isReady = true
  }

  private func madeProducer() throws(KafkaError) -> Producer {
    switch delivery {
    case .exactlyOnce:
      return try Producer(
        settings: settings,
        transactionalID: transactionalID,
        timeout: limits.transaction,
        patience: limits.call,
        log: note
      )
    case .atLeastOnce:
      return try Producer(settings: settings, patience: limits.call, log: note)
    }
  }

  /// Nothing may seem to be done that nobody did.
  private func requireProducer(_ attempt: String) throws(KafkaError) {
    guard !isReady else { return }
    throw KafkaError(.other, "cannot \(attempt): there is no producer", reason: "_STATE")
  }

  /// What `sendOffsets` of a transaction makes sure of by itself, and no broker does.
  private func requireOwnership(of offsets: [CommittedOffset]) throws(KafkaError) {
    for offset in offsets where !consumer.assignment.contains(offset.partition) {
      throw KafkaError(
        .staleMember,
        "cannot commit offsets: \(offset.partition) is not assigned to this member",
        requiresAbort: true
      )
    }
  }
}

extension PolledRecords {
  /// Copies the first records out of librdkafka's memory.
  mutating func append(_ messages: borrowing MessageBatch, first count: Int, headers: Bool) {
    messages.forEach(first: count) { row, payload, key in
      let time = messages.timestamp(row)
      append(slot: messages.slot(row), trust: time.kind == .logAppend ? .broker : .producers) {
        batch in
        // An empty payload says as little as none: a file has a blank line for both.
        batch.append(
          payload: payload?.isEmpty ?? true ? nil : payload,
          offset: messages.offset(row),
          brokerMilliseconds: time.milliseconds,
          key: key
        )
        guard headers else { return }
        messages.forEachHeader(row) { name, value in batch.appendHeader(name: name, value: value) }
      }
    }
  }
}
