import KafkaClient
import Service

extension ClientSession {
  /// A new epoch of the producer's name.
  func initialiseProducer() {
    producer.reset(to: .ready)
    guard producer.delivery == .exactlyOnce else { return }
    producer.identity = broker.initialise(producer.name)
  }

  /// Begins; the broker is not told, so that a fenced producer learns of it later.
  func begin() throws(KafkaError) {
    try producer.refuseErrors()
    guard producer.delivery == .exactlyOnce else { return producer.reset(to: .inTransaction) }
    guard producer.phase == .ready else { throw .badState("begin") }
    producer.reset(to: .inTransaction)
  }

  /// Produces at once, as if `linger.ms` were zero.
  func produce(_ record: OutgoingRecord) throws(KafkaError) {
    try requireTransaction("produce")
    let size = record.key.count + (record.value?.count ?? 0)
    guard size <= broker.settings.recordLimit else {
      throw .tooLarge("a record for \(record.topic)", requiresAbort: false)
    }
    let place = try partition(of: record)
    let upstream = UpstreamRecord(
      key: record.key,
      value: record.value,
      headers: record.headers,
      timestamp: broker.clock.wall
    )
    do { try produce(upstream, to: place) } catch {
      producer.note(error)
      throw error
    }
  }

  /// Sends offsets with the generation this client knows.
  func send(_ offsets: [CommittedOffset]) throws(KafkaError) {
    try requireTransaction("send offsets")
    do { try sendOwned(offsets) } catch {
      producer.note(error)
      throw error
    }
  }

  /// Whether the transaction can be ended so; from here on it can be nothing else.
  func prepareEnd(_ next: ProducerSide.Phase) throws(KafkaError) {
    guard life != .dead else { throw .killed }
    guard producer.delivery == .exactlyOnce else { return }
    switch (producer.phase, next) {
    case (.inTransaction, _), (.committing, .committing), (.aborting, .aborting): break
    case (.failed, .aborting): break
    case (.failed(let error), _), (.fatal(let error), _): throw error
    default: throw .badState("end the transaction")
    }
    producer.phase = next
  }

  /// Commits or aborts, now or as the fault says.
  func end(commits: Bool, _ request: Fault.Request) throws(KafkaError) {
    guard producer.delivery == .exactlyOnce, let identity = producer.identity else {
      return try endPlainly(commits: commits, request)
    }
    // Librdkafka does not bother the coordinator with a transaction it never told it of.
    guard producer.hasRequests else { return }
    do {
      switch request {
      case .late(let delay, let tears):
        let serial = broker.coordinator.state(of: identity.name)?.serial
        later(delay, .end(identity, serial: tears ? nil : serial, commits: commits))
      case .decided(let delay):
        try broker.coordinator.end(identity, commits: commits, markersAfter: delay)
      case .applied, .dropped:
        try broker.coordinator.end(identity, commits: commits)
      }
    } catch {
      producer.note(error)
      throw error
    }
  }

  /// The plain commit: no transaction, only offsets.
  private func endPlainly(commits: Bool, _ request: Fault.Request) throws(KafkaError) {
    let offsets = producer.remembered
    guard commits, !offsets.isEmpty else { return }
    try requireOwnership(of: offsets)
    let (group, member) = (membership.group.name, membership.identity)
    if case .late(let delay, _) = request {
      later(delay, .plainCommit(offsets, group: group, member))
    } else {
      try broker.commit(offsets, group: group, member: member)
    }
  }

  private func later(_ delay: Duration, _ content: LateRequest.Content) {
    broker.lateRequests.append(LateRequest(due: broker.now + delay, content: content))
  }

  private func requireTransaction(_ attempt: String) throws(KafkaError) {
    try producer.refuseErrors()
    guard producer.phase == .inTransaction else { throw .badState(attempt) }
  }

  private func partition(of record: OutgoingRecord) throws(KafkaError) -> TopicPartition {
    if let partition = record.partition { return TopicPartition(record.topic, partition) }
    guard let count = broker.topics.count(of: record.topic) else {
      throw .unknown(TopicPartition(record.topic, -1), requiresAbort: true)
    }
    return TopicPartition(record.topic, Murmur2.partition(of: record.key, count: count))
  }

  private func produce(
    _ record: UpstreamRecord,
    to place: TopicPartition
  ) throws(KafkaError) {
    guard producer.delivery == .exactlyOnce, let identity = producer.identity else {
      return try broker.produce(record, to: place, by: nil)
    }
    guard broker.topics.partition(place) != nil else { throw .unknown(place, requiresAbort: true) }
    if !producer.partitions.contains(place) {
      try broker.coordinator.add(place, by: identity)
      producer.partitions.insert(place)
      producer.hasRequests = true
    }
    try broker.produce(record, to: place, by: identity)
  }

  private func sendOwned(_ offsets: [CommittedOffset]) throws(KafkaError) {
    guard !offsets.isEmpty else { return }
    try requireOwnership(of: offsets)
    guard producer.delivery == .exactlyOnce, let identity = producer.identity else {
      producer.remembered = offsets
      return
    }
    producer.hasRequests = true
    try broker.send(
      offsets,
      group: membership.group.name,
      member: membership.identity,
      by: identity
    )
  }

  /// The care that brokers do not take.
  private func requireOwnership(of offsets: [CommittedOffset]) throws(KafkaError) {
    guard membership.generation >= 0 else { throw .stale("no generation") }
    for offset in offsets where !membership.owned.contains(offset.partition) {
      throw .stale("\(offset.partition) is not assigned")
    }
  }
}
