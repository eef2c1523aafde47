import Records
import Rules
import Sketches
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// Rules that compare model versions of a window.
@Suite struct VersusRuleTests {
  private static let rule =
    "{ name: Alike, expect: 'psi(x, versus 1) < 0.2', min_records: 20, summary: \"\(text)\" }"
  private static let text = "{model_version} is not as {versus}: {n_current} to {n_reference}"

  private static let low = (0..<40).map { Double($0) }
  private static let high = (0..<40).map { 50 + Double($0) }

  /// Hour, version, state of each alert.
  private static func alerts(_ run: World.Run) -> [String] {
    run.alerts.map { alert in
      let version = alert.transition.subject.version?.name ?? "-"
      return "\(Hourly.hour(alert.window.start)) \(version) \(alert.transition.state)"
    }
  }

  private static func run(
    _ hours: [[String: [Double]]],
    _ rule: String = rule,
    own: [String: [Double]] = [:]
  ) throws -> World.Run {
    try VersusScene.world(rule, own: own)
      .run([hours.enumerated().flatMap { VersusScene.hour($0, $1) }])
  }

  @Test func eachOtherVersionHasItsOwnAlert() throws {
    let run = try Self.run([
      ["1": Self.low, "2": Self.low, "3": Self.high],
      ["1": Self.low, "2": Self.high, "3": Self.high],
      ["1": Self.high, "2": Self.high, "3": Self.low],
      ["1": Self.low, "2": Self.low, "3": Self.low],
    ])
    #expect(
      Self.alerts(run) == [
        "0 3 firing", "1 2 firing", "2 2 resolved", "3 3 resolved",
      ]
    )
  }

  private static let ownReferences: [[String: [Double]]] = [
    [:], ["2": [1, 2, 3]], ["1": [7, 70, 700], "2": [1, 2, 3]],
  ]

  @Test(arguments: ownReferences)
  func theAlertSaysBothVersions(own: [String: [Double]]) throws {
    let run = try Self.run([["1": Self.low, "2": Self.high + [50, 51]]], own: own)
    let alert = try #require(run.text.first { $0.contains("io.leeway.alert.v1") })
    for part in [
      #""model_version":"2","versus":"1","#, #""statistic":"psi(versus 1)""#,
      #""n_current":42,"n_reference":40,"#, #""summary":"2 is not as 1: 42 to 40""#,
      #""reference":[10,10,10,10,0,0,0,0,0,0],"#
        + #""current":[0,0,0,0,0,12,10,10,10,0]"#,
    ] { #expect(alert.contains(part), "\(part)") }
    let windows = run.text.filter { $0.contains("io.leeway.window.v1") }
    #expect(windows.map { $0.contains(#""psi(versus 1)":{"value":"#) } == [false, true])
  }

  /// Neither a version without enough records, nor one that is compared with too few, decides.
  @Test func eitherSideMayHaveTooFewRecords() throws {
    let few = Array(Self.high.prefix(19))
    let hours = [
      ["1": Self.low, "2": Self.high], ["1": few, "2": Self.low], ["1": Self.low, "2": few],
      ["2": Self.low], ["1": Self.low], ["1": Self.high, "2": Self.high],
    ]
    let run = try Self.run(hours)
    #expect(Self.alerts(run) == ["0 2 firing", "5 2 resolved"])
    let undecided = run.windows.filter { !$0.undecided.isEmpty }
      .map { "\(Hourly.hour($0.window.start)) \($0.version?.name ?? "-")" }
    #expect(undecided == ["1 2", "2 2", "3 2"])
    let needed = run.windows.flatMap(\.undecided).map(\.recordsNeeded)
    #expect(needed == [nil, 20, nil])
    let alarming = Self.rule.replacing("min_records", with: "undecided: alert, min_records")
    let alarmed = try Self.run(hours, alarming)
    #expect(Self.alerts(alarmed) == ["0 2 firing", "5 2 resolved"])
    let values = try Self.run([["1": Self.low, "2": []], ["1": [], "2": Self.low]])
    #expect(Self.alerts(values).isEmpty)
  }

  /// Events without a version are of none, and sums of several of no one.
  @Test func onlyVersionsToldApartAreJudged() throws {
    var world = try VersusScene.world(Self.rule)
    world.limits.modelVersions = 2
    let samples = Dictionary(uniqueKeysWithValues: (0..<12).map { ("\($0)", Self.high) })
    let nameless = Self.high.map { VersusScene.event(0, value: $0, color: "red", model: nil) }
    let lines = VersusScene.hour(0, samples.merging(["1": Self.low]) { $1 }) + nameless
    let run = world.run([lines])
    let versions = run.windows.map { $0.version?.name ?? "-" }
    // two by their hashes, and the one that others are compared with in any case
    #expect(versions.count == 5 && Set(versions).isSuperset(of: ["-", "1", "__other__"]))
    let told = Set(versions).subtracting(["-", "1", "__other__"])
    #expect(Set(run.alerts.compactMap { $0.transition.subject.version?.name }) == told)
    #expect(run.alerts.count == 2)
  }

  @Test func anAlertEndsWithItsVersion() throws {
    let both = ["1": Self.low, "2": Self.high]
    let run = try Self.run([both, ["1": Self.low], ["1": Self.low], ["1": Self.low]])
    #expect(Self.alerts(run) == ["0 2 firing", "3 2 resolved"])
    #expect(run.alerts[1].summary == "no record of this model version for 3 windows")
  }

  /// A window that two sizes have is written once, with what the rules of both compare.
  @Test func windowsOfTwoSizesAreWrittenOnce() throws {
    let other = """
      { name: Other, each: numeric, expect: 'ks(versus 1) < 1', window: { size: 2h, every: 1h } }, \
      { name: Third, expect: 'ks(x, versus 2) < 1', window: 2h }
      """
    let hours = [String: [Double]](uniqueKeysWithValues: ["1", "2", "3"].map { ($0, Self.low) })
    let run = try Self.run([hours, hours], "\(Self.rule), \(other)")
    let names = run.windows.map { result in
      let against = ["1", "2"].map { result.comparisons(with: .version($0)).isEmpty ? "-" : $0 }
      let hours = Hourly.hour(result.window.end) - Hourly.hour(result.window.start)
      return "\(hours) \(result.version?.name ?? "") \(against.joined())"
    }
    let ofOne = ["1 1 --", "1 2 1-", "1 3 1-", "2 1 --", "2 2 1-", "2 3 1-"]
    #expect(Set(names) == Set(ofOne + ["2 1 -2", "2 3 12"]))
    #expect(names.count { $0 == "2 3 12" } == 2)
  }

  private static let hostile = """
    version: 1
    rules:
      - { name: Alike, each: features, expect: psi(versus 1) < 0.1, min_records: 5 }
      - name: Near
        expect: ks(amount, versus "1") < 0.2 and adwin(mean_shift(amount, versus "1")) < 1
        window: { size: 2h }
    """

  private static func hostile(own: [String]) throws -> World {
    let keys = own.map { "\"\($0)\": r.json" }.joined(separator: ", ")
    let rows = HostileStream.reference.enumerated().filter { $0.offset % 3 == 0 }.map(\.element)
    return try World(
      monitor: HostileStream.monitor + "\nreferences: { \(keys) }",
      rules: [hostile],
      reference: HostileStream.reference,
      own: Dictionary(uniqueKeysWithValues: own.map { ($0, rows) })
    )
  }

  @Test(arguments: 0..<3 as Range<UInt64>, [[], ["2"], ["1", "2"]])
  func everyFeedingGivesTheSameBytes(seed: UInt64, own: [String]) throws {
    let world = try Self.hostile(own: own)
    var partitions = [[String]](repeating: [], count: 3)
    for (index, line) in HostileStream.lines(seed: seed, count: 1_500).enumerated() {
      partitions[index % 3].append(line)
    }
    let expected = world.run(partitions)
    #expect(expected.windows.contains { !$0.comparisons(with: .version("1")).isEmpty })
    #expect(expected.alerts.contains { $0.transition.subject.version?.name == "2" })
    let feedings = [
      World.Feeding(interleaving: seed + 1, batch: 1, commit: 97),
      World.Feeding(interleaving: seed + 2, batch: 1_000, commit: 3, collectors: 3),
      World.Feeding(interleaving: seed + 3, batch: 9, commit: 5, collectors: 3, log: seed),
      World.Feeding(interleaving: seed + 4, batch: 40, commit: 2, collectors: 2, log: seed + 1),
    ]
    for feeding in feedings {
      let run = world.run(partitions, feeding)
      #expect(run.records == expected.records, "\(feeding)")
    }
  }

  @Test func everyPrefixRestoresToTheSame() throws {
    let world = try Self.hostile(own: ["2"])
    #expect(try LogStage.expectEveryPrefixRestores(world, count: 400) > 20)
  }

  @Test func aCommitIsReadBackAsItWas() throws {
    let world = try VersusScene.world(Self.rule, own: ["2": [1, 2, 3]])
    let samples = ["1": Self.low, "2": Self.high, "3": Self.high]
    let delta = Commits.delta(world, VersusScene.hour(0, samples))
    var commits = Commits(world)
    #expect(commits.take(commits.records(delta)) == [delta])
    // a version with its own reference has what is compared a second time, at the standard's points
    let counters = delta.panes.flatMap(\.state.populations).map { entry in
      let fields = entry.population.fields
      return fields.indices.filter { $0 != 1 }.map { fields[$0].counts.cells.count }
    }
    #expect(counters == [[201], [7, 201], [201]])
  }

  /// What is counted twice is part of what a pane takes.
  @Test func theStateKnowsWhatIsCountedTwice() throws {
    let own = ["2": (0..<300).map { Double($0) }]
    func bytes(_ rule: String) throws -> Int64 {
      let world = try VersusScene.world(rule, own: own)
      return StateSize(world.plan, world.references).bytesPerPane
    }
    let plain = try bytes("{ name: Alike, expect: psi(x) < 0.2 }")
    #expect(try bytes(Self.rule) - plain == 201 * 8 + 256)
  }

  /// What changes what is counted is part of the shape, and nothing else is.
  @Test func theLayoutSaysWhatIsCounted() throws {
    func identity(_ rule: String) throws -> UInt64 {
      let world = try VersusScene.world(rule, own: ["2": [1, 2, 3]])
      return StateLayout(plan: world.plan, references: world.references).identity
    }
    let rules = [
      "{ name: A, expect: psi(x) < 1 }", "{ name: A, expect: 'psi(x, versus 1) < 1' }",
      "{ name: A, expect: 'psi(x, versus 3) < 1' }",
      "{ name: A, expect: 'psi(color, versus 1) < 1' }",
    ]
    let identities = try rules.map(identity)
    #expect(Set(identities).count == 4)
    #expect(try identity("{ name: B, expect: 'drift(x, versus 1) < 1' }") == identities[1])
    #expect(try identity("{ name: A, expect: 'psi(x, previous) < 1' }") == identities[0])
  }
}
