import Records
import Sketches
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// Records lost or counted twice between the stages: what is said, of which windows, how loudly.
@Suite struct AuditTests {
  private let fires = "IntegrityHeld firing critical"
  private let resolves = "IntegrityHeld resolved critical"

  @Test func aLostDeltaIsAGapInAllWindowsItsTimeMayTouch() throws {
    var scene = Scene(try Hourly.world())
    #expect(scene.fold(scene.delta(hours: 0.1, 0.5, 1.2)) == ["0-1 n=2"])
    _ = scene.delta(hours: 1.3, 2.4)
    #expect(
      scene.fold(scene.delta(hours: 2.5, 4.1)) == [
        "1-2 n=1 gap 0:3..<5", fires, "2-3 n=1 gap 0:3..<5", "3-4 n=0 gap 0:3..<5",
      ]
    )
    #expect(scene.fold(scene.delta(hours: 5.2)) == ["4-5 n=1 gap 0:3..<5"])
    #expect(scene.fold(scene.delta(hours: 6.1)) == ["5-6 n=1", resolves])
    #expect(scene.fold(scene.delta(hours: 7.1)) == ["6-7 n=1"])
    #expect(scene.evaluator.tally.violations == 1)
    #expect(scene.evaluator.tally.read == 8)
    #expect(scene.evaluator.tally.accepted == 8)
    #expect(scene.evaluator.state.violations.entries.isEmpty)
  }

  @Test func latenessWidensADoubtToEarlierWindows() throws {
    var scene = Scene(try Hourly.world(lateness: "2h"))
    #expect(scene.fold(scene.delta(hours: 0.5, 3.5)) == ["0-1 n=1"])
    _ = scene.delta(hours: 1.7)
    #expect(scene.fold(scene.delta(hours: 3.6)) == [])
    #expect(
      scene.fold(scene.delta(hours: 7.5)) == [
        "1-2 n=0 gap 0:2..<3", fires, "2-3 n=0 gap 0:2..<3", "3-4 n=2 gap 0:2..<3",
        "4-5 n=0 gap 0:2..<3",
      ]
    )
    // What was lost stood before the record at 3.6, which is in time up to 2 h later.
    #expect(scene.fold(scene.delta(hours: 9.5)) == ["5-6 n=0 gap 0:2..<3", "6-7 n=0", resolves])
  }

  @Test func aDeltaCountedTwiceIsAnOverlapInTheWindowsStillOpen() throws {
    var scene = Scene(try Hourly.world())
    let delta = scene.delta(hours: 0.1, 0.5, 1.2)
    #expect(scene.fold(delta) == ["0-1 n=2"])
    #expect(scene.fold(delta) == [])
    #expect(scene.fold(scene.delta(hours: 2.1)) == ["1-2 n=2 late 2 overlap 0:0..<3", fires])
    #expect(scene.fold(scene.delta(hours: 3.1)) == ["2-3 n=1", resolves])
  }

  /// The log holds one more for each partition that there ever was.
  @Test func violationsOfPartitionsThatAreNoMoreAreReadBack() throws {
    let world = try Hourly.world()
    var state = EvaluatorState(plan: world.plan, limits: world.limits)
    for partition in 0..<ViolationLog.limit + 3 {
      let violation = Violation(kind: .reset, topic: 0, partition: partition, start: 0, end: 0)
      state.violations.append(ViolationLog.Entry(violation: violation, panes: 0...1))
    }
    #expect(state.violations.entries.count == ViolationLog.limit + 3)
    var writer = ByteWriter()
    state.encode(into: &writer, plan: world.plan)
    var reader = ByteReader(writer.bytes)
    let layout = StateLayout(plan: world.plan, references: world.references)
    let restored = try EvaluatorState(from: &reader, plan: world.plan, layout: layout)
    #expect(restored.violations == state.violations)
  }

  @Test func aTopicMadeAnewIsAReset() throws {
    var scene = Scene(try Hourly.world())
    #expect(scene.fold(scene.delta(hours: 0.1, 1.2)) == ["0-1 n=1"])
    var place = scene.place()
    (place.offset, place.isReset) = (0, true)
    scene.restart(from: place)
    #expect(
      scene.fold(scene.delta(hours: 1.3, 2.1)) == ["1-2 n=2 reset 0:0..<2", fires]
    )
    #expect(scene.fold(scene.delta(hours: 3.1)) == ["2-3 n=1 reset 0:0..<2"])
    #expect(scene.fold(scene.delta(hours: 4.1)) == ["3-4 n=1", resolves])
    #expect(scene.evaluator.tally.violations == 1)
  }

  @Test func aDeltaThatCountsOthersThanItReadBreaksConservation() throws {
    var scene = Scene(try Hourly.world())
    #expect(scene.fold(scene.delta(hours: 0.1, 1.2)) == ["0-1 n=1"])
    var delta = scene.delta(hours: 2.1, 3.1, 3.2)
    delta.progress[0].read += 1
    let doubt = "conservation 0:2..<5"
    #expect(scene.fold(delta) == ["1-2 n=1", "2-3 n=1 \(doubt)", fires])
    #expect(scene.fold(scene.delta(hours: 4.1)) == ["3-4 n=2 \(doubt)"])
    #expect(scene.fold(scene.delta(hours: 5.1)) == ["4-5 n=1", resolves])
  }

  @Test func aDoubtFromBeforeTheFirstWindowIsTheFirstWindows() throws {
    var scene = Scene(try Hourly.world())
    #expect(scene.fold(scene.delta(["{broken"])) == [])
    _ = scene.delta(["{broken"])
    #expect(scene.fold(scene.delta(["{broken"])) == [])
    #expect(scene.fold(scene.delta(hours: 8.1, 9.1)) == ["8-9 n=1 gap 0:1..<2", fires])
    #expect(scene.fold(scene.delta(hours: 10.1)) == ["9-10 n=1 gap 0:1..<2"])
    #expect(scene.fold(scene.delta(hours: 11.1)) == ["10-11 n=1", resolves])
  }

  /// The first delta after an assignment says where reading goes on, and has read nothing.
  @Test func aGapThatAnEmptyDeltaFindsIsThatOfTheNextRecords() throws {
    var scene = Scene(try Hourly.world())
    #expect(scene.fold(scene.delta(hours: 0.1, 1.2)) == ["0-1 n=1"])
    scene.lose(5)
    #expect(scene.fold(scene.delta([])) == [])
    #expect(scene.fold(scene.delta(["{broken"])) == [])
    #expect(
      scene.fold(scene.delta(hours: 4.1)) == [
        "1-2 n=1 gap 0:2..<7", fires, "2-3 n=0 gap 0:2..<7", "3-4 n=0 gap 0:2..<7",
      ]
    )
    #expect(scene.fold(scene.delta(hours: 5.1)) == ["4-5 n=1 gap 0:2..<7"])
    #expect(scene.fold(scene.delta(hours: 6.1)) == ["5-6 n=1", resolves])
    #expect(scene.evaluator.tally.violations == 1)
  }

  @Test func aResetThatAnEmptyDeltaFindsIsThatOfTheNextRecords() throws {
    var scene = Scene(try Hourly.world())
    #expect(scene.fold(scene.delta(hours: 0.1, 1.2)) == ["0-1 n=1"])
    var place = scene.place()
    (place.offset, place.isReset) = (0, true)
    scene.restart(from: place)
    #expect(scene.fold(scene.delta([])) == [])
    #expect(
      scene.fold(scene.delta(hours: 3.1)) == [
        "1-2 n=1 reset 0:0..<0", fires, "2-3 n=0 reset 0:0..<0",
      ]
    )
    #expect(scene.fold(scene.delta(hours: 4.1)) == ["3-4 n=1 reset 0:0..<0"])
    #expect(scene.fold(scene.delta(hours: 5.1)) == ["4-5 n=1", resolves])
  }

  /// A collector that knows of no commit reads again what was counted.
  @Test func whatIsReadAgainBitByBitIsInDoubtUntilItIsPast() throws {
    var scene = Scene(try Hourly.world())
    #expect(scene.fold(scene.delta(hours: 0.1, 1.2)) == ["0-1 n=1"])
    scene.restart(from: .beginning)
    #expect(scene.fold(scene.delta([])) == [])
    #expect(scene.fold(scene.delta(hours: 0.1)) == [])
    #expect(
      scene.fold(scene.delta(hours: 1.2, 2.1)) == ["1-2 n=2 late 1 overlap 0:0..<2", fires]
    )
    #expect(scene.fold(scene.delta(hours: 3.1)) == ["2-3 n=1 overlap 0:0..<2"])
    #expect(scene.fold(scene.delta(hours: 4.1)) == ["3-4 n=1", resolves])
    #expect(scene.evaluator.tally.violations == 1)
  }

  /// Nobody knows how late the lost ones were: while nothing is read, every window may lack them.
  @Test func whileItIsSilentAPartitionThatLostRecordsLeavesAllInDoubt() throws {
    var scene = Scene(try Hourly.world(), partitions: 2)
    scene.know(2)
    #expect(scene.fold(scene.delta(hours: 0.2, partition: 1)) == [])
    scene.lose(5, 1)
    #expect(scene.fold(scene.silence(1)) == [])
    #expect(
      scene.fold(scene.delta(hours: 0.1, 2.1)) == [
        "0-1 n=2 gap 1:1..<6", fires, "1-2 n=0 gap 1:1..<6",
      ]
    )
    #expect(scene.fold(scene.delta(hours: 3.1)) == ["2-3 n=1 gap 1:1..<6"])
    #expect(scene.fold(scene.delta(hours: 3.2, partition: 1)) == [])
    #expect(scene.fold(scene.delta(hours: 4.1)) == [])
    #expect(scene.fold(scene.delta(hours: 5.1, partition: 1)) == ["3-4 n=2 gap 1:1..<6"])
    #expect(scene.fold(scene.delta(hours: 5.2)) == ["4-5 n=1", resolves])
  }

  /// The watermark is the third largest time; what was lost may be as late as the largest.
  @Test func aGapReachesToTheLatestRecordBehindIt() throws {
    var scene = Scene(try Hourly.world(), trust: .producers)
    #expect(scene.fold(scene.delta(hours: 0.1, 0.2, 0.3, 1.1, 1.2, 1.3)) == ["0-1 n=3"])
    scene.lose(5)
    #expect(scene.fold(scene.delta(hours: 1.5, 6.1, 6.2)) == [])
    let doubt = "gap 0:6..<11"
    #expect(
      scene.fold(scene.delta(hours: 7.1, 7.2, 7.3)) == ["1-2 n=4 \(doubt)", fires]
        + (2..<6).map { "\($0)-\($0 + 1) n=0 \(doubt)" } + ["6-7 n=2 \(doubt)"]
    )
    #expect(scene.fold(scene.delta(hours: 8.1, 8.2, 8.3)) == ["7-8 n=3", resolves])
  }

  @Test func aPartitionsFirstDeltaIsMissedToo() throws {
    var scene = Scene(try Hourly.world())
    _ = scene.delta(hours: 0.1, 0.2)
    #expect(scene.fold(scene.delta(hours: 0.3, 1.1)) == ["0-1 n=1 gap 0:0..<2", fires])
    #expect(scene.fold(scene.delta(hours: 2.1)) == ["1-2 n=1 gap 0:0..<2"])
    #expect(scene.fold(scene.delta(hours: 3.1)) == ["2-3 n=1", resolves])
  }

  /// The first of them are written, whatever was empty before; of the others one record tells.
  @Test func doubtfulWindowsAreNoPartOfASilence() throws {
    var world = try Hourly.world(lateness: "10h")
    world.limits.emptyWindows = 2
    var scene = Scene(world, partitions: 2)
    scene.know(2)
    #expect(scene.fold(scene.delta(hours: 0.6, partition: 1)) == [])
    #expect(scene.fold(scene.delta(hours: 0.5, 50.2)) == [])
    _ = scene.delta(hours: 50.3)
    #expect(scene.fold(scene.delta(hours: 50.4)) == [])
    #expect(scene.fold(scene.delta(hours: 70.5)) == [])
    #expect(
      scene.fold(scene.delta(hours: 60.2, partition: 1)) == [
        "0-1 n=2", "1-2 n=0", "2-3 n=0", "3-40 n=0 skipped 37", "40-41 n=0 gap 0:2..<3", fires,
        "41-42 n=0 gap 0:2..<3",
      ]
    )
    #expect(scene.evaluator.closedThrough.map(Hourly.hour) == 50)
    #expect(
      scene.fold(scene.delta(hours: 75, partition: 1)) == [
        "42-50 n=0 skipped 8 gap 0:2..<3", "50-51 n=2 gap 0:2..<3", "51-52 n=0 gap 0:2..<3",
        "52-53 n=0 gap 0:2..<3",
      ]
    )
  }

  /// Two sizes of window: each names the violations that touch it.
  @Test func aWindowsRecordNamesItsViolations() throws {
    let world = try Hourly.world(
      rules: """
        version: 1
        window: { size: 2h }
        rules: [{ name: Enough, expect: count() >= 0 }]
        """
    )
    var scene = Scene(world)
    _ = scene.fold(scene.delta(hours: 0.1, 1.2))
    _ = scene.delta(hours: 1.3)
    scene.evaluator.fold(scene.delta(hours: 4.5))
    let writer = EventWriter(plan: world.plan, references: world.references)
    let texts = scene.evaluator.advance().map { outcome in
      String(decoding: writer.record(outcome).value ?? [], as: UTF8.self)
    }
    let integrity = texts.compactMap { text in
      text.firstMatch(of: /"window_size":"(.h)".*("integrity":.*),"fields"/).map {
        "\($0.output.1) \($0.output.2)"
      }
    }
    let violated = """
      "integrity":"violated","violations":[{"kind":"gap","topic":"orders","partition":0,\
      "start":2,"end":3}]
      """
    #expect(
      integrity == ["1h \(violated)", "1h \(violated)", "2h \(violated)", "1h \(violated)"]
    )
    #expect(texts.count { $0.contains(#""rule":"IntegrityHeld","severity":"critical""#) } == 1)
    _ = scene.fold(scene.delta(hours: 5.5))
    scene.evaluator.fold(scene.delta(hours: 6.5))
    let clean = scene.evaluator.advance().compactMap { outcome in
      if case .window(let result) = outcome { result } else { nil }
    }
    #expect(clean.map(\.violations) == [[]])
  }

  /// What became of deltas: the tally, and the records of each window.
  private func outcome(_ deltas: [Delta], _ world: World) -> (StreamTally, [Window: [WindowResult]])
  {
    var evaluator = Evaluator(plan: world.plan, references: world.references, limits: world.limits)
    var windows: [Window: [WindowResult]] = [:]
    for delta in deltas {
      evaluator.fold(delta)
      for case .window(let result) in evaluator.advance() {
        windows[result.window, default: []].append(result)
      }
    }
    return (evaluator.tally, windows)
  }

  /// Windows that hold other than they should, without a word of it.
  private func unsaid(_ found: [Window: [WindowResult]], _ right: [Window: [WindowResult]]) -> Int {
    func counts(_ results: [WindowResult]?) -> [String] {
      (results ?? []).map { "\($0.version?.name ?? "") \($0.records) \($0.accounting)" }
    }
    return found.count { window, results in
      results.allSatisfy(\.violations.isEmpty) && counts(results) != counts(right[window])
    }
  }

  /// Every commit of a hostile stream lost or doubled in turn, with the empty delta of a collector
  /// that goes on behind it: none goes unnoticed, in no window.
  @Test(arguments: [PartitionClock.Trust.broker, .producers])
  func everyLossAndEveryDoubleIsFound(trust: PartitionClock.Trust) throws {
    let world = try HostileLog.world()
    var collector = Collector(plan: world.plan, references: world.references, limits: world.limits)
    collector.partitionCounts = [1]
    let handle = collector.assign(topic: 0, partition: 0)
    collector.setTrust(trust, handle)
    let lines = HostileStream.lines(seed: 4, count: 300, step: 60)
    let deltas = stride(from: 0, to: lines.count, by: 10).map { start in
      collector.ingest(Array(lines[start..<start + 10]), handle: handle)
      return collector.takeDelta()
    }
    let right = outcome(deltas, world)
    #expect(right.0.violations == 0 && right.1.count > 10)
    for index in deltas.indices {
      var wrong = deltas
      wrong.insert(deltas[index], at: index)
      let doubled = outcome(wrong, world)
      #expect(doubled.0.violations == 1, "delta \(index) twice")
      #expect(doubled.0.read == 310 && unsaid(doubled.1, right.1) == 0, "delta \(index) twice")
      var empty = Delta()
      empty.progress = deltas[index].progress
      empty.progress[0].from = deltas[index].progress[0].to
      (empty.progress[0].read, empty.progress[0].latest) = (0, nil)
      empty.progress[0].watermark = index > 0 ? deltas[index - 1].progress[0].watermark : nil
      empty.progress[0].isFirst = false
      wrong = deltas
      wrong[index] = empty
      let lost = outcome(wrong, world)
      #expect(lost.0.violations == 1 && unsaid(lost.1, right.1) == 0, "delta \(index) lost")
      #expect(lost.0.read == 290 && lost.0.read == lost.0.accepted + lost.0.accounting.total)
    }
  }
}
