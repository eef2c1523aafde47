import KafkaClient
import Monitoring
import Records
import Rules
import Service
import TestSupport
import Testing

/// What collectors meet that is not a mere failure of a call.
@Suite struct CollectorTroubleTests {
  private static func bench(start: String? = nil, partitions: Int? = nil) throws -> StageBench {
    let topics = "topics: [orders]"
    let edit = start.map { [(topics, "\(topics)\n  start: \($0)")] } ?? []
    let stream = try Stream(seed: 1, partitions: 3, lines: 240, editing: edit)
    return StageBench(stream, partitions: partitions)
  }

  @Test func allPartitionsOutOfRangeAtOnceAreReadOn() throws {
    let bench = try Self.bench()
    var loop = bench.collector()
    bench.append(20)
    try bench.turn(&loop, 20)
    #expect(bench.committed() == [20, 20, 20])
    bench.append(10)
    for partition in 0..<Int32(3) {
      bench.broker.truncate(bench.source, partition: partition, before: 25)
    }
    try bench.turn(&loop, 20)
    #expect(bench.committed() == [30, 30, 30])
    #expect(bench.collected == 75)
  }

  @Test func anAddedPartitionIsReadFromItsBeginningAfterALatestStart() throws {
    let bench = try Self.bench(start: "latest", partitions: 2)
    bench.append(20, to: [0, 1])
    var loop = bench.collector()
    try bench.turn(&loop, 20)
    #expect(bench.committed() == [20, 20, nil])
    bench.broker.addPartitions(bench.source, to: 3)
    bench.append(5)
    try bench.turn(&loop, 20)
    #expect(bench.committed() == [25, 25, 5])
    #expect(bench.collected == 15)
  }

  /// One of two first members was not in time to commit anything of its partition.
  @Test func aPartitionOfTheFirstHourIsNoAddedOne() throws {
    let bench = try Self.bench(start: "latest", partitions: 2)
    bench.append(20, to: [0, 1])
    var loop = bench.collector()
    try bench.turn(&loop, 20)
    let group = bench.broker.groups[bench.names.collectors]
    let first = TopicPartition(bench.source, 0)
    let commit = try #require(group.offsets[first])
    group.offsets.forget(bench.source)
    group.offsets.commit([commit])
    bench.broker.kill(loop.log.number)
    bench.broker.advance(by: .seconds(30))
    var other = bench.collector()
    try bench.turn(&other, 20)
    #expect(bench.committed() == [20, 20, nil])
    #expect(bench.collected == 0)
  }

  @Test func aTopicThatIsLeftOutOfAnAnswerIsAskedForAgain() throws {
    let bench = try Self.bench()
    let (topics, source) = (bench.broker.topics, bench.source)
    var answers = 0
    bench.broker.fault = { call in
      guard call.operation == .partitionCounts else { return nil }
      answers += 1
      if answers == 1 { topics.delete(source) }
      if answers == 4 { topics.create(source, partitions: 3, timestamps: .producer) }
      return nil
    }
    var loop = bench.collector()
    try bench.turn(&loop, 20)
    bench.append(10)
    try bench.turn(&loop, 20)
    #expect(bench.committed() == [10, 10, 10])
    #expect(bench.notes.filter { $0 == "the brokers know no topic orders" }.count == 1)
  }

  @Test func aTopicThatStaysAwayEndsTheStage() throws {
    let bench = try Self.bench()
    let (topics, source) = (bench.broker.topics, bench.source)
    bench.broker.fault = { call in
      if call.operation == .partitionCounts, topics.count(of: source) != nil {
        topics.delete(source)
      }
      return nil
    }
    var loop = bench.collector()
    var found: KafkaError?
    do { try bench.turn(&loop, 100) } catch let error as KafkaError { found = error }
    #expect(found?.code == .unknownTopic && found?.isRetriable == false)
    #expect((.seconds(10)...(.seconds(12))).contains(bench.broker.now))
  }

  @Test func whatCannotBeAnsweredIsWaitedForAndSaidOnce() throws {
    let bench = try Self.bench()
    bench.broker.fault = { $0.operation == .committed ? .retriable : nil }
    var loop = bench.collector()
    for _ in 0..<50 { try loop.turn() }
    #expect(bench.broker.now > .seconds(2))
    #expect(bench.notes.count == 1)
  }

  @Test func manyDeadLettersMakeACommitDue() throws {
    let bench = try Self.bench()
    bench.batchLimit = 7_000
    var loop = bench.collector()
    try bench.turn(&loop, 20)
    bench.append(1, to: [1])
    try loop.turn()
    // No time passes from here on.
    for _ in 0..<25_000 { bench.broker.append(topic: bench.source, partition: 0, value: [0x5B]) }
    for _ in 0..<4 { try loop.turn() }
    let letters = bench.names.outputs[Output.allCases.firstIndex(of: .deadLetters) ?? 0]
    #expect(bench.broker.committedRecords(letters, 0).count == 20_000)
    #expect(bench.committed() == [20_000, 1, 0])
  }
}
