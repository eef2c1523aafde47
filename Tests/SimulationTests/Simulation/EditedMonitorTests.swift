import KafkaClient
import Monitoring
import Records
import Rules
import Service
import TestSupport
import Testing
import Windowing

/// A monitor that goes over to another version while its processes run, die and come back.
@Suite struct EditedMonitorTests {
  /// What there is to read, by one version of the monitor and by the next.
  private struct Edit {
    var old: Stream
    var new: Stream

    init(seed: UInt64, _ original: String, _ replacement: String) throws {
      old = try Stream(seed: seed, partitions: 3, lines: 320)
      new = try Stream(
        seed: seed,
        partitions: 3,
        lines: 320,
        editing: [(original, replacement)]
      )
    }
  }

  private static let edits = [
    // Other windows, in the same panes; other fields, of another layout; model versions told apart;
    // another rule only.
    ("window: { size: 1h }", "window: { size: 45m }"),
    ("model_version: model }", "model_version: model, ignore: [color] }"),
    ("expect: drift < 0.2", "expect: drift < 0.2 and psi(versus 1) < 0.5"),
    ("monitor: shop", "monitor: shop # with a comment"),
    ("min_records: 10", "min_records: 11"),
  ]

  private static func member(_ name: String, _ event: String) -> String {
    let value = event.split(separator: "\"\(name)\":\"").dropFirst().first ?? ""
    return String(value.prefix { $0 != "\"" })
  }

  private static func windows(_ stream: Stream) -> [String] {
    (stream.expected()[.windows] ?? []).map { String(decoding: $0.value ?? [], as: UTF8.self) }
  }

  /// The instant from which the newer version judges, as the control topic says it.
  private static func switchTime(_ world: Simulation) -> String? {
    world.broker.committedRecords(world.names.control, 0).compactMap(\.value)
      .map { String(decoding: $0, as: UTF8.self) }
      .last { $0.contains("io.leeway.version.activated.v1") }
      .map { Self.member("from", $0) }
  }

  /// Every window that begins before the switch is written as the old version alone would write
  /// it, every other one as the new version alone would; none twice, none left out.
  private static func expectOneSwitch(_ edit: Edit, _ world: Simulation, from: String) {
    let expected =
      windows(edit.old).filter { member("window_start", $0) < from }
      + windows(edit.new).filter { member("window_start", $0) >= from }
    let found = world.texts(.windows)
    #expect(Set(found).count == found.count)
    let (missing, added) = (
      Set(expected).subtracting(found).sorted(), Set(found).subtracting(expected).sorted()
    )
    #expect(missing == [], "\(found.count) of \(expected.count), from \(from)")
    #expect(added == [])
  }

  @Test(arguments: 0..<24 as Range<UInt64>)
  func eachWindowIsJudgedByExactlyOneVersion(seed: UInt64) throws {
    let text = Self.edits[Int(seed % 3)]
    var edit = try Edit(seed: seed, text.0, text.1)
    // Commits that end in the middle of what was polled, for both versions at the same record.
    if seed.isMultiple(of: 5) { edit.old.limits.commitPanes = 2 }
    let rates = [0, 0.01, 0.05]
    let world = try Simulation(edit.old, seed: seed, faultRate: rates[Int(seed / 2 % 3)])
    try world.run(steps: 60, healing: false)
    world.publish(edit.new, from: nil)
    try world.run(steps: 250)
    #expect(world.findings == [])
    #expect(world.processes.allSatisfy { $0.violations == 0 })
    let from = try #require(Self.switchTime(world))
    Self.expectOneSwitch(edit, world, from: from)
    let windows = Self.windows(edit.new).map { Self.member("window_start", $0) }
    #expect(windows.contains { $0 >= from })
  }

  @Test(arguments: 0..<12 as Range<UInt64>)
  func aTimeThatIsGivenIsKept(seed: UInt64) throws {
    let text = Self.edits[Int(seed % 2)]
    let edit = try Edit(seed: seed, text.0, text.1)
    let starts = Self.windows(edit.old).map { Self.member("window_start", $0) }
    let from = starts.sorted()[starts.count * 3 / 4]
    let world = try Simulation(edit.old, seed: seed)
    try world.run(steps: 20, healing: false)
    world.publish(edit.new, from: Timestamp(rfc3339: from))
    try world.run(steps: 300)
    #expect(world.findings == [])
    Self.expectOneSwitch(edit, world, from: from)
  }

  /// What was judged is a function of the log: read again it comes to the same bytes.
  @Test(arguments: 0..<6 as Range<UInt64>)
  func theLogReadAgainComesToTheSame(seed: UInt64) throws {
    let text = Self.edits[seed.isMultiple(of: 2) ? 0 : 2]
    let edit = try Edit(seed: seed, text.0, text.1)
    let world = try Simulation(edit.old, seed: seed, faultRate: 0.02)
    try world.run(steps: 60, healing: false)
    let number = world.publish(edit.new, from: nil)
    try world.run(steps: 250)
    var plan = edit.new.plan
    plan.panes = edit.old.plan.panes
    let evaluator = LogEvaluator(
      versions: [
        MonitorVersion(plan: edit.old.plan, references: edit.old.references),
        MonitorVersion(number: number, plan: plan, references: edit.new.references),
      ],
      known: .max,
      lineage: SimulatedProcess.lineage,
      offset: 0
    )
    #expect(world.outputsNotRepeated(by: evaluator) == [])
    #expect(!world.texts(.alerts).isEmpty)
  }

  @Test func filesThatMeanTheSameAreTheSameVersion() throws {
    let text = Self.edits[3]
    let edit = try Edit(seed: 1, text.0, text.1)
    let world = try Simulation(edit.old, seed: 1)
    world.publish(edit.new, from: nil)
    try world.run(steps: 200)
    #expect(world.findings == [] && world.differences() == [])
    #expect(Self.switchTime(world) == nil)
  }
}
