import Drift
import Records
import Reference
import Rules
import Sketches
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// What detectors remember: across references, of windows in doubt, in snapshots, and how much.
@Suite struct DetectorMemoryTests {
  private static func rules(_ rules: String...) -> String {
    "version: 1\nrules: [\(rules.joined(separator: ", "))]"
  }

  private static func rule(_ name: String, _ series: String, _ more: String = "") -> String {
    "{ name: \(name), each: numeric, expect: page_hinkley(\(series)) < 1\(more) }"
  }

  private static func lines(_ hours: some Sequence<Int>) -> [String] {
    hours.map { Hourly.event(Double($0) + 0.5, value: 1 + $0 % 2, model: "1") }
  }

  /// Values that each rule's detector has seen.
  private static func counts(_ book: AlertBook, _ plan: Plan) -> [String: UInt64] {
    let counts = book.entries.flatMap { subject, entry in
      entry.detectors.values.compactMap { detector -> (String, UInt64)? in
        guard case .pageHinkley(let state) = detector else { return nil }
        return (plan.rules[subject.rule].name, state.count)
      }
    }
    return Dictionary(counts) { $0 + $1 }
  }

  /// A comparison with another reference is another series; the window's own numbers are not, nor
  /// is what two windows differ by.
  @Test(arguments: [false, true])
  func anotherReferenceIsAnotherSeries(isOther: Bool) throws {
    let text = Self.rules(
      Self.rule("Shift", "mean_shift"),
      Self.rule("Mean", "mean"),
      Self.rule("Bound", "drift"),
      Self.rule("Step", "psi(previous)"),
      Self.rule("Rate", "missing"),
      Self.rule("Range", "out_of_range"),
      Self.rule("Wide", "mean_shift", ", window: { size: 4h }")
    )
    let before = try Hourly.world(rules: text)
    var after = try Hourly.world(
      rules: text.replacing("rules: [", with: "rules: [{ name: Other, expect: count >= 0 }, ")
    )
    if isOther {
      // a thousand times as far off: its shift would alarm at once
      let rows = (0..<600).map { Hourly.event(0, value: 1_000 + $0 % 3, model: "1") }
      after.references = References(try Rows(rows).learn(time: "at").profile)
    }
    var scene = VersionScene([before.version(), after.version(4)])
    var judged = scene.fold(Self.lines(0..<22))
    scene.count(known: 5)
    for hour in 22..<60 { judged += scene.fold(Self.lines([hour])) }
    #expect(scene.chain.version.number == 4 && scene.chain.judging.count == 1)
    func windows(_ version: Int64?, hours: Int64) -> UInt64 {
      UInt64(
        judged.count { one in
          guard case .window(let result) = one.outcome, result.records > 0 else { return false }
          let (start, end) = (result.window.start.microseconds, result.window.end.microseconds)
          return end - start == hours * 3_600_000_000
            && version ?? one.version.number
              == one.version.number
        }
      )
    }
    let (all, own) = (windows(nil, hours: 1), windows(4, hours: 1))
    let (wide, ownWide) = (windows(nil, hours: 4), windows(4, hours: 4))
    #expect([all, own, wide, ownWide] == [59, 37, 15, 9])
    let found = Self.counts(scene.chain.evaluator.state.book, after.plan)
    // each version's first window has none before it
    #expect(
      found == [
        "Shift": isOther ? own : all, "Bound": isOther ? own : all,
        "Range": isOther ? own : all, "Wide": isOther ? ownWide : wide, "Mean": all,
        "Rate": all, "Step": all - 2,
      ]
    )
    let alerts = judged.filter { if case .alert = $0.outcome { true } else { false } }
    #expect(alerts.isEmpty)
  }

  /// What may lack records teaches nothing, and is not judged.
  @Test func windowsInDoubtAreNoPartOfASeries() throws {
    let world = try Hourly.world(rules: Self.rules(Self.rule("Mean", "mean")))
    var scene = Scene(world)
    scene.evaluator.fold(scene.delta(Self.lines(0..<2)))
    var results = scene.evaluator.advance()
    scene.lose(5)
    for hour in 2..<6 {
      scene.evaluator.fold(scene.delta(Self.lines([hour])))
      results += scene.evaluator.advance()
    }
    let found = results.compactMap { outcome -> String? in
      guard case .window(let result) = outcome else { return nil }
      return "\(result.violations.count) \(result.undecided.count)"
    }
    #expect(found == ["0 0", "1 1", "1 1", "0 0", "0 0"])
    #expect(Self.counts(scene.evaluator.state.book, world.plan) == ["Mean": 3])
  }

  /// Each rule's detector counts once for each field and population, also of retired versions.
  @Test func theirStateIsReserved() throws {
    func size(_ rules: String...) throws -> (bytes: Int, problem: String?) {
      let world = try Hourly.world(rules: "version: 1\nrules: [\(rules.joined(separator: ", "))]")
      func problem(_ bytes: Int) -> String? {
        var limits = Limits()
        limits.stateBytes = bytes
        return StateSize(world.plan, world.references, limits: limits).problem
      }
      var (low, high) = (0, 1 << 30)
      while high - low > 1 {
        let middle = (low + high) / 2
        if problem(middle) == nil { high = middle } else { low = middle }
      }
      return (high, problem(1 << 20 < high ? 1 << 20 : 0))
    }
    let plain = try size("{ name: A, each: numeric, expect: mean < 1 }")
    let each = "each: numeric, expect: adwin(mean) < 1"
    let adwin = try size("{ name: A, \(each) }")
    // one name, seen from both ends of a range
    let range = try size("{ name: A, each: numeric, expect: 0 <= adwin(mean) < 1 }")
    let two = try size("{ name: A, \(each) }", "{ name: B, expect: cusum(rate) < 1 }")
    // three populations, each of them retired twice
    #expect(adwin.bytes - plain.bytes == 9 * (Detector.bytes(.adwin) + 128))
    #expect(range.bytes == adwin.bytes)
    #expect(two.bytes - adwin.bytes == 9 * (Detector.bytes(.cusum) + 128))
    let all = try size("{ name: A, \(each) }", "{ name: B, expect: 'psi(x, previous) < 1' }")
    #expect(
      all.problem == """
        the state would take 0 MiB, at most 0 are possible: 3 panes of 11 KiB, previous windows of \
        16 KiB, detectors of 55 KiB, each for 3 model versions
        """
    )
  }

  /// A series as a snapshot has it.
  private static func series(_ statistic: String, _ kind: Detector.Kind) -> [UInt8] {
    var writer = ByteWriter()
    writer.text(statistic)
    writer.optional(String?.none) { $0.text($1) }
    Detector(kind).encode(into: &writer)
    return writer.bytes
  }

  /// Series stand in the order of their names, each once and with the detector that it names.
  @Test func anotherOrderOrKindIsRefused() throws {
    let world = try Hourly.world(rules: Self.rules(Self.rule("Mean", "mean")))
    let subject = AlertSubject(rule: 0, field: 0, version: nil)
    func read(_ series: [[UInt8]]) throws -> Int {
      var book = AlertBook(limits: Limits())
      let first = SeriesName(statistic: "adwin(mean)", field: nil)
      book.remember([first: Detector(.adwin)], of: subject)
      var writer = ByteWriter()
      book.encode(into: &writer, plan: world.plan)
      let head = writer.bytes.dropLast(Self.series("adwin(mean)", .adwin).count + 1)
      var reader = ByteReader(Array(head) + [UInt8(series.count)] + series.flatMap(\.self))
      var restored = AlertBook(limits: Limits())
      try restored.restore(from: &reader, plan: world.plan, limits: Limits())
      try reader.finish()
      return restored.detectors(of: subject).count
    }
    let (one, other) = (Self.series("adwin(mean)", .adwin), Self.series("cusum(mean)", .cusum))
    #expect(try read([one, other]) == 2)
    for wrong in [
      [other, one], [one, one], [Self.series("adwin(mean)", .cusum)],
      [Self.series("mean", .adwin)],
    ] {
      #expect(throws: BadEncoding.self) { try read(wrong) }
    }
  }
}
