import KafkaClient
import Testing

/// Processes that die, stop, or cannot be reached.
@Suite struct CrashScenarios {
  /// A crash between any two calls: all or nothing, and only after the commit all.
  @Test(arguments: World.faulty, 0...6)
  func aCrashBetweenTwoCallsLeavesAllOrNothing(_ world: World, calls: Int) throws {
    for isReplaced in [true, false] {
      let scene = try Scene(world, outputs: 2)
      let stage = try scene.joined("same")
      let work: [() throws -> Void] = [
        { try stage.turn() },
        { try stage.begin() },
        { try stage.produce("a", to: scene.result(0)) },
        { try stage.produce("b", to: scene.result(1)) },
        { try stage.send([scene.offset(1)]) },
        { try stage.commit() },
      ]
      for call in work.prefix(calls) { try call() }
      scene.world.kill(stage)
      // A process of its name ends what it left open; else the brokers do in the end.
      if isReplaced { try scene.member("same").renewProducer() }
      let hasHappened = calls == 6
      for (partition, text) in [(Int32(0), "a"), (1, "b")] {
        try scene.end(of: partition)
        try scene.waitForResults((hasHappened ? [text] : []) + ["end"], partition)
      }
      let reader = try scene.member("reader")
      #expect(try scene.committed(by: reader) == (hasHappened ? scene.offset(1) : nil))
    }
  }

  @Test(arguments: World.faulty)
  func theDeadKeepTheirPartitionsUntilTheirSessionEnds(_ world: World) throws {
    let scene = try Scene(world)
    let dead = try scene.joined("dead")
    let start = scene.world.now
    scene.world.kill(dead)
    let other = try scene.member("other")
    try scene.world.pass(scene.world.sessionTimeout / 2, turning: [other])
    #expect(other.owned == nil)
    try scene.world.wait(until: "the other has it", turning: [other]) {
      other.owned == [scene.input()]
    }
    #expect(scene.world.now - start >= scene.world.sessionTimeout * 3 / 4)
  }

  @Test(arguments: World.faulty)
  func readersWaitForTheDeadUntilTheirTransactionTimesOut(_ world: World) throws {
    let scene = try Scene(world)
    let dead = try scene.member("dead")
    let start = scene.world.now
    try dead.begin()
    try dead.produce("dead", to: scene.result())
    try scene.world.pass(.seconds(1))
    scene.world.kill(dead)
    try scene.end(of: 0)
    #expect(try scene.results() == [])
    try scene.waitForResults(["end"])
    #expect(scene.world.now - start >= scene.world.transactionTimeout)
  }

  @Test(arguments: World.all)
  func whoSleepsLongerThanItsTransactionMayTakeIsFenced(_ world: World) throws {
    let scene = try Scene(world)
    let sleeper = try scene.joined("sleeper")
    try sleeper.begin()
    try sleeper.produce("undead", to: scene.result())
    try sleeper.send([scene.offset(1)])
    // Brokers look for such transactions every ten seconds only.
    try scene.world.pass(scene.world.transactionTimeout + .seconds(15))
    #expect(try failure(sleeper.commit)?.code == .fenced)
    #expect(try scene.results() == [])
  }

  @Test(arguments: World.faulty)
  func withoutAConnectionCallsMayBeMadeAgain(_ world: World) throws {
    let scene = try Scene(world)
    let stage = try scene.joined()
    try stage.begin()
    try stage.produce("1", to: scene.result())
    try stage.send([scene.offset(1)])
    scene.world.disconnect(stage, for: .seconds(5))
    #expect(try failure(stage.commit)?.isRetriable == true)
    #expect(try failure { _ = try stage.committed([scene.input()]) }?.isRetriable == true)
    try scene.world.wait(until: "the commit") {
      let refusal = try failure(stage.commit)
      if let refusal, !refusal.isRetriable { throw refusal }
      return refusal == nil
    }
    try scene.waitForResults(["1"])
    try scene.world.wait(until: "it reads on", turning: [stage]) {
      stage.owned == [scene.input()]
    }
  }

  @Test(arguments: World.faulty)
  func withoutAConnectionTheSessionEnds(_ world: World) throws {
    let scene = try Scene(world)
    let stage = try scene.joined()
    scene.world.disconnect(stage, for: .seconds(10))
    try scene.world.pass(.seconds(4), turning: [stage])
    #expect(stage.owned == [scene.input()])
    try scene.world.wait(until: "it knows") { stage.poll().last == .lost([scene.input()]) }
    try stage.unassign()
    try scene.world.wait(until: "it is back", turning: [stage]) { stage.owned == [scene.input()] }
  }

  @Test(arguments: World.all)
  func whoAnswersTooLateComesBackAsSomebodyElse(_ world: World) throws {
    let scene = try Scene(world)
    let slow = try scene.joined("slow")
    let other = try scene.member("other")
    try scene.world.wait(until: "it is asked", turning: [other]) {
      slow.poll().last == .revoked([scene.input()])
    }
    try scene.world.wait(until: "the other has it", turning: [other]) {
      other.owned == [scene.input()]
    }
    #expect(try failure { try slow.commitOffset(scene.offset(1)) }?.code == .staleMember)
    try slow.abort()
    try slow.unassign()
    try scene.world.wait(until: "both are in", turning: [slow, other]) {
      [slow.owned?.count, other.owned?.count].compactMap(\.self).sorted() == [0, 1]
    }
  }

  @Test(arguments: World.faulty)
  func aCrashBehindPlainDeliveryRepeatsRecords(_ world: World) throws {
    let scene = try Scene(world)
    for dies in [true, false] {
      let stage = try scene.joined("plain", delivery: .atLeastOnce)
      try stage.begin()
      try stage.produce("1", to: scene.result())
      try stage.send([scene.offset(1)])
      try scene.waitForResults(dies ? ["1"] : ["1", "1"])
      if dies { scene.world.kill(stage) } else { try stage.commit() }
    }
    #expect(try scene.results() == ["1", "1"])
    #expect(try scene.committed(by: scene.member("reader")) == scene.offset(1))
  }

  // MARK: Of the model alone

  /// A transaction from the beginning, as far as it gets.
  private func work(_ stage: Member, _ scene: Scene) throws {
    try stage.turn()
    try stage.begin()
    try stage.produce("a", to: scene.result(0))
    try stage.produce("b", to: scene.result(1))
    try stage.send([scene.offset(1)])
    try stage.commit()
  }

  /// A crash within every call, before and after it: by the offsets one knows which it was.
  @Test(arguments: [Fault.crashBefore, .crashAfter], [false, true])
  func aCrashWithinAnyCallLeavesAllOrNothing(_ crash: Fault, isReplaced: Bool) throws {
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

  @Test func aSlowMemberIsLeftBehindByARebalance() throws {
    let world = FakeWorld { $0.maxPollInterval = .seconds(300) }
    let scene = try Scene(in: world, sources: 2)
    let slow = try scene.joined("slow")
    let other = try scene.member("other")
    try world.pass(.seconds(5), turning: [other])
    #expect(other.owned == nil)
    try world.wait(until: "the other has all", turning: [other]) { other.owned?.count == 2 }
    #expect(slow.poll().last == .lost([scene.input(0), scene.input(1)]))
    let former = world.broker.sessions[slow.number].membership.id
    try slow.unassign()
    try world.wait(until: "both have one", turning: [slow, other]) {
      slow.owned?.count == 1 && other.owned?.count == 1
    }
    #expect(world.broker.sessions[slow.number].membership.id != former)
  }
}
