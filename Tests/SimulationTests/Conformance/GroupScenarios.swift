import KafkaClient
import Testing

/// Who reads what, and what becomes of those who go.
@Suite struct GroupScenarios {
  @Test(arguments: World.all)
  func aSingleMemberGetsAll(_ world: World) throws {
    let scene = try Scene(world, sources: 3)
    let stage = try scene.joined()
    #expect(stage.owned == (0..<3).map { scene.input($0) })
  }

  @Test(arguments: World.all)
  func twoMembersGetDisjointRanges(_ world: World) throws {
    let scene = try Scene(world, sources: 5)
    let one = try scene.joined("a")
    let other = try scene.joined("b", others: [one])
    let ranges = [one, other].map { $0.owned ?? [] }.sorted { $0.count > $1.count }
    let all = (0..<5).map { scene.input($0) }
    #expect(ranges == [Array(all[..<3]), Array(all[3...])])
  }

  @Test(arguments: World.all)
  func whoGetsNothingIsToldSo(_ world: World) throws {
    let scene = try Scene(world, sources: 1)
    let one = try scene.joined("a")
    let other = try scene.joined("b", others: [one])
    #expect([one.owned?.count, other.owned?.count].compactMap(\.self).sorted() == [0, 1])
  }

  @Test(arguments: World.all)
  func aLeavingMemberGivesItsPartitionsOver(_ world: World) throws {
    let scene = try Scene(world, sources: 4)
    let one = try scene.joined("a")
    let other = try scene.joined("b", others: [one])
    one.leave()
    // At once, and not when its session would have ended.
    try scene.world.pass(scene.world.sessionTimeout / 2, turning: [other])
    #expect(other.owned?.count == 4)
  }

  @Test(arguments: World.all)
  func whoStopsPollingGivesWay(_ world: World) throws {
    let scene = try Scene(world, sources: 2)
    let idle = try scene.joined("a")
    let other = try scene.joined("b", others: [idle])
    try scene.world.wait(until: "the other has all", turning: [other]) { other.owned?.count == 2 }
    let owned = try #require(idle.owned)
    try scene.world.wait(until: "the loss is known", turning: [other]) {
      idle.poll().last == .lost(owned)
    }
    #expect(
      idle.events.contains { event in
        guard case .failed(let error, nil) = event else { return false }
        return error.code == .staleMember
      }
    )
  }

  @Test(arguments: World.all)
  func revokedWorkCanStillBeCommitted(_ world: World) throws {
    let scene = try Scene(world, sources: 2)
    let one = try scene.joined("a")
    let other = try scene.member("b")
    try scene.world.wait(until: "partitions are revoked", turning: [other]) {
      one.poll().last == .revoked([scene.input(0), scene.input(1)])
    }
    try one.begin()
    try one.produce("work", to: scene.result())
    try one.send([scene.offset(1, 0), scene.offset(2, 1)])
    try one.commit()
    try one.unassign()
    try scene.world.wait(until: "both have one", turning: [one, other]) {
      one.owned?.count == 1 && other.owned?.count == 1
    }
    #expect(try scene.committed(by: other, 0) == scene.offset(1, 0))
    #expect(try scene.committed(by: other, 1) == scene.offset(2, 1))
    try scene.waitForResults(["work"])
  }

  @Test(arguments: World.all)
  func workIsCommittedWhileOthersJoin(_ world: World) throws {
    let scene = try Scene(world, sources: 2)
    let one = try scene.joined("a")
    let other = try scene.member("b")
    // The other waits for this one, which has not polled and knows of nothing.
    try scene.world.pass(.seconds(1), turning: [other])
    try one.begin()
    try one.send([scene.offset(4)])
    try one.commit()
    #expect(try scene.committed(by: other) == scene.offset(4))
    #expect(other.owned == nil)
  }

  @Test(arguments: World.all)
  func whoDoesNotPollIsPutOut(_ world: World) throws {
    let scene = try Scene(world, sources: 2)
    let idle = try scene.joined("a")
    let other = try scene.member("b")
    try scene.world.wait(until: "the other has all", turning: [other]) { other.owned?.count == 2 }
    try idle.begin()
    let refusal = try failure { try idle.send([scene.offset(1)]) }
    #expect(refusal?.code == .staleMember)
    #expect(refusal?.requiresAbort == true)
    #expect(try failure { try idle.commit() }?.requiresAbort == true)
    try idle.abort()
    #expect(try scene.committed(by: other) == nil)
  }

  @Test(arguments: World.all)
  func whoHasNotAnsweredIsNotMissed(_ world: World) throws {
    let scene = try Scene(world)
    let stage = try scene.member()
    try scene.world.wait(until: "it has the partition") {
      stage.poll().last == .assigned([scene.input()])
    }
    // Nobody looks whether it polls before it has read for the first time.
    try scene.world.pass(scene.world.maxPollInterval + .seconds(3))
    try stage.resume([scene.input()])
    try stage.commitOffset(scene.offset(1))
    #expect(try scene.committed(by: stage) == scene.offset(1))
  }

  @Test(arguments: World.all)
  func whoWasPutOutLosesItsPartitionsAndComesAgain(_ world: World) throws {
    let scene = try Scene(world, sources: 2)
    let idle = try scene.joined("a")
    let other = try scene.member("b")
    try scene.world.wait(until: "the other has all", turning: [other]) { other.owned?.count == 2 }
    // It hears of that, or of the rebalance that began before.
    let both = [scene.input(0), scene.input(1)]
    try scene.world.wait(until: "partitions are lost", turning: [other]) {
      idle.poll().contains { [.lost(both), .revoked(both)].contains($0) }
    }
    #expect(try failure { try idle.commitOffset(scene.offset(1)) }?.code == .staleMember)
    try idle.abort()
    try idle.unassign()
    try scene.world.wait(until: "both have one", turning: [idle, other]) {
      idle.owned?.count == 1 && other.owned?.count == 1
    }
  }

  @Test(arguments: World.all)
  func whatNobodyCommittedIsReadAgain(_ world: World) throws {
    let scene = try Scene(world)
    try scene.append("1", "2", "3")
    let first = try scene.joined("a")
    try scene.world.wait(until: "all are read", turning: [first]) {
      first.values(of: scene.input()) == ["1", "2", "3"]
    }
    first.leave()
    let second = try scene.joined("b")
    try scene.world.wait(until: "all are read again", turning: [second]) {
      second.values(of: scene.input()) == ["1", "2", "3"]
    }
  }

  @Test(arguments: World.all)
  func newPartitionsAreDistributed(_ world: World) throws {
    let scene = try Scene(world, sources: 1)
    let stage = try scene.joined()
    try scene.world.addPartitions(scene.source, to: 3)
    try scene.world.wait(until: "it has three", turning: [stage]) { stage.owned?.count == 3 }
    #expect(stage.events.contains(.revoked([scene.input(0)])))
    #expect(try stage.partitionCounts(of: [scene.source, "no-such-topic"]) == [3, nil])
  }

  @Test(arguments: World.all)
  func aFourthJoinsThreeAndLeaves(_ world: World) throws {
    let scene = try Scene(world, sources: 4)
    var members = [try scene.joined("0")]
    for number in 1..<4 { members.append(try scene.joined("\(number)", others: members)) }
    try scene.world.wait(until: "each has one", turning: members) {
      members.allSatisfy { $0.owned?.count == 1 }
    }
    #expect(Set(members.flatMap { $0.owned ?? [] }).count == 4)
    members.removeLast().leave()
    try scene.world.wait(until: "three have four", turning: members) {
      members.compactMap { $0.owned?.count }.sorted() == [1, 1, 2]
    }
  }
}

extension Member {
  /// A transaction of one offset.
  func commitOffset(_ offset: CommittedOffset) throws(KafkaError) {
    try begin()
    try send([offset])
    try commit()
  }
}
