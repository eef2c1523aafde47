import Foundation
import KafkaClient
import TestSupport
import Testing

/// `leeway replay --what-if`: other rules on windows that were stored.
@Suite(.serialized, .ownThreads) struct WhatIfTests {
  private static let rules = """
    version: 1
    rules:
      - { name: Moved, each: numeric, expect: psi < 0.2, for: 2 of 3 windows, clear: psi < 0.1 }
      - { name: Arrives, expect: count > 100, severity: critical }
      - { name: Sure, each: [x, c], expect: excess_drift < 0.1 }
      - { name: Tested, each: numeric, expect: ks(p) > 0.0001 }
      - { name: Tail, each: [x], expect: quantile(p99) < 3.5 }
      - { name: Nulls, each: numeric, expect: missing(null) < 1% }
    """

  /// x grows from hour 28 on, up to hour 33; hour 36 has half of the records.
  private static let lines: [String] = {
    let changed = PlainStream.lines(hours: 24..<40, seed: 5) { record in
      let hour = ((record.members["t"].flatMap { Int($0) } ?? 0) - PlainStream.start) / 3_600_000
      guard (28..<33).contains(hour), let x = record.members["x"].flatMap({ Double($0) }) else {
        return
      }
      record.members["x"] = "\(x + Double(hour - 26))"
    }
    var kept: [String] = []
    for (index, line) in changed.enumerated() where index / 200 != 12 || index % 3 == 0 {
      kept.append(line)
    }
    return kept
  }()

  private static func bench() throws -> MonitorBench {
    var bench = try MonitorBench()
    try bench.learn(PlainStream.reference)
    bench.rules = [try bench.folder.write(rules, to: "rules.yaml")]
    return bench
  }

  private static func whatIf(
    _ bench: MonitorBench,
    _ rules: String,
    _ arguments: [String]
  ) throws -> Command.Outcome {
    let file = try bench.folder.write(rules, to: "other.yaml")
    return try Command.run(
      ["replay", try bench.writeMonitor(), "--what-if", file] + arguments
    )
  }

  @Test func withoutAWindowNothingHasPassed() throws {
    let bench = try Self.bench()
    let empty = try bench.folder.write("", to: "none.ndjson")
    let run = try Self.whatIf(bench, Self.rules, ["--input", empty, "--fail-on", "info"])
    #expect(run.status == 66 && run.output == "")
    #expect(run.errors.hasPrefix("leeway: there is no window of "))
  }

  @Test func theSameRulesSayTheSame() throws {
    let bench = try Self.bench()
    let replayed = try bench.replay(Self.lines, arguments: ["--report", "json"])
    let windows = ["--input", bench.folder.path + "/out/windows.ndjson"]
    let judged = try Self.whatIf(bench, Self.rules, windows + ["--report", "json"])
    #expect(judged.status == 0 && judged.errors == "")
    #expect(judged.output == replayed.output)
    #expect(judged.output.contains(#"{"rule":"Moved","severity":"warning","alerts":1,"#))
    #expect(judged.output.contains(#"{"rule":"Arrives","severity":"critical","alerts":1,"#))
    #expect(judged.output.contains(#"{"rule":"Tested","severity":"warning","alerts":1,"#))
    #expect(judged.output.contains(#"{"rule":"Tail","severity":"warning","alerts":1,"#))
    #expect(judged.output.contains(#"{"rule":"Nulls","severity":"warning","alerts":0,"#))
  }

  /// A version that goes, a segment that falls silent, hours without any record, and windows that
  /// are written under another size: all of it is judged as it was.
  private static let absences = """
    version: 1
    rules:
      - { name: Low, expect: mean(x) < 20 }
      - { name: Each, by: s, expect: mean(x) < 20, min_records: 5, undecided: alert }
      - { name: Arrives, by: s, expect: count > 10 }
      - { name: There, expect: mean(x) < 20, undecided: alert }
      - name: Waits
        expect: count > 70
        window: { size: 1h, min_records: 50, at_most: 4h }
      - name: Many
        expect: mean(x) < 20
        min_records: 100
        window: { size: 1h, min_records: 50, at_most: 4h }
    """

  /// Sixty records an hour, forty from hour 16 on.
  private static let absent: [String] = (0..<24).flatMap { hour -> [String] in
    (0..<(hour < 16 ? 60 : 40)).compactMap { index in
      let segment = index % 3 == 0 ? "b" : "a"
      if (10..<13).contains(hour) || (5..<9).contains(hour) && segment == "b" { return nil }
      let time = PlainStream.time(hour: hour) + index * 60_000
      let value = (2..<4).contains(hour) ? 50 : index % 10
      return #"{"t":\#(time),"x":\#(value),"s":"\#(segment)","m":"\#(hour < 4 ? 1 : 2)"}"#
    }
  }

  @Test(arguments: [true, false])
  func whatIsAbsentIsJudgedAsItWas(hasVersions: Bool) throws {
    var bench = try MonitorBench()
    bench.fields = ["time: t"] + (hasVersions ? ["model_version: m"] : [])
    bench.lateness = "5m\nsegments: [s]"
    bench.rules = [try bench.folder.write(Self.absences, to: "rules.yaml")]
    let rows = (0..<600).map { index in
      let (time, segment) = (PlainStream.start + index * 60_000, index % 3 == 0 ? "b" : "a")
      return #"{"t":\#(time),"x":\#(index % 10),"s":"\#(segment)"}"#
    }
    try bench.learn(rows, ["--time", "t", "--segment", "s"])
    let replayed = try bench.replay(Self.absent, arguments: ["--report", "json"])
    let windows = ["--input", bench.folder.path + "/out/windows.ndjson"]
    let judged = try Self.whatIf(bench, Self.absences, windows + ["--report", "json"])
    #expect(judged.status == 0 && judged.errors == "")
    #expect(judged.output == replayed.output)
    // A version that goes ends its alert after three windows, one that stays with the first.
    let firing = hasVersions ? 14_400 : 7_200
    #expect(
      judged.output.contains(
        #"{"rule":"Low","severity":"warning","alerts":1,"alerts_per_day":1,"#
          + #""first_firing":"2023-11-15T01:00:00Z","seconds_pending":0,"#
          + #""seconds_firing":\#(firing),"#
      )
    )
    for (rule, alerts) in [("Each", 5), ("Arrives", 3), ("There", 2), ("Waits", 2)] {
      #expect(
        judged.output.contains(#""rule":"\#(rule)","severity":"warning","alerts":\#(alerts),"#)
      )
    }
    #expect(judged.output.contains(#""seconds_firing":0,"undecided":15}"#))
  }

  @Test func otherRulesSayOther() throws {
    let bench = try Self.bench()
    _ = try bench.replay(Self.lines)
    let windows = ["--input", bench.folder.path + "/out/windows.ndjson"]
    let stricter = Self.rules.replacing("count > 100", with: "count > 250")
      .replacing("psi < 0.2", with: "psi < 100")
    let judged = try Self.whatIf(bench, stricter, windows + ["--fail-on", "critical"])
    #expect(judged.status == 1)
    let lines = judged.output.split(separator: "\n").map { $0.split(separator: " ").prefix(3) }
    #expect(lines.contains(["Moved", "warning", "0"]))
    #expect(lines.contains(["Arrives", "critical", "1"]))
  }

  @Test func whatWindowsDoNotHoldIsSaid() throws {
    let bench = try Self.bench()
    _ = try bench.replay(Self.lines)
    let rules = """
      version: 1
      rules:
        - { name: A, expect: adwin(mean(x)) < 1 }
        - { name: B, expect: kuiper(x) < 0.5 and psi(x) < 9 }
        - { name: C, expect: 'ks(x, p) > 0.00001', window: 2h }
      """
    let judged = try Self.whatIf(
      bench,
      rules,
      ["--input", bench.folder.path + "/out/windows.ndjson", "--report", "text"]
    )
    #expect(judged.status == 0)
    #expect(
      judged.errors
        == "the windows do not hold adwin(mean), kuiper: rules on these are undecided\n"
        + "not all windows of 2h were written: rules on these say less than they would\n"
    )
    #expect(judged.output.contains(/A +warning +0 +0 +- +- +- +16\n/))
    // of its size there are none
    #expect(judged.output.contains(/C +warning +0 +0 +- +- +- +0\n/))
  }

  /// The first window has none before it, and the records of all others hold what rules ask.
  @Test func whatOneWindowLacksIsNotMissing() throws {
    var bench = try Self.bench()
    let rules = """
      version: 1
      rules:
        - { name: Steady, expect: 'psi(x, previous) < 0.2' }
      """
    bench.rules = [try bench.folder.write(rules, to: "previous.yaml")]
    let replayed = try bench.replay(Self.lines, arguments: ["--report", "json"])
    let windows = ["--input", bench.folder.path + "/out/windows.ndjson", "--report", "json"]
    let judged = try Self.whatIf(bench, rules, windows)
    #expect(judged.status == 0 && judged.errors == "")
    #expect(judged.output == replayed.output)
    #expect(judged.output.contains(#""undecided":1}"#))
    // Of another field no window holds it.
    let other = rules.replacing("}", with: "}\n  - { name: Other, expect: 'psi(c, previous) < 1' }")
    let unheld = try Self.whatIf(bench, other, windows)
    #expect(
      unheld.errors
        == "the windows do not hold psi(previous): rules on these are undecided\n"
    )
  }

  /// Twelve hours of events, x missing in the last, and two records a day later: of the windows
  /// before these a gap is written that ends where windows begin that overlap the twelve hours.
  @Test func aGapHidesNoAlert() throws {
    var bench = try MonitorBench()
    bench.fields = ["time: t"]
    let rules = """
      version: 1
      rules:
        - name: There
          expect: missing(x) < 30%
          severity: critical
          window: { size: 24h, every: 1h }
      """
    bench.rules = [try bench.folder.write(rules, to: "rules.yaml")]
    let rows = (0..<600).map { index in
      #"{"t":\#(PlainStream.start + index * 60_000),"x":\#(index % 10)}"#
    }
    try bench.learn(rows, ["--time", "t"])
    let start = PlainStream.time(hour: 2)
    let events = (0..<720).map { index in
      #"{"t":\#(start + index * 60_000),"x":\#(index < 660 ? "\(index % 10)" : "null")}"#
    }
    let strays = (0..<2).map { _ in #"{"t":\#(start + 2_430 * 60_000),"x":5}"# }
    let replayed = try bench.replay(events + strays, arguments: ["--report", "json"])
    let windows = ["--input", bench.folder.path + "/out/windows.ndjson", "--report", "json"]
    let judged = try Self.whatIf(bench, rules, windows + ["--fail-on", "critical"])
    #expect(judged.status == 1 && judged.errors == "")
    #expect(replayed.written.contains(#""empty_windows":"#))
    let alert = #"{"rule":"There","severity":"critical","alerts":1,"#
    #expect(replayed.output.contains(alert) && judged.output.contains(alert))
  }

  @Test func theTopicsWindowsAreJudged() throws {
    let bench = try Self.bench()
    let replayed = try bench.replay(Self.lines, arguments: ["--report", "text"])
    let text = String(decoding: try bench.folder.read("out/windows.ndjson"), as: UTF8.self)
    let records = text.split(separator: "\n").map(String.init)
    let cluster = try MockCluster()
    try cluster.createTopic("leeway.windows", partitions: 2)
    // some twice, as at least once may write them, and one of another monitor
    let other = records[0].replacing("\"monitor\":\"bench\"", with: "\"monitor\":\"other\"")
    try TestTopic.produce(
      [records.reversed() + [other], records.suffix(3)],
      to: "leeway.windows",
      at: cluster.brokers
    )
    let judged = try Self.whatIf(bench, Self.rules, ["-b", cluster.brokers, "--report", "text"])
    #expect(judged.status == 0)
    #expect(judged.errors == "1 records are no windows of bench\n")
    #expect(judged.output == replayed.output)
  }

  @Test(arguments: [
    (["-o", "x"], "--what-if writes nothing: leave -o out"),
    (
      ["--from", "5"],
      "--from and --to are of events; --what-if judges all windows there are"
    ), ([], "name what to read: --input FILE…, or -b host:port for the topics"),
  ])
  func whatIsWrongIsSaid(arguments: [String], message: String) throws {
    let run = try Command.run(["replay", "monitor.yaml", "--what-if", "a.yaml"] + arguments)
    #expect(run.status == 64 && run.errors.hasPrefix("Error: \(message)\n"), "\(run.errors)")
  }
}
