import Records
import Reference
import Rules
import Sketches
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// Versions that follow one another: each window is judged by exactly one, and lacks nothing.
@Suite struct VersionChainTests {
  /// An hourly monitor in panes of 15 minutes, which watches another window, too.
  private static func world(_ window: String, limit: Int = 50) throws -> World {
    var world = try Hourly.world(
      rules: """
        version: 1
        rules:
          - { name: Low, each: features, expect: mean < \(limit) }
          - { name: Other, expect: count() >= 1, window: \(window) }
        """
    )
    world.plan.panes = PaneGrid([WindowSpecification(size: .seconds(900))])
    return world
  }

  private static func hour(_ hour: Double) -> Timestamp {
    Timestamp(microseconds: Int64((1_600_002_000 + hour * 3_600) * 1_000_000))
  }

  /// Version, first and last hour and records of each window.
  private static func windows(_ judged: [Judged]) -> [String] {
    judged.compactMap { one in
      guard case .window(let result) = one.outcome else { return nil }
      let (start, end) = (
        Hourly.hour(result.window.start), Hourly.hour(result.window.end)
      )
      let skipped = result.skippedWindows > 0 ? " skipped \(result.skippedWindows)" : ""
      return "\(one.version.number): \(start)-\(end) n=\(result.records)\(skipped)"
    }
  }

  private static func events(_ hours: [Double]) -> [String] {
    hours.map { Hourly.event($0, value: 90) }
  }

  /// A chain, and the collectors of two partitions that know of its versions apart.
  private struct Pair {
    var first: VersionScene
    var second: VersionScene
    var chain: VersionChain

    init(_ versions: [MonitorVersion]) {
      first = VersionScene(versions, of: 2)
      second = VersionScene(versions, partition: 1, of: 2)
      chain = VersionChain(versions, known: 8, limits: Limits())
    }

    /// The windows that come of what one of them makes of events at these hours.
    mutating func take(
      _ scene: WritableKeyPath<Self, VersionScene>,
      _ hours: [Double]
    ) -> [String] {
      chain.fold(self[keyPath: scene].commit(VersionChainTests.events(hours)))
      return VersionChainTests.windows(chain.advance())
    }
  }

  /// The window that was open when the version was heard of, and the hopping one that begins
  /// before it, stay the old version's.
  @Test func windowsThatAreOpenStayWithTheOldVersion() throws {
    let (old, new) = (
      try Self.world("{ size: 2h, every: 1h }"),
      try Self.world("{ size: 2h, every: 1h }", limit: 60)
    )
    var scene = VersionScene([old.version(), new.version(7)])
    #expect(Self.windows(scene.fold(Self.events([0.1, 1.1]))) == ["-1: 0-1 n=1", "-1: -1-1 n=1"])
    scene.count(known: 8)
    #expect(
      Self.windows(scene.fold(Self.events([1.2, 2.1, 3.1, 4.1]))) == [
        "-1: 1-2 n=2", "-1: 0-2 n=3", "-1: 1-3 n=3", "7: 2-3 n=1", "7: 3-4 n=1", "7: 2-4 n=2",
      ]
    )
    #expect(scene.chain.waiting.isEmpty && scene.chain.version.number == 7)
  }

  /// A partition whose collector has not heard of the version holds it back, and what it counts.
  @Test func allCollectorsMustCountForIt() throws {
    let (old, new) = (try Self.world("1h"), try Self.world("1h", limit: 60))
    var pair = Pair([old.version(), new.version(7)])
    pair.first.count(known: 8)
    #expect(pair.take(\.first, [0.1, 1.1, 2.1]) == [])
    #expect(pair.chain.waiting.map(\.start) == [Timestamp(microseconds: .min)])
    // The other partition's collector knows nothing of it, and has counted hour 3 without it.
    #expect(
      pair.take(\.second, [0.2, 3.2]) == ["-1: 0-1 n=2", "-1: 1-2 n=1"]
    )
    #expect(pair.chain.waiting.map(\.start) == [Self.hour(3.25)])
    #expect(pair.take(\.first, [5.1]) == ["-1: 2-3 n=1"])
    pair.second.count(known: 8)
    #expect(
      pair.take(\.second, [3.9, 5.2]) == ["-1: 3-4 n=2", "7: 4-5 n=0"]
    )
  }

  /// A clock that runs a year ahead puts no version off: what it brought is in the windows of a
  /// version that counts alike, and late in those of one that does not.
  @Test(arguments: [false, true])
  func aClockThatRunsAheadPutsNothingOff(ofAnotherLayout: Bool) throws {
    let old = try Self.world("1h")
    var new = try Self.world("1h", limit: 60)
    if ofAnotherLayout {
      let other = (0..<600).map { Hourly.event(0, value: $0 % 70, model: "1") }
      new.references = References(try Rows(other).learn(time: "at").profile)
    }
    var scene = VersionScene([old.version(), new.version(7)], trust: .producers)
    let year = 8_760.0
    #expect(
      Self.windows(scene.fold(Self.events([0.1, year + 0.1, 0.2, 1.1, 1.2, 1.3]))) == [
        "-1: 0-1 n=2"
      ]
    )
    scene.count(known: 8)
    let judged = scene.fold(Self.events([2.1, 2.2, 2.3, 3.1, 3.2, 3.3]))
    #expect(Self.windows(judged) == ["-1: 1-2 n=3", "7: 2-3 n=3"])
    let last = scene.fold(Self.events([year + 1.1, year + 1.2, year + 1.3, year + 1.4]))
    let late = last.compactMap { one -> [UInt64]? in
      guard case .window(let result) = one.outcome,
        Hourly.hour(result.window.start) == Int64(year)
      else { return nil }
      return [result.records, result.accounting.late]
    }
    #expect(late == [ofAnotherLayout ? [0, 1] : [1, 0]])
    let tally = scene.chain.evaluator.tally
    #expect(tally.read == 16 && tally.accepted + tally.accounting.total == 16)
    #expect(tally.accounting.late == (ofAnotherLayout ? 1 : 0))
  }

  /// Heard of before anything was counted, but not by every collector: the old version begins, and
  /// has nothing to judge.
  @Test func aVersionFromTheVeryBeginningJudgesAll() throws {
    let (old, new) = (try Self.world("1h"), try Self.world("1h", limit: 60))
    var pair = Pair([old.version(), new.version(7)])
    pair.first.count(known: 8)
    #expect(pair.take(\.first, []) == [] && pair.take(\.second, []) == [])
    #expect(pair.take(\.first, [0.1, 2.1]) == [])
    pair.second.count(known: 8)
    #expect(pair.take(\.second, [0.2, 2.2]) == ["7: 0-1 n=2", "7: 1-2 n=0"])
  }

  @Test func aTimeInTheFutureIsWaitedFor() throws {
    let (old, new) = (try Self.world("1h"), try Self.world("1h", limit: 60))
    var scene = VersionScene([old.version(), new.version(7, from: Self.hour(3))])
    scene.count(known: 8)
    #expect(
      Self.windows(scene.fold(Self.events([0.1, 1.1, 2.1, 3.1, 4.1]))) == [
        "-1: 0-1 n=1", "-1: 1-2 n=1", "-1: 2-3 n=1", "7: 3-4 n=1",
      ]
    )
  }

  /// Of several that were published at once, each has its time.
  @Test func versionsHaveTheirTimeOneAfterTheOther() throws {
    let worlds = try [50, 60, 70, 80].map { try Self.world("1h", limit: $0) }
    var scene = VersionScene([
      worlds[0].version(), worlds[1].version(3, from: Self.hour(2)),
      worlds[2].version(5, from: Self.hour(2)), worlds[3].version(7, from: Self.hour(3)),
    ])
    scene.count(known: 8)
    #expect(
      Self.windows(scene.fold(Self.events([0.1, 1.1, 2.1, 3.1, 4.1]))) == [
        "-1: 0-1 n=1", "-1: 1-2 n=1", "5: 2-3 n=1", "7: 3-4 n=1",
      ]
    )
  }

  /// A version that waits is replaced by one that is published later and begins earlier.
  @Test func whatWouldBeginLaterIsReplaced() throws {
    let worlds = try [50, 60, 70].map { try Self.world("1h", limit: $0) }
    var scene = VersionScene([
      worlds[0].version(), worlds[1].version(3, from: Self.hour(500)), worlds[2].version(5),
    ])
    scene.count(known: 4)
    #expect(Self.windows(scene.fold(Self.events([0.1, 1.1]))) == ["-1: 0-1 n=1"])
    scene.count(known: 6)
    #expect(Self.windows(scene.fold(Self.events([2.1, 3.1]))) == ["-1: 1-2 n=1", "5: 2-3 n=1"])
    #expect(scene.chain.waiting.isEmpty)
  }

  /// Whoever comes behind a version begins behind its windows, whatever else it was told.
  @Test func nobodyJudgesBeforeWhoCameBefore() throws {
    let worlds = try [50, 60, 70].map { try Self.world("1h", limit: $0) }
    var scene = VersionScene([
      worlds[0].version(), worlds[1].version(3, from: Self.hour(2)),
      worlds[2].version(5, from: Self.hour(2)),
    ])
    scene.count(known: 6)
    #expect(
      Self.windows(scene.fold(Self.events([0.1, 1.1, 2.1, 3.1]))) == [
        "-1: 0-1 n=1", "-1: 1-2 n=1", "5: 2-3 n=1",
      ]
    )
  }

  /// A time before the first record is no reason for windows in which nothing was.
  @Test func aTimeBeforeTheStreamBeginsWithTheStream() throws {
    let (old, new) = (try Self.world("1h"), try Self.world("1h", limit: 60))
    var scene = VersionScene([old.version(), new.version(7, from: Self.hour(-400))])
    scene.count(known: 8)
    #expect(
      Self.windows(scene.fold(Self.events([0.1, 1.1, 2.1]))) == ["7: 0-1 n=1", "7: 1-2 n=1"]
    )
  }

  /// Where collectors count for a later version only, an evaluator that begins anew goes over.
  @Test func whatNobodyCountsForJudgesNothing() throws {
    let old = try Self.world("1h")
    var new = old
    let other = (0..<600).map { Hourly.event(0, value: $0 % 70, model: "1") }
    new.references = References(try Rows(other).learn(time: "at").profile)
    let versions = [old.version(), new.version(7)]
    var chain = VersionChain(versions, known: 8, limits: Limits())
    var collector = VersionScene([new.version()])
    collector.count(known: 8)
    chain.fold(collector.commit(Self.events([0.1, 1.1, 2.1])))
    #expect(Self.windows(chain.advance()) == ["7: 0-1 n=1", "7: 1-2 n=1"])
    #expect(chain.version.number == 7 && chain.evaluator.tally.violations == 0)
  }

  /// Windows of another size begin where they may; what lies between is not late for them.
  @Test func windowsOfAnotherSizeBeginBehindTheOldOnes() throws {
    let (old, new) = (try Self.world("1h"), try Self.world("{ size: 4h }"))
    var scene = VersionScene([old.version(), new.version(7)])
    _ = scene.fold(Self.events([0.1, 1.1]))
    scene.count(known: 8)
    // The windows of 4 hours begin at hours 3 and 7 of this stream.
    let judged = scene.fold(Self.events([1.3, 2.1, 3.1, 4.1, 2.2, 7.1]))
    #expect(
      Self.windows(judged) == [
        "-1: 1-2 n=2", "7: 2-3 n=1", "7: 3-4 n=1", "7: 4-5 n=1", "7: 5-6 n=0", "7: 6-7 n=0",
        "7: 3-7 n=2",
      ]
    )
    let late = judged.compactMap { one -> UInt64? in
      if case .window(let result) = one.outcome { result.accounting.late } else { nil }
    }
    // The one of hour 2.2, which its own partition finds late where its watermark stands.
    #expect(late == [0, 0, 0, 1, 0, 0, 1])
    let tally = scene.chain.evaluator.tally
    #expect(tally.read == 8 && tally.accepted == 7 && tally.accounting.late == 1)
  }

  /// The gap that is open when a version ends is told by it, up to where the next begins.
  @Test func aGapEndsWithItsVersion() throws {
    let (old, new) = (try Hourly.world(), try Hourly.world(rules: Self.rule))
    var scene = VersionScene([old.version(), new.version(7, from: Self.hour(1_500))])
    scene.count(known: 8)
    let windows = Self.windows(scene.fold(Self.events([0.1, 3_000.1])))
    #expect(windows.first == "-1: 0-1 n=1" && windows.count == 2_002)
    #expect(
      windows[1_000...1_002] == [
        "-1: 1000-1001 n=0", "-1: 1001-1500 n=0 skipped 499", "7: 1500-1501 n=0",
      ]
    )
  }

  private static let rule = "version: 1\nrules: [{ name: Enough, expect: count() >= 1 }]"

  /// A snapshot holds what waits: whoever goes on from it says the same.
  @Test func everyPrefixRestoresToTheSame() throws {
    let (old, new) = (try Self.world("1h"), try Self.world("{ size: 2h }", limit: 60))
    let versions = [old.version(), new.version(7)]
    var scene = VersionScene(versions)
    var chain = VersionChain(versions, known: 8, limits: Limits())
    var (waited, judged) = (0, 0)
    for hour in 0..<12 {
      if hour == 3 { scene.count(known: 8) }
      let commit = scene.commit(Self.events([Double(hour) + 0.1, Double(hour) + 0.6]))
      chain.fold(commit)
      var writer = ByteWriter()
      chain.encode(into: &writer)
      var restored = VersionChain(versions, known: 8, limits: Limits())
      var reader = ByteReader(writer.bytes)
      try restored.restore(from: &reader)
      try reader.finish()
      var again = ByteWriter()
      restored.encode(into: &again)
      #expect(again.bytes == writer.bytes)
      waited += restored.waiting.count
      let (whole, other) = (chain.advance(), restored.advance())
      #expect(whole.map(\.record) == other.map(\.record))
      judged += whole.count
      chain = restored
    }
    #expect(waited >= 1 && judged > 10 && chain.version.number == 7)
  }

  @Test func aSnapshotOfAnotherVersionIsRefused() throws {
    let (old, new) = (try Self.world("1h"), try Self.world("1h", limit: 60))
    var writer = ByteWriter()
    VersionChain([old.version()], known: 0, limits: Limits()).encode(into: &writer)
    var reader = ByteReader(writer.bytes)
    var chain = VersionChain([new.version()], known: 0, limits: Limits())
    let name = MonitorVersion.name(of: old.plan, old.references)
    #expect(
      throws: BadEncoding("it is of version \(name), which is not among those published", at: 3)
    ) { try chain.restore(from: &reader) }
  }
}
