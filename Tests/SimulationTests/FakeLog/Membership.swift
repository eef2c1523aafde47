import KafkaClient

/// A client's side of its group.
struct Membership {
  let group: ConsumerGroup
  let topics: [String]
  /// The id the coordinator gave it; nil while it is not in the group, as far as it knows.
  var id: String?
  var generation: Int32 = -1
  /// What it was given, until it has given that up.
  var owned: [TopicPartition] = []
  /// A rebalance that waits for `assign` or `unassign`.
  var awaitsAnswer = false
  /// Librdkafka looks whether it polls: from the first `assign` on, until it is put out.
  var isWatched = false
  /// It was put out because it did not poll.
  var wasIdle = false

  init(group: ConsumerGroup, topics: [String]) {
    self.group = group
    self.topics = topics
  }

  /// In whose name it commits.
  var identity: MemberIdentity { MemberIdentity(id: id ?? "", generation: generation) }
}

extension ClientSession {
  /// What the group wants of this client.
  func rebalanceEvent() -> ConsumerEvent? {
    guard let id = membership.id, isKnown(id) else { return departure() }
    let group = membership.group
    if group.phase == .completing, group.leader == id { group.synchronise() }
    if let given = group.takeGiven(id) {
      membership.owned = given
      membership.generation = group.generation
      return .assigned(given)
    }
    guard group.isPreparing, group.member(id)?.hasJoined == false else { return nil }
    if !membership.owned.isEmpty { return .revoked(membership.owned) }
    join()
    return nil
  }

  /// Goes into the group, or again; without a connection, or a topic to read, at a later `poll`.
  func join() {
    guard isConnected, membership.topics.contains(where: { broker.topics.count(of: $0) != nil })
    else { return }
    membership.wasIdle = false
    // An id that was put out is not taken again; a new one is given.
    var id = membership.id ?? ""
    if membership.group.member(id) == nil {
      let bits: UInt64 = random.next()
      id = "rdkafka-\(String(bits, radix: 16))"
    }
    membership.id = id
    membership.group.join(id, client: number, topics: membership.topics)
  }

  /// Gives up what it owned, and joins again if that was asked of it.
  func giveUp() {
    readings = []
    membership.owned = []
    let wasAsked = membership.awaitsAnswer
    membership.awaitsAnswer = false
    if wasAsked { join() }
  }

  private func isKnown(_ id: String) -> Bool {
    // Without a connection it finds out by its own clock only.
    isConnected ? membership.group.member(id) != nil : !hasTimedOut
  }

  /// It is not a member, or no longer one.
  private func departure() -> ConsumerEvent? {
    membership.id = nil
    membership.generation = -1
    guard membership.owned.isEmpty else { return .lost(membership.owned) }
    join()
    return nil
  }
}
