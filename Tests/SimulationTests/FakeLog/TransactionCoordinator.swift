import KafkaClient

/// A producer as brokers know it: its id, and how often its name was taken over.
struct ProducerIdentity: Hashable, Sendable {
  /// The `transactional.id`.
  let name: String
  let id: Int64
  let epoch: Int32
}

/// The transaction coordinator: one state machine per transactional id.
///
/// Source: Kafka's `TransactionCoordinator`, without the epoch per transaction of KIP-890's second
/// part, which librdkafka does not speak: a request that comes late hits whatever transaction of
/// the same epoch is open by then (jepsen.io/analyses/bufstream-0.1.0).
final class TransactionCoordinator {
  enum Phase: Hashable {
    case empty
    case ongoing
    /// The outcome is certain, the markers are not written yet.
    case decided(commits: Bool)
    case complete(commits: Bool)
  }

  struct State {
    let name: String
    let id: Int64
    var epoch: Int32 = 0
    var phase = Phase.empty
    /// Counts the transactions.
    var serial = 0
    var partitions: Set<TopicPartition> = []
    var groups: Set<String> = []
    var timeout: Duration
    var startedAt = Duration.zero
    var markersDue = Duration.zero
  }

  /// In the order in which they first came.
  private(set) var producers: [State] = []
  /// How many transactions were committed, and how many aborted.
  private(set) var commits = 0
  private(set) var aborts = 0

  private let clock: VirtualClock
  private let topics: TopicTable
  private let groups: GroupTable

  init(clock: VirtualClock, topics: TopicTable, groups: GroupTable) {
    self.clock = clock
    self.topics = topics
    self.groups = groups
  }

  /// Gives a name its next epoch; what the one before left open is aborted, what was decided is
  /// completed.
  func initialise(_ name: String, timeout: Duration) -> ProducerIdentity {
    if let index = producers.firstIndex(where: { $0.name == name }) {
      producers[index].epoch += 1
      producers[index].timeout = timeout
      if producers[index].phase == .ongoing { producers[index].phase = .decided(commits: false) }
      finish(index)
    } else {
      let id = 1_000 + Int64(producers.count)
      producers.append(State(name: name, id: id, timeout: timeout))
    }
    return identity(of: name)
  }

  /// Makes a partition part of the transaction, and begins it if there is none: AddPartitionsToTxn.
  func add(_ partition: TopicPartition, by producer: ProducerIdentity) throws(KafkaError) {
    let index = try ongoing(producer, "produce")
    producers[index].partitions.insert(partition)
  }

  /// Makes a group's offsets part of the transaction: AddOffsetsToTxn.
  func add(group: String, by producer: ProducerIdentity) throws(KafkaError) {
    let index = try ongoing(producer, "send offsets")
    producers[index].groups.insert(group)
  }

  /// Whether a record may go into a partition, as brokers from 3.6 on ask (KIP-890, part 1).
  func verify(_ partition: TopicPartition, of producer: ProducerIdentity) throws(KafkaError) {
    let index = try find(producer, "produce")
    let state = producers[index]
    guard state.phase == .ongoing, state.partitions.contains(partition) else {
      throw .invalidTransaction("produce", isFatal: false)
    }
  }

  /// Refuses a producer whose epoch is not the current one.
  func check(_ producer: ProducerIdentity, _ attempt: String) throws(KafkaError) {
    _ = try find(producer, attempt)
  }

  /// Decides the transaction that is open: EndTxn.
  ///
  /// The markers may take some time; the outcome is certain before they are written.
  func end(
    _ producer: ProducerIdentity,
    commits: Bool,
    markersAfter delay: Duration = .zero
  ) throws(KafkaError) {
    let attempt = commits ? "commit" : "abort"
    let index = try find(producer, attempt)
    switch producers[index].phase {
    case .ongoing:
      producers[index].phase = .decided(commits: commits)
      producers[index].markersDue = clock.now + delay
      if delay == .zero { finish(index) }
    case .decided(commits):
      // Kafka says CONCURRENT_TRANSACTIONS, and librdkafka asks again until it is done.
      finish(index)
    case .complete(commits): return
    default: throw .invalidTransaction(attempt, isFatal: true)
    }
  }

  /// Writes the markers that are due and ends transactions that took too long.
  func expire() {
    for index in producers.indices {
      let state = producers[index]
      if case .decided = state.phase, state.markersDue <= clock.now { finish(index) }
      if state.phase == .ongoing, state.startedAt + state.timeout <= clock.now {
        producers[index].epoch += 1
        producers[index].phase = .decided(commits: false)
        finish(index)
      }
    }
  }

  func state(of name: String) -> State? { producers.first { $0.name == name } }

  private func identity(of name: String) -> ProducerIdentity {
    let state = state(of: name)
    return ProducerIdentity(name: name, id: state?.id ?? -1, epoch: state?.epoch ?? -1)
  }

  private func find(_ producer: ProducerIdentity, _ attempt: String) throws(KafkaError) -> Int {
    let index = producers.firstIndex { $0.id == producer.id }
    guard let index, producers[index].epoch == producer.epoch else { throw .fenced(attempt) }
    return index
  }

  private func ongoing(_ producer: ProducerIdentity, _ attempt: String) throws(KafkaError) -> Int {
    let index = try find(producer, attempt)
    finish(index)
    if producers[index].phase != .ongoing {
      producers[index].phase = .ongoing
      producers[index].serial += 1
      producers[index].startedAt = clock.now
    }
    return index
  }

  /// Writes the markers of a transaction that is decided.
  private func finish(_ index: Int) {
    guard case .decided(let commits) = producers[index].phase else { return }
    let state = producers[index]
    // Of a topic deleted since, there is nothing to decide.
    for partition in state.partitions.sorted() {
      topics.partition(partition)?.decide(state.id, commits: commits, timestamp: clock.wall)
    }
    for group in state.groups.sorted() {
      groups[group].offsets.decide(state.id, commits: commits)
    }
    producers[index].partitions = []
    producers[index].groups = []
    producers[index].phase = .complete(commits: commits)
    if commits { self.commits += 1 } else { aborts += 1 }
  }
}
