import KafkaClient
import Testing

/// Records and offsets of a transaction appear together, or never.
@Suite struct AtomicityScenarios {
  @Test(arguments: World.all)
  func recordsAndOffsetsAppearTogether(_ world: World) throws {
    let scene = try Scene(world)
    let stage = try scene.joined()
    try scene.append("x")
    try stage.begin()
    try stage.produce("1", to: scene.result())
    try stage.send([scene.offset(1)])
    #expect(try scene.results() == [])
    try stage.commit()
    try scene.waitForResults(["1"])
    #expect(try scene.committed(by: stage) == scene.offset(1))
  }

  @Test(arguments: World.all)
  func abortedRecordsAndOffsetsNeverAppear(_ world: World) throws {
    let scene = try Scene(world)
    let stage = try scene.joined()
    try stage.begin()
    try stage.produce("dropped", to: scene.result())
    try stage.send([scene.offset(1)])
    try stage.abort()
    try stage.begin()
    try stage.produce("kept", to: scene.result())
    try stage.commit()
    try scene.waitForResults(["kept"])
    #expect(try scene.committed(by: stage) == nil)
  }

  @Test(arguments: World.all)
  func emptyTransactionsCommitAndAbort(_ world: World) throws {
    let scene = try Scene(world)
    let stage = try scene.joined()
    try stage.begin()
    try stage.commit()
    try stage.begin()
    try stage.abort()
    try stage.begin()
    try stage.produce("1", to: scene.result())
    try stage.commit()
    try scene.waitForResults(["1"])
  }

  @Test(arguments: World.all)
  func aTransactionMayHoldOffsetsOnly(_ world: World) throws {
    let scene = try Scene(world)
    let stage = try scene.joined()
    try stage.begin()
    try stage.send([scene.offset(7, metadata: "only")])
    try stage.commit()
    #expect(try scene.committed(by: stage) == scene.offset(7, metadata: "only"))
  }

  @Test(arguments: World.all)
  func allPartitionsOfATransactionAppear(_ world: World) throws {
    let scene = try Scene(world, outputs: 3)
    let stage = try scene.joined()
    try stage.begin()
    for partition in 0..<Int32(3) { try stage.produce("\(partition)", to: scene.result(partition)) }
    try stage.commit()
    for partition in 0..<Int32(3) { try scene.waitForResults(["\(partition)"], partition) }
  }

  @Test(arguments: World.all)
  func ofTwoOffsetsInATransactionTheLaterCounts(_ world: World) throws {
    let scene = try Scene(world)
    let stage = try scene.joined()
    try stage.begin()
    try stage.send([scene.offset(1)])
    try stage.send([scene.offset(2)])
    try stage.commit()
    #expect(try scene.committed(by: stage) == scene.offset(2))
  }

  @Test(arguments: World.all)
  func offsetsMayGoBack(_ world: World) throws {
    let scene = try Scene(world)
    let stage = try scene.joined()
    for offset in [Int64(5), 3] {
      try stage.begin()
      try stage.send([scene.offset(offset)])
      try stage.commit()
    }
    #expect(try scene.committed(by: stage) == scene.offset(3))
  }

  @Test(arguments: World.all)
  func manyTransactionsFollowEachOther(_ world: World) throws {
    let scene = try Scene(world)
    let stage = try scene.joined()
    for number in 0..<20 {
      try stage.begin()
      try stage.produce("\(number)", to: scene.result())
      try stage.send([scene.offset(Int64(number + 1))])
      if number.isMultiple(of: 3) { try stage.abort() } else { try stage.commit() }
    }
    let kept = (0..<20).filter { !$0.isMultiple(of: 3) }
    try scene.waitForResults(kept.map { "\($0)" })
    #expect(try scene.committed(by: stage) == scene.offset(20))
  }
}
