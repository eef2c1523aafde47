import KafkaClient
import Monitoring
import Rules
import Service
import Testing

/// A stream whose producers have stopped, seen through both stages.
@Suite struct StoppedStreamTests {
  private static let rule = (
    "triggers:",
    """
      - name: Fresh
        expect: freshness < 10m
        severity: critical
    triggers:
    """
  )

  private static func states(_ bench: StageBench) -> [Substring] {
    bench.written(.alerts).filter { $0.contains("\"rule\":\"Fresh\"") }.compactMap {
      $0.firstMatch(of: /"state":"([a-z]+)"/)?.1
    }
  }

  @Test func itsAlertFiresThoughNoWindowCloses() throws {
    let stream = try Stream(seed: 1, partitions: 3, lines: 240, step: 10, editing: [Self.rule])
    let bench = StageBench(stream)
    // The newest event is of about the time when the stages begin: at most 900 s later.
    bench.epoch = 1_600_000_000 + 2_400
    var collect = bench.collector()
    var evaluate = bench.evaluator()
    bench.append(80)
    try bench.turn(&collect, 20)
    try bench.turn(&evaluate, 20)
    #expect(Self.states(bench) == [])
    for _ in 0..<700 {
      try bench.turn(&collect, 1)
      try bench.turn(&evaluate, 1)
      bench.broker.advance(by: .seconds(3))
    }
    #expect(Self.states(bench) == ["firing"])
    #expect(bench.written(.alerts).contains { $0.contains("\"statistic\":\"freshness\"") })
  }

  /// Records keep coming that the monitor leaves out: no partition is ever told to be at its end.
  @Test func recordsOfAnotherKindDoNotHideIt() throws {
    let stream = try Stream(seed: 1, partitions: 3, lines: 240, step: 10, editing: [Self.rule])
    let bench = StageBench(stream)
    bench.epoch = 1_600_000_000 + 2_400
    var collect = bench.collector()
    var evaluate = bench.evaluator()
    bench.append(80)
    let other = Array("{\"kind\":\"heartbeat\",\"at\":1600000000}".utf8)
    for _ in 0..<1_500 {
      for partition in 0..<Int32(3) {
        bench.broker.append(topic: bench.source, partition: partition, value: other)
      }
      try bench.turn(&collect, 1)
      try bench.turn(&evaluate, 1)
      bench.broker.advance(by: .seconds(2))
    }
    #expect(Self.states(bench) == ["firing"])
  }

  /// What a collector has not read yet may be new.
  @Test func aCollectorThatIsBehindDoesNotRaiseIt() throws {
    let stream = try Stream(seed: 1, partitions: 3, lines: 240, step: 10, editing: [Self.rule])
    let bench = StageBench(stream)
    bench.epoch = 1_600_000_000 + 86_400
    bench.batchLimit = 1
    var collect = bench.collector()
    var evaluate = bench.evaluator()
    bench.append(80)
    for _ in 0..<60 {
      try bench.turn(&collect, 1)
      try bench.turn(&evaluate, 1)
      bench.broker.advance(by: .seconds(3))
    }
    #expect(bench.committed().allSatisfy { $0.map { $0 < 80 } ?? true })
    #expect(Self.states(bench) == [])
    for _ in 0..<500 {
      try bench.turn(&collect, 1)
      try bench.turn(&evaluate, 1)
      bench.broker.advance(by: .seconds(1))
    }
    #expect(bench.committed() == stream.partitions.map { Int64(min(80, $0.count)) })
    #expect(Self.states(bench) == ["firing"])
  }
}
