import KafkaClient
import Monitoring
import Records
import Rules
import Service
import Testing

/// What happens to the source itself: partitions that are added, records that retention takes away
/// unread, a topic that is made anew.
@Suite struct ChangingSourceTests {
  /// The windows' records as text.
  private static func windows(_ world: Simulation) -> [String] {
    world.broker.committedRecords(world.names.outputs[0], 0).compactMap(\.value)
      .map { String(decoding: $0, as: UTF8.self) }
  }

  private static func evaluated(_ world: Simulation) -> StreamTally {
    var evaluator = LogEvaluator(
      versions: [MonitorVersion(plan: world.stream.plan, references: world.stream.references)],
      lineage: SimulatedProcess.lineage,
      offset: 0
    )
    for (offset, entry) in world.broker.committedRecords(world.names.partials, 0).enumerated() {
      _ = evaluator.take(entry.value, at: Int64(offset))
    }
    return evaluator.tally
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func addedPartitionsAreReadAndWaitedFor(seed: UInt64) throws {
    let stream = try Stream(seed: seed, partitions: 3, lines: 200)
    let world = try Simulation(stream, seed: seed, partitions: 2)
    try world.run(lines: 60)
    world.broker.addPartitions(stream.plan.source.topics[0], to: 3)
    try world.run(steps: 200)
    #expect(world.findings == [])
    let tally = Self.evaluated(world)
    #expect(tally.read == 200 && tally.violations == 0)
    #expect(tally.accepted + tally.accounting.total == 200)
    #expect(Self.windows(world).allSatisfy { $0.contains("\"integrity\":\"ok\"") })
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func whatRetentionTookUnreadIsNamed(seed: UInt64) throws {
    let stream = try Stream(seed: seed, partitions: 2, lines: 240)
    let world = try Simulation(stream, seed: seed)
    let topic = stream.plan.source.topics[0]
    try world.run(lines: 120)
    world.processes.forEach { $0.kill() }
    world.broker.advance(by: .seconds(30))
    let place = TopicPartition(topic, 0)
    let read = world.broker.groupOffsets(world.names.collectors)[place]?.offset ?? 0
    world.append(110)
    world.broker.truncate(topic, partition: 0, before: read + 40)
    try world.run(steps: 200)
    #expect(world.findings == [])
    let tally = Self.evaluated(world)
    #expect(tally.violations == 1 && tally.read == 200)
    let gap =
      "\"violations\":[{\"kind\":\"gap\",\"topic\":\"orders\",\"partition\":0,"
      + "\"start\":\(read),\"end\":\(read + 40)}]"
    #expect(Self.windows(world).contains { $0.contains(gap) })
    let found = WindowTable(Self.windows(world).map { Array($0.utf8) })
    let expected = WindowTable((stream.expected()[.windows] ?? []).compactMap(\.value))
    // Each window that lacks records says so, and none that is more than lateness away from those.
    #expect(found.different(from: expected).count > 4)
    #expect(found.unsaid(expected) == [])
    let intact = found.records.filter { expected.records[$0.key] == $0.value }
    #expect(intact.count > 4)
    let alerts = world.broker.committedRecords(world.names.outputs[1], 0).compactMap(\.value)
    #expect(alerts.contains { String(decoding: $0, as: UTF8.self).contains("IntegrityHeld") })
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func aTopicMadeAnewIsReadFromItsBeginningAndSaid(seed: UInt64) throws {
    let stream = try Stream(seed: seed, partitions: 2, lines: 160)
    let world = try Simulation(stream, seed: seed)
    let topic = stream.plan.source.topics[0]
    try world.run(lines: 80)
    world.processes.forEach { $0.kill() }
    world.broker.advance(by: .seconds(30))
    world.broker.deleteTopic(topic)
    world.broker.createTopic(topic, partitions: 2)
    world.rewind()
    try world.run(steps: 200)
    #expect(world.findings.allSatisfy { $0.contains("went back") })
    let tally = Self.evaluated(world)
    #expect(tally.read == 240 && tally.violations == 2)
    #expect(tally.accepted + tally.accounting.total == 240)
  }
}
