import KafkaClient
import Monitoring
import Rules
import Testing

@testable import Service

/// State that several groups share a topic for, that is large, or whose log is another one.
@Suite struct StateTroubleTests {
  private static func bench(_ seed: UInt64) throws -> StageBench {
    let bench = StageBench(try Stream(seed: seed, partitions: 2, lines: 240))
    bench.tune = { $0.snapshotInterval = .seconds(1) }
    return bench
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func twoGroupsOfOneMonitorDoNotMix(seed: UInt64) throws {
    let bench = try Self.bench(seed)
    bench.append(60)
    try bench.run()
    bench.append(20)
    try bench.run(group: "other", turns: 10)
    bench.broker.compact(bench.names.state)
    bench.append(.max)
    for group in [nil, "other", nil, "other"] { try bench.run(group: group) }
    let expected = bench.expected(.windows)
    #expect(expected.count > 10)
    #expect(bench.written(.windows).sorted() == (expected + expected).sorted())
    #expect(bench.committed() == bench.committed("other"))
  }

  @Test func producersOfTwoGroupsHaveTwoNames() throws {
    let plan = try Self.bench(0).stream.plan
    let names = [nil, "b"].map { StageTopics(plan, group: $0).producer("collect", instance: "x") }
    #expect(names == ["leeway.shop.collect.x", "leeway.shop:b.collect.x"])
  }

  /// A snapshot from the future of its group: somebody has set the offset back.
  @Test func aSnapshotBeyondTheCommittedOffsetIsDamage() throws {
    let bench = try Self.bench(1)
    bench.append(60)
    try bench.run()
    let partials = TopicPartition(bench.names.partials, 0)
    let group = bench.broker.groups[bench.names.evaluators]
    var commit = try #require(group.offsets[partials])
    commit.offset = 3
    group.offsets.commit([commit])
    var loop = bench.evaluator()
    #expect(throws: StateDamage.self) { try bench.turn(&loop, 50) }
  }

  /// With its offsets, as operators do it; without, as a log that has lost its end.
  @Test(arguments: [true, false])
  func deltasMadeAnewAreDamageUntilTheStateIsRebuilt(forgets: Bool) throws {
    let bench = try Self.bench(2)
    bench.append(80)
    try bench.run()
    let before = bench.written(.windows)
    #expect(before.count > 10)
    let (broker, partials) = (bench.broker, bench.names.partials)
    if forgets { broker.deleteTopic(partials) } else { broker.topics.delete(partials) }
    broker.createTopic(partials, partitions: 1)
    var refused = bench.evaluator()
    #expect(throws: StateDamage.self) { try bench.turn(&refused, 200) }
    #expect(bench.written(.windows) == before)
    broker.kill(refused.log.number)
    broker.advance(by: .seconds(30))
    bench.tune = { $0.rebuilds = true }
    var rebuild = bench.evaluator()
    try bench.turn(&rebuild, 200)
    let isRebuilt = rebuild.hasEnded
    #expect(isRebuilt)
    broker.kill(rebuild.log.number)
    broker.advance(by: .seconds(30))
    bench.tune = { _ in }
    bench.append(.max)
    for _ in 0..<2 { try bench.run() }
    let after = bench.written(.windows)
    #expect(after.starts(with: before) && after.count > before.count)
    #expect(Set(after.map { $0.prefix(100) }).count == after.count)
  }

  /// Bytes of the state's topic by the transaction that wrote them, from an offset on.
  private static func weights(_ bench: StageBench, from start: Int64) -> [Int] {
    var weights = [0]
    for entry in bench.broker.allRecords(bench.names.state, 0) where entry.offset >= start {
      if entry.kind == .record {
        weights[weights.count - 1] += entry.value?.count ?? 0
      } else {
        weights.append(0)
      }
    }
    return weights.filter { $0 > 0 }
  }

  @Test(arguments: 0..<4 as Range<UInt64>)
  func aLargeStateIsWrittenInSeveralTransactions(seed: UInt64) throws {
    let bench = try Self.bench(seed)
    bench.tune = {
      ($0.snapshotInterval, $0.snapshotBytesPerCommit) = (.seconds(2), 2_000)
      $0.evaluateInterval = .milliseconds(400)
    }
    var (weights, end): ([Int], Int64) = ([], 0)
    // Killed at all stages of a snapshot.
    for turns in [18, 19, 21, 22, 24] {
      try bench.run(turns: turns, growing: true)
      weights += Self.weights(bench, from: end)
      end = (bench.broker.allRecords(bench.names.state, 0).last?.offset ?? -1) + 1
      bench.broker.compact(bench.names.state)
    }
    bench.append(.max)
    try bench.run(turns: 120)
    weights += Self.weights(bench, from: end)
    #expect((29...30).contains(weights.count))
    #expect(weights.allSatisfy { $0 <= 3_024 })
    #expect(bench.written(.windows) == bench.expected(.windows))
    #expect(bench.written(.alerts) == bench.expected(.alerts))
    // The newest whole snapshot is of use: nothing is folded from the beginning.
    bench.broker.truncate(bench.names.partials, partition: 0, before: 5)
    var loop = bench.evaluator()
    try bench.turn(&loop, 20)
    #expect(bench.notes.last?.hasPrefix("evaluating from offset") == true)
  }
}
