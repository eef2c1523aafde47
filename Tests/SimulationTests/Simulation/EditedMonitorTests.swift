import Monitoring
import Rules
import Service
import Testing

/// A monitor whose windows were edited between two starts.
@Suite struct EditedMonitorTests {
  private static func windows(_ world: Simulation, of plan: Plan) -> [String] {
    let configuration = EventIdentity.configuration(of: plan)
    return world.broker.committedRecords(world.names.outputs[0], 0).compactMap(\.value)
      .map { String(decoding: $0, as: UTF8.self) }
      .filter { $0.contains(configuration) }
  }

  /// Only windows that lack no record are written by the new ones, and then every one.
  @Test(arguments: 0..<30 as Range<UInt64>)
  func onlyWholeWindowsAreWrittenByTheNewOnes(seed: UInt64) throws {
    let first = try Stream(seed: seed, partitions: 2, lines: 320)
    let second = try Stream(
      seed: seed,
      partitions: 2,
      lines: 320,
      editing: ("window: { size: 1h }", "window: { size: 45m }")
    )
    #expect(first.partitions == second.partitions)
    let world = try Simulation(first, seed: seed)
    try world.run(lines: 130)
    world.processes.forEach { $0.kill() }
    world.broker.advance(by: .seconds(30))
    world.stream = second
    try world.run(steps: 150)
    #expect(world.findings == [])
    #expect(world.processes.allSatisfy { $0.violations == 0 })
    let expected = (second.expected()[.windows] ?? []).map {
      String(decoding: $0.value ?? [], as: UTF8.self)
    }
    let found = Self.windows(world, of: second.plan)
    #expect(found.count > 10)
    // Each size of window has its own first whole one; from there on none is missing.
    for size in ["15m", "45m", "2h"] {
      let written = found.filter { Self.member("window_size", $0) == size }
      let first = written.first.map { Self.member("window_start", $0) } ?? "9999"
      let wanted = expected.filter {
        Self.member("window_size", $0) == size && Self.member("window_start", $0) >= first
      }
      #expect(written == wanted, "\(size)")
    }
  }

  private static func member(_ name: String, _ event: String) -> String {
    let value = event.split(separator: "\"\(name)\":\"").dropFirst().first ?? ""
    return String(value.prefix { $0 != "\"" })
  }
}
