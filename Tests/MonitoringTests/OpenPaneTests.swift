import Records
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// However far partitions are apart and whatever their clocks say, only so many panes are open, and
/// what that costs is said.
@Suite struct OpenPaneTests {
  private let fires = "IntegrityHeld firing critical"
  private let resolves = "IntegrityHeld resolved critical"

  private func scene(_ partitions: Int = 2) throws -> Scene {
    var world = try Hourly.world()
    world.limits.openPanes = 4
    var scene = Scene(world, partitions: partitions)
    scene.know(partitions)
    return scene
  }

  /// What was read is what was counted.
  private func expectConservation(
    _ scene: Scene,
    late: UInt64 = 0,
    violations: UInt64,
    _ location: SourceLocation = #_sourceLocation
  ) {
    let tally = scene.evaluator.tally
    #expect(tally.accepted + tally.accounting.total == tally.read, sourceLocation: location)
    #expect(tally.accounting.late == late, sourceLocation: location)
    #expect(tally.violations == violations, sourceLocation: location)
  }

  @Test func aDeadPartitionIsWaitedForUntilSoManyPanesAreOpen() throws {
    var scene = try scene()
    #expect(scene.fold(scene.delta(hours: 0.2, 0.4, partition: 1)) == [])
    #expect(scene.fold(scene.delta(hours: 0.1, 1.1, 2.1)) == [])
    #expect(scene.fold(scene.delta(hours: 3.1, 4.1)) == [])
    #expect(scene.evaluator.state.panes.count == 5)
    let limit = "limit 1:2..<2"
    #expect(
      scene.fold(scene.delta(hours: 5.1)) == [
        "0-1 n=3 \(limit)", fires, "1-2 n=1 \(limit)", "2-3 n=1 \(limit)", "3-4 n=1 \(limit)",
        "4-5 n=1 \(limit)",
      ]
    )
    // It is waited for no longer, and that goes on being said.
    #expect(scene.fold(scene.delta(hours: 6.1, 7.1)) == ["5-6 n=1 \(limit)", "6-7 n=1 \(limit)"])
    #expect(scene.evaluator.state.panes.count == 1)
    expectConservation(scene, violations: 1)
  }

  /// It holds windows open again; what it brings of those that have closed is late.
  @Test func itIsWaitedForAgainWhenItGoesOn() throws {
    var scene = try scene()
    _ = scene.fold(scene.delta(hours: 0.2, partition: 1))
    _ = scene.fold(scene.delta(hours: 0.1, 1.1, 2.1, 3.1, 4.1, 5.1))
    expectConservation(scene, violations: 1)
    #expect(scene.fold(scene.delta(hours: 1.5, 3.5, 5.5, partition: 1)) == [])
    #expect(scene.fold(scene.delta(hours: 6.1)) == [])
    let last = scene.fold(scene.delta(hours: 6.2, partition: 1))
    #expect(last == ["5-6 n=2 late 2 limit 1:1..<1"])
    #expect(scene.fold(scene.delta(hours: 7.1)) == [])
    #expect(scene.fold(scene.delta(hours: 7.2, partition: 1)) == ["6-7 n=2", resolves])
    expectConservation(scene, late: 2, violations: 1)
  }

  /// A partition that was never heard of holds back even the first window.
  @Test func aPartitionNeverHeardOfIsNotWaitedForForEver() throws {
    var scene = try scene(1)
    scene.know(3)
    for hour in 0..<4 { #expect(scene.fold(scene.delta(hours: Double(hour) + 0.1)) == []) }
    let limits = "limit 1:0..<0 limit 2:0..<0"
    let found = scene.fold(scene.delta(hours: 4.1))
    #expect(
      found == ["0-1 n=1 \(limits)", fires] + (1..<4).map { "\($0)-\($0 + 1) n=1 \(limits)" }
    )
    expectConservation(scene, violations: 2)
  }

  /// Only those are left behind that must be, the slowest first.
  @Test func thoseThatAreNearGoOnHolding() throws {
    var scene = try scene(3)
    #expect(scene.fold(scene.delta(hours: 0.1, partition: 1)) == [])
    #expect(scene.fold(scene.delta(hours: 0.2, 3.2, partition: 2)) == [])
    let found = scene.fold(scene.delta(hours: 1.1, 2.1, 3.1, 4.1, 5.1))
    #expect(found.map { String($0.prefix(3)) } == ["0-1", "Int", "1-2", "2-3"])
    #expect(scene.evaluator.state.panes.keys.count == 3)
    expectConservation(scene, violations: 1)
  }

  /// While all are silent nothing says how far time has come, unless too many panes wait.
  @Test func silencesThatComeWithRecordsHoldNothingForEver() throws {
    var scene = try scene(1)
    var closed: [String] = []
    for hour in 0..<12 {
      var delta = scene.delta(hours: Double(hour) + 0.1)
      delta.progress[0].isIdle = true
      closed += scene.fold(delta)
      #expect(scene.evaluator.state.panes.count <= 5)
    }
    #expect(closed == (0..<9).map { "\($0)-\($0 + 1) n=1" })
    expectConservation(scene, violations: 0)
  }

  /// Mad clocks of several partitions: each may open a far pane, all together one, too.
  @Test func clocksThatRunAheadCrowdOutEachOther() throws {
    var scene = try scene(3)
    for partition in 0..<3 {
      #expect(scene.fold(scene.delta(hours: 0.1, partition: partition)) == [])
    }
    // A producers' clock that one record does not move.
    for partition in 0..<3 {
      var delta = scene.delta(hours: 1_000 + Double(partition), partition: partition)
      delta.progress[0].watermark = nil
      delta.progress[0].latest = nil
      #expect(scene.fold(delta) == [])
      #expect(scene.evaluator.state.panes.count == 2)
    }
    let tally = scene.evaluator.tally
    #expect(tally.accounting.rejected(.paneLimit) == 2)
    expectConservation(scene, violations: 2)
    let marks = scene.evaluator.state.violations.entries.map(\.violation)
    #expect(marks.map { [$0.partition, Int($0.start), Int($0.end)] } == [[1, 1, 2], [2, 1, 2]])
  }

  /// The same log, read by evaluators that die and go on from snapshots.
  @Test func theLogAloneDecidesWhoIsWaitedFor() throws {
    var world = try Hourly.world()
    world.limits.openPanes = 4
    var scene = Scene(world, partitions: 3)
    scene.know(3)
    var log: [[UInt8]] = []
    let commits = Commits(world)
    for step in 0..<60 {
      // The third partition stops, and goes on where it stood.
      let partition = step % 3 == 2 && (10..<40).contains(step) ? 0 : step % 3
      let hour = partition == 2 && step >= 40 ? step - 30 : step
      let delta = scene.delta(hours: Double(hour) + 0.1, partition: partition)
      log += commits.records(delta, UInt64(step + 1), by: Commits.name("\(partition)"))
    }
    func read(restarting interval: Int) throws -> [String] {
      var evaluator = LogStage.evaluator(world)
      var texts: [String] = []
      for (offset, record) in log.enumerated() {
        if offset.isMultiple(of: interval) {
          let snapshot = evaluator.snapshot()
          evaluator = LogStage.evaluator(world)
          try evaluator.restore(snapshot)
        }
        for judged in evaluator.take(record, at: Int64(offset)) {
          texts.append(String(decoding: judged.record.value ?? [], as: UTF8.self))
        }
        #expect(evaluator.evaluator.state.panes.count <= 9)
      }
      #expect(evaluator.tally.violations == 4)
      return texts
    }
    let whole = try read(restarting: .max)
    #expect(whole.count { $0.contains(#""kind":"limit","topic":"orders","partition":2"#) } == 49)
    for interval in [1, 2, 7] { #expect(try read(restarting: interval) == whole) }
  }
}
