import Foundation
import TestSupport
import Testing

/// `leeway explain` of a monitor: what is kept, when rules fire, and what they can see.
@Suite(.ownThreads) struct ExplainCommandTests {
  private static let rules = """
    version: 1
    budget: 1 per 10d
    rules:
      - { name: Moved, each: [x, c], expect: excess_drift < 0.1, for: 2 of 3 windows }
      - name: Complete
        expect: missing_change(x) < 5% and 0 < mean(x) < 20
        min_records: 50
        window: { size: 6h, every: 1h }
        severity: critical
      - { name: Fresh, expect: freshness < 10m, for: 5m }
      - { name: Different, expect: "distinct(c) < 5 or psi(x, previous) < 0.2", for: 90m }
    """

  /// A hundred records an hour for a day; every fiftieth lacks `x`.
  private static let rows = (0...2400).map { index in
    let x = index % 50 == 0 ? "null" : "\(index % 20)"
    let letter = ["a", "b", "c", "d"][index % 4]
    let time = PlainStream.start + index * 36_000
    return #"{"id":"r\#(index)","t":\#(time),"x":\#(x),"c":"\#(letter)"}"#
  }

  private func bench(time: Bool = true) throws -> (bench: MonitorBench, monitor: String) {
    var bench = try MonitorBench()
    let options = time ? ["--time", "t", "--window", "1h"] : []
    try bench.learn(Self.rows, options + ["--exclude", "id"])
    bench.rules = [try bench.folder.write(Self.rules, to: "own.yaml")]
    return (bench, try bench.writeMonitor())
  }

  @Test("the whole plan")
  func overview() throws {
    let (bench, monitor) = try bench()
    let run = try withExtendedLifetime(bench) { try Command.run(["explain", monitor]) }
    #expect(run.status == 0)
    #expect(run.output == Self.overview)
  }

  private static let overview = """
    monitor bench reads events, by the time in t; windows close 5m after their end

    window       panes  records  busiest  rules
    1h               1      100      100      3
    6h every 1h      6      600      600      1
    A pane is 1h; records are those that the reference lets expect, usually and at most.

    field  kind         kept in each pane              bytes
    x      numeric      20 points                        584
    c      categorical  4 categories, distinct values  16680

    state: 8 panes of 19 KiB: at most 152 KiB of the 1024 MiB allowed,
    and 17 KiB for each partition after the first;
    a window takes about 28 KiB more while it closes
    remembered for triggers: 10000 panes of 92 partitions, fewer of more: at most 64 MiB

    rule           judges      window  tests/day  confidence  earliest  sure of         blind
    Moved          2 fields    1h             48      99.86%  2h5m      0.328 to 0.373      0
    Complete       x           6h             24      99.86%  6h5m      0.086               0
    Fresh          the stream  clock           -           -  5m        -                   -
    Different      2 fields    1h              -           -  2h5m      -                   -
    IntegrityHeld  the stream  1h              -           -  1h5m      -                   -
    tests/day, confidence: of lower bounds, each; earliest: from the start of the first window
    that fails to the alert; sure of: the smallest shift that exceeds the threshold in
    a usual window, of the sharpest and the dullest field; blind: fields undecided in all.

    """

  @Test("one rule, field by field", arguments: ["Moved", "Complete", "Fresh", "Different"])
  func rule(name: String) throws {
    let (bench, monitor) = try bench()
    let run = try withExtendedLifetime(bench) { try Command.run(["explain", monitor, name]) }
    #expect(run.status == 0)
    #expect(run.output == Self.texts[name])
  }

  private static let texts = [
    "Moved": """
    rule Moved (warning) judges 2 fields
      expects    excess_drift < 0.1
      window     1h; by the reference usually 100 records, 100 in the busiest
      tests      2 a window, 48 a day, each wrong in 0.1389% of windows at most
      fires      when 2 of the last 3 windows failed
                 at the earliest 2h5m after the start of the first window that fails
      undecided  below n = 5 to 10, where a lower bound could not exceed its threshold
                 in windows without values

    field  lower bound           n  needs  above 0 from  exceeds from
    x      excess_drift < 0.1   98      5        0.2283        0.3283
    c      excess_drift < 0.1  100     10        0.2735        0.3735
    n: what a usual window holds; needs: n from which on it is decided at all;
    above 0 from, exceeds from: the smallest shift that makes the bound positive, or exceed the
    threshold, in a window of n.

    """,
    "Complete": """
    rule Complete (critical) judges x
      expects    missing_change(x) < 5% and 0 < mean(x) < 20
      window     6h every 1h; by the reference usually 600 records, 600 in the busiest
      tests      1 a window, 24 a day, each wrong in 0.1389% of windows at most
      fires      at the first failure
                 at the earliest 6h5m after the start of the first window that fails
      undecided  with fewer than 50 values ('min_records')
                 in windows without values

    field  lower bound              n  needs  above 0 from  exceeds from
    x      missing_change < 0.05  600      1        0.0229        0.0863
    n: what a usual window holds; needs: n from which on it is decided at all;
    above 0 from, exceeds from: the smallest shift that makes the bound positive, or exceed the
    threshold, in a window of n.

    """,
    "Fresh": """
    rule Fresh (warning) judges the stream
      expects    freshness < 10m
      window     each minute of the clock
      tests      none that a budget is for: no lower bounds
      fires      when all windows of 5m failed
                 at the earliest 5m after the first failure
      undecided  while records wait to be read, and before the first event

    """,
    "Different": """
    rule Different (warning) judges 2 fields
      expects    distinct(c) < 5 or psi(x, previous) < 0.2
      window     1h; by the reference usually 100 records, 100 in the busiest
      tests      none that a budget is for: no lower bounds
      fires      when all windows of 1h30m failed
                 at the earliest 2h5m after the start of the first window that fails
      undecided  without a previous window that held records
                 in windows without values

    """,
  ]

  @Test("a test over bins says where it has none", arguments: ["chi_squared(x)", "psi(x, p)"])
  func oneBin(statistic: String) throws {
    var (bench, _) = try bench()
    let rules = "version: 1\nrules: [{ name: Bins, expect: '\(statistic) > 0.001' }]\n"
    bench.rules = [try bench.folder.write(rules, to: "own.yaml")]
    let monitor = try bench.writeMonitor()
    let run = try withExtendedLifetime(bench) { try Command.run(["explain", monitor, "Bins"]) }
    let cases = """
        undecided  in windows without values
                   where all is one bin: a constant field, a number that is nearly always \
      one value, or fewer than 20 values

      """
    #expect(run.output.contains(cases), "\(run.output)")
  }

  @Test("what ends an alert, where its rule says that")
  func end() throws {
    var (bench, _) = try bench()
    let rules = """
      version: 1
      rules:
        - name: Lasting
          when: mean(x) > 15
          clear: mean(x) < 12
          keep_firing_for: 3h
          cooldown: 1d
          repeat: 4h
          undecided: alert
      """
    bench.rules = [try bench.folder.write(rules, to: "own.yaml")]
    let monitor = try bench.writeMonitor()
    let run = try withExtendedLifetime(bench) {
      try Command.run(["explain", monitor, "Lasting"])
    }
    let end = """
        ends       with the first window in which that is not so any more
                   and mean(x) < 12
                   and nothing has failed for 3h
                   fires again 1d later at the earliest
                   is said again every 4h until then
        undecided  in windows without values
                   which counts as a failure

      """
    #expect(run.output.contains(end), "\(run.output)")
  }

  @Test("a reference that knows no pace is explained by an example")
  func withoutPace() throws {
    let (bench, monitor) = try bench(time: false)
    let run = try withExtendedLifetime(bench) {
      try Command.run(["explain", monitor, "Moved"])
    }
    #expect(run.output.contains("n: an example, as the reference was profiled without --time;"))
    #expect(run.output.contains("\nx      excess_drift < 0.1  1000  "))
  }

  @Test("the same as JSON")
  func json() throws {
    let (bench, monitor) = try bench()
    let run = try withExtendedLifetime(bench) {
      try Command.run(["explain", monitor, "Complete", "--format", "json"])
    }
    #expect(run.status == 0)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    )
    let rules = try #require(object["rules"] as? [[String: Any]])
    #expect(rules.count == 1)
    #expect(rules[0]["expects"] as? String == "missing_change(x) < 5% and 0 < mean(x) < 20")
    #expect(rules[0]["earliest"] as? String == "6h5m")
    #expect(rules[0]["tests_per_day"] as? Double == 24)
    #expect(abs(try #require(rules[0]["alpha"] as? Double) - 1.0 / 720) < 1e-15)
    let bounds = try #require(rules[0]["lower_bounds"] as? [[String: Any]])
    #expect(bounds.map { $0["n"] as? Int } == [600])
  }

  @Test("each model version's own reference is explained beside the standard one")
  func ownReferences() throws {
    var (bench, _) = try bench()
    let rows = (0...600).map { index in
      let time = PlainStream.start + index * 36_000
      return #"{"t":\#(time),"x":\#(index % 7),"c":"\#(["a", "b"][index % 2])"}"#
    }
    let file = try bench.folder.write(rows.joined(separator: "\n"), to: "two.ndjson")
    let learned = try Command.run([
      "profile", file, "-o", bench.folder.path + "/two.json", "--time", "t", "--window", "1h",
    ])
    #expect(learned.status == 0, "\(learned.errors)")
    bench.fields = ["time: t", "model_version: m", "references: { \"2\": two.json }"]
    let monitor = try bench.writeMonitor()
    let text = try String(contentsOfFile: monitor, encoding: .utf8)
      .replacing("  references:", with: "references:")
    try text.write(toFile: monitor, atomically: true, encoding: .utf8)
    let overview = try withExtendedLifetime(bench) { try Command.run(["explain", monitor]) }
    #expect(overview.status == 0, "\(overview.errors)")
    #expect(
      overview.output.contains(
        """
        x                   numeric      20 points                        584
        c                   categorical  4 categories, distinct values  16680
        x, model version 2  numeric      7 points                         376
        c, model version 2  categorical  2 categories, distinct values  16664
        """
      ),
      "\(overview.output)"
    )
    let rule = try Command.run(["explain", monitor, "Moved"])
    #expect(
      rule.output.contains(
        """
          tests      2 a window, 48 a day, each wrong in 0.1389% of windows at most
                     which the model versions of a window share
        """
      ),
      "\(rule.output)"
    )
    #expect(rule.output.contains("\nx                   excess_drift < 0.1   98      5  "))
    #expect(rule.output.contains("\nx, model version 2  excess_drift < 0.1  "))
    let json = try Command.run(["explain", monitor, "Moved", "--format", "json"])
    #expect(json.output.contains(#"{"field":"x","model_version":"2","statistic":"excess_drift""#))
    #expect(json.output.contains(#"{"field":"c","model_version":"2","kind":"categorical","#))
  }

  @Test("a rule that is not there is named, with those that are")
  func unknown() throws {
    let (bench, monitor) = try bench()
    let run = try Command.run(["explain", monitor, "Moves"])
    #expect(run.status == 64)
    #expect(
      run.errors.contains(
        "has no rule named 'Moves'; there are Moved, Complete, Fresh, Different, IntegrityHeld"
      )
    )
    #expect(try Command.run(["explain", bench.folder.path + "/none.yaml"]).status == 66)
    let broken = try bench.folder.write("version: 1\nmonitor: x\n", to: "broken.yaml")
    #expect(try Command.run(["explain", broken]).status == 78)
  }
}
