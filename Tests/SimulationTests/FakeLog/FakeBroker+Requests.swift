import KafkaClient

/// What clients ask of brokers, without the care that clients take: the protocol as it is.
extension FakeBroker {
  /// A producer's new epoch: InitProducerId.
  func initialise(_ transactionalID: String) -> ProducerIdentity {
    coordinator.initialise(transactionalID, timeout: settings.transactionTimeout)
  }

  /// A record for a partition that the client believes to be part of its transaction: Produce.
  func produce(
    _ record: UpstreamRecord,
    to place: TopicPartition,
    by producer: ProducerIdentity?
  ) throws(KafkaError) {
    guard let log = topics.partition(place) else {
      throw .unknown(place, requiresAbort: producer != nil)
    }
    if let producer {
      try coordinator.check(producer, "produce")
      if settings.verifiesTransactions { try coordinator.verify(place, of: producer) }
    }
    log.append(record, producer: producer?.id)
  }

  /// Offsets as part of a transaction: AddOffsetsToTxn and TxnOffsetCommit.
  ///
  /// The broker asks for the generation of a member, not for what it owns; and it takes the offsets
  /// of nobody, `MemberIdentity.none`, without a question (streaming.md 0, finding 3).
  func send(
    _ offsets: [CommittedOffset],
    group name: String,
    member: MemberIdentity,
    by producer: ProducerIdentity
  ) throws(KafkaError) {
    try coordinator.add(group: name, by: producer)
    try groups[name].check(member, isTransactional: true)
    try checkMetadata(offsets)
    groups[name].offsets.hold(offsets, for: producer.id)
  }

  /// Offsets at once: OffsetCommit.
  func commit(
    _ offsets: [CommittedOffset],
    group name: String,
    member: MemberIdentity
  ) throws(KafkaError) {
    try groups[name].check(member, isTransactional: false)
    try checkMetadata(offsets)
    groups[name].offsets.commit(offsets)
  }

  private func checkMetadata(_ offsets: [CommittedOffset]) throws(KafkaError) {
    for offset in offsets where offset.metadata.utf8.count > settings.metadataLimit {
      throw .tooLarge("the metadata of \(offset.partition)", requiresAbort: true)
    }
  }
}
