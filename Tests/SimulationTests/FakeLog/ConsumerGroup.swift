import KafkaClient

/// A consumer group as its coordinator sees it: members, generations, offsets.
///
/// The classic protocol with eager rebalances. A rebalance is *prepared* until all members have
/// joined again or its time is over, then *completed* by the leader, then the group is *stable*.
/// Source: Kafka's `ClassicGroup` and `GroupMetadataManager`.
final class ConsumerGroup {
  enum Phase: Equatable {
    case empty
    case preparing(until: Duration)
    case completing
    case stable
  }

  struct Member {
    let id: String
    /// The number of its client.
    let client: Int
    let topics: [String]
    /// Whether it takes part in the generation that is being prepared.
    var hasJoined = true
    /// What it was given and has not fetched yet.
    var given: [TopicPartition]?
    var lastHeartbeat: Duration
    var lastPoll: Duration
  }

  let name: String
  /// Sorted by id.
  private(set) var members: [Member] = []
  private(set) var phase = Phase.empty
  private(set) var generation: Int32 = 0
  var offsets = OffsetStore()

  private let clock: VirtualClock
  private let topics: TopicTable
  private let rebalanceTimeout: Duration

  init(_ name: String, clock: VirtualClock, topics: TopicTable, rebalanceTimeout: Duration) {
    self.name = name
    self.clock = clock
    self.topics = topics
    self.rebalanceTimeout = rebalanceTimeout
  }

  /// The member that computes the assignment.
  var leader: String? { members.first?.id }

  var isPreparing: Bool { if case .preparing = phase { true } else { false } }

  func member(_ id: String) -> Member? { members.first { $0.id == id } }

  /// Takes in a member, or one that comes again.
  func join(_ id: String, client: Int, topics: [String]) {
    prepare()
    if let index = index(of: id) {
      members[index].hasJoined = true
    } else {
      let now = clock.now
      let member = Member(
        id: id,
        client: client,
        topics: topics,
        lastHeartbeat: now,
        lastPoll: now
      )
      members.insert(member, at: members.firstIndex { $0.id > id } ?? members.count)
    }
    completeIfAllJoined()
  }

  /// Puts a member out, or lets it leave.
  func remove(_ id: String) {
    guard let index = index(of: id) else { return }
    members.remove(at: index)
    if members.isEmpty {
      complete()
    } else {
      prepare()
      completeIfAllJoined()
    }
  }

  /// Begins a rebalance if there is none.
  func prepare() {
    guard !isPreparing else { return }
    phase = .preparing(until: clock.now + rebalanceTimeout)
    for index in members.indices { members[index].hasJoined = false }
  }

  /// Goes on without those who have not joined in time.
  func endPreparation() {
    guard case .preparing(let deadline) = phase, deadline <= clock.now else { return }
    members.removeAll { !$0.hasJoined }
    complete()
  }

  /// Distributes the partitions: what the leader does when all have joined.
  func synchronise() {
    guard phase == .completing else { return }
    let given = RangeAssignment.ranges(of: members.map { ($0.id, $0.topics) }, counts: topics.count)
    for index in members.indices { members[index].given = given[members[index].id] ?? [] }
    phase = .stable
  }

  /// Hands a member what it was given since it last asked.
  func takeGiven(_ id: String) -> [TopicPartition]? {
    guard let index = index(of: id) else { return nil }
    defer { members[index].given = nil }
    return members[index].given
  }

  func noteHeartbeat(_ id: String) {
    if let index = index(of: id) { members[index].lastHeartbeat = clock.now }
  }

  func notePoll(_ id: String) {
    if let index = index(of: id) { members[index].lastPoll = clock.now }
  }

  private func completeIfAllJoined() {
    if isPreparing, members.allSatisfy(\.hasJoined) { complete() }
  }

  private func complete() {
    generation += 1
    phase = members.isEmpty ? .empty : .completing
  }

  private func index(of id: String) -> Int? { members.firstIndex { $0.id == id } }
}
