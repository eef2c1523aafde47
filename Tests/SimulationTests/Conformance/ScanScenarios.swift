import KafkaClient
import Testing

/// How state is restored: reading what is committed, apart from the group.
@Suite struct ScanScenarios {
  private func write(_ texts: [String?], by writer: Member, in scene: Scene) throws {
    try writer.begin()
    for text in texts { try writer.produce(text, key: "key", to: scene.result()) }
    try writer.commit()
  }

  @Test(arguments: World.all)
  func aScanShowsTombstones(_ world: World) throws {
    let scene = try Scene(world)
    try write(["1", nil, "2"], by: scene.member(), in: scene)
    try scene.waitForResults(["1", nil, "2"])
    let found = try scene.observer.scan(scene.result())
    #expect(found.map(\.value) == ["1", nil, "2"])
    #expect(found.map(\.offset) == [0, 1, 2])
  }

  @Test(arguments: World.all)
  func aScanLeavesOutAbortedRecords(_ world: World) throws {
    let scene = try Scene(world)
    let writer = try scene.member()
    try writer.begin()
    try writer.produce("aborted", to: scene.result())
    try writer.abort()
    try write(["kept"], by: writer, in: scene)
    try scene.waitForResults(["kept"])
    #expect(try scene.observer.scan(scene.result()).map(\.offset) == [2])
  }

  @Test(arguments: World.all)
  func aScanWaitsForWhatIsUndecided(_ world: World) throws {
    let scene = try Scene(world)
    let dying = try scene.member("dying")
    try write(["1"], by: dying, in: scene)
    try scene.waitForResults(["1"])
    try dying.begin()
    try dying.produce("undecided", to: scene.result())
    try scene.world.pass(.seconds(1))
    let refusal = try failure { _ = try scene.observer.scan(scene.result()) }
    #expect(refusal?.code == .timedOut)
    // What is decided can be had, if that is all one asks for.
    let end = try #require(try scene.observer.watermarks(scene.result())).high
    #expect(try scene.observer.scan(scene.result(), to: end).map(\.value) == ["1"])
    try dying.commit()
    try scene.waitForResults(["1", "undecided"])
    #expect(try scene.observer.scan(scene.result()).map(\.value) == ["1", "undecided"])
  }

  @Test(arguments: World.all)
  func aScanKeepsToItsRange(_ world: World) throws {
    let scene = try Scene(world)
    try write((0..<6).map { "\($0)" }, by: scene.member(), in: scene)
    try scene.waitForResults((0..<6).map { "\($0)" })
    let observer = scene.observer
    #expect(try observer.scan(scene.result(), from: 2, to: 4).map(\.value) == ["2", "3"])
    #expect(try observer.scan(scene.result(), from: 4).map(\.value) == ["4", "5"])
    #expect(try observer.scan(scene.result(), from: 3, to: 3) == [])
    #expect(try observer.scan(scene.result(), from: 7) == [])
  }

  @Test(arguments: World.all)
  func aScanOfNothingIsEmpty(_ world: World) throws {
    let scene = try Scene(world)
    #expect(try scene.observer.scan(scene.result()) == [])
    #expect(try scene.observer.watermarks(scene.result()) == Watermarks(low: 0, high: 0))
  }

  @Test(arguments: World.all)
  func retentionMovesTheBeginning(_ world: World) throws {
    let scene = try Scene(world)
    try scene.append("1", "2", "3")
    try scene.world.truncate(scene.input(), before: 2)
    #expect(try scene.observer.watermarks(scene.input()) == Watermarks(low: 2, high: 3))
    #expect(try scene.observer.scan(scene.input()).map(\.value) == ["3"])
    try scene.world.truncate(scene.input(), before: 3)
    #expect(try scene.observer.watermarks(scene.input()) == Watermarks(low: 3, high: 3))
    #expect(try scene.observer.scan(scene.input()) == [])
    try scene.append("4")
    #expect(try scene.observer.scan(scene.input()).map(\.offset) == [3])
  }

  @Test(arguments: World.all)
  func whatTheScanThrowsInTheMiddleComesOut(_ world: World) throws {
    let scene = try Scene(world)
    try scene.append("1", "2", "3")
    var count = 0
    #expect(throws: Overdue.self) {
      try scene.observer.scan(scene.input()) { _ in
        count += 1
        if count == 2 { throw Overdue(description: "stop") }
      }
    }
    #expect(count == 2)
    #expect(try scene.observer.scan(scene.input()).count == 3)
  }
}
