import KafkaClient
import Monitoring
import Records
import Service
import TestSupport
import Testing

/// Snapshots that are gone, and what then is left of the deltas.
@Suite struct LostStateTests {
  /// A world in which half of the stream was evaluated and then all processes were killed.
  private static func killed(_ seed: UInt64) throws -> Simulation {
    let stream = try Stream(seed: seed, partitions: 2, lines: 240)
    let world = try Simulation(stream, seed: seed)
    try world.run(lines: 160)
    world.processes.forEach { $0.kill() }
    world.broker.advance(by: .seconds(30))
    return world
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func deltasAloneGiveTheSameState(seed: UInt64) throws {
    let world = try Self.killed(seed)
    world.broker.deleteTopic(world.names.state)
    world.broker.createTopic(world.names.state, partitions: 1)
    try world.run(steps: 100)
    #expect(world.differences() == [])
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func deltasThatWentUnreadAreFoundMissing(seed: UInt64) throws {
    let stream = try Stream(seed: seed, partitions: 2, lines: 240)
    let world = try Simulation(stream, seed: seed)
    try world.run(lines: 120)
    world.append(40)
    for _ in 0..<20 {
      for process in world.processes { try process.turn(collects: true) }
      // Not so long that the group would let go of those who do not read.
      world.broker.advance(by: .milliseconds(200))
    }
    // Both stages end at once: what the collectors say last nobody has read.
    for process in world.processes { try process.stop() }
    world.broker.advance(by: .seconds(30))
    let (broker, partials) = (world.broker, TopicPartition(world.names.partials, 0))
    let committed = try #require(broker.groupOffsets(world.names.evaluators)[partials]?.offset)
    let end = broker.committedRecords(partials.topic, 0).map(\.offset).max() ?? 0
    #expect(end >= committed)
    broker.truncate(partials.topic, partition: 0, before: end + 1)
    try world.run(steps: 100)
    let said = "the deltas from offset \(committed) to \(end) are gone: nobody read them"
    #expect(world.processes.contains { $0.notes.contains(said) })
    let written = broker.committedRecords(world.names.outputs[0], 0).compactMap(\.value)
      .map { String(decoding: $0, as: UTF8.self) }
    #expect(written.contains { $0.contains("\"integrity\":\"violated\"") })
    #expect(world.findings == [])
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func withoutEitherNothingIsWrittenUntilTheStateIsRebuilt(seed: UInt64) throws {
    let world = try Self.killed(seed)
    let broker = world.broker
    let before = broker.committedRecords(world.names.outputs[0], 0).compactMap(\.value)
    #expect(before.count > 10)
    broker.deleteTopic(world.names.state)
    broker.createTopic(world.names.state, partitions: 1)
    let end = broker.groupOffsets(world.names.evaluators).values.map(\.offset).max() ?? 0
    broker.truncate(world.names.partials, partition: 0, before: end - 3)
    let refused = world.add("a")
    #expect(throws: StateDamage.self) {
      for _ in 0..<200 {
        try refused.turn(collects: false)
        broker.advance(by: .milliseconds(200))
      }
    }
    refused.kill()
    broker.advance(by: .seconds(30))
    let rebuild = world.add("b", rebuilds: true)
    for _ in 0..<200 where !rebuild.hasEnded {
      try rebuild.turn(collects: false)
      broker.advance(by: .milliseconds(200))
    }
    #expect(rebuild.hasEnded)
    rebuild.kill()
    broker.advance(by: .seconds(30))
    try world.run(steps: 100)
    #expect(world.findings == [])
    let after = broker.committedRecords(world.names.outputs[0], 0).compactMap(\.value)
    let written = after.map { String(decoding: $0, as: UTF8.self) }
    #expect(after.starts(with: before) && after.count > before.count)
    #expect(written.contains { $0.contains("\"integrity\":\"violated\"") })
    #expect(Set(written.map { $0.prefix(100) }).count == written.count)
  }
}
