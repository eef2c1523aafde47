import KafkaClient

/// What invariants are checked against.
extension FakeBroker {
  /// A transaction that is not decided, or whose markers are not written.
  struct OpenTransaction: Hashable {
    var transactionalID: String
    var partitions: [TopicPartition]
    var groups: [String]
    var since: Duration
  }

  /// How many transactions were committed.
  var commitCount: Int { coordinator.commits }
  /// How many transactions were aborted.
  var abortCount: Int { coordinator.aborts }

  var openTransactions: [OpenTransaction] {
    coordinator.producers.compactMap { state in
      switch state.phase {
      case .ongoing, .decided: break
      case .empty, .complete: return nil
      }
      return OpenTransaction(
        transactionalID: state.name,
        partitions: state.partitions.sorted(),
        groups: state.groups.sorted(),
        since: state.startedAt
      )
    }
  }

  /// What a `read_committed` consumer is shown, from an offset on.
  func committedRecords(_ topic: String, _ partition: Int32, from start: Int64 = 0) -> [LogEntry] {
    guard let log = topics.partition(TopicPartition(topic, partition)) else { return [] }
    var found: [LogEntry] = []
    _ = log.read(from: start, to: log.stableEnd) { found.append($0) }
    return found
  }

  /// Everything in the log: markers, aborted and undecided records.
  func allRecords(_ topic: String, _ partition: Int32) -> [LogEntry] {
    topics.partition(TopicPartition(topic, partition))?.entries ?? []
  }

  /// What a group has committed; transactions that are open do not count.
  func groupOffsets(_ group: String) -> [TopicPartition: CommittedOffset] {
    groups[group].offsets.committed
  }

  /// The clients in a group, as it sees them, by their numbers.
  func members(of group: String) -> [Int] { groups[group].members.map(\.client).sorted() }
}
