import KafkaClient
import Testing

/// Commits whose outcome is not known.
@Suite struct DoubtScenarios {
  /// A stage that has joined, and the scene it works in.
  private struct Doubt {
    let scene: Scene
    let stage: Member

    init(_ world: World) throws { try self.init(in: world.make()) }

    init(in world: any LogWorld) throws {
      scene = try Scene(in: world)
      stage = try scene.joined()
    }

    var world: any LogWorld { scene.world }

    func work(_ text: String, _ offset: Int64) throws {
      try stage.begin()
      try stage.produce(text, to: scene.result())
      try stage.send([scene.offset(offset)])
    }

    /// Commits or aborts, which must be in doubt.
    func end(_ operation: Call.Operation = .commit, inDoubt fault: Fault) throws {
      world.once(operation, of: stage, fault)
      let refusal = try failure(operation == .commit ? stage.commit : stage.abort)
      #expect(refusal?.code == .timedOut)
      #expect(refusal?.isRetriable == true)
    }

    /// The same call again and again, until it is done.
    func end(_ operation: Call.Operation = .commit) throws {
      try world.wait(until: "the end of the transaction") {
        let refusal = try failure(operation == .commit ? stage.commit : stage.abort)
        if let refusal, !refusal.isRetriable { throw refusal }
        return refusal == nil
      }
    }

    /// Lets time pass in which the stage stays in its group.
    func pass(_ time: Duration) throws { try world.pass(time, turning: [stage]) }

    var offset: CommittedOffset? { get throws { try scene.committed(by: stage) } }
  }

  @Test(arguments: World.faulty, [Fault.requestLost, .answerLost])
  func theSameCallAgainGoesOn(_ world: World, _ fault: Fault) throws {
    let doubt = try Doubt(world)
    try doubt.work("1", 1)
    try doubt.end(inDoubt: fault)
    try doubt.end()
    try doubt.scene.waitForResults(["1"])
    #expect(try doubt.offset == doubt.scene.offset(1))
    try doubt.work("2", 2)
    try doubt.stage.abort()
    try doubt.work("3", 3)
    try doubt.stage.commit()
    try doubt.scene.waitForResults(["1", "3"])
    #expect(try doubt.offset == doubt.scene.offset(3))
  }

  @Test(arguments: World.faulty, ["request lost", "answer lost", "late", "torn"])
  func aNewEpochSettlesIt(_ world: World, _ kind: String) throws {
    let doubt = try Doubt(world)
    let faults: [String: Fault] = [
      "request lost": .requestLost, "answer lost": .answerLost,
      "late": .late(by: doubt.world.lateness), "torn": .torn(after: doubt.world.lateness),
    ]
    try doubt.work("1", 1)
    try doubt.end(inDoubt: try #require(faults[kind]))
    try doubt.world.wait(until: "a new epoch") {
      let refusal = try failure(doubt.stage.renewProducer)
      if let refusal, !refusal.isRetriable { throw refusal }
      return refusal == nil
    }
    let first = kind == "answer lost" ? ["1"] : []
    try doubt.scene.waitForResults(first)
    #expect(try doubt.offset == (first.isEmpty ? nil : doubt.scene.offset(1)))
    try doubt.work("2", 2)
    // What was on its way comes now, and does nothing.
    try doubt.pass(doubt.world.lateness - .seconds(1))
    #expect(try doubt.scene.results() == first)
    try doubt.stage.commit()
    try doubt.scene.waitForResults(first + ["2"])
  }

  @Test(arguments: World.faulty)
  func aLateCommitHappensWithoutAnotherCall(_ world: World) throws {
    let doubt = try Doubt(world)
    try doubt.work("1", 1)
    try doubt.end(inDoubt: .late(by: doubt.world.lateness))
    #expect(try doubt.scene.results() == [])
    let input = doubt.scene.input()
    #expect(try failure { _ = try doubt.stage.committed([input]) }?.code == .timedOut)
    try doubt.pass(doubt.world.lateness)
    try doubt.scene.waitForResults(["1"])
    #expect(try doubt.offset == doubt.scene.offset(1))
    try doubt.end()
    #expect(try doubt.scene.results() == ["1"])
  }

  /// Jepsen's torn transaction: going on in the same epoch is what must not be done.
  @Test(arguments: World.faulty)
  func aLateCommitTearsALaterTransaction(_ world: World) throws {
    let doubt = try Doubt(world)
    let (scene, stage) = (doubt.scene, doubt.stage)
    try doubt.work("1", 1)
    try doubt.end(inDoubt: .torn(after: doubt.world.lateness))
    try doubt.end()
    try stage.begin()
    try stage.produce("2", to: scene.result())
    try doubt.pass(doubt.world.lateness)
    try scene.waitForResults(["1", "2"])
    #expect(try doubt.offset == scene.offset(1))
    // Even without a crash here: the rest is a transaction of its own.
    try stage.send([scene.offset(2)])
    try doubt.end(.abort)
    #expect(try scene.results() == ["1", "2"])
    #expect(try doubt.offset == scene.offset(1))
  }

  @Test(arguments: World.faulty)
  func aLateAbortLosesRecordsOfALaterTransaction(_ world: World) throws {
    let doubt = try Doubt(world)
    let (scene, stage) = (doubt.scene, doubt.stage)
    try doubt.work("1", 1)
    try doubt.end(.abort, inDoubt: .torn(after: doubt.world.lateness))
    try doubt.end(.abort)
    try stage.begin()
    try stage.produce("lost", to: scene.result())
    try doubt.pass(doubt.world.lateness)
    try stage.send([scene.offset(2)])
    try doubt.end()
    #expect(try doubt.offset == scene.offset(2))
    try scene.end(of: 0)
    try scene.waitForResults(["end"])
  }

  @Test(arguments: World.faulty)
  func aBrokerThatAsksFindsOutAboutALateCommit(_ world: World) throws {
    let doubt = try Doubt(world)
    try doubt.work("1", 1)
    try doubt.end(inDoubt: .torn(after: doubt.world.lateness))
    try doubt.end()
    try doubt.work("2", 2)
    try doubt.pass(doubt.world.lateness)
    // Librdkafka sends records on its own time.
    let refusal = try failure {
      try doubt.stage.produce("3", to: doubt.scene.result())
      try doubt.end()
    }
    #expect(refusal?.reason == "INVALID_TXN_STATE")
    #expect(refusal?.requiresAbort == true)
  }

  @Test(arguments: World.faulty)
  func aCommitThatWasAskedForCannotBeAborted(_ world: World) throws {
    let doubt = try Doubt(world)
    try doubt.work("1", 1)
    try doubt.end(inDoubt: .requestLost)
    for call in [doubt.stage.abort, doubt.stage.begin] {
      let refusal = try failure(call)
      #expect(refusal != nil && refusal?.isRetriable == false)
    }
    try doubt.end()
    try doubt.scene.waitForResults(["1"])
  }

  @Test(arguments: World.faulty)
  func offsetsThatAreNotConfirmedInTimeNeedAnAbort(_ world: World) throws {
    let doubt = try Doubt(world)
    doubt.world.once(.send, of: doubt.stage, .answerLost)
    let refusal = try failure { try doubt.work("1", 1) }
    #expect(refusal?.requiresAbort == true)
    #expect(try failure(doubt.stage.commit)?.requiresAbort == true)
    try doubt.end(.abort)
    try doubt.work("2", 2)
    try doubt.end()
    try doubt.scene.waitForResults(["2"])
    #expect(try doubt.offset == doubt.scene.offset(2))
  }

  @Test(arguments: World.all)
  func afterAFatalErrorOnlyANewProducerHelps(_ world: World) throws {
    let doubt = try Doubt(world)
    let (scene, stage) = (doubt.scene, doubt.stage)
    try stage.begin()
    try scene.member().renewProducer()
    let refusal = try failure {
      try stage.produce("1", to: scene.result())
      try stage.commit()
    }
    #expect(refusal?.isFatal == true)
    for call in [stage.begin, stage.abort, stage.commit] {
      #expect(try failure(call)?.isFatal == true)
    }
    try stage.renewProducer()
    try doubt.work("2", 2)
    try stage.commit()
    try scene.waitForResults(["2"])
  }

  @Test(arguments: World.faulty)
  func aLatePlainCommitStillCounts(_ world: World) throws {
    let scene = try Scene(world)
    let plain = try scene.joined("plain", delivery: .atLeastOnce)
    try plain.begin()
    try plain.send([scene.offset(3)])
    scene.world.once(.commit, of: plain, .late(by: scene.world.lateness))
    #expect(try failure(plain.commit)?.code == .timedOut)
    let reader = try scene.member("reader")
    #expect(try scene.committed(by: reader) == nil)
    try scene.world.wait(until: "it has come", turning: [plain]) {
      try scene.committed(by: reader) == scene.offset(3)
    }
  }

  // MARK: Of the model alone

  @Test func aLateCommitIsForItsTransactionOnly() throws {
    let world = FakeWorld()
    let doubt = try Doubt(in: world)
    try doubt.work("1", 1)
    try doubt.end(inDoubt: .late(by: .seconds(3)))
    try doubt.stage.commit()
    #expect(try doubt.scene.results() == ["1"])
    // What was on its way does no harm to the next transaction.
    try doubt.work("2", 2)
    world.pass(.seconds(5))
    #expect(try doubt.scene.results() == ["1"])
    try doubt.stage.abort()
    #expect(try doubt.scene.results() == ["1"])
    #expect(world.broker.commitCount == 1)
  }

  @Test func markersMayComeAfterTheAnswer() throws {
    let world = FakeWorld()
    let doubt = try Doubt(in: world)
    let (scene, stage) = (doubt.scene, doubt.stage)
    try doubt.work("1", 1)
    world.once(.commit, of: stage, .markersLate(by: .seconds(2)))
    try stage.commit()
    #expect(try scene.results() == [])
    #expect(try failure { _ = try stage.committed([scene.input()]) }?.code == .timedOut)
    #expect(world.broker.openTransactions.count == 1)
    world.pass(.seconds(2))
    #expect(try scene.results() == ["1"])
    #expect(try stage.committed([scene.input()]) == [scene.offset(1)])
    #expect(world.broker.openTransactions.isEmpty)
  }

  @Test func theNextTransactionWaitsForTheMarkers() throws {
    let world = FakeWorld()
    let doubt = try Doubt(in: world)
    try doubt.work("1", 1)
    world.once(.commit, of: doubt.stage, .markersLate(by: .seconds(60)))
    try doubt.stage.commit()
    try doubt.work("2", 2)
    #expect(try doubt.scene.results() == ["1"])
    try doubt.stage.abort()
    #expect(try doubt.scene.results() == ["1"])
    #expect(try doubt.offset == doubt.scene.offset(1))
  }

  @Test func aDecidedTransactionIsCompletedByARenewal() throws {
    let world = FakeWorld()
    let doubt = try Doubt(in: world)
    try doubt.work("1", 1)
    try doubt.end(inDoubt: Fault(.decided(.seconds(60)), .timeout))
    #expect(try doubt.scene.results() == [])
    try doubt.stage.renewProducer()
    #expect(try doubt.scene.results() == ["1"])
    #expect(try doubt.offset == doubt.scene.offset(1))
  }

  @Test func aRecordThatIsNotConfirmedInTimeNeedsAnAbort() throws {
    let world = FakeWorld()
    let doubt = try Doubt(in: world)
    world.once(.produce, of: doubt.stage, .answerLost)
    let refusal = try failure { try doubt.work("1", 1) }
    #expect(refusal?.requiresAbort == true)
    #expect(try failure(doubt.stage.commit)?.requiresAbort == true)
    try doubt.stage.abort()
    try doubt.work("2", 2)
    try doubt.stage.commit()
    #expect(try doubt.scene.results() == ["2"])
  }
}
