import KafkaClient
import Testing

/// What happens to logs at bad moments.
@Suite struct MaintenanceScenarios {
  private func write(_ records: [(String, String?)], to topic: String, by writer: Member) throws {
    try writer.begin()
    for (key, text) in records { try writer.produce(text, key: key, to: TopicPartition(topic, 0)) }
    try writer.commit()
  }

  /// What a compacted topic shows, but for what the cleaner needed.
  private func shown(_ topic: String, _ scene: Scene) throws -> [SeenRecord] {
    let place = TopicPartition(topic, 0)
    let end = try scene.observer.watermarks(place)?.high
    return try scene.observer.scan(place, to: end).filter { $0.value != "filler" }
  }

  @Test(arguments: World.all)
  func compactionKeepsTheLastOfEachKey(_ world: World) throws {
    let scene = try Scene(world)
    let writer = try scene.member("writer")
    let topic = try scene.world.createCompactedTopic("state")
    let records = [("a", "1"), ("b", "1"), ("a", "2"), ("c", "1"), ("c", nil)]
    try write(records, to: topic, by: writer)
    // A tombstone goes too in the end.
    let expected = [SeenRecord(offset: 1, value: "1"), SeenRecord(offset: 2, value: "2")]
    try scene.world.wait(until: "it is cleaned") {
      try scene.world.compact(topic)
      return try shown(topic, scene) == expected
    }
    #expect(try scene.observer.watermarks(TopicPartition(topic, 0))?.low == 0)
  }

  @Test(arguments: World.all)
  func aReaderPassesTheGapsOfACleaner(_ world: World) throws {
    let scene = try Scene(world)
    let topic = try scene.world.createCompactedTopic("state")
    let place = TopicPartition(topic, 0)
    let writer = try scene.member("writer")
    try write((0..<10).map { ("same", "\($0)") }, to: topic, by: writer)
    try scene.world.wait(until: "it is cleaned") {
      try scene.world.compact(topic)
      return try shown(topic, scene).map(\.value) == ["9"]
    }
    let stage = try scene.world.member(
      group: Scene.group,
      topics: [topic],
      producer: "reader",
      delivery: .exactlyOnce
    )
    try scene.world.wait(until: "it has the topic", turning: [stage]) { stage.owned == [place] }
    // One of those that are gone.
    try stage.assign([PartitionStart(place, at: .offset(3))])
    try scene.world.wait(until: "the end", turning: [stage]) {
      stage.events.contains { if case .reachedEnd(place, _) = $0 { true } else { false } }
    }
    #expect((stage.seen[place] ?? []).first { $0.value != "filler" }?.offset == 9)
    #expect(!stage.events.contains { if case .failed = $0 { true } else { false } })
  }

  @Test(arguments: World.all)
  func timesAreTheProducersOrTheBrokers(_ world: World) throws {
    for timestamps in [TopicTable.Timestamps.producer, .broker] {
      let scene = try Scene(world, timestamps: timestamps)
      let record = UpstreamRecord(key: nil, value: [1], timestamp: 77)
      try scene.world.append(record, to: scene.input())
      let later = timestamps == .broker ? Int64(0) : nil
      #expect(try scene.observer.offset(of: scene.input(), at: 77) == 0)
      #expect(try scene.observer.offset(of: scene.input(), at: 78) == later)
    }
  }

  @Test(arguments: World.faulty)
  func retentionOvertakesAReader(_ world: World) throws {
    let scene = try Scene(world)
    let stage = try scene.joined()
    try scene.world.wait(until: "it reads", turning: [stage]) {
      stage.events.contains(.reachedEnd(scene.input(), offset: 0))
    }
    scene.world.disconnect(stage, for: .seconds(3))
    for _ in 0..<20 { try scene.append("x") }
    try scene.world.truncate(scene.input(), before: 20)
    let failures = {
      stage.events.filter { event in
        guard case .failed(let error, scene.input()) = event else { return false }
        return error.code == .offsetOutOfRange
      }
    }
    try scene.world.wait(until: "it is told", turning: [stage]) { !failures().isEmpty }
    try scene.world.pass(.seconds(2), turning: [stage])
    #expect(failures().count == 1)
    #expect(stage.seen.isEmpty)
  }

  @Test(arguments: World.all)
  func aTopicMadeAnewBeginsAtZeroAndForgetsItsOffsets(_ world: World) throws {
    let scene = try Scene(world, sources: 2)
    let stage = try scene.joined()
    try scene.append("1", "2", "3")
    try stage.begin()
    try stage.send([scene.offset(3)])
    try stage.commit()
    try scene.world.deleteTopic(scene.source)
    // It is asked to give up what it had, and given nothing until there is a topic.
    try scene.world.wait(until: "nothing is left", turning: [stage]) { stage.owned == nil }
    try scene.world.pass(.seconds(3), turning: [stage])
    #expect(stage.owned == nil)
    #expect(stage.events.last == .revoked([scene.input(0), scene.input(1)]))
    #expect(try stage.partitionCounts(of: [scene.source]) == [nil])
    try scene.world.createAgain(scene.source, partitions: 1)
    try scene.world.wait(until: "it is there again", turning: [stage]) { stage.owned?.count == 1 }
    #expect(try scene.committed(by: stage) == nil)
    try scene.append("new")
    try scene.world.wait(until: "it is read", turning: [stage]) {
      stage.seen[scene.input()]?.last == SeenRecord(offset: 0, key: "new", value: "new")
    }
  }

  @Test(arguments: World.all)
  func aTransactionSurvivesTheDeletionOfATopic(_ world: World) throws {
    let scene = try Scene(world)
    let stage = try scene.joined()
    try stage.begin()
    try stage.produce("1", to: scene.input())
    try stage.produce("2", to: scene.result())
    try scene.world.pass(.seconds(1))
    try scene.world.deleteTopic(scene.source)
    // Librdkafka sends records on its own time.
    let refusal = try failure {
      try stage.produce("3", to: scene.input())
      try stage.commit()
    }
    #expect(refusal?.code == .unknownTopic)
    #expect(refusal?.requiresAbort == true)
    try stage.abort()
    try scene.end(of: 0)
    try scene.waitForResults(["end"])
  }

  // MARK: Of the model alone

  @Test func compactionLeavesAloneWhatIsUndecided() throws {
    let world = FakeWorld()
    let scene = try Scene(in: world)
    let (one, other) = (try scene.member("a"), try scene.member("b"))
    try write([("k", "1")], to: scene.output, by: one)
    try one.begin()
    try one.produce("2", key: "k", to: scene.result())
    try write([("k", "3")], to: scene.output, by: other)
    world.broker.compact(scene.output)
    #expect(try scene.results() == ["1"])
    try one.abort()
    world.broker.compact(scene.output)
    #expect(try scene.results() == ["3"])
  }

  @Test func tombstonesMayStayAWhile() throws {
    let world = FakeWorld()
    let scene = try Scene(in: world)
    try write([("c", "1"), ("c", nil)], to: scene.output, by: scene.member("writer"))
    world.broker.compact(scene.output, dropsTombstones: false)
    #expect(try scene.observer.scan(scene.result()).map(\.offset) == [1])
    world.broker.compact(scene.output)
    #expect(try scene.observer.scan(scene.result()) == [])
    #expect(try scene.observer.watermarks(scene.result()) == Watermarks(low: 0, high: 3))
  }

  @Test func withoutVerificationATransactionCanHangForever() throws {
    let world = FakeWorld { $0.verifiesTransactions = false }
    let scene = try Scene(in: world)
    let stage = try scene.member()
    for text in ["1", "2"] {
      try stage.begin()
      try stage.produce(text, to: scene.result())
      guard text == "1" else { break }
      world.once(.commit, of: stage, .torn(after: .seconds(1)))
      #expect(try failure(stage.commit)?.code == .timedOut)
      try stage.commit()
    }
    world.pass(.seconds(1))
    try stage.produce("hanging", to: scene.result())
    try stage.commit()
    world.pass(.seconds(60))
    #expect(try scene.results() == ["1", "2"])
    #expect(world.broker.openTransactions.isEmpty)
    #expect(try scene.observer.watermarks(scene.result())?.high == 4)
  }
}
