import KafkaClient
import Testing

/// Of producers with one name only the newest counts.
@Suite struct FencingScenarios {
  /// What a producer is told by its commit at the latest; librdkafka sends records on its own time.
  private func end(_ stage: Member, of scene: Scene) throws -> KafkaError? {
    try failure {
      try stage.produce("late", to: scene.result())
      try stage.commit()
    }
  }

  @Test(arguments: World.all)
  func theNewerProducerFencesTheOlder(_ world: World) throws {
    let scene = try Scene(world)
    let older = try scene.member("same")
    try older.begin()
    try older.produce("older", to: scene.result())
    let newer = try scene.member("same")
    try newer.renewProducer()
    let refusal = try end(older, of: scene)
    #expect(refusal?.code == .fenced)
    #expect(refusal?.isFatal == true)
    try newer.begin()
    try newer.produce("newer", to: scene.result())
    try newer.commit()
    try scene.waitForResults(["newer"])
  }

  @Test(arguments: World.all)
  func aFencedProducerStaysFenced(_ world: World) throws {
    let scene = try Scene(world)
    let older = try scene.member("same")
    try older.begin()
    try older.produce("older", to: scene.result())
    try scene.member("same").renewProducer()
    _ = try end(older, of: scene)
    for call in [older.abort, older.commit, older.begin] {
      let refusal = try failure(call)
      #expect(refusal?.code == .fenced)
      #expect(refusal?.isFatal == true)
    }
  }

  @Test(arguments: World.all)
  func renewalAbortsWhatIsOpen(_ world: World) throws {
    let scene = try Scene(world)
    let stage = try scene.joined()
    try stage.begin()
    try stage.produce("dropped", to: scene.result())
    try stage.send([scene.offset(1)])
    try stage.renewProducer()
    #expect(try scene.committed(by: stage) == nil)
    try stage.begin()
    try stage.produce("kept", to: scene.result())
    try stage.send([scene.offset(2)])
    try stage.commit()
    try scene.waitForResults(["kept"])
    #expect(try scene.committed(by: stage) == scene.offset(2))
  }

  @Test(arguments: World.all)
  func renewalKeepsWhatWasCommitted(_ world: World) throws {
    let scene = try Scene(world)
    let stage = try scene.joined()
    try stage.begin()
    try stage.produce("kept", to: scene.result())
    try stage.send([scene.offset(1)])
    try stage.commit()
    try stage.renewProducer()
    try scene.waitForResults(["kept"])
    #expect(try scene.committed(by: stage) == scene.offset(1))
  }

  @Test(arguments: World.all)
  func aRestartedProcessReleasesReadersAtOnce(_ world: World) throws {
    let scene = try Scene(world)
    let dying = try scene.member("same")
    try dying.begin()
    try dying.produce("lost", to: scene.result())
    try scene.world.pass(.seconds(1))
    let other = try scene.member("other")
    try other.begin()
    try other.produce("waiting", to: scene.result())
    try other.commit()
    #expect(try scene.results() == [])
    try scene.member("same").renewProducer()
    try scene.waitForResults(["waiting"])
  }

  @Test(arguments: World.all)
  func aRestartedProcessDoesNotWaitForItself(_ world: World) throws {
    let scene = try Scene(world)
    let dying = try scene.joined("same")
    try dying.begin()
    try dying.produce("lost", to: scene.result())
    try dying.send([scene.offset(1)])
    dying.leave()
    // What the group has committed is asked for before the first transaction of the new process.
    let start = scene.world.now
    _ = try scene.joined("same")
    #expect(scene.world.now - start < scene.world.transactionTimeout / 2)
  }

  @Test(arguments: World.all)
  func otherNamesAreNotFenced(_ world: World) throws {
    let scene = try Scene(world)
    let (one, other) = (try scene.member("a"), try scene.member("b"))
    try one.begin()
    try one.produce("a", to: scene.result())
    try other.renewProducer()
    try one.commit()
    try scene.waitForResults(["a"])
  }

  @Test(arguments: World.all)
  func aTransactionThatTakesTooLongIsAborted(_ world: World) throws {
    let scene = try Scene(world)
    let stage = try scene.joined()
    try stage.begin()
    try stage.produce("slow", to: scene.result())
    try stage.send([scene.offset(1)])
    // Brokers look for such transactions every ten seconds only.
    let patience = scene.world.transactionTimeout + .seconds(15)
    try scene.world.pass(patience, turning: [stage])
    let refusal = try failure { try stage.commit() }
    #expect(refusal?.code == .fenced)
    #expect(refusal?.isFatal == true)
    try stage.renewProducer()
    #expect(try scene.committed(by: stage) == nil)
    try stage.begin()
    try stage.produce("again", to: scene.result())
    try stage.commit()
    try scene.waitForResults(["again"])
  }

  @Test(arguments: World.all)
  func callsOutOfOrderAreRefused(_ world: World) throws {
    let scene = try Scene(world)
    let stage = try scene.member()
    #expect(try failure(stage.commit)?.reason == "_STATE")
    #expect(try failure(stage.abort)?.reason == "_STATE")
    try stage.begin()
    #expect(try failure(stage.begin)?.reason == "_STATE")
    try stage.abort()
  }
}
