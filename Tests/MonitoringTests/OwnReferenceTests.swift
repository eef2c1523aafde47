import Records
import Reference
import Rules
import Sketches
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// Two model versions on one stream, each judged by its own reference.
@Suite struct OwnReferenceTests {
  /// A reference for version 2: other points, other categories, other shares of what is missing.
  private static let second: [String] = {
    var random = SplitMix64(seed: 8)
    return (0..<1_500).map { index in
      let amount = "\(Double(Int.random(in: 200...1_500, using: &random)) / 20)"
      let color = ["blue", "pink", "red", "white"][Int.random(in: 0...3, using: &random)]
      return HostileStream.event(
        second: index,
        amount: index.isMultiple(of: 9) ? "null" : amount,
        color: "\"\(color)\"",
        model: "\"2\""
      )
    }
  }()

  private static func world(
    _ rules: String...,
    own: [String: [String]] = ["2": second]
  ) throws -> World {
    let keys = own.keys.sorted().map { "\"\($0)\": r.json" }.joined(separator: ", ")
    return try World(
      monitor: HostileStream.monitor + "\nreferences: { \(keys) }",
      rules: rules,
      reference: HostileStream.reference,
      own: own,
      naturalWindow: .seconds(300)
    )
  }

  /// The monitor of one version's events alone.
  private static func world(of version: String, reference: [String]) throws -> World {
    try World(
      monitor: HostileStream.monitor
        .replacing("kind: order }", with: "kind: order, model: \"\(version)\" }"),
      reference: reference,
      naturalWindow: .seconds(300)
    )
  }

  /// Window, records and all comparisons of a version's windows.
  private static func judged(_ run: World.Run, _ version: String) -> [String] {
    run.text.compactMap { text in
      guard text.contains("\"model_version\":\"\(version)\""),
        let fields = text.firstMatch(of: /"fields":\[.*\]/),
        let start = text.firstMatch(of: /"window_start":"[^"]*"/),
        let records = text.firstMatch(of: /"records":[0-9]+/)
      else { return nil }
      // Offsets are the same, too, but where the other version's events part them.
      let statistics = fields.output.replacing(/,"offsets":.*/, with: "")
      return "\(start.output) \(records.output) \(statistics)"
    }
  }

  @Test(arguments: 0..<3 as Range<UInt64>)
  func eachVersionIsJudgedAsIfItWereAlone(seed: UInt64) throws {
    let lines = HostileStream.lines(seed: seed, count: 2_000, isClean: true)
    let both = try Self.world().run([lines])
    let first = try Self.world(of: "1", reference: HostileStream.reference).run([lines])
    let second = try Self.world(of: "2", reference: Self.second).run([lines])
    for (version, alone) in [("1", first), ("2", second)] {
      let expected = Self.judged(alone, version)
      #expect(expected.count == 6)
      #expect(Self.judged(both, version) == expected)
    }
    let shared = try Self.world(own: [:]).run([lines])
    #expect(Self.judged(shared, "1") == Self.judged(both, "1"))
    #expect(Self.judged(shared, "2") != Self.judged(both, "2"))
  }

  /// Fields go by their names, whatever the order in which a reference has them.
  @Test func theOrderOfAReferencesFieldsDecidesNothing() throws {
    let turned = Self.second.map { row in
      let members = row.dropFirst().dropLast().split(separator: ",")
      return "{\(members.reversed().joined(separator: ","))}"
    }
    let (world, other) = (try Self.world(), try Self.world(own: ["2": turned]))
    let names = other.references.own[0].profile.fields.map(\.name)
    #expect(names == ["model", "color", "amount", "kind"])
    #expect(other.plan == world.plan)
    let lines = HostileStream.lines(seed: 5, count: 2_000)
    let (run, same) = (world.run([lines]), other.run([lines]))
    #expect(Self.judged(run, "2") == Self.judged(same, "2") && !Self.judged(run, "2").isEmpty)
  }

  private static func values(_ values: Range<Int>) -> [String] {
    (0..<100).map { index in
      let value = values.lowerBound + index % values.count
      return Hourly.event(0, value: value, model: "x")
    }
  }

  private static let monitor = """
    version: 1
    monitor: shop
    source: { topics: [orders] }
    fields: { time: at, model_version: model }
    reference: reference.json
    references: { "2": reference-2.json }
    window: { size: 1h }
    """

  /// A monitor of one number, whose version 2 has a reference ten times as high.
  private static func hourly(_ rules: String...) throws -> World {
    try World(
      monitor: monitor,
      rules: rules,
      reference: values(0..<10),
      own: ["2": values(100..<120)]
    )
  }

  /// Events of all versions, each as its own reference has them; but those of 3 are as those of 2.
  private static let mixed: [String] = (0..<200).map { index in
    let low = "\"x\":\(index / 5 % 10)"
    let high = "\"x\":\(100 + index / 5 % 20)"
    let rest = [
      "\(low)", "\(low),\"model\":\"1\"", "\(high),\"model\":2", "\(high),\"model\":\"2\"",
      "\(high),\"model\":\"3\"",
    ][index % 5]
    return "{\"at\":\(1_600_002_000 + index * 36),\(rest)}"
  }

  /// A number and a text are the same version; what has none is judged by the standard reference.
  @Test func statisticsAreThoseOfTheVersionsReference() throws {
    let world = try Self.hourly()
    let run = world.run([Self.mixed])
    let (standard, own) = (
      world.references.standard.digest, world.references.own[0].profile.digest
    )
    #expect(standard != own)
    let found = try zip(run.windows, run.text).map { result, text in
      let ks = try #require(text.firstMatch(of: /"ks":{"value":([0-9.]+)/)).output.1
      let reference = try #require(text.firstMatch(of: /"reference":"([^"]*)"/)).output.1
      return "\(result.version?.name ?? "-") n=\(result.records) ks=\(ks) "
        + (reference == own ? "own" : reference == standard ? "standard" : "unknown")
    }
    let hour = [
      "- n=20 ks=0 standard", "1 n=20 ks=0 standard", "2 n=40 ks=0 own", "3 n=20 ks=1 standard",
    ]
    #expect(found == hour + hour)
  }

  /// Ids, alerts and requests name the reference that judged; a rule about the whole stream is
  /// about no version.
  @Test func everyEventNamesTheReferenceThatJudged() throws {
    let world = try Self.hourly(
      """
      version: 1
      rules:
        - { name: Stable, each: features, expect: mean < 50 }
        - { name: Enough, expect: count() > 1000 }
      triggers:
        - { name: Retrain, when: firing(Stable), cooldown: 1h }
      """
    )
    let lines = Self.mixed.filter { !$0.contains("\"3\"") }
    let run = world.run([lines])
    let (standard, own) = (
      world.references.standard.digest, world.references.own[0].profile.digest
    )
    let digests = run.text.map { text in
      text.firstMatch(of: /"reference":"([^"]*)"/).map { String($0.output.1) }
    }
    let expected = run.outcomes.map { outcome -> String? in
      switch outcome {
      case .window(let result): result.version?.name == "2" ? own : standard
      case .alert(let alert): alert.transition.subject.version?.name == "2" ? own : standard
      case .retrain(let request): request.version?.name == "2" ? own : standard
      case .refused, .expired, .verdict: nil
      }
    }
    #expect(digests == expected)
    #expect(run.alerts.map { $0.transition.subject.version?.name } == ["2", nil])
    #expect(run.requests.map { $0.version?.name } == ["2", "2"])
    let configuration = EventIdentity.configuration(of: world.plan)
    for (result, text) in zip(run.windows.prefix(3), run.text) {
      let version = result.version?.name ?? ""
      let id = EventIdentity.hash([
        "io.leeway.window.v1", "shop", configuration, version == "2" ? own : standard, version,
        "2020-09-13T13:00:00Z", "2020-09-13T14:00:00Z", "all", "", "", "", "0",
      ])
      #expect(text.contains("\"id\":\"\(id)\""))
    }
  }

  /// Versions with their own reference stand beside as many others as ever.
  @Test(arguments: 0..<4 as Range<UInt64>)
  func everyFeedingGivesTheSameBytes(seed: UInt64) throws {
    var world = try Self.world(HostileStream.rules, own: ["2": Self.second, "v3": Self.second])
    world.limits.modelVersions = 2
    var random = SplitMix64(seed: seed)
    var partitions = [[String]](repeating: [], count: 3)
    for line in HostileStream.lines(seed: seed, count: 1_500) {
      let version = Int.random(in: 0..<7, using: &random)
      partitions[Int.random(in: 0..<3, using: &random)].append(
        line.replacing(#""model":"1""#, with: #""model":"v\#(version)""#)
      )
    }
    let expected = world.run(partitions)
    let versions = Set(expected.windows.map(\.version?.name))
    #expect(versions.isSuperset(of: ["2", "v3", "__other__", nil]))
    // Those, and two others.
    let perWindow = Dictionary(grouping: expected.windows, by: \.window).mapValues(\.count)
    #expect(perWindow.values.max() == 6)
    let feedings = [
      World.Feeding(interleaving: seed + 1, batch: 1, commit: 97),
      World.Feeding(interleaving: seed + 2, batch: 1_000, commit: 3, collectors: 3),
      World.Feeding(interleaving: seed + 3, batch: 9, commit: 5, collectors: 3, log: seed),
      World.Feeding(interleaving: seed + 4, batch: 40, commit: 2, collectors: 2, log: seed + 1),
    ]
    for feeding in feedings {
      let run = world.run(partitions, feeding)
      #expect(run.records == expected.records, "\(feeding)")
      #expect(run.tally == expected.tally, "\(feeding)")
    }
  }

  @Test func everyPrefixRestoresToTheSame() throws {
    let world = try Self.world(HostileLog.rules)
    #expect(try LogStage.expectEveryPrefixRestores(world, count: 500) > 30)
  }

  @Test func aCommitIsReadBackAsItWas() throws {
    let world = try Self.hourly()
    let delta = Commits.delta(world, Self.mixed)
    var commits = Commits(world)
    let records = commits.records(delta)
    #expect(commits.take(records) == [delta])
    let cells = delta.panes.flatMap(\.state.populations).map { entry in
      "\(entry.version?.name ?? "-") \(entry.population.fields[0].counts.cells.count)"
    }
    let hour = ["- 21", "1 21", "2 41", "3 21"]
    #expect(cells == hour + hour)
  }

  /// A field that any reference has is no surprise in an event of any version.
  @Test func unexpectedIsWhatNoReferenceHas() throws {
    var world = try Self.hourly()
    var wider = world.references.own[0].profile
    var field = wider.fields[0]
    field.name = "new"
    wider.fields.append(field)
    world.references = References(
      world.references.standard,
      own: [References.Own(version: "2", profile: wider)]
    )
    let lines = ["new", "newer"].flatMap { name in
      ["1", "2"].map { Hourly.event(0.1, model: $0).dropLast() + ",\"\(name)\":1}" }
    }
    #expect(world.run([lines.map(String.init)]).windows.map(\.unexpected) == [1, 1])
  }

  /// Deltas are added to those of the same references only; without own ones nothing has changed.
  @Test func theLayoutIsOfAllReferences() throws {
    let plain = try Hourly.world()
    func identity(_ references: References) -> UInt64 {
      StateLayout(plan: plain.plan, references: references).identity
    }
    let standard = plain.references.standard
    let other = try Self.hourly().references.standard
    #expect(identity(plain.references) == 223_699_269_237_076_146)
    let all = [
      References(standard), References(other),
      References(standard, own: [References.Own(version: "2", profile: standard)]),
      References(standard, own: [References.Own(version: "3", profile: standard)]),
      References(standard, own: [References.Own(version: "2", profile: other)]),
      References(
        standard,
        own: ["2", "3"].map { References.Own(version: $0, profile: other) }
      ),
    ]
    #expect(Set(all.map(identity)).count == all.count)
  }

  /// The state is as large as if all versions had the largest reference.
  @Test func theLargestReferenceCounts() throws {
    let row = (0..<60).map { "\"f\($0)\":VALUE" }.joined(separator: ",")
    func size(_ standard: Int, _ own: Int) throws -> String? {
      let rows = { count in
        (0..<count).map { "{\"at\":1600002000,\(row.replacing("VALUE", with: "\($0)"))}" }
      }
      let world = try World(
        monitor: Self.monitor
          .replacing("{ size: 1h }", with: "{ size: 1h, min_records: 10, at_most: 9000h }"),
        reference: rows(standard),
        own: ["2": rows(own)]
      )
      return StateSize(world.plan, world.references).problem
    }
    #expect(try size(10, 10) == nil)
    let expected =
      "the state would take 33586 MiB, at most 1024 are possible: 9002 panes of 3820 KiB, each for "
      + "4 model versions"
    #expect(try size(1_000, 10) == expected)
    #expect(try size(10, 1_000) == expected)
  }
}
