import Foundation
import Testing

@testable import Monitoring

/// Which alerts one cause may have brought.
@Suite struct AlertGroupTests {
  private struct Event: Decodable {
    struct Payload: Decodable {
      var rule: String
      var field: String?
      var state: String
      var group: String
      var group_size: Int
      var group_rank: Int
      var window_start: String
    }
    var data: Payload
  }

  private static func event(_ hour: Double, _ a: Int, _ b: Int, _ c: Int) -> String {
    "{\"at\":\(1_600_002_000 + Int(hour * 3_600)),\"a\":\(a),\"b\":\(b),\"c\":\(c)}"
  }

  private static func events(_ rules: String, _ lines: [String]) throws -> [Event.Payload] {
    let monitor = """
      version: 1
      monitor: shop
      source: { topics: [orders] }
      fields: { time: at }
      reference: reference.json
      window: { size: 1h }
      """
    let reference = (0..<100).map { event(0, $0, $0, $0) }
    let world = try World(monitor: monitor, rules: [rules], reference: reference)
    return try world.run([lines]).text.filter { $0.contains("io.leeway.alert.v1") }.map {
      try JSONDecoder().decode(Event.self, from: Data($0.utf8)).data
    }
  }

  @Test func alertsOfOneRuleAndWindowAreRankedByHowFarTheyAreOff() throws {
    let rules = """
      version: 1
      rules:
        - { name: High, each: features, expect: mean < 50 }
        - { name: Low, each: [a, b], expect: mean > 20 }
      """
    let lines = [
      Self.event(0.5, 10, 30, 30), Self.event(1.5, 60, 5, 90), Self.event(2.5, 30, 30, 30),
    ]
    let events = try Self.events(rules, lines)
    let found = events.map {
      "\($0.window_start.dropFirst(11).prefix(2)) \($0.rule) \($0.field ?? "-") \($0.state) "
        + "\($0.group_rank) of \($0.group_size)"
    }
    #expect(
      found == [
        "13 Low a firing 1 of 1",
        "14 High a firing 2 of 2", "14 High c firing 1 of 2",
        "14 Low a resolved 1 of 1", "14 Low b firing 1 of 1",
        "15 High a resolved 1 of 2", "15 High c resolved 2 of 2",
        "15 Low b resolved 1 of 1",
      ]
    )
    let groups = events.map(\.group)
    #expect(groups[1] == groups[2] && groups[5] == groups[6])
    #expect(Set(groups).count == 6)
  }
}
