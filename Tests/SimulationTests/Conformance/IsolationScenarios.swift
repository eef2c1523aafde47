import KafkaClient
import Testing

/// Nobody sees past a transaction that is open.
@Suite struct IsolationScenarios {
  @Test(arguments: World.all)
  func anOpenTransactionHoldsReaders(_ world: World) throws {
    let scene = try Scene(world)
    let (one, other) = (try scene.member("a"), try scene.member("b"))
    try one.begin()
    try one.produce("first", to: scene.result())
    // Whoever commits first, the records stand in the order of the log.
    try scene.world.pass(.seconds(1))
    try other.begin()
    try other.produce("second", to: scene.result())
    try other.commit()
    try scene.world.pass(.seconds(1))
    #expect(try scene.results() == [])
    #expect(try scene.observer.watermarks(scene.result()) == Watermarks(low: 0, high: 0))
    try one.commit()
    try scene.waitForResults(["first", "second"])
  }

  @Test(arguments: World.all)
  func anAbortReleasesReaders(_ world: World) throws {
    let scene = try Scene(world)
    let (one, other) = (try scene.member("a"), try scene.member("b"))
    try one.begin()
    try one.produce("first", to: scene.result())
    try scene.world.pass(.seconds(1))
    try other.begin()
    try other.produce("second", to: scene.result())
    try other.commit()
    try one.abort()
    try scene.waitForResults(["second"])
  }

  @Test(arguments: World.all)
  func eachTransactionIsDecidedAlone(_ world: World) throws {
    let scene = try Scene(world)
    let (one, other) = (try scene.member("a"), try scene.member("b"))
    for (writer, text) in [(one, "first"), (other, "second")] {
      try writer.begin()
      try writer.produce(text, to: scene.result())
      try scene.world.pass(.seconds(1))
    }
    try one.commit()
    try scene.waitForResults(["first"])
    try scene.world.pass(.seconds(1))
    #expect(try scene.results() == ["first"])
    try other.abort()
    try scene.world.pass(.seconds(1))
    #expect(try scene.results() == ["first"])
  }

  @Test(arguments: World.all)
  func otherPartitionsAreNotHeld(_ world: World) throws {
    let scene = try Scene(world, outputs: 2)
    let (one, other) = (try scene.member("a"), try scene.member("b"))
    try one.begin()
    try one.produce("held", to: scene.result(0))
    try other.begin()
    try other.produce("free", to: scene.result(1))
    try other.commit()
    try scene.waitForResults(["free"], 1)
    #expect(try scene.results(0) == [])
    try one.abort()
  }

  @Test(arguments: World.all)
  func pollingStopsAtTheFirstUndecidedRecord(_ world: World) throws {
    let scene = try Scene(world)
    let reader = try scene.joined("reader")
    let writer = try scene.member("writer")
    try scene.append("1")
    try writer.begin()
    try writer.produce("2", to: scene.input())
    try scene.world.pass(.seconds(1))
    try scene.append("3")
    try scene.world.pass(.seconds(2), turning: [reader])
    #expect(reader.values(of: scene.input()) == ["1"])
    try writer.commit()
    try scene.world.wait(until: "all are read", turning: [reader]) {
      reader.values(of: scene.input()) == ["1", "2", "3"]
    }
  }

  @Test(arguments: World.all)
  func abortedRecordsAreNeverPolled(_ world: World) throws {
    let scene = try Scene(world)
    let reader = try scene.joined("reader")
    let writer = try scene.member("writer")
    for number in 0..<6 {
      try writer.begin()
      try writer.produce("\(number)", to: scene.input())
      if number.isMultiple(of: 2) { try writer.abort() } else { try writer.commit() }
    }
    try scene.append("end")
    try scene.world.wait(until: "the end is read", turning: [reader]) {
      reader.values(of: scene.input()).last == "end"
    }
    #expect(reader.values(of: scene.input()) == ["1", "3", "5", "end"])
  }

  @Test(arguments: World.all)
  func markersTakeOffsets(_ world: World) throws {
    let scene = try Scene(world)
    let writer = try scene.member("writer")
    for commits in [true, false, true] {
      try writer.begin()
      try writer.produce("\(commits)", to: scene.result())
      if commits { try writer.commit() } else { try writer.abort() }
    }
    try scene.waitForResults(["true", "true"])
    let end = try #require(try scene.observer.watermarks(scene.result())).high
    #expect(end == 6)
    #expect(try scene.observer.scan(scene.result()).map(\.offset) == [0, 4])
  }

  @Test(arguments: World.all)
  func committedOffsetsWaitForOpenTransactions(_ world: World) throws {
    let scene = try Scene(world)
    let stage = try scene.joined()
    try stage.begin()
    try stage.send([scene.offset(3)])
    let refusal = try failure { _ = try stage.committed([scene.input()]) }
    #expect(refusal?.code == .timedOut)
    #expect(refusal?.isRetriable == true)
    try stage.abort()
    #expect(try scene.committed(by: stage) == nil)
  }
}
