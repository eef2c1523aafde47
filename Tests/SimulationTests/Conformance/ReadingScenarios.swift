import KafkaClient
import Service
import Testing

/// What a consumer is given.
@Suite struct ReadingScenarios {
  @Test(arguments: World.all)
  func recordsComeWholeAndInOrder(_ world: World) throws {
    let scene = try Scene(world)
    let headers = [RecordHeader("a", "1"), RecordHeader("b", nil), RecordHeader("a", [])]
    let records = [
      UpstreamRecord(key: [107], value: [118], headers: headers, timestamp: 1_700_000_000_000),
      UpstreamRecord(key: [107], value: nil, timestamp: 1_700_000_000_001),
      UpstreamRecord(key: nil, value: [], timestamp: 1_700_000_000_002),
    ]
    for record in records { try scene.world.append(record, to: scene.input()) }
    let stage = try scene.joined()
    let expected = [
      SeenRecord(offset: 0, key: "k", value: "v", headers: headers),
      SeenRecord(offset: 1, key: "k", value: nil),
      // An empty payload says as little as none.
      SeenRecord(offset: 2, key: nil, value: nil),
    ]
    try scene.world.wait(until: "three are read", turning: [stage]) {
      stage.seen[scene.input()]?.count == 3
    }
    #expect(stage.seen[scene.input()] == expected)
  }

  @Test(arguments: World.all)
  func producedRecordsArriveWhole(_ world: World) throws {
    let scene = try Scene(world)
    let writer = try scene.member("writer")
    let headers = [RecordHeader("h", "1"), RecordHeader("none", nil)]
    try writer.begin()
    for value in [Array("v".utf8), [], nil] {
      let record = OutgoingRecord(
        topic: scene.source,
        partition: 0,
        key: [107],
        value: value,
        headers: headers
      )
      try writer.produce(record)
    }
    try writer.commit()
    let stage = try scene.joined()
    try scene.world.wait(until: "three are read", turning: [stage]) {
      stage.seen[scene.input()]?.count == 3
    }
    let expected = ["v", nil, nil].enumerated().map { offset, value in
      SeenRecord(offset: Int64(offset), key: "k", value: value, headers: headers)
    }
    #expect(stage.seen[scene.input()] == expected)
  }

  @Test(arguments: World.all)
  func eachRecordComesOnce(_ world: World) throws {
    let scene = try Scene(world, sources: 3)
    for partition in 0..<Int32(3) {
      for number in 0..<40 { try scene.append("\(number)", to: partition) }
    }
    let stage = try scene.joined()
    try scene.world.wait(until: "all are read", turning: [stage]) {
      stage.seen.values.map(\.count).reduce(0, +) >= 120
    }
    for partition in 0..<Int32(3) {
      #expect(stage.values(of: scene.input(partition)) == (0..<40).map { "\($0)" })
    }
  }

  @Test(arguments: World.all)
  func theEndIsReportedOnceAndAgainBehindNewRecords(_ world: World) throws {
    let scene = try Scene(world)
    try scene.append("1", "2")
    let stage = try scene.joined()
    let ends = { stage.events.filter { if case .reachedEnd = $0 { true } else { false } } }
    try scene.world.pass(.seconds(3), turning: [stage])
    #expect(ends() == [.reachedEnd(scene.input(), offset: 2)])
    try scene.append("3")
    try scene.world.pass(.seconds(3), turning: [stage])
    #expect(ends() == [2, 3].map { .reachedEnd(scene.input(), offset: $0) })
  }

  @Test(arguments: World.all)
  func readingStartsWhereItIsTold(_ world: World) throws {
    let scene = try Scene(world, sources: 3)
    for partition in 0..<Int32(3) { try scene.append("1", "2", to: partition) }
    let stage = try scene.joined()
    try stage.assign([
      PartitionStart(scene.input(0), at: .beginning),
      PartitionStart(scene.input(1), at: .offset(1)),
      PartitionStart(scene.input(2), at: .end),
    ])
    let before = stage.seen
    try scene.world.pass(.seconds(3), turning: [stage])
    for partition in 0..<Int32(3) { try scene.append("3", to: partition) }
    let fresh = { (partition: Int32) in
      let place = scene.input(partition)
      return Array(stage.values(of: place).dropFirst(before[place]?.count ?? 0))
    }
    try scene.world.wait(until: "the third are read", turning: [stage]) {
      (0..<3).allSatisfy { fresh($0).last == "3" }
    }
    #expect(fresh(0) == ["1", "2", "3"])
    #expect(fresh(1) == ["2", "3"])
    #expect(fresh(2) == ["3"])
  }

  @Test(arguments: World.all)
  func nothingIsReadWithoutAssignment(_ world: World) throws {
    let scene = try Scene(world)
    let stage = try scene.joined()
    try stage.assign([])
    try scene.append("1")
    try scene.world.pass(.seconds(2), turning: [stage])
    #expect(stage.seen.isEmpty)
  }

  @Test(arguments: World.all)
  func anOffsetBehindTheEndIsAFailure(_ world: World) throws {
    try failToRead(from: 5, in: Scene(world, sources: 2))
  }

  @Test(arguments: World.all)
  func anOffsetThatWasDeletedIsAFailure(_ world: World) throws {
    let scene = try Scene(world, sources: 2)
    try scene.append("0", to: 0)
    try scene.world.truncate(scene.input(0), before: 1)
    try failToRead(from: 0, in: scene)
  }

  /// Other partitions go on, and the failure is reported once.
  private func failToRead(from offset: Int64, in scene: Scene) throws {
    try scene.append("1", "2", to: 0)
    try scene.append("good", to: 1)
    let stage = try scene.joined()
    // An answer to the first assignment that comes during the second one makes librdkafka 2.0.2
    // read from the first one's place.
    try scene.world.wait(until: "the first assignment is read", turning: [stage]) {
      stage.events.filter { if case .reachedEnd = $0 { true } else { false } }.count == 2
    }
    try stage.assign([
      PartitionStart(scene.input(0), at: .offset(offset)),
      PartitionStart(scene.input(1), at: .beginning),
    ])
    let failures = {
      stage.events.compactMap { event -> TopicPartition? in
        guard case .failed(let error, let place) = event, error.code == .offsetOutOfRange else {
          return nil
        }
        return place
      }
    }
    try scene.world.wait(until: "a failure", turning: [stage]) { !failures().isEmpty }
    try scene.world.wait(until: "the other partition goes on", turning: [stage]) {
      stage.values(of: scene.input(1)).contains("good")
    }
    #expect(failures() == [scene.input(0)])
  }

  @Test(arguments: World.all)
  func timesSayWhoGaveThem(_ world: World) throws {
    for timestamps in [TopicTable.Timestamps.producer, .broker] {
      let scene = try Scene(world, timestamps: timestamps)
      try scene.append("1")
      let stage = try scene.joined()
      try scene.world.wait(until: "it is read", turning: [stage]) {
        stage.isStamped[scene.input()] != nil
      }
      #expect(stage.isStamped[scene.input()] == (timestamps == .broker))
    }
  }

  @Test(arguments: World.all)
  func offsetsAreFoundByTime(_ world: World) throws {
    let scene = try Scene(world)
    let start: Int64 = 1_700_000_000_000
    for (number, delay) in [0, 500, 100, 2_000].enumerated() {
      let record = UpstreamRecord(key: nil, value: [UInt8(number)], timestamp: start + Int64(delay))
      try scene.world.append(record, to: scene.input())
    }
    let times: [Int64] = [0, 1, 501, 2_000, 2_001]
    let found = try times.map { try scene.observer.offset(of: scene.input(), at: start + $0) }
    #expect(found == [0, 1, 3, 3, nil])
  }

  @Test(arguments: World.all)
  func missingTopicsAreNamed(_ world: World) throws {
    let scene = try Scene(world, sources: 2)
    let stage = try scene.member()
    #expect(try stage.partitionCounts(of: [scene.source, "missing", scene.output]) == [2, nil, 1])
    let missing = TopicPartition("missing", 0)
    #expect(try failure { _ = try stage.watermarks(missing) }?.code == .unknownTopic)
  }

  @Test(arguments: World.all)
  func keysChoosePartitionsAsInJava(_ world: World) throws {
    let scene = try Scene(world, outputs: 7)
    let stage = try scene.member()
    try stage.begin()
    for key in ["21", "foobar", "a-little-bit-long-string", "abc"] {
      try stage.produce(
        OutgoingRecord(topic: scene.output, key: Array(key.utf8), value: Array(key.utf8))
      )
    }
    try stage.commit()
    // From org.apache.kafka.common.utils.UtilsTest, modulo 7.
    let hashes: [(String, Int32)] = [
      ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
      ("abc", 479_470_107),
    ]
    for partition in 0..<Int32(7) {
      let expected = hashes.filter { ($0.1 & 0x7FFF_FFFF) % 7 == partition }.map(\.0)
      try scene.waitForResults(expected, partition)
    }
  }
}
