import Records
import Sketches
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// Deltas written to a log and read back: the same, or left out and counted.
@Suite struct CommitTests {
  private func hostile() throws -> World {
    try World(
      monitor: HostileStream.monitor,
      rules: [HostileStream.rules],
      reference: HostileStream.reference
    )
  }

  /// Many panes and model versions, and something of everything that is not accepted.
  private func delta(_ world: World, seed: UInt64 = 1, count: Int = 300) -> Delta {
    Commits.delta(world, HostileStream.lines(seed: seed, count: count))
  }

  @Test func manyPanesAndVersionsComeBack() throws {
    var commits = Commits(try hostile())
    var delta = delta(commits.world)
    delta.wallSecond = 1_700_000_000
    #expect(delta.panes.count > 3)
    #expect(delta.panes.contains { $0.state.entries.count > 2 })
    let records = commits.records(delta)
    #expect(records.count > delta.panes.count)
    #expect(commits.take(records) == [delta])
    #expect(commits.oddities == [0, 0, 0, 0])
    #expect(commits.assembler.commits == 1)
    #expect(commits.assembler.pending.isEmpty)
  }

  /// A population of many long fields is cut between fields.
  @Test func aLargePopulationComesBackFromItsPieces() throws {
    let names = (0..<600).map { "f\($0)" }
    let reference = (0..<400).map { row in
      let fields = names.map { "\"\($0)\":\(row)" }.joined(separator: ",")
      return "{\"at\":\(1_600_000_000 + row),\(fields)}"
    }
    let world = try World(
      monitor: HostileStream.monitor.replacing("  where: { kind: order }\n", with: "")
        .replacing(", model_version: model", with: ""),
      reference: reference
    )
    var commits = Commits(world)
    let delta = Commits.delta(world, reference)
    let records = commits.records(delta)
    #expect(delta.panes.count == 1)
    #expect(records.count == 3)
    #expect(records.allSatisfy { $0.count < 300 << 10 })
    #expect(commits.take(records) == [delta])
  }

  @Test func deltasOfCountsAloneAndOfNothingComeBack() throws {
    var commits = Commits(try hostile())
    let early = Commits.delta(commits.world, ["{broken", "", "[1]"])
    #expect(early.panes.isEmpty)
    #expect(early.beforeFirst.total == 3)
    let good = HostileStream.event(second: 0, amount: "1", color: "null", model: "null")
    var collector = Collector(plan: commits.world.plan, references: commits.world.references)
    let handle = collector.assign(topic: 0, partition: 0)
    collector.ingest([good, good, good], handle: handle)
    _ = collector.takeDelta()
    collector.ingest(["", "{}"], handle: handle)
    var counts = collector.takeDelta()
    counts.deadLetters = []
    #expect(counts.panes.map(\.state.entries.count) == [0])
    let empty = collector.takeDelta()
    #expect(empty.panes.isEmpty && empty.counted == 0)
    let deltas = [early, counts, empty, Delta()]
    let records = deltas.enumerated().map { commits.records($1, UInt64($0) + 1) }
    #expect(records.map(\.count) == [1, 2, 1, 1])
    #expect(records.flatMap { commits.take($0) } == deltas)
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func commitsOfTwoCollectorsMayStandMixed(seed: UInt64) throws {
    var commits = Commits(try hostile())
    var random = SplitMix64(seed: seed)
    let deltas = [delta(commits.world, seed: 1), delta(commits.world, seed: 2)]
    var queues = zip(deltas, ["a", "b"]).map { commits.records($0, by: Commits.name($1)) }
    var found: [Delta] = []
    while let index = queues.indices.filter({ !queues[$0].isEmpty }).randomElement(using: &random) {
      found += commits.take([queues[index].removeFirst()])
    }
    #expect(found == deltas || found == deltas.reversed())
    #expect(commits.oddities == [0, 0, 0, 0])
  }

  @Test func aCommitThatStandsThereTwiceCountsOnce() throws {
    var commits = Commits(try hostile())
    let (first, second) = (delta(commits.world), delta(commits.world, seed: 2))
    let records = commits.records(first)
    #expect(commits.take(records + records) == [first])
    #expect(commits.oddities == [1, 0, 0, 0])
    #expect(commits.take(commits.records(second, 2)) == [second])
    #expect(commits.take(records) == [])
    #expect(commits.oddities == [2, 0, 0, 0])
    #expect(commits.assembler.commits == 2)
  }

  @Test func aSecondAttemptCountsWhateverTheFirstLeft() throws {
    let world = try hostile()
    let delta = delta(world)
    for left in 1..<Commits(world).records(delta).count {
      var commits = Commits(world)
      let records = commits.records(delta)
      #expect(commits.take(records.prefix(left) + records) == [delta])
      #expect(commits.oddities == [0, 1, 0, 0])
    }
  }

  @Test func anotherGroupsCommitsAreNoneOfOurs() throws {
    var commits = Commits(try hostile())
    let before = commits.assembler
    let name = Commits.name("a", lineage: 8)
    #expect(commits.take(commits.records(delta(commits.world), by: name)) == [])
    #expect(commits.assembler == before)
  }

  @Test func anotherLayoutsCommitsAreForeign() throws {
    var commits = Commits(try hostile())
    let other = Commits(
      try World(
        monitor: HostileStream.monitor.replacing("size: 1h", with: "size: 20m"),
        reference: HostileStream.reference
      )
    )
    #expect(other.layout.identity != commits.layout.identity)
    #expect(commits.take(other.records(delta(other.world))) == [])
    #expect(commits.oddities == [0, 0, 1, 0])
    let own = delta(commits.world)
    #expect(commits.take(commits.records(own)) == [own])
  }

  /// Of too many collectors the one that said nothing for longest is forgotten.
  @Test func onlySoManyCollectorsAreRemembered() throws {
    var commits = Commits(try hostile())
    let names = (0...CommitLimits.collectors).map { Commits.name("\($0)") }
    for name in names { _ = commits.take(commits.records(Delta(), 1, by: name)) }
    #expect(commits.assembler.folded.count == CommitLimits.collectors)
    #expect(commits.take(commits.records(Delta(), 1, by: names[1])) == [])
    #expect(commits.oddities == [1, 0, 0, 0])
    #expect(commits.take(commits.records(Delta(), 1, by: names[0])) == [Delta()])
  }

  /// Collectors that died in the middle do not crowd out those that live, whatever their names.
  @Test func theOpenCommitBegunFirstIsGivenUp() throws {
    var commits = Commits(try hostile())
    let delta = delta(commits.world, count: 40)
    for index in 0..<CommitLimits.openCommits {
      #expect(commits.take([commits.records(delta, by: Commits.name("dead \(index)"))[0]]) == [])
    }
    #expect(commits.take(commits.records(Delta(), by: Commits.name("idle"))) == [Delta()])
    #expect(commits.take(commits.records(delta, by: Commits.name("a"))) == [delta])
    #expect(commits.oddities == [0, 1, 0, 0])
    #expect(commits.assembler.pending.count == CommitLimits.openCommits - 1)
  }

  /// Records of windows that a lost evaluator has written are neither late nor judged again.
  @Test func whatStandsInWindowsWrittenBeforeIsNotLate() throws {
    let world = try Hourly.world()
    var evaluator = LogStage.evaluator(world)
    evaluator.resume(closedThrough: Timestamp(microseconds: 1_600_009_200_000_000))
    var collector = Collector(plan: world.plan, references: world.references)
    collector.partitionCounts = [1]
    let handle = collector.assign(topic: 0, partition: 0)
    collector.setTrust(.broker, handle)
    let hours = [0.5, 1.5, 1.6, 2.5, 3.5]
    collector.ingest(hours.map { Hourly.event($0) } + ["{broken"], handle: handle)
    let commits = Commits(world)
    var windows: [WindowResult] = []
    for record in commits.records(collector.takeDelta()) {
      for judged in evaluator.take(record, at: evaluator.offset) {
        if case .window(let result) = judged.outcome { windows.append(result) }
      }
    }
    #expect(windows.map { Hourly.hour($0.window.start) } == [2])
    #expect(windows.map(\.records) == [1] && windows.map(\.accounting.late) == [0])
    let tally = evaluator.tally
    #expect(tally.read == 6 && tally.accepted == 5 && tally.accounting.total == 1)
    #expect(evaluator.latest.from == nil)
    var restored = LogStage.evaluator(world)
    try restored.restore(evaluator.snapshot())
    #expect(restored.snapshot() == evaluator.snapshot())
  }
}
