import KafkaClient
import Testing

/// Processes that die or stop.
///
/// Of the model alone: brokers would need processes to be killed.
@Suite struct CrashTests {
  /// A transaction from the beginning, as far as it gets.
  private func work(_ stage: Member, _ scene: Scene) throws {
    try stage.turn()
    try stage.begin()
    try stage.produce("a", to: scene.result(0))
    try stage.produce("b", to: scene.result(1))
    try stage.send([scene.offset(1)])
    try stage.commit()
  }

  /// A crash at every call, before and after it: all or nothing, by the offsets one knows which.
  @Test(arguments: [Fault.crashBefore, .crashAfter], [false, true])
  func aCrashAtAnyCallLeavesAllOrNothing(_ crash: Fault, isReplaced: Bool) throws {
    for ordinal in 0..<7 {
      let world = FakeWorld()
      let scene = try Scene(in: world, outputs: 2)
      let stage = try scene.joined("same")
      let first = 1_000
      var calls = first
      world.broker.fault = { call in
        guard call.client == stage.number else { return nil }
        calls += 1
        return calls == first + ordinal + 1 ? crash : nil
      }
      let end = try failure { try work(stage, scene) }
      #expect((end == .killed) == (ordinal < 6))
      #expect(world.broker.isAlive(stage.number) == (ordinal == 6))
      world.broker.fault = nil
      if isReplaced {
        let successor = try scene.member("same")
        #expect(world.broker.openTransactions.isEmpty)
        successor.leave()
      } else {
        world.pass(world.transactionTimeout)
      }
      let hasHappened = ordinal == 6 || (ordinal == 5 && crash == .crashAfter)
      #expect(try scene.results(0) == (hasHappened ? ["a"] : []))
      #expect(try scene.results(1) == (hasHappened ? ["b"] : []))
      let offset = world.broker.groupOffsets(Scene.group)[scene.input()]
      #expect(offset == (hasHappened ? scene.offset(1) : nil))
    }
  }

  @Test func theDeadSayNothing() throws {
    let world = FakeWorld()
    let scene = try Scene(in: world)
    let stage = try scene.joined()
    world.broker.kill(stage.number)
    #expect(try failure(stage.begin) == .killed)
    #expect(stage.poll() == [.failed(.killed, nil)])
    stage.leave()
    #expect(world.broker.members(of: Scene.group) == [stage.number])
    world.pass(world.sessionTimeout)
    #expect(world.broker.members(of: Scene.group) == [])
  }

  @Test func readersWaitForTheDeadUntilTheirTransactionTimesOut() throws {
    let world = FakeWorld()
    let scene = try Scene(in: world)
    let dead = try scene.member("dead")
    try dead.begin()
    try dead.produce("dead", to: scene.result())
    world.broker.kill(dead.number)
    let living = try scene.member("living")
    try living.begin()
    try living.produce("living", to: scene.result())
    try living.commit()
    world.pass(world.transactionTimeout - .milliseconds(1))
    #expect(try scene.results() == [])
    world.pass(.milliseconds(1))
    #expect(try scene.results() == ["living"])
    #expect(world.broker.abortCount == 1)
  }

  @Test func aZombieIsRefused() throws {
    let world = FakeWorld()
    let scene = try Scene(in: world, sources: 2)
    let zombie = try scene.joined("zombie")
    try scene.append("1", to: 0)
    try zombie.begin()
    try zombie.produce("undead", to: scene.result())
    world.broker.suspend(zombie.number)
    let other = try scene.member("other")
    try world.wait(until: "the other has all", turning: [other]) { other.owned?.count == 2 }
    world.broker.resume(zombie.number)
    // It goes on where it stood, reads, and finds out when it commits.
    #expect(zombie.poll().last != .lost([scene.input(0), scene.input(1)]))
    #expect(zombie.values(of: scene.input(0)) == ["1"])
    let refusal = try failure { try zombie.send([scene.offset(1)]) }
    #expect(refusal?.reason == "UNKNOWN_MEMBER_ID")
    try zombie.abort()
    world.pass(.milliseconds(100))
    #expect(zombie.poll().last == .lost([scene.input(0), scene.input(1)]))
    try zombie.unassign()
    #expect(try scene.results() == [])
  }

  @Test func aZombieWhoseTransactionTimedOutIsFenced() throws {
    let world = FakeWorld()
    let scene = try Scene(in: world)
    let zombie = try scene.joined("zombie")
    try zombie.begin()
    try zombie.produce("undead", to: scene.result())
    try zombie.send([scene.offset(1)])
    world.broker.suspend(zombie.number)
    world.pass(.seconds(60))
    world.broker.resume(zombie.number)
    #expect(try failure(zombie.commit)?.code == .fenced)
    #expect(try scene.results() == [])
  }

  @Test func withoutAConnectionCallsMayBeMadeAgain() throws {
    let world = FakeWorld()
    let scene = try Scene(in: world)
    let stage = try scene.joined()
    try stage.begin()
    try stage.produce("1", to: scene.result())
    try stage.send([scene.offset(1)])
    world.broker.disconnect(stage.number, for: .seconds(3))
    #expect(try failure(stage.commit)?.isRetriable == true)
    #expect(try failure { _ = try stage.committed([scene.input()]) }?.isRetriable == true)
    world.pass(.seconds(3))
    try stage.commit()
    #expect(try scene.results() == ["1"])
    try stage.turn()
    #expect(stage.owned == [scene.input()])
  }

  @Test func withoutAConnectionTheSessionEnds() throws {
    let world = FakeWorld { $0.maxPollInterval = .seconds(300) }
    let scene = try Scene(in: world)
    let stage = try scene.joined()
    world.broker.disconnect(stage.number, for: .seconds(10))
    world.pass(.seconds(5))
    #expect(stage.poll().last != .lost([scene.input()]))
    world.pass(.seconds(1))
    #expect(stage.poll().last == .lost([scene.input()]))
    try stage.unassign()
    #expect(world.broker.members(of: Scene.group) == [])
    world.pass(.seconds(4))
    try world.wait(until: "it is back", turning: [stage]) { stage.owned == [scene.input()] }
  }

  @Test func aSlowMemberIsLeftBehindByARebalance() throws {
    let world = FakeWorld { $0.maxPollInterval = .seconds(300) }
    let scene = try Scene(in: world, sources: 2)
    let slow = try scene.joined("slow")
    let other = try scene.member("other")
    try world.pass(.seconds(5), turning: [other])
    #expect(other.owned == nil)
    try world.wait(until: "the other has all", turning: [other]) { other.owned?.count == 2 }
    #expect(slow.poll().last == .lost([scene.input(0), scene.input(1)]))
    try slow.unassign()
    try world.wait(until: "both have one", turning: [slow, other]) {
      slow.owned?.count == 1 && other.owned?.count == 1
    }
  }

  @Test func whoAnswersTooLateComesBackAsSomebodyElse() throws {
    let world = FakeWorld { $0.maxPollInterval = .seconds(300) }
    let scene = try Scene(in: world)
    let slow = try scene.joined("slow")
    let other = try scene.member("other")
    try other.turn()
    #expect(slow.poll().last == .revoked([scene.input()]))
    let former = world.broker.sessions[slow.number].membership.id
    world.pass(.seconds(6))
    #expect(world.broker.members(of: Scene.group) == [other.number])
    #expect(try failure { try slow.commitOffset(scene.offset(1)) }?.reason == "UNKNOWN_MEMBER_ID")
    try slow.abort()
    try slow.unassign()
    #expect(world.broker.members(of: Scene.group) == [slow.number, other.number].sorted())
    #expect(world.broker.sessions[slow.number].membership.id != former)
  }

  @Test func aCrashBehindPlainDeliveryRepeatsRecords() throws {
    let world = FakeWorld()
    let scene = try Scene(in: world)
    for fault in [Fault.crashBefore, nil] {
      let stage = try scene.joined("plain", delivery: .atLeastOnce)
      if let fault { world.once(.commit, fault) }
      let end = try failure {
        try stage.begin()
        try stage.produce("1", to: scene.result())
        try stage.send([scene.offset(1)])
        try stage.commit()
      }
      #expect((end == .killed) == (fault != nil))
    }
    #expect(try scene.results() == ["1", "1"])
    #expect(world.broker.groupOffsets(Scene.group)[scene.input()] == scene.offset(1))
  }
}
