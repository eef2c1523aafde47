import Records
import Sketches
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// What a mad writer puts into the partials' topic costs no more than what collectors write.
@Suite struct CommitLimitTests {
  /// Events of so many hours in a row, each of so many model versions.
  private func delta(_ world: World, hours: Int, versions: Int = 1) -> Delta {
    var scene = Scene(world)
    return scene.delta(
      (0..<hours).flatMap { hour in
        (0..<versions).map { Hourly.event(Double(hour), model: "\($0)") }
      }
    )
  }

  @Test func aCommitOfMorePanesThanAnyCollectorWritesIsLeftOut() throws {
    var world = try Hourly.world()
    world.limits.commitPanes = 1
    var commits = Commits(world)
    let (most, more) = (delta(world, hours: 16), delta(world, hours: 17))
    #expect(commits.take(commits.records(more, 1)) == [])
    #expect(commits.oddities == [0, 0, 0, 1])
    #expect(commits.assembler.commits == 0)
    #expect(commits.take(commits.records(most, 2)) == [most])
  }

  @Test func aCommitOfMoreVersionsThanAnyCollectorWritesIsLeftOut() throws {
    var world = try Hourly.world()
    world.limits.commitBytes = 1
    var commits = Commits(world)
    let (most, more) = (
      delta(world, hours: 4, versions: 5), delta(world, hours: 3, versions: 7)
    )
    #expect(commits.take(commits.records(more, 1)) == [])
    #expect(commits.oddities == [0, 0, 0, 1])
    #expect(commits.take(commits.records(most, 2)) == [most])
  }

  @Test func noTopicHasMorePartitionsThanBrokersServe() throws {
    var commits = Commits(try Hourly.world())
    var delta = Delta()
    delta.partitionCounts = [65_536]
    #expect(commits.take(commits.records(delta, 1)) == [delta])
    delta.partitionCounts = [65_537]
    #expect(commits.take(commits.records(delta, 2)) == [])
    #expect(commits.oddities == [0, 0, 0, 1])
    delta.partitionCounts = []
    for (partition, taken) in [(65_535, true), (65_536, false)] {
      var step = Progress(topic: 0, partition: partition, from: 0, to: 1)
      step.isFirst = true
      delta.progress = [step]
      #expect(commits.take(commits.records(delta, UInt64(partition))).isEmpty == !taken)
    }
    #expect(commits.oddities == [0, 0, 0, 2])
  }

  /// Pieces without an end, of one writer and of many.
  @Test func openCommitsTakeNoMoreThanTheirLimits() throws {
    var world = try Hourly.world()
    world.limits.commitBytes = 1 << 10
    var commits = Commits(world)
    let limits = CommitLimits([commits.layout])
    let body = [UInt8](repeating: 7, count: 200_000)
    let size = body.count + CommitLimits.pieceOverhead
    func piece(_ index: Int, _ name: CollectorName) -> [UInt8] {
      var writer = ByteWriter()
      PartialHeader(kind: .piece, collector: name, sequence: 1, layout: commits.layout.identity)
        .encode(into: &writer)
      writer.count(index)
      writer.bytes(body)
      return writer.bytes
    }
    let whole = limits.commitBytes / size
    for index in 0..<whole { _ = commits.take([piece(index, Commits.name())]) }
    #expect(commits.assembler.pending[Commits.name()]?.bytes == whole * size)
    #expect(commits.oddities == [0, 0, 0, 0])
    _ = commits.take([piece(whole, Commits.name())])
    #expect(commits.assembler.pending.isEmpty && commits.oddities == [0, 1, 0, 0])
    for writer in 0..<40 {
      for index in 0..<whole { _ = commits.take([piece(index, Commits.name("\(writer)"))]) }
      let held = commits.assembler.pending.values.reduce(0) { $0 + $1.bytes }
      #expect(held <= limits.openBytes)
    }
    let kept = limits.openBytes / (whole * size)
    #expect(commits.assembler.pending.count == kept && kept == 16)
    #expect(commits.oddities == [0, 25, 0, 0])
  }

  /// A commit of two layouts whose deltas are of other records.
  @Test func deltasOfOneCommitAreOfTheSameRecords() throws {
    let (world, other) = (try Hourly.world(), try HostileLog.world())
    let layouts = [world, other].map {
      StateLayout(plan: $0.plan, references: $0.references, limits: $0.limits)
    }
    let first = delta(world, hours: 2)
    var second = Delta()
    second.progress = first.progress
    second.partitionCounts = first.partitionCounts
    let commit = Commit(deltas: [(layouts[0].identity, first), (layouts[1].identity, second)])
    var assembler = CommitAssembler()
    for record in PartialsWriter(collector: Commits.name()).records(of: commit, sequence: 1) {
      #expect(assembler.take(record, layouts: layouts, lineage: Commits.lineage) == nil)
    }
    #expect(assembler.oddities.unreadable == 1 && assembler.commits == 0)
  }
}
