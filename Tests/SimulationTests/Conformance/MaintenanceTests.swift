import KafkaClient
import Testing

/// What happens to logs at bad moments.
///
/// Of the model alone: cleaners of brokers run when they like.
@Suite struct MaintenanceTests {
  private let world = FakeWorld()

  private func write(_ records: [(String, String?)], in scene: Scene, by writer: Member) throws {
    try writer.begin()
    for (key, text) in records { try writer.produce(text, key: key, to: scene.result()) }
    try writer.commit()
  }

  @Test func compactionKeepsTheLastOfEachKey() throws {
    let scene = try Scene(in: world)
    let writer = try scene.member("writer")
    try write([("a", "1"), ("b", "1"), ("a", "2"), ("c", "1"), ("c", nil)], in: scene, by: writer)
    world.broker.compact(scene.output, dropsTombstones: false)
    #expect(try scene.observer.scan(scene.result()).map(\.offset) == [1, 2, 4])
    world.broker.compact(scene.output)
    #expect(try scene.observer.scan(scene.result()).map(\.value) == ["1", "2"])
    #expect(try scene.observer.watermarks(scene.result()) == Watermarks(low: 0, high: 6))
  }

  @Test func compactionLeavesAloneWhatIsUndecided() throws {
    let scene = try Scene(in: world)
    let (one, other) = (try scene.member("a"), try scene.member("b"))
    try write([("k", "1")], in: scene, by: one)
    try one.begin()
    try one.produce("2", key: "k", to: scene.result())
    try write([("k", "3")], in: scene, by: other)
    world.broker.compact(scene.output)
    #expect(try scene.results() == ["1"])
    try one.abort()
    world.broker.compact(scene.output)
    #expect(try scene.results() == ["3"])
  }

  @Test func aReaderPassesTheGapsOfACleaner() throws {
    let scene = try Scene(in: world)
    for _ in 0..<10 { try scene.append("same") }
    let stage = try scene.joined()
    try world.wait(until: "some are read", turning: [stage]) {
      stage.seen[scene.input()]?.isEmpty == false
    }
    world.broker.compact(scene.source, before: 8)
    try world.wait(until: "the end", turning: [stage]) {
      stage.events.contains(.reachedEnd(scene.input(), offset: 10))
    }
    let offsets = (stage.seen[scene.input()] ?? []).map(\.offset)
    #expect(offsets == offsets.sorted() && offsets.last == 9)
  }

  @Test(arguments: [TopicTable.Timestamps.producer, .broker])
  func timesAreTheProducersOrTheBrokers(_ timestamps: TopicTable.Timestamps) throws {
    let scene = try Scene(in: world, timestamps: timestamps)
    world.pass(.milliseconds(1_500))
    let record = UpstreamRecord(key: nil, value: [1], timestamp: 77)
    world.append(record, to: scene.input())
    let stamp = world.broker.settings.wallStart + 1_500
    let expected = timestamps == .broker ? stamp : 77
    #expect(world.broker.allRecords(scene.source, 0).map(\.timestamp) == [expected])
  }

  @Test func retentionOvertakesAReader() throws {
    let scene = try Scene(in: world)
    let stage = try scene.joined()
    for _ in 0..<20 { try scene.append("x") }
    try stage.turn()
    world.broker.truncate(scene.source, partition: 0, before: 20)
    let events = stage.poll()
    guard case .failed(let error, let place) = events.first else {
      Issue.record("\(events)")
      return
    }
    #expect(error.code == .offsetOutOfRange)
    #expect(place == scene.input())
    #expect(stage.poll() == [])
  }

  @Test func aTopicMadeAnewBeginsAtZeroAndForgetsItsOffsets() throws {
    let scene = try Scene(in: world, sources: 2)
    let stage = try scene.joined()
    try scene.append("1", "2", "3")
    try stage.begin()
    try stage.send([scene.offset(3)])
    try stage.commit()
    world.broker.deleteTopic(scene.source)
    try world.wait(until: "nothing is left", turning: [stage]) { stage.owned == [] }
    #expect(try stage.committed([scene.input()]) == [nil])
    #expect(try stage.partitionCounts(of: [scene.source]) == [nil])
    world.broker.createTopic(scene.source, partitions: 1)
    try world.wait(until: "it is there again", turning: [stage]) { stage.owned?.count == 1 }
    try scene.append("new")
    try world.wait(until: "it is read", turning: [stage]) {
      stage.seen[scene.input()]?.last?.offset == 0
    }
  }

  @Test func aTransactionSurvivesTheDeletionOfATopic() throws {
    let scene = try Scene(in: world)
    let stage = try scene.joined()
    try stage.begin()
    try stage.produce("1", to: scene.input())
    try stage.produce("2", to: scene.result())
    world.broker.deleteTopic(scene.source)
    let refusal = try failure { try stage.produce("3", to: scene.input()) }
    #expect(refusal?.code == .unknownTopic)
    #expect(refusal?.requiresAbort == true)
    try stage.abort()
    #expect(try scene.results() == [])
  }

  @Test func withoutVerificationATransactionCanHangForever() throws {
    let world = FakeWorld { $0.verifiesTransactions = false }
    let scene = try Scene(in: world)
    let stage = try scene.member()
    for text in ["1", "2"] {
      try stage.begin()
      try stage.produce(text, to: scene.result())
      guard text == "1" else { break }
      world.once(.commit, .torn(after: .seconds(1)))
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
