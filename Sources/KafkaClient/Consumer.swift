internal import CRDKafka

/// Reads partitions in batches: those a consumer group gives it, or those it is told.
///
/// One owner, on one thread: make it, use it and let it go there. Nothing happens behind the
/// owner's back: no offset is committed, no assignment taken or given up, no log line written,
/// but by a call of the owner. Rebalances come as events of `withBatch` and wait for an answer,
/// `assign` or `unassign`, so that committed offsets can be read before the first record and
/// work can be committed before partitions go.
///
/// Guarantee: within one assignment each partition's records are lent at most once, in order of
/// their offsets, and none of a partition that is not assigned.
@safe public struct Consumer: ~Copyable {
  let handle: Handle
  let queue: OpaquePointer?
  /// The names of all topics this consumer was ever told of.
  private(set) var topics: [String] = []
  /// The partitions being read, in the order in which they were assigned.
  public private(set) var assignment: [TopicPartition] = []
  /// Records that were dropped because they were not due.
  ///
  /// They were of a partition that was taken away, or read before: others will read them, or this
  /// consumer has.
  public internal(set) var droppedRecords = 0

  var positions = PositionGuard()
  let messages: UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>
  /// Of each record that is lent.
  var slots: [Int32] = []
  let disposal = MessageDisposal()
  var topicCache: [KnownTopic] = []
  var pending: [ConsumerEvent] = []
  var waker: FetchWaker
  /// Whether this member was put out of the group for not polling.
  ///
  /// Librdkafka 2.0.2 then says
  /// `revoked` where it should say `lost`, if others were joining at the time.
  var wasEvicted = false
  private var awaitsAnswer = false
  /// What the group gave this member and has not got back, whatever is read since.
  private(set) var granted: (partitions: Set<TopicPartition>, generation: Int32?)?
  private var isClosed = false

  /// The largest number of records that one batch lends.
  public static let batchLimit = 2_048

  /// A consumer of a group, or of partitions that are given to it.
  ///
  /// Does not wait for a broker: `Admin.waitForBroker` does.
  ///
  /// - Parameters:
  ///   - group: The group's name; without one, only `assign` gives it partitions, nothing can be
  ///     committed, and the brokers see no group.
  ///   - settings: Brokers and the user's properties.
  ///   - log: Takes librdkafka's log lines, during calls of this consumer only.
  /// - Throws: `badSetting` when the settings contradict each other.
  public init(
    group: String?,
    settings: KafkaSettings,
    log: @escaping (LogLine) -> Void = { _ in }
  ) throws(KafkaError) {
    let kind: KafkaSettings.Handle = if let group { .consumer(group: group) } else { .reader }
    let properties = settings.properties(for: kind)
    handle = try Handle(RD_KAFKA_CONSUMER, properties, log: log)
    waker = FetchWaker(properties, handle.credentials)
    unsafe rd_kafka_poll_set_consumer(handle.pointer)
    unsafe queue = rd_kafka_queue_get_consumer(handle.pointer)
    unsafe handle.inbox.consumerQueue = queue
    unsafe messages = .allocate(capacity: Self.batchLimit)
    unsafe messages.initialize(repeating: nil, count: Self.batchLimit)
  }

  /// Closes within two seconds if `close` was not called.
  deinit {
    disposal.finish()
    if !isClosed { try? Self.leave(handle, within: .seconds(2)) }
    unsafe handle.inbox.consumerQueue = nil
    unsafe rd_kafka_queue_destroy(queue)
    unsafe messages.deallocate()
  }

  /// Joins the group for these topics.
  ///
  /// Assignments follow as events of `withBatch`.
  ///
  /// The topics must exist: librdkafka 2.0.2 may crash on batches of a missing one, so ask
  /// `describe` first.
  ///
  /// - Throws: `other` when the names are not valid.
  public mutating func subscribe(to names: [String]) throws(KafkaError) {
    requireOpen()
    for name in names { remember(name) }
    let list = PartitionList(names.map { TopicPartition($0, crdkafka_any_partition) })
    let response = unsafe rd_kafka_subscribe(handle.pointer, list.pointer)
    try KafkaError.check(response, "cannot subscribe to \(names.joined(separator: ", "))")
  }

  /// Reads these partitions from these places, and no others; the answer to `assigned`.
  ///
  /// A record's `slot` is the position of its partition in `starts`. The order of records within
  /// a partition is that of the log; between partitions there is none.
  ///
  /// - Throws: What librdkafka refuses, such as a partition named twice.
  public mutating func assign(_ starts: [PartitionStart]) throws(KafkaError) {
    requireOpen()
    positions.removeAll()
    for start in starts {
      var first: Int64?
      if case .offset(let offset) = start.place { first = offset }
      let topic = remember(start.partition.topic)
      positions.add(topic: topic, partition: start.partition.partition, from: first)
    }
    assignment = starts.map(\.partition)
    wasEvicted = false
    awaitsAnswer = false
    let list = PartitionList(starts: starts)
    let response = unsafe rd_kafka_assign(handle.pointer, list.pointer)
    try KafkaError.check(response, "cannot read the assigned partitions")
  }

  /// Reads nothing any more; the answer to `revoked` and `lost`.
  ///
  /// - Throws: What librdkafka refuses.
  public mutating func unassign() throws(KafkaError) {
    requireOpen()
    positions.removeAll()
    (assignment, granted) = ([], nil)
    awaitsAnswer = false
    let response = unsafe rd_kafka_assign(handle.pointer, nil)
    try KafkaError.check(response, "cannot give up the assigned partitions")
  }

  /// Leaves the group, so that others get the partitions at once and not by a timeout.
  ///
  /// Commit first. Closing twice is closing once.
  ///
  /// - Parameter limit: How long to wait for the broker; the consumer is closed afterwards in
  ///   any case, only the group then learns of it by its session timeout.
  /// - Throws: `timedOut`, or the fatal error that ended this consumer before.
  public mutating func close(within limit: Duration = .seconds(5)) throws(KafkaError) {
    guard !isClosed else { return }
    isClosed = true
    positions.removeAll()
    assignment = []
    awaitsAnswer = false
    _ = handle.inbox.takeRebalance()
    disposal.finish()
    defer { handle.drainLog() }
    try Self.leave(handle, within: limit)
  }

  /// Librdkafka wants each rebalance answered, also the one that closing itself causes.
  private static func leave(_ handle: borrowing Handle, within limit: Duration) throws(KafkaError) {
    let deadline = Deadline(limit)
    unsafe rd_kafka_assign(handle.pointer, nil)
    let closing = unsafe rd_kafka_queue_new(handle.pointer)
    defer { unsafe rd_kafka_queue_destroy(closing) }
    let refusal = unsafe rd_kafka_consumer_close_queue(handle.pointer, closing)
    if let error = unsafe KafkaError.take(refusal, "cannot leave the group") { throw error }
    while unsafe rd_kafka_consumer_closed(handle.pointer) == 0 {
      if deadline.hasPassed {
        throw KafkaError(.timedOut, "the broker did not let the consumer leave in \(limit)")
      }
      let wait = min(deadline.remaining, .milliseconds(100)).milliseconds
      guard let event = unsafe rd_kafka_queue_poll(closing, wait) else { continue }
      if unsafe rd_kafka_event_type(event) == RD_KAFKA_EVENT_REBALANCE {
        let wait = min(deadline.remaining, .seconds(1)).milliseconds
        unsafe crdkafka_unassign_aside(handle.pointer, wait)
      }
      unsafe rd_kafka_event_destroy(event)
    }
  }

  @discardableResult
  private mutating func remember(_ topic: String) -> Int {
    if let index = topics.firstIndex(of: topic) { return index }
    topics.append(topic)
    return topics.count - 1
  }

  /// Takes what the callbacks left during the last call.
  mutating func collectEvents() {
    for error in handle.inbox.takeErrors() { pending.append(.failed(error, nil)) }
    if let rebalance = handle.inbox.takeRebalance() {
      note(rebalance)
      awaitsAnswer = true
    }
    handle.drainLog()
  }

  private mutating func note(_ rebalance: ConsumerEvent) {
    switch rebalance {
    case .assigned(let partitions):
      granted = (Set(partitions), unsafe GroupMetadata(of: handle.pointer)?.generation)
    case .revoked(let partitions):
      // Until the answer the member is in the generation that has them, and may commit.
      guard wasEvicted else { break }
      granted = nil
      return pending.append(.lost(partitions))
    case .lost: granted = nil
    case .reachedEnd, .failed: break
    }
    pending.append(rebalance)
  }

  func requireAnswered() {
    precondition(!awaitsAnswer, "a rebalance waits for assign or unassign: \(assignment)")
    requireOpen()
  }

  func requireOpen() { precondition(!isClosed, "the consumer of \(topics) is closed") }
}
