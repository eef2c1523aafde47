import Records
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// The state takes no more than its limit: fewer model versions are told apart, partitions are
/// waited for shorter, and clocks open fewer panes.
@Suite struct StateWeightTests {
  /// A world whose state may hold so many populations of a version in one pane.
  private func world(populations: Int) throws -> World {
    var world = try Hourly.world()
    let layout = StateLayout(plan: world.plan, references: world.references)
    world.limits.stateBytes = populations * layout.populationBytes
    return world
  }

  /// An hourly window needs two panes and a half, rounded up: three.
  @Test func asManyVersionsAreToldApartAsFit() throws {
    for (populations, versions) in [(1_000, 16), (54, 16), (53, 15), (15, 3), (9, 1), (3, 1)] {
      let world = try world(populations: populations)
      let size = StateSize(world.plan, world.references, limits: world.limits)
      #expect(size.modelVersions == versions, "\(populations)")
      #expect((size.problem == nil) == (populations >= 9))
    }
  }

  @Test func versionsThatDoNotFitAreSummedWhateverTheOrder() throws {
    let world = try world(populations: 12)
    let models = (0..<9).map { "\($0)" }
    let lines = [models, models.reversed()].map { order in
      order.map { Hourly.event(0.1, model: $0) } + [Hourly.event(0.2)]
    }
    let runs = lines.map { world.run([$0], World.Feeding(batch: 3)) }
    #expect(runs[0].windows.map(\.records) == [1, 1, 1, 7])
    #expect(runs[0].windows.map { $0.version?.name } == runs[1].windows.map { $0.version?.name })
    #expect(runs[0].windows.map(\.records) == runs[1].windows.map(\.records))
    #expect(runs[0].windows.count == 4)
  }

  @Test func partitionsAreWaitedForAsLongAsWhatWaitsFits() throws {
    var scene = Scene(try world(populations: 20), partitions: 2)
    scene.know(2)
    #expect(scene.fold(scene.delta(hours: 0.1, partition: 1)) == [])
    #expect(scene.fold(scene.delta(hours: 0.2, 1.1, 2.1, 3.1, 4.1, 5.1)) == [])
    #expect(scene.fold(scene.delta(hours: 6.1)).first == "0-1 n=2 limit 1:1..<1")
    #expect(scene.evaluator.tally.violations == 1)
  }

  @Test func clocksOpenAsManyPanesAheadAsFit() throws {
    var scene = Scene(try world(populations: 20))
    #expect(scene.fold(scene.delta(hours: 0.1)) == [])
    var delta = scene.delta((0..<9).map { Hourly.event(Double($0) + 1.1) })
    (delta.progress[0].watermark, delta.progress[0].latest) = (nil, nil)
    #expect(scene.fold(delta) == [])
    // The pane of the watermark, the next one, and five ahead.
    #expect(scene.evaluator.state.panes.count == 7)
    #expect(scene.evaluator.tally.accounting.rejected(.paneLimit) == 3)
    #expect(scene.evaluator.tally.violations == 1)
  }

  @Test func aSnapshotTellsAsManyApart() throws {
    let world = try world(populations: 12)
    let lines = (0..<9).map { Hourly.event(0.1, model: "\($0)") }
    var evaluator = LogStage.evaluator(world)
    let commits = Commits(world)
    var restored = LogStage.evaluator(world)
    for (index, part) in [lines.prefix(5), lines.suffix(4)].enumerated() {
      let records = commits.records(Commits.delta(world, Array(part)), UInt64(index + 1))
      for record in records {
        _ = evaluator.take(record, at: evaluator.offset)
        _ = restored.take(record, at: restored.offset)
      }
      try restored.restore(evaluator.snapshot())
    }
    #expect(restored.snapshot() == evaluator.snapshot())
    #expect(evaluator.evaluator.state.panes.values.map(\.entries.count) == [3])
  }
}
