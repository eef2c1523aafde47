import Reference
import Rules
import Testing
import TestSupport

@testable import Service

@Suite struct StageTopicsTests {
  private static func plan(_ monitor: String) throws -> Plan {
    let folder = try Folder()
    let profile = try Rows(HostileStream.reference).learn(time: "at").profile
    _ = try folder.write(profile.json, to: "reference.json")
    let text = HostileStream.monitor.replacing("monitor: shop", with: "monitor: \(monitor)")
    let loaded = try MonitorLoader.load(folder.write(Array(text.utf8), to: "monitor.yaml"))
    return try #require(loaded.plan, "\(loaded.report)")
  }

  @Test func aProducerIsOfOneMonitorOneGroupAndOneProcess() throws {
    let shop = try Self.plan("shop")
    let alone = StageTopics(shop)
    let inGroup = StageTopics(shop, group: "eu")
    let neighbour = StageTopics(try Self.plan("shop.eu"))
    let producers = [
      alone.producer("collect", instance: "a"), alone.producer("collect", instance: "b"),
      alone.producer("evaluate", instance: "a"), inGroup.producer("collect", instance: "a"),
      neighbour.producer("collect", instance: "a"),
    ]
    #expect(
      producers == [
        "leeway.shop.collect.a", "leeway.shop.collect.b", "leeway.shop.evaluate.a",
        "leeway.shop:eu.collect.a", "leeway.shop.eu.collect.a",
      ]
    )
    #expect(inGroup.collectors == "eu.collect")
    #expect(alone.evaluators == "leeway.shop.evaluate")
  }
}
