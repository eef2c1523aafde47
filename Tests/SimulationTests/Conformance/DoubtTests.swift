import KafkaClient
import Testing

/// Commits whose outcome is not known.
///
/// Of the model alone: brokers cannot be told to do this.
@Suite struct DoubtTests {
  private let world = FakeWorld()
  private let scene: Scene
  private let stage: Member

  init() throws {
    scene = try Scene(in: world)
    stage = try scene.joined()
  }

  private func work(_ text: String, _ offset: Int64) throws {
    try stage.begin()
    try stage.produce(text, to: scene.result())
    try stage.send([scene.offset(offset)])
  }

  /// Commits, which must be in doubt.
  private func commitInDoubt(_ fault: Fault) throws {
    world.once(.commit, fault)
    let refusal = try failure(stage.commit)
    #expect(refusal?.code == .timedOut)
    #expect(refusal?.isRetriable == true)
  }

  private var offset: CommittedOffset? { world.broker.groupOffsets(Scene.group)[scene.input()] }

  @Test(arguments: [Fault.requestLost, .answerLost, .late(by: .seconds(3))])
  func theSameCallAgainGoesOn(_ fault: Fault) throws {
    try work("1", 1)
    try commitInDoubt(fault)
    try stage.commit()
    #expect(try scene.results() == ["1"])
    #expect(offset == scene.offset(1))
    // What was on its way does no harm to the next transaction.
    try work("2", 2)
    world.pass(.seconds(5))
    #expect(try scene.results() == ["1"])
    try stage.abort()
    #expect(try scene.results() == ["1"])
    #expect(world.broker.commitCount == 1)
  }

  @Test(arguments: [
    Fault.requestLost, .answerLost, .late(by: .seconds(3)), .torn(after: .seconds(3)),
  ])
  func aNewEpochSettlesIt(_ fault: Fault) throws {
    try work("1", 1)
    try commitInDoubt(fault)
    try stage.renewProducer()
    let hasHappened = fault == .answerLost
    #expect(try scene.results() == (hasHappened ? ["1"] : []))
    #expect(try scene.committed(by: stage) == (hasHappened ? scene.offset(1) : nil))
    try work("2", 2)
    world.pass(.seconds(5))
    #expect(try scene.results() == (hasHappened ? ["1"] : []))
    try stage.commit()
    #expect(try scene.results() == (hasHappened ? ["1", "2"] : ["2"]))
  }

  @Test func aLateCommitHappensWithoutAnotherCall() throws {
    try work("1", 1)
    try commitInDoubt(.late(by: .seconds(3)))
    #expect(try scene.results() == [])
    #expect(try failure { _ = try stage.committed([scene.input()]) }?.code == .timedOut)
    world.pass(.seconds(3))
    #expect(try scene.results() == ["1"])
    #expect(offset == scene.offset(1))
    try stage.commit()
    #expect(world.broker.commitCount == 1)
  }

  /// Jepsen's torn transaction: going on in the same epoch is what must not be done.
  @Test func aLateCommitTearsALaterTransaction() throws {
    try work("1", 1)
    try commitInDoubt(.torn(after: .seconds(3)))
    try stage.commit()
    try stage.begin()
    try stage.produce("2", to: scene.result())
    world.pass(.seconds(3))
    #expect(try scene.results() == ["1", "2"])
    #expect(offset == scene.offset(1))
    // Even without a crash here: the rest is a transaction of its own.
    try stage.send([scene.offset(2)])
    #expect(offset == scene.offset(1))
    try stage.abort()
    #expect(try scene.results() == ["1", "2"])
    #expect(offset == scene.offset(1))
  }

  @Test func aLateAbortLosesRecordsOfALaterTransaction() throws {
    try work("1", 1)
    world.once(.abort, .torn(after: .seconds(3)))
    #expect(try failure(stage.abort)?.code == .timedOut)
    try stage.abort()
    try stage.begin()
    try stage.produce("lost", to: scene.result())
    world.pass(.seconds(3))
    try stage.send([scene.offset(2)])
    try stage.commit()
    #expect(try scene.results() == [])
    #expect(offset == scene.offset(2))
  }

  @Test func aBrokerThatAsksFindsOutAboutALateCommit() throws {
    try work("1", 1)
    try commitInDoubt(.torn(after: .seconds(3)))
    try stage.commit()
    try work("2", 2)
    world.pass(.seconds(3))
    let refusal = try failure { try stage.produce("3", to: scene.result()) }
    #expect(refusal?.reason == "INVALID_TXN_STATE")
    #expect(refusal?.requiresAbort == true)
  }

  @Test func markersMayComeAfterTheAnswer() throws {
    try work("1", 1)
    world.once(.commit, .markersLate(by: .seconds(2)))
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
    try work("1", 1)
    world.once(.commit, .markersLate(by: .seconds(60)))
    try stage.commit()
    try work("2", 2)
    #expect(try scene.results() == ["1"])
    try stage.abort()
    #expect(try scene.results() == ["1"])
    #expect(offset == scene.offset(1))
  }

  @Test func aDecidedTransactionIsCompletedByARenewal() throws {
    try work("1", 1)
    try commitInDoubt(Fault(.decided(.seconds(60)), .timeout))
    #expect(try scene.results() == [])
    try stage.renewProducer()
    #expect(try scene.results() == ["1"])
    #expect(offset == scene.offset(1))
  }

  @Test(arguments: [Call.Operation.produce, .send])
  func whatIsNotConfirmedInTimeNeedsAnAbort(_ operation: Call.Operation) throws {
    world.once(operation, .answerLost)
    let refusal = try failure { try work("1", 1) }
    #expect(refusal?.requiresAbort == true)
    #expect(try failure(stage.commit)?.requiresAbort == true)
    try stage.abort()
    try work("2", 2)
    try stage.commit()
    #expect(try scene.results() == ["2"])
  }

  @Test func afterAFatalErrorOnlyANewProducerHelps() throws {
    try stage.begin()
    world.once(.produce, .fatal)
    #expect(try failure { try stage.produce("1", to: scene.result()) }?.isFatal == true)
    for call in [stage.begin, stage.abort, stage.commit] {
      #expect(try failure(call)?.isFatal == true)
    }
    try stage.renewProducer()
    try work("2", 2)
    try stage.commit()
    #expect(try scene.results() == ["2"])
  }

  @Test func aCommitThatWasAskedForCannotBeAborted() throws {
    try work("1", 1)
    try commitInDoubt(.requestLost)
    #expect(try failure(stage.abort)?.reason == "_STATE")
    #expect(try failure(stage.begin)?.reason == "_STATE")
    try stage.commit()
    #expect(try scene.results() == ["1"])
  }

  @Test func aLatePlainCommitStillCounts() throws {
    let plain = try scene.joined("plain", delivery: .atLeastOnce, others: [stage])
    let place = try #require((plain.owned ?? []).first ?? stage.owned?.first)
    guard plain.owned?.isEmpty == false else { return }
    try plain.begin()
    try plain.send([CommittedOffset(place, offset: 3)])
    world.once(.commit, .late(by: .seconds(1)))
    #expect(try failure(plain.commit)?.code == .timedOut)
    #expect(offset == nil)
    world.pass(.seconds(1))
    #expect(offset?.offset == 3)
  }
}
