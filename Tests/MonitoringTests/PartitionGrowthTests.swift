import Records
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// Partitions that nobody has heard of, that fall silent, that wake up: what holds windows open,
/// and where their records are counted.
@Suite struct PartitionGrowthTests {
  /// What was read is what was counted, whatever happened.
  private func expectConservation(
    _ scene: Scene,
    read: UInt64,
    late: UInt64 = 0,
    _ location: SourceLocation = #_sourceLocation
  ) {
    let tally = scene.evaluator.tally
    #expect(tally.read == read, sourceLocation: location)
    #expect(tally.accepted + tally.accounting.total == read, sourceLocation: location)
    #expect(tally.accounting.late == late, sourceLocation: location)
    #expect(tally.violations == 0, sourceLocation: location)
  }

  @Test func aPartitionNeverHeardOfHoldsWindows() throws {
    var scene = Scene(try Hourly.world(), partitions: 2)
    scene.know(2)
    #expect(scene.fold(scene.delta(hours: 0.1, 5.1)) == [])
    #expect(scene.evaluator.watermark == nil)
    #expect(scene.fold(scene.delta([], 1)) == [])
    #expect(scene.fold(scene.delta(hours: 0.2, 2.3, partition: 1)) == ["0-1 n=2", "1-2 n=0"])
    expectConservation(scene, read: 4)
  }

  @Test func aTopicThatGrowsWaitsForItsNewPartition() throws {
    var scene = Scene(try Hourly.world())
    scene.know(1)
    #expect(scene.fold(scene.delta(hours: 0.1, 1.1)) == ["0-1 n=1"])
    scene.add()
    scene.know(2)
    #expect(scene.fold(scene.delta(hours: 2.1, 3.1)) == [])
    #expect(scene.fold(scene.delta(hours: 1.5, 2.5, partition: 1)) == ["1-2 n=2"])
    #expect(scene.fold(scene.delta(hours: 4.1, partition: 1)) == ["2-3 n=2"])
    expectConservation(scene, read: 7)
  }

  /// Nobody tells of the third partition any more, and there are said to be two.
  @Test func aTopicMadeAnewWithFewerPartitionsGoesOn() throws {
    var scene = Scene(try Hourly.world(), partitions: 3)
    var now: Int64 = 1_000
    func fold(_ delta: Delta, after seconds: Int64) -> [String] {
      now += seconds
      var delta = delta
      delta.wallSecond = now
      return scene.fold(delta)
    }
    scene.know(3)
    #expect(fold(scene.delta(hours: 0.1, 1.1), after: 0) == [])
    #expect(fold(scene.delta(hours: 0.1, 1.1, partition: 1), after: 0) == [])
    #expect(fold(scene.delta(hours: 0.2, 1.3, partition: 2), after: 0) == ["0-1 n=3"])
    scene.know(2)
    #expect(fold(scene.delta(hours: 3.2), after: 10) == [])
    #expect(fold(scene.delta(hours: 3.1, partition: 1), after: 49) == [])
    // The third one was heard of 59 s ago: whoever has it knows better than the others.
    #expect(scene.evaluator.tally.violations == 0)
    #expect(
      fold(scene.delta([]), after: 1) == [
        "1-2 n=3 reset 2:2..<2", "IntegrityHeld firing critical", "2-3 n=0 reset 2:2..<2",
      ]
    )
    #expect(fold(scene.delta(hours: 5.1), after: 1) == [])
    #expect(
      fold(scene.delta(hours: 5.2, partition: 1), after: 1) == [
        "3-4 n=2 reset 2:2..<2", "4-5 n=0", "IntegrityHeld resolved critical",
      ]
    )
    #expect(scene.evaluator.tally.violations == 1)
  }

  @Test func anotherTopicsPartitionsHoldWindowsToo() throws {
    var scene = Scene(try Hourly.world())
    var delta = scene.delta(hours: 0.1, 1.1)
    delta.partitionCounts = [1, 1]
    #expect(scene.fold(delta) == [])
    delta = scene.delta([])
    (delta.progress[0].topic, delta.progress[0].isFirst) = (1, true)
    delta.progress[0].watermark = Timestamp(microseconds: 1_600_002_000_000_000 + 7_200_000_000)
    #expect(scene.fold(delta) == ["0-1 n=1"])
  }

  @Test func anIdlePartitionHoldsNothingUntilItWakes() throws {
    var scene = Scene(try Hourly.world(), partitions: 2)
    scene.know(2)
    #expect(scene.fold(scene.delta(hours: 0.2, 0.4, partition: 1)) == [])
    #expect(scene.fold(scene.delta(hours: 0.1, 3.1)) == [])
    #expect(scene.fold(scene.silence(1)) == ["0-1 n=3", "1-2 n=0", "2-3 n=0"])
    #expect(scene.fold(scene.delta(hours: 4.1)) == ["3-4 n=1"])
    // It wakes: two of its records belong to windows that have closed.
    #expect(scene.fold(scene.delta(hours: 1.5, 3.5, 4.5, partition: 1)) == [])
    expectConservation(scene, read: 8, late: 2)
    #expect(scene.fold(scene.delta(hours: 6.1)) == [])
    #expect(scene.fold(scene.delta(hours: 5.2, partition: 1)) == ["4-5 n=2 late 2"])
    #expect(scene.fold(scene.delta(hours: 6.2, partition: 1)) == ["5-6 n=1"])
    expectConservation(scene, read: 11, late: 2)
  }

  /// Neither rubbish nor what is late moves a watermark, so they hold nothing open.
  @Test func onlyRecordsThatSayTheTimeEndASilence() throws {
    var scene = Scene(try Hourly.world(), partitions: 2)
    scene.know(2)
    #expect(scene.fold(scene.delta(hours: 0.2, 2.4, partition: 1)) == [])
    #expect(scene.fold(scene.silence(1)) == [])
    #expect(scene.fold(scene.delta(hours: 0.1, 3.1)) == ["0-1 n=2", "1-2 n=0", "2-3 n=1"])
    let rubbish = scene.delta(["{broken", "", Hourly.event(0.3)], 1)
    #expect(rubbish.progress.map(\.isIdle) == [true])
    #expect(scene.fold(rubbish) == [])
    #expect(scene.fold(scene.delta(hours: 4.1)) == ["3-4 n=1 late 1"])
    let record = scene.delta(hours: 4.2, partition: 1)
    #expect(record.progress.map(\.isIdle) == [false])
    #expect(scene.fold(record) == [])
    expectConservation(scene, read: 9, late: 1)
  }

  /// Another collector is given the partition, and does not know of the silence.
  @Test func aSilenceOutlivesARebalance() throws {
    var scene = Scene(try Hourly.world(), partitions: 2)
    scene.know(2)
    #expect(scene.fold(scene.delta(hours: 0.2, partition: 1)) == [])
    #expect(scene.fold(scene.silence(1)) == [])
    scene.restart(1, from: scene.place(1))
    scene.know(2)
    let first = scene.delta([], 1)
    #expect(first.progress.map(\.isIdle) == [false])
    #expect(scene.fold(first) == [])
    #expect(scene.fold(scene.delta(hours: 0.1, 1.1)) == ["0-1 n=2"])
    #expect(scene.fold(scene.delta(hours: 1.2, partition: 1)) == [])
    #expect(scene.fold(scene.delta(hours: 2.1)) == [])
    #expect(scene.fold(scene.delta(hours: 2.2, partition: 1)) == ["1-2 n=2"])
    expectConservation(scene, read: 6)
  }

  @Test func whileAllAreIdleTimeStands() throws {
    var scene = Scene(try Hourly.world(), partitions: 2)
    scene.know(2)
    #expect(scene.fold(scene.delta(hours: 0.1, 3.1)) == [])
    #expect(scene.fold(scene.silence(1)) == ["0-1 n=1", "1-2 n=0", "2-3 n=0"])
    #expect(scene.fold(scene.silence(0)) == [])
    #expect(scene.evaluator.watermark == nil)
    #expect(scene.fold(scene.delta(hours: 4.1)) == ["3-4 n=1"])
  }

  /// Windows of 2 h are open where those of 1 h have closed: there the record still counts.
  @Test func whatOneSizeOfWindowMissesAnotherMayHold() throws {
    let world = try Hourly.world(
      rules: """
        version: 1
        window: { size: 2h }
        rules: [{ name: Enough, expect: count() >= 0 }]
        """
    )
    var scene = Scene(world, partitions: 2)
    scene.know(2)
    _ = scene.fold(scene.silence(1))
    #expect(scene.fold(scene.delta(hours: 1.1, 2.1)) == ["1-2 n=1"])
    #expect(scene.fold(scene.delta(hours: 1.5, partition: 1)) == [])
    expectConservation(scene, read: 3)
    #expect(scene.fold(scene.delta(hours: 3.1)) == [])
    #expect(scene.fold(scene.silence(1)) == ["2-3 n=1 late 1", "1-3 n=3"])
    expectConservation(scene, read: 4)
  }
}
