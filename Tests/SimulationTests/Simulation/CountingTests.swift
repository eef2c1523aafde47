import Foundation
import Rules
import Service
import Testing

/// What is written is what a recount by another hand finds, window by window.
@Suite struct CountingTests {
  /// Windows as they were written, by size and start.
  ///
  /// - Parameters:
  ///   - world: Has written them.
  ///   - integrity: What they say of themselves; others are left out.
  ///   - segment: Theirs; others are left out.
  /// - Returns: By size, then by start in seconds.
  /// - Throws: When a record is no window.
  static func written(
    _ world: Simulation,
    integrity: String = "ok",
    segment: String = "all"
  ) throws -> [String: [Int: CountingOracle.Window]] {
    var windows: [String: [Int: CountingOracle.Window]] = [:]
    for record in world.broker.committedRecords(world.names.outputs[0], 0) {
      let event = try JSONSerialization.jsonObject(with: Data(record.value ?? [])) as? [String: Any]
      let data = try #require(event?["data"] as? [String: Any])
      let size = try #require(data["window_size"] as? String)
      let text = try #require(data["window_start"] as? String)
      let start = try #require(ISO8601DateFormatter().date(from: text))
      guard data["integrity"] as? String == integrity else { continue }
      guard data["segment"] as? String == segment else { continue }
      #expect(data["empty_windows"] == nil)
      var window = CountingOracle.Window()
      let version = data["model_version"] as? String ?? ""
      let records = try #require(data["records"] as? Int)
      if records > 0 {
        window.accepted[version] = records
        window.missing[version] = [:]
        for field in data["fields"] as? [[String: Any]] ?? [] {
          let name = try #require(field["field"] as? String)
          window.missing[version]?[name] = field["missing"] as? Int
        }
      }
      window.late = try #require(data["late"] as? Int)
      window.filtered = try #require(data["filtered"] as? Int)
      window.rejected = try #require(data["rejected"] as? [String: Int])
      let second = Int(start.timeIntervalSince1970)
      windows[size, default: [:]][second, default: CountingOracle.Window()].add(window)
    }
    return windows
  }

  @Test(arguments: 0..<8)
  func everyWindowHoldsWhatAnotherHandCounts(shard: Int) throws {
    var (counted, changed) = (0, 0)
    for seed in UInt64(shard) * 30..<UInt64(shard + 1) * 30 {
      let world = try Simulation(seed: seed + 100_000)
      try world.run(steps: 300)
      let found = try Self.written(world)
      #expect(try Self.written(world, integrity: "violated").isEmpty, "seed \(seed)")
      let idles = world.stream.plan.idleAfter != nil
      let expected = CountingOracle(world.stream.partitions, idles ? world.decisions : nil).windows
      #expect(found == expected.filter { !$0.value.isEmpty }, "seed \(seed)")
      if idles, expected != CountingOracle(world.stream.partitions).windows { changed += 1 }
      counted += expected.values.reduce(0) { $0 + $1.count }
    }
    #expect(counted > 200)
    // Partitions that were silent, and what came of them then, were among it.
    #expect(changed > 0)
  }
}
