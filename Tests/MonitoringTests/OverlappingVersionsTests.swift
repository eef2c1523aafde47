import Records
import Rules
import Sketches
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// While an earlier version's long windows are open, its successor judges the short ones already.
@Suite struct OverlappingVersionsTests {
  /// An hourly monitor in panes of 15 minutes.
  private static func world(_ rules: [String], triggers: [String] = []) throws -> World {
    let triggers = triggers.isEmpty ? "" : "\ntriggers: [\(triggers.joined(separator: ", "))]"
    var world = try Hourly.world(
      rules: "version: 1\nrules: [\(rules.joined(separator: ", "))]\(triggers)"
    )
    world.plan.panes = PaneGrid([WindowSpecification(size: .seconds(900))])
    return world
  }

  private static let low = "{ name: Low, each: features, expect: mean < 50 }"
  // Windows of 12 hours begin at hours -1, 11 and 23 of this stream.
  private static let half =
    "{ name: Half, each: features, expect: mean < 50, window: { size: 12h } }"
  private static let many = "{ name: Many, expect: count() >= 500, window: { size: 12h } }"
  private static let retrain = "{ name: Retrain, when: firing(Half), cooldown: 1h }"

  /// Version, kind and what it is about.
  private static func line(_ judged: Judged) -> String {
    let plan = judged.version.plan
    switch judged.outcome {
    case .window(let result):
      let (start, end) = (Hourly.hour(result.window.start), Hourly.hour(result.window.end))
      return "\(judged.version.number) \(start)-\(end) n=\(result.records)"
    case .alert(let alert):
      let rule = plan.rules[alert.transition.subject.rule].name
      return "\(judged.version.number) \(rule) \(alert.transition.state)"
    case .retrain(let request):
      return "\(judged.version.number) \(plan.triggers[request.trigger].name) "
        + "\(request.selection.rows)"
    case .refused(let refusal): return "\(judged.version.number) refused \(refusal.kind.rawValue)"
    case .expired: return "\(judged.version.number) expired"
    case .verdict(let verdict): return "\(judged.version.number) \(verdict.kind.rawValue)"
    }
  }

  private static func events(_ hours: ClosedRange<Int>) -> [String] {
    hours.map { Hourly.event(Double($0) + 0.1, value: 90) }
  }

  /// The short windows go over at once, the long one that is open is the old version's to the end;
  /// its alert goes on in the new version, whose trigger hears of it.
  @Test func shortWindowsDoNotWaitForLongOnes() throws {
    let old = try Self.world([Self.low, Self.half, Self.many], triggers: [Self.retrain])
    let new = try Self.world([Self.half, Self.low], triggers: [Self.retrain])
    var scene = VersionScene([old.version(), new.version(7)])
    #expect(
      scene.fold(Self.events(0...1)).map(Self.line) == ["-1 0-1 n=1", "-1 Low firing"]
    )
    scene.count(known: 8)
    #expect(
      scene.fold(Self.events(2...4)).map(Self.line) == ["-1 1-2 n=1", "7 2-3 n=1", "7 3-4 n=1"]
    )
    #expect(scene.chain.judging.map(\.version.number) == [-1, 7])
    #expect(
      scene.fold(Self.events(5...11)).map(Self.line) == (4...9).map { "7 \($0)-\($0 + 1) n=1" } + [
        "-1 -1-11 n=11", "-1 Half firing", "-1 Many firing", "7 Retrain 11", "7 10-11 n=1",
        "-1 Many resolved",
      ]
    )
    #expect(scene.chain.judging.map(\.version.number) == [7])
    let book = scene.chain.evaluator.state.book
    #expect(book.firing.map { new.plan.rules[$0.rule].name } == ["Half", "Low"])
    #expect(scene.chain.evaluator.state.governor.states.map(\.hasAsked) == [true])
    // An hour's cooldown is over, but only windows of 12 hours are watched.
    #expect(scene.fold(Self.events(12...13)).map(Self.line) == ["7 11-12 n=1", "7 12-13 n=1"])
    #expect(
      scene.fold(Self.events(14...23)).map(Self.line).suffix(3) == [
        "7 22-23 n=1", "7 11-23 n=12", "7 Retrain 23",
      ]
    )
    let tally = scene.chain.tally
    #expect(tally.read == 24 && tally.accepted == 24 && tally.windows == 25)
  }

  /// What a collector says that hears nothing any more.
  private static func idle(_ commit: Commit) -> Commit {
    var commit = commit
    for index in commit.deltas.indices {
      for step in commit.deltas[index].delta.progress.indices {
        commit.deltas[index].delta.progress[step].isIdle = true
      }
    }
    return commit
  }

  /// A record for an open window of the old version is accepted, whatever the new one has closed;
  /// one that nobody can take is late, and counted once.
  @Test func whatALongWindowTakesIsNotLate() throws {
    let (old, new) = (try Self.world([Self.low, Self.half]), try Self.world([Self.low]))
    var scene = VersionScene([old.version(), new.version(7)], of: 2)
    var idle = VersionScene([old.version(), new.version(7)], partition: 1, of: 2)
    _ = scene.fold(Self.events(0...0))
    _ = scene.hand(Self.idle(idle.commit(Self.events(0...0))))
    scene.count(known: 8)
    idle.count(known: 8)
    _ = scene.hand(Self.idle(idle.commit([])))
    _ = scene.fold(Self.events(1...4))
    #expect(scene.chain.judging.count == 2)
    // The hour is behind all short windows, and the long one is open.
    #expect(scene.hand(idle.commit(Self.events(1...1))).isEmpty)
    #expect(scene.chain.tally.accounting.late == 0 && scene.chain.tally.accepted == 7)
    let later = scene.hand(idle.commit(Self.events(11...11))) + scene.fold(Self.events(5...11))
    let windows = later.compactMap { one -> [UInt64]? in
      guard case .window(let result) = one.outcome else { return nil }
      return [UInt64(one.version.number + 1), result.records, result.accounting.late]
    }
    #expect(windows.first == [8, 1, 1])
    #expect(windows.contains([0, 13, 0]) && windows.count == 8)
    #expect(scene.chain.judging.count == 1)
    // Now that it is closed, nobody takes it.
    _ = scene.hand(idle.commit(Self.events(10...10)))
    let tally = scene.chain.tally
    #expect(tally.read == 16 && tally.accepted == 15 && tally.accounting.late == 1)
  }

  /// What comes too late for the old version's last long window is late in the next one.
  @Test(arguments: [false, true])
  func lateForALongWindowIsLateInTheNext(afterAnother: Bool) throws {
    let old = try Self.world([Self.low, Self.half])
    let new = try Self.world([Self.half, Self.low])
    let versions = afterAnother ? [old.version(), new.version(7)] : [old.version()]
    var scene = VersionScene(versions, of: 2)
    var idle = VersionScene(versions, partition: 1, of: 2)
    _ = scene.fold(Self.events(0...0))
    _ = scene.hand(Self.idle(idle.commit(Self.events(0...0))))
    scene.count(known: 8)
    idle.count(known: 8)
    _ = scene.hand(Self.idle(idle.commit([])))
    _ = scene.fold(Self.events(1...12))
    _ = scene.hand(Self.idle(idle.commit(Self.events(5...5))))
    let long = scene.fold(Self.events(13...24)).compactMap { one -> [UInt64]? in
      guard case .window(let result) = one.outcome, Hourly.hour(result.window.start) == 11,
        Hourly.hour(result.window.end) == 23
      else { return nil }
      return [result.records, result.accounting.late]
    }
    #expect(long == [[12, 1]])
    #expect(scene.chain.tally.accepted == 26 && scene.chain.tally.accounting.late == 1)
  }

  /// A state that is lost in the overlap: what was written is not written again.
  @Test func whatWasWrittenStaysWritten() throws {
    let three = "{ name: Three, each: features, expect: mean < 60, window: { size: 3h } }"
    let (old, new) = (try Self.world([Self.half]), try Self.world([Self.half, three]))
    let from = Timestamp(microseconds: (1_600_002_000 + 2 * 3_600) * 1_000_000)
    let versions = [old.version(), new.version(7, from: from)]
    var scene = VersionScene(versions)
    var commits = [scene.commit(Self.events(0...0))]
    scene.count(known: 8)
    for hour in 1...12 { commits.append(scene.commit(Self.events(hour...hour))) }
    var whole = VersionChain(versions, known: 8, limits: Limits())
    var written: [Judged] = []
    for commit in commits[...8] {
      whole.fold(commit)
      written += whole.advance()
    }
    #expect(whole.judging.count == 2)
    let last = try #require(whole.judging.compactMap(\.evaluator.closedThrough).max())
    var resumed = VersionChain(versions, known: 8, limits: Limits())
    resumed.resume(closedThrough: last)
    var again: [Judged] = []
    for commit in commits[5...] {
      resumed.fold(commit)
      again += resumed.advance()
    }
    let ends = again.compactMap { one -> Timestamp? in
      if case .window(let result) = one.outcome { result.window.end } else { nil }
    }
    #expect(!ends.isEmpty && ends.allSatisfy { $0 > last })
    #expect(again.map(Self.line).contains("7 8-11 n=3"))
  }

  /// Starts that are no instants, or run backwards, are no snapshot.
  @Test func startsMustFollowOneAnother() throws {
    let (old, new) = (try Self.world([Self.low, Self.half]), try Self.world([Self.low]))
    let versions = [old.version(), new.version(7)]
    var scene = VersionScene(versions)
    _ = scene.fold(Self.events(0...0))
    scene.count(known: 8)
    _ = scene.fold(Self.events(1...4))
    #expect(scene.chain.judging.count == 2)
    for start in [Timestamp(microseconds: .min), nil] {
      var bad = scene.chain
      bad.evaluator.state.succession?.start = start
      var writer = ByteWriter()
      bad.encode(into: &writer)
      var reader = ByteReader(writer.bytes)
      var restored = VersionChain(versions, known: 8, limits: Limits())
      #expect(throws: BadEncoding.self) { try restored.restore(from: &reader) }
    }
  }

  /// Three versions at once: windows of 12 hours of the first, of 6 hours of the second.
  @Test func severalMayBeOpenAtOnce() throws {
    let six = "{ name: Six, expect: count() >= 1, window: { size: 6h } }"
    let worlds = try [[Self.half, six], [six, Self.half], [Self.half, six, Self.low]]
      .map { try Self.world($0) }
    var scene = VersionScene([
      worlds[0].version(), worlds[1].version(3), worlds[2].version(5),
    ])
    _ = scene.fold(Self.events(0...0))
    scene.count(known: 4)
    // Windows of 6 hours begin at hours -1, 5 and 11 of this stream.
    #expect(
      scene.fold(Self.events(1...2)).map(Self.line) == ["-1 0-1 n=1", "3 1-2 n=1"]
    )
    scene.count(known: 6)
    #expect(
      scene.fold(Self.events(3...4)).map(Self.line) == ["3 2-3 n=1", "5 3-4 n=1", "5 Low firing"]
    )
    #expect(scene.chain.judging.map(\.version.number) == [-1, 3, 5])
    #expect(
      scene.fold(Self.events(5...11)).map(Self.line) == ["-1 -1-5 n=5"]
        + (4...9).map { "5 \($0)-\($0 + 1) n=1" }
        + ["-1 -1-11 n=11", "-1 Half firing", "5 10-11 n=1", "5 5-11 n=6"]
    )
    #expect(scene.chain.judging.map(\.version.number) == [5])
    #expect(scene.chain.tally.windows == 14)
  }

  private struct Run {
    var judged: [Judged] = []
    var overlaps = 0
    var tally = StreamTally()
  }

  /// What comes of lines that are handed over so many at a time, from snapshot to snapshot.
  private func run(_ versions: [MonitorVersion], _ lines: [String], at most: Int) throws -> Run {
    var scene = VersionScene(versions)
    scene.count(known: 8)
    var chain = VersionChain(versions, known: 8, limits: Limits())
    var run = Run()
    for start in stride(from: 0, to: lines.count, by: most) {
      chain.fold(scene.commit(Array(lines[start..<min(start + most, lines.count)])))
      run.judged += chain.advance()
      run.overlaps += chain.judging.count - 1
      var writer = ByteWriter()
      chain.encode(into: &writer)
      var restored = VersionChain(versions, known: 8, limits: Limits())
      var reader = ByteReader(writer.bytes)
      try restored.restore(from: &reader)
      try reader.finish()
      chain = restored
    }
    run.tally = chain.tally
    return run
  }

  /// However the stream is cut, and whoever goes on from whatever snapshot: the same outcomes in
  /// the same order, of each window the one that its version alone would write.
  @Test(arguments: 0..<12 as Range<UInt64>)
  func everyCutComesToTheSame(seed: UInt64) throws {
    let six = """
      { name: Six, expect: count() >= 9, window: { size: 6h, every: 2h }, for: 2 of 3 windows }
      """
    let waiting = """
      { name: Waiting, each: features, expect: mean < 60, \
      window: { size: 1h, min_records: 12, at_most: 9h } }
      """
    let series = """
      { name: Series, each: features, expect: 'not page_hinkley(mean) == 1 and \
      cusum(count) < 1 and psi(previous) < 1' }
      """
    let step = """
      { name: Step, each: features, expect: ks(previous) < 0.3, window: { size: 6h, every: 2h } }
      """
    let rules = [
      [Self.low, Self.half, six, waiting, Self.many, series],
      [step, waiting, series, six, Self.low, Self.half],
    ]
    let old = try Self.world(rules[Int(seed % 2)], triggers: [Self.retrain])
    let new = try Self.world(rules[1 - Int(seed % 2)], triggers: [Self.retrain])
    var random = SplitMix64(seed: seed)
    let lines = (0..<240).map { index in
      Hourly.event(
        Double(index) / 5 + Double(Int.random(in: -20...20, using: &random)) / 10 + 3,
        value: Int.random(in: 0...120, using: &random)
      )
    }
    let from = Timestamp(
      microseconds: (1_600_002_000 + Int64.random(in: 40...90, using: &random) * 900) * 1_000_000
    )
    let versions = [old.version(), new.version(7, from: from)]
    let whole = try run(versions, lines, at: lines.count)
    var overlaps = 0
    for most in [1, 7, 50] {
      let cut = try run(versions, lines, at: most)
      #expect(cut.judged.map(\.record) == whole.judged.map(\.record), "\(most)")
      #expect(cut.tally == whole.tally)
      overlaps += cut.overlaps
    }
    #expect(overlaps > 0)
    let alone = try [old, new].map { try run([$0.version()], lines, at: 50).judged }
    #expect(
      Self.windows(whole.judged) { _ in true }
        == (Self.windows(alone[0]) { $0 < from } + Self.windows(alone[1]) { $0 >= from }).sorted()
    )
  }

  /// Windows of a fixed size, with what was counted in them.
  private static func windows(
    _ judged: [Judged],
    _ belongs: (Timestamp) -> Bool
  ) -> [String] {
    judged.compactMap { one -> String? in
      guard case .window(let result) = one.outcome, belongs(result.window.start),
        one.version.plan.windows[result.window.specification].minRecords == nil
      else { return nil }
      let window = result.window
      return "\(window.start) \(window.end) \(result.records) \(result.accounting)"
    }.sorted()
  }
}
