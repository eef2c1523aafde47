import KafkaClient
import Monitoring
import Rules
import Service
import Testing

/// Commits that are refused, once or for good.
@Suite struct RefusalTests {
  private static func bench() throws -> StageBench {
    let bench = StageBench(try Stream(seed: 1, partitions: 2, lines: 120))
    bench.append(60)
    return bench
  }

  /// What a refusal of all records but the first so many of a collector's does.
  private static func refuse(after count: Int, _ bench: StageBench) -> (KafkaError?, calls: Int) {
    var (calls, produced) = (0, 0)
    bench.broker.fault = { call in
      calls += 1
      // A stage that does not come back is at its end.
      if calls == 1_000 { return .crashBefore }
      guard call.operation == .produce else { return nil }
      produced += 1
      return produced > count ? .unauthorized : nil
    }
    var loop = bench.collector()
    do { try bench.turn(&loop, 20) } catch { return (error as? KafkaError, calls) }
    return (nil, calls)
  }

  @Test func whatOnlyPeopleCanMendEndsTheStage() throws {
    let bench = try Self.bench()
    let (error, calls) = Self.refuse(after: 2, bench)
    #expect(error == .unauthorized("produce"))
    #expect(calls < 100)
    #expect(bench.broker.openTransactions.isEmpty && bench.broker.abortCount == 1)
    #expect(bench.broker.committedRecords(bench.names.partials, 0).isEmpty)
  }

  @Test func nothingIsAppendedTwiceWithoutTransactions() throws {
    let bench = try Self.bench()
    bench.delivery = .atLeastOnce
    let (error, calls) = Self.refuse(after: 2, bench)
    #expect(error == .unauthorized("produce"))
    #expect(calls < 100)
    #expect(bench.broker.allRecords(bench.names.partials, 0).count == 2)
  }

  @Test func aTurnHoldsOneTransaction() throws {
    let bench = try Self.bench()
    var begun = 0
    bench.broker.fault = { call in
      if call.operation == .begin { begun += 1 }
      if begun == 1_000 { return .crashBefore }
      return call.operation == .produce ? .requiresAbort : nil
    }
    var loop = bench.collector()
    try bench.turn(&loop, 20)
    #expect((10...20).contains(begun))
    #expect(bench.notes.filter { $0 == "produce was refused" }.count == 1)
  }

  /// Its offset was committed long ago: only what stands beside it tells that it was not written.
  @Test func aSnapshotAloneIsWrittenWhenItsCommitWasLost() throws {
    let bench = try Self.bench()
    try bench.run()
    bench.broker.deleteTopic(bench.names.state)
    bench.broker.createTopic(bench.names.state, partitions: 1)
    var isStruck = false
    bench.broker.fault = { call in
      guard call.operation == .commit, !isStruck else { return nil }
      isStruck = true
      return .fatal
    }
    bench.tune = { $0.rebuilds = true }
    var rebuild = bench.evaluator()
    try bench.turn(&rebuild, 50)
    let isRebuilt = rebuild.hasEnded
    #expect(isRebuilt && isStruck)
    #expect(!bench.broker.committedRecords(bench.names.state, 0).isEmpty)
  }
}
