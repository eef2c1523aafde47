import Reference
import Rules
import TestSupport
import Testing

@testable import Service

/// Rules judged on the windows that a monitor wrote say what they would have said on the events.
@Suite struct WhatIfLawTests {
  private static let reference = Result {
    try Rows(StoredWorld.reference).learn(time: "t", segments: ["s"]).profile.json
  }

  /// A world with its files.
  private struct Bench {
    let world: StoredWorld
    let folder: Folder
    private let inputs: [InputFile]

    init(seed: UInt64) throws {
      (world, folder) = (StoredWorld(seed: seed), try Folder())
      _ = try folder.write(try WhatIfLawTests.reference.get(), to: "reference.json")
      let folder = folder
      inputs = try world.partitions.enumerated().map { index, lines in
        let bytes = Array(lines.map { $0 + "\n" }.joined().utf8)
        return InputFile(try folder.write(bytes, to: "events-\(index).ndjson"))
      }
    }

    /// What rules said on the events, and under which plan.
    func replay(_ rules: String, to name: String) throws -> (plan: Plan, report: RuleReport) {
      _ = try folder.write(Array(rules.utf8), to: "rules.yaml")
      let monitor = try folder.write(Array(world.monitor.utf8), to: "monitor.yaml")
      let loaded = try MonitorLoader.load(monitor)
      let plan = try #require(loaded.plan, "\(loaded.diagnostics)")
      let references = try #require(loaded.references)
      var replay = try FileReplay(plan: plan, references: references, inputs: inputs)
      var sink = try DirectorySink(folder.path + "/" + name)
      try replay.run(into: &sink)
      return (plan, replay.summary.rules)
    }

    /// What rules say on windows that were written, and which of them are on sizes that are not
    /// named as incomplete.
    func judge(_ plan: Plan, on name: String) throws -> (report: RuleReport, whole: Set<String>) {
      var judge = WhatIf(plan: plan)
      try judge.judge([InputFile(folder.path + "/\(name)/windows.ndjson")])
      #expect(judge.windows > 20 && judge.foreign == 0 && judge.unanswered == [])
      let incomplete = judge.incomplete
      let whole = plan.rules.filter { rule in
        !incomplete.contains(WhatIf.name(of: plan.windows[rule.windowIndex]))
      }
      return (judge.report, Set(whole.map(\.name)))
    }
  }

  @Test(arguments: 0..<48 as Range<UInt64>)
  func theSameRulesSayTheSame(seed: UInt64) throws {
    let bench = try Bench(seed: seed)
    let (plan, expected) = try bench.replay(bench.world.rules(of: bench.world.windows), to: "own")
    let (report, whole) = try bench.judge(plan, on: "own")
    #expect(whole.count > plan.rules.count / 2)
    var alerts = 0
    for (found, expected) in zip(report.lines, expected.lines) where whole.contains(found.rule) {
      alerts += expected.alerts
      #expect(found == expected, "\(bench.world.windows)")
    }
    #expect(alerts > 0)
  }

  /// Of the sizes that the monitor did not have, those are named of which windows are missing.
  @Test(arguments: 100..<124 as Range<UInt64>)
  func otherRulesSayWhatTheyWouldHave(seed: UInt64) throws {
    let bench = try Bench(seed: seed)
    _ = try bench.replay(bench.world.rules(of: bench.world.windows), to: "own")
    let (plan, expected) = try bench.replay(bench.world.rules(of: bench.world.others), to: "other")
    let (report, whole) = try bench.judge(plan, on: "own")
    for (found, expected) in zip(report.lines, expected.lines) where whole.contains(found.rule) {
      #expect(found.alerts == expected.alerts && found.first == expected.first)
    }
  }
}
