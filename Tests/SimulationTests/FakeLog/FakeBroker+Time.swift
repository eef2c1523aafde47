import KafkaClient

/// Time passes, and what was due happens in its order.
extension FakeBroker {
  /// Lets time pass: heartbeats, timeouts, late requests.
  ///
  /// Clients that are alive, not suspended and connected send heartbeats by themselves.
  func advance(by step: Duration) {
    precondition(step >= .zero, "time does not run back by \(step)")
    let end = clock.now + step
    happen()
    while let due = nextDue(), due <= end {
      precondition(due > clock.now, "what was due at \(due) did not happen")
      clock.now = due
      happen()
    }
    clock.now = end
    happen()
  }

  /// Everything that is due by now.
  private func happen() {
    for session in sessions { session.sendHeartbeat() }
    deliverLateRequests()
    coordinator.expire()
    for group in groups.all {
      for member in group.members where hasExpired(member) { group.remove(member.id) }
      group.endPreparation()
      group.synchronise()
    }
  }

  /// The next instant at which something happens by itself.
  private func nextDue() -> Duration? {
    var dues = lateRequests.map(\.due)
    for producer in coordinator.producers {
      if case .decided = producer.phase { dues.append(producer.markersDue) }
      if producer.phase == .ongoing { dues.append(producer.startedAt + producer.timeout) }
    }
    for group in groups.all {
      dues += group.members.map(expiry)
      if case .preparing(let deadline) = group.phase { dues.append(deadline) }
    }
    dues += sessions.compactMap(\.disconnectedUntil)
    return dues.min()
  }

  /// When a member is put out unless something happens before.
  private func expiry(of member: ConsumerGroup.Member) -> Duration {
    let session = sessions[member.client]
    guard session.isHeard else { return member.lastHeartbeat + settings.sessionTimeout }
    guard session.membership.isWatched else { return .seconds(Int64.max) }
    return member.lastPoll + settings.maxPollInterval
  }

  private func hasExpired(_ member: ConsumerGroup.Member) -> Bool {
    guard expiry(of: member) <= clock.now else { return false }
    // A client that does not poll leaves by itself, and knows it.
    let session = sessions[member.client]
    if session.isHeard {
      (session.membership.wasIdle, session.membership.isWatched) = (true, false)
    }
    return true
  }

  private func deliverLateRequests() {
    let due = lateRequests.filter { $0.due <= clock.now }
    lateRequests.removeAll { $0.due <= clock.now }
    for request in due {
      // Nobody waits for the answer any more.
      switch request.content {
      case .end(let producer, let serial, let commits):
        let state = coordinator.state(of: producer.name)
        if let serial, serial != state?.serial { continue }
        try? coordinator.end(producer, commits: commits)
      case .plainCommit(let offsets, let group, let member):
        try? commit(offsets, group: group, member: member)
      }
    }
  }
}
