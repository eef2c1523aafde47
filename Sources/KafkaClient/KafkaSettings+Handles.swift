extension KafkaSettings {
  /// The kinds of handle, by the properties they need.
  public enum Handle: Hashable, Sendable {
    /// A consumer of a group.
    case consumer(group: String)
    /// A consumer of partitions that are given to it.
    case reader
    /// A producer.
    case producer
    /// A producer whose records, and offsets of a group, become visible together or not at all.
    case transactional(id: String, timeout: Duration)
    /// A handle that asks about the cluster and makes topics.
    case admin
  }

  /// All properties for a handle, in the order in which they are set: later ones win.
  public func properties(for handle: Handle) -> [Property] {
    let defaults: [Property]
    let owned: [Property]
    switch handle {
    case .consumer(let group):
      (defaults, owned) = (consumerDefaults, Self.consumerOwned + [.init("group.id", group)])
    case .reader:
      // Librdkafka wants a group even where none is joined and nothing is committed.
      let group = Property("group.id", "leeway.reader")
      (defaults, owned) = (consumerDefaults, Self.consumerOwned + [group])
    case .producer: (defaults, owned) = (Self.producerDefaults, Self.producerOwned)
    case .transactional(let id, let timeout):
      defaults = Self.producerDefaults + Self.transactionDefaults(timeout)
      owned =
        Self.producerOwned + [
          .init("transactional.id", id),
          .init("transaction.timeout.ms", "\(timeout.milliseconds)"),
        ]
    case .admin: (defaults, owned) = ([], [.init("allow.auto.create.topics", "false")])
    }
    let brokers = Property("bootstrap.servers", brokers)
    return Self.common + defaults + overrides.map(\.current) + [brokers] + owned + additions
  }

  private static let common: [Property] = [
    .init("client.id", "leeway"),
    .init("socket.keepalive.enable", "true"),
    .init("socket.nagle.disable", "true"),
    .init("log.connection.close", "false"),
  ]

  // The times are those of references/streaming.md 3.5; the sizes were measured by `make bench`.
  private var consumerDefaults: [Property] {
    // Librdkafka refuses answers smaller than the largest record that may be produced.
    let largest = overrides.last { $0.key == "message.max.bytes" }.flatMap { Int($0.value) } ?? 0
    return [
      .init("session.timeout.ms", "45000"),
      .init("max.poll.interval.ms", "300000"),
      .init("fetch.wait.max.ms", "100"),
      // Answers so small that the memory for one is used again for the next: with larger ones half
      // of the fetching is the kernel clearing pages, and whatever else is asked waits behind them.
      .init("fetch.message.max.bytes", "1048576"),
      .init("fetch.max.bytes", "\(max(largest, 2_097_152))"),
      // Of all partitions together.
      .init("queued.min.messages", "100000"),
      .init("queued.max.messages.kbytes", "24576"),
      .init("check.crcs", "true"),
    ] + FetchWaker.properties
  }

  /// What our reading relies on: nothing is skipped, stored or committed behind our back.
  private static let consumerOwned: [Property] = [
    .init("isolation.level", "read_committed"),
    .init("auto.offset.reset", "error"),
    .init("enable.auto.commit", "false"),
    .init("enable.auto.offset.store", "false"),
    .init("enable.partition.eof", "true"),
    .init("partition.assignment.strategy", "range"),
    .init("allow.auto.create.topics", "false"),
  ]

  private static let producerDefaults: [Property] = [
    .init("linger.ms", "20"),
    .init("compression.type", "zstd"),
    .init("queue.buffering.max.messages", "1000000"),
    .init("queue.buffering.max.kbytes", "131072"),
    // A record of a window holds every field. Below what `init` lets its topics take.
    .init("message.max.bytes", "8000000"),
    .init("message.timeout.ms", "60000"),
    // Where Java's producer would put the key, so that joins by partition work.
    .init("partitioner", "murmur2_random"),
  ]

  private static let producerOwned: [Property] = [
    .init("enable.idempotence", "true"),
    .init("delivery.report.only.error", "true"),
  ]

  /// Librdkafka refuses a message timeout above the transaction's, and a socket timeout more than
  /// 100 ms above it.
  ///
  /// Left alone, its socket timeout would be nearly the whole transaction: one request without an
  /// answer, and there is no time for a second one.
  private static func transactionDefaults(_ timeout: Duration) -> [Property] {
    let requests = max(.seconds(1), min(timeout / 3, .seconds(60)))
    return [
      .init("message.timeout.ms", "\(min(timeout, .seconds(60)).milliseconds)"),
      .init("socket.timeout.ms", "\(requests.milliseconds)"),
    ]
  }
}
