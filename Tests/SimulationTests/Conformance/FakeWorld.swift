import KafkaClient

/// The model as a world.
final class FakeWorld: LooseWorld {
  let broker: FakeBroker
  let patience = Duration.seconds(60)
  let lateness = Duration.seconds(3)
  private var seed: UInt64 = 0

  /// Timeouts are those that real brokers allow to be short.
  init(_ adjust: (inout FakeBroker.Settings) -> Void = { _ in }) {
    var settings = FakeBroker.Settings()
    settings.sessionTimeout = .seconds(6)
    settings.maxPollInterval = .seconds(6)
    settings.rebalanceTimeout = .seconds(6)
    settings.transactionTimeout = .seconds(10)
    adjust(&settings)
    broker = FakeBroker(settings)
  }

  var sessionTimeout: Duration { broker.settings.sessionTimeout }
  var maxPollInterval: Duration { broker.settings.maxPollInterval }
  var transactionTimeout: Duration { broker.settings.transactionTimeout }

  func createTopic(
    _ name: String,
    partitions: Int,
    timestamps: TopicTable.Timestamps
  ) -> String {
    broker.createTopic(name, partitions: partitions, timestamps: timestamps)
    return name
  }

  func addPartitions(_ topic: String, to count: Int) { broker.addPartitions(topic, to: count) }

  func truncate(_ partition: TopicPartition, before offset: Int64) {
    broker.truncate(partition.topic, partition: partition.partition, before: offset)
  }

  func deleteTopic(_ topic: String) { broker.deleteTopic(topic) }

  func createAgain(_ topic: String, partitions: Int) {
    broker.createTopic(topic, partitions: partitions)
  }

  func createCompactedTopic(_ name: String) -> String {
    createTopic(name, partitions: 1, timestamps: .producer)
  }

  func compact(_ topic: String) { broker.compact(topic) }

  func append(_ record: UpstreamRecord, to partition: TopicPartition) {
    broker.append(
      topic: partition.topic,
      partition: partition.partition,
      key: record.key,
      value: record.value,
      headers: record.headers,
      timestamp: record.timestamp
    )
  }

  func member(
    group: String,
    topics: [String],
    producer: String,
    delivery: FakeBroker.Delivery
  ) -> Member {
    seed += 1
    let client = broker.client(
      group: group,
      topics: topics,
      transactionalID: producer,
      delivery: delivery,
      batchLimit: 7,
      seed: seed
    )
    let number = client.number
    return Member(client, number: number, delivery: delivery)
  }

  var now: Duration { broker.now }

  func pass(_ time: Duration) { broker.advance(by: time) }

  func commitAsNobody(
    _ offsets: [CommittedOffset],
    group: String,
    inTransaction: Bool
  ) throws {
    if inTransaction {
      try commit(offsets, group: group, as: .none)
    } else {
      try broker.commit(offsets, group: group, member: .none)
    }
  }

  func commitLoosely(
    _ offsets: [CommittedOffset],
    group: String,
    as identity: LooseIdentity
  ) throws(KafkaError) {
    let member =
      switch identity {
      case .member(let member): broker.sessions[member.number].membership.identity
      case .formerly(let member): former(broker.sessions[member.number].membership.identity)
      }
    try commit(offsets, group: group, as: member)
  }

  private func commit(
    _ offsets: [CommittedOffset],
    group: String,
    as member: MemberIdentity
  ) throws(KafkaError) {
    let producer = broker.initialise("loose")
    try broker.send(offsets, group: group, member: member, by: producer)
    try broker.coordinator.end(producer, commits: true)
  }

  private func former(_ identity: MemberIdentity) -> MemberIdentity {
    MemberIdentity(id: identity.id, generation: identity.generation - 1)
  }

  func kill(_ member: Member) { broker.kill(member.number) }

  func disconnect(_ member: Member, for time: Duration) {
    broker.disconnect(member.number, for: time)
  }

  func once(_ operation: Call.Operation, of member: Member, _ fault: Fault) {
    broker.fault = { [unowned broker] call in
      guard call.operation == operation, call.client == member.number else { return nil }
      broker.fault = nil
      return fault
    }
  }
}
