import KafkaClient
import Testing

/// What groups remember.
@Suite struct OffsetScenarios {
  @Test(arguments: World.all)
  func metadataComesBackAsItWas(_ world: World) throws {
    let scene = try Scene(world)
    let stage = try scene.joined()
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
    let metadata = String((0..<3_000).map { alphabet[$0 % alphabet.count] })
    try stage.begin()
    try stage.send([scene.offset(1, metadata: metadata)])
    try stage.commit()
    #expect(try scene.committed(by: stage) == scene.offset(1, metadata: metadata))
  }

  @Test(arguments: World.all)
  func metadataBeyondTheLimitNeedsAnAbort(_ world: World) throws {
    let scene = try Scene(world)
    let stage = try scene.joined()
    try stage.begin()
    let metadata = String(repeating: "x", count: 5_000)
    let refusal = try failure { try stage.send([scene.offset(1, metadata: metadata)]) }
    #expect(refusal?.code == .tooLarge)
    #expect(refusal?.requiresAbort == true)
    #expect(try failure { try stage.commit() }?.requiresAbort == true)
    try stage.abort()
    try stage.begin()
    try stage.send([scene.offset(2)])
    try stage.commit()
    #expect(try scene.committed(by: stage) == scene.offset(2))
  }

  @Test(arguments: World.all)
  func nothingIsCommittedAtFirst(_ world: World) throws {
    let scene = try Scene(world, sources: 2)
    let stage = try scene.joined()
    #expect(try stage.committed([scene.input(0), scene.input(1)]) == [nil, nil])
  }

  @Test(arguments: World.all)
  func groupsAreSeparate(_ world: World) throws {
    let scene = try Scene(world)
    let stage = try scene.joined()
    try stage.begin()
    try stage.send([scene.offset(9)])
    try stage.commit()
    #expect(try scene.committed(by: stage) == scene.offset(9))
    #expect(try scene.committed(by: scene.observer) == nil)
  }

  @Test(arguments: World.all)
  func aNewProcessGoesOnWhereTheLastOneStopped(_ world: World) throws {
    let scene = try Scene(world)
    let first = try scene.joined()
    try scene.append("1", "2", "3")
    try first.begin()
    try first.send([scene.offset(2, metadata: "two")])
    try first.commit()
    first.leave()
    let second = try scene.joined()
    #expect(try scene.committed(by: second) == scene.offset(2, metadata: "two"))
    try scene.world.wait(until: "the rest is read", turning: [second]) {
      second.values(of: scene.input()) == ["3"]
    }
  }

  @Test(arguments: World.all)
  func offsetsOfSeveralPartitionsAreKeptApart(_ world: World) throws {
    let scene = try Scene(world, sources: 3)
    let stage = try scene.joined()
    try stage.begin()
    try stage.send([scene.offset(1, 0), scene.offset(2, 2)])
    try stage.commit()
    #expect(try scene.committed(by: stage, 0) == scene.offset(1, 0))
    #expect(try scene.committed(by: stage, 1) == nil)
    #expect(try scene.committed(by: stage, 2) == scene.offset(2, 2))
  }

  @Test(arguments: World.all)
  func leastDeliveryCommitsWithoutTransactions(_ world: World) throws {
    let scene = try Scene(world)
    let stage = try scene.joined(delivery: .atLeastOnce)
    try stage.begin()
    try stage.produce("1", to: scene.result())
    try stage.send([scene.offset(1, metadata: "plain")])
    try stage.commit()
    try scene.waitForResults(["1"])
    #expect(try scene.committed(by: stage) == scene.offset(1, metadata: "plain"))
    #expect(try scene.observer.watermarks(scene.result())?.high == 1)
  }

  @Test(arguments: World.all)
  func leastDeliveryCannotTakeRecordsBack(_ world: World) throws {
    let scene = try Scene(world)
    let stage = try scene.joined(delivery: .atLeastOnce)
    try stage.begin()
    try stage.produce("1", to: scene.result())
    try stage.send([scene.offset(1)])
    try stage.abort()
    try stage.begin()
    try stage.produce("1", to: scene.result())
    try stage.commit()
    try scene.waitForResults(["1", "1"])
    #expect(try scene.committed(by: stage) == nil)
  }
}
