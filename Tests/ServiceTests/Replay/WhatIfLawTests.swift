import Reference
import Rules
import TestSupport
import Testing

@testable import Service

/// Rules judged on the windows that a monitor wrote say what the monitor said.
@Suite struct WhatIfLawTests {
  private static let reference = Result {
    try Rows(StoredWorld.reference).learn(time: "t", segments: ["s"]).profile.json
  }

  @Test(arguments: 0..<48 as Range<UInt64>)
  func storedWindowsSayWhatTheMonitorSaid(seed: UInt64) throws {
    let world = StoredWorld(seed: seed)
    let folder = try Folder()
    _ = try folder.write(try Self.reference.get(), to: "reference.json")
    _ = try folder.write(Array(world.rules.utf8), to: "rules.yaml")
    let monitor = try folder.write(Array(world.monitor.utf8), to: "monitor.yaml")
    let loaded = try MonitorLoader.load(monitor)
    let plan = try #require(loaded.plan, "\(loaded.diagnostics)")
    let inputs = try world.partitions.enumerated().map { index, lines in
      let bytes = Array(lines.map { $0 + "\n" }.joined().utf8)
      return InputFile(try folder.write(bytes, to: "events-\(index).ndjson"))
    }
    let references = try #require(loaded.references)
    var replay = try FileReplay(plan: plan, references: references, inputs: inputs)
    var sink = try DirectorySink(folder.path)
    try replay.run(into: &sink)
    var judge = WhatIf(plan: plan)
    try judge.judge([InputFile(folder.path + "/windows.ndjson")])
    #expect(judge.windows > 20 && judge.foreign == 0 && judge.unanswered == [])
    let incomplete = Set(judge.incomplete)
    let lines = zip(judge.report.lines, replay.summary.rules.lines).filter { found, _ in
      let window = plan.rules.first { $0.name == found.rule }?.windowIndex
      return window.map { !incomplete.contains(WhatIf.name(of: plan.windows[$0])) } ?? true
    }
    for (found, expected) in lines {
      // What lies behind all watermarks is judged without the events only.
      if world.hasStrays {
        #expect(found.alerts == expected.alerts && found.first == expected.first)
      } else {
        #expect(found == expected, "\(world.windows)")
      }
    }
    #expect(lines.contains { $1.alerts > 0 })
  }
}
