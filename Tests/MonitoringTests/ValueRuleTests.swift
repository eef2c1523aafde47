import Drift
import Rules
import TestSupport
import Testing

@testable import Monitoring

/// Rules on values themselves, counted one by one beside.
@Suite("Rules on values: in and matches")
struct ValueRuleTests {
  private struct Event {
    var status: String?
    var rating: Int?

    func line(_ second: Int, model: String? = nil) -> String {
      let model = model.map { ",\"model\":\"\($0)\"" } ?? ""
      return "{\"at\":\(1_600_002_000 + second),"
        + "\"status\":\(status.map { "\"\($0)\"" } ?? "null"),"
        + "\"rating\":\(rating.map { "\($0)" } ?? "null")\(model)}"
    }
  }

  private static func events(_ count: Int, seed: UInt64, statuses: [String]) -> [Event] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in
      Event(
        status: random.uniform() < 0.1 ? nil : statuses.randomElement(using: &random),
        rating: random.uniform() < 0.1 ? nil : Int.random(in: 1...6, using: &random)
      )
    }
  }

  private static let known = ["new", "paid", "PAID", "x-1", "x-22"]

  private static func world(
    _ condition: String,
    statuses: [String] = known,
    own: [String: [String]] = [:],
    monitor more: String = ""
  ) throws -> World {
    let monitor = """
      version: 1
      monitor: shop
      source: { topics: [orders] }
      fields: { time: at\(own.isEmpty ? "" : ", model_version: model") }
      reference: reference.json
      \(own.isEmpty ? "" : "references: { \"2\": two.json }")
      window: 1h
      \(more)
      """
    let reference = events(400, seed: 1, statuses: statuses).enumerated()
      .map { $1.line($0, model: own.isEmpty ? nil : "1") }
    return try World(
      monitor: monitor,
      rules: ["version: 1\nrules: [{ name: R, repeat: 1h, expect: '\(condition)' }]"],
      reference: reference,
      own: own
    )
  }

  private static func alert(_ condition: String, _ stream: [Event]) throws -> Alert? {
    let lines = stream.enumerated().map { $1.line(7_200 + $0) }
    return try world(condition).run([lines]).alerts.first
  }

  @Test("the share is that of counting, whatever is unseen or missing")
  func share() throws {
    let stream = Self.events(900, seed: 2, statuses: Self.known + ["strange", "x-333"])
    let statuses = stream.compactMap(\.status)
    let ratings = stream.compactMap(\.rating)
    let cases: [(String, Double, UInt64)] = [
      (
        #"status in ["new", "paid"] for 99.9%"#,
        Double(statuses.count { ["new", "paid"].contains($0) }) / Double(statuses.count),
        UInt64(statuses.count)
      ),
      // What the reference does not know matches nothing, even if it looks like it.
      (
        #"status matches "x-\d+" for 99%"#,
        Double(statuses.count { ["x-1", "x-22"].contains($0) }) / Double(statuses.count),
        UInt64(statuses.count)
      ),
      (
        "rating in [6, 1, 1]",
        Double(ratings.count { [1, 6].contains($0) }) / Double(ratings.count),
        UInt64(ratings.count)
      ),
    ]
    for (condition, expected, count) in cases {
      let alert = try #require(try Self.alert(condition, stream))
      #expect(alert.evidence?.observation.measurement.value == expected, "\(condition)")
      #expect(alert.currentCount == count)
      #expect(alert.summary == "expected \(condition)")
    }
  }

  @Test("it holds from its share on, and not below")
  func threshold() throws {
    let stream = (0..<1_000).map { Event(status: $0 < 999 ? "new" : "paid", rating: 1) }
    #expect(try Self.alert("status in [new] for 99.9%", stream) == nil)
    #expect(try Self.alert("status in [new] for 99.91%", stream) != nil)
    #expect(try Self.alert("status in [new]", stream) != nil)
    #expect(try Self.alert("status in [new, paid]", stream) == nil)
    #expect(try Self.alert("rating in [1]", stream) == nil)
    #expect(try Self.alert("not status in [paid] for 0.2%", stream) == nil)
    #expect(try Self.alert("not status in [paid] for 0.1%", stream) != nil)
  }

  @Test("without values nothing is decided")
  func undecided() throws {
    let stream = (0..<100).map { _ in Event(status: nil, rating: nil) }
    #expect(try Self.alert("status in [new]", stream) == nil)
    let lines = stream.enumerated().map { $1.line(7_200 + $0) }
    let run = try Self.world("status in [new]").run([lines])
    #expect(run.text.contains { $0.contains(#""undecided":[{"rule":"R""#) })
    #expect(!run.text.contains { $0.contains(#""in":"#) })
  }

  @Test("each model version's own categories are asked")
  func ownReferences() throws {
    let two = Self.events(400, seed: 3, statuses: Self.known + ["x-333"]).enumerated()
      .map { $1.line($0, model: "2") }
    let condition = #"status matches "x-\d+""#
    let world = try Self.world(condition, own: ["2": two])
    let event = Event(status: "x-333", rating: 1)
    let lines = (0..<200).map { event.line(7_200 + $0 / 2, model: $0 % 2 == 0 ? "1" : "2") }
    let alerts = world.run([lines]).alerts
    #expect(alerts.map { $0.transition.subject.version?.name } == ["1"])
    #expect(alerts.first?.evidence?.observation.measurement.value == 0)
    #expect(throws: World.BadFiles.self) {
      try Self.world("status in [\"x-333\"] for 1%", own: ["2": two])
    }
  }

  @Test("segments know other values, so a rule by segment is refused")
  func segments() throws {
    let error = #expect(throws: World.BadFiles.self) {
      _ = try World(
        monitor: """
          version: 1
          monitor: shop
          source: { topics: [orders] }
          fields: { time: at }
          segments: [status]
          reference: reference.json
          window: 1h
          """,
        rules: ["version: 1\nrules: [{ name: R, by: status, expect: 'rating in [1]' }]"],
        reference: Self.events(400, seed: 1, statuses: Self.known).enumerated()
          .map { $1.line($0) }
      )
    }
    let report = error?.report ?? ""
    #expect(report.contains("looks at values, which each segment knows others of"), "\(report)")
  }
}
