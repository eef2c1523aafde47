import Records
import Reference
import Rules
import Testing
import Windowing

@testable import Monitoring

/// Rules on how many records come, against the rhythm of the reference.
@Suite struct CountChangeTests {
  private static let day = 86_400

  private static func event(_ second: Int, model: String = "1") -> String {
    "{\"at\":\(second),\"model\":\"\(model)\",\"x\":1}"
  }

  private static func world(_ rule: String, reference: [String]) throws -> World {
    let monitor = """
      version: 1
      monitor: shop
      source: { topics: [orders] }
      fields: { time: at, model_version: model }
      reference: reference.json
      references: { "2": two.json }
      window: { size: 1h }
      """
    // The reference of a model version has another pace, which says nothing of the stream.
    return try World(
      monitor: monitor,
      rules: ["version: 1\nrules: [\(rule)]"],
      reference: reference,
      own: ["2": (0..<4000).map { event($0 * 5, model: "2") }]
    )
  }

  private static let rule = """
    { name: Busy, expect: -50% <= count_change <= 1, min_records: 2,
      summary: "{value}, not {threshold}" }
    """

  /// Six records an hour by day, one from 0 to 6 h, none from 6 to 7 h, for three days.
  private static let reference =
    (0..<3).flatMap { day in
      (0..<144).compactMap { part -> String? in
        let isSilent = part < 36 && part % 6 != 0 || part / 6 == 6
        return isSilent ? nil : event(day * Self.day + part * 600)
      }
    } + [event(3 * Self.day)]

  /// So many records in an hour of the tenth day, of both model versions.
  private static func hour(_ hour: Int, _ count: Int) -> [String] {
    (0..<count).map { number in
      event(10 * Self.day + hour * 3600 + number * 10, model: number % 2 == 0 ? "1" : "2")
    }
  }

  @Test func theStreamIsHeldToTheStandardReferencesPace() throws {
    let world = try Self.world(Self.rule, reference: Self.reference)
    // One is expected at 3 to 5 h, fewer than min_records, and none at 6 h. The stream begins in
    // the first hour and ends in the last one: of these nothing can be said.
    let counts = [
      (3, 1), (5, 9), (6, 40), (8, 6), (9, 3), (10, 2), (11, 12), (12, 13), (14, 6), (16, 3),
    ]
    let run = world.run([counts.flatMap { Self.hour($0, $1) }])
    let expected = [3: 1, 5: 1, 6: 0, 7: 6, 8: 6, 9: 6, 10: 6, 11: 6, 12: 6, 13: 6]
    for (hour, rows) in expected {
      let start = 10 * Self.day + hour * 3600
      let window = try #require(
        run.windows.first { $0.window.start.microseconds == Int64(start) * 1_000_000 }
      )
      let rhythm = try #require(world.references.standard.rhythm)
      #expect(rhythm.expected(in: window.window.start..<window.window.end) == Double(rows))
      #expect(window.expected == (hour == 3 ? nil : Double(rows)))
      #expect(window.undecided.contains { $0.rule == 0 } == (rows < 2), "\(hour) h")
    }
    #expect(run.text.contains { $0.contains("\"stream\":{\"count_change\":{\"value\":-0.5}}") })
    #expect(run.windows.suffix(2).flatMap(\.undecided).map(\.rule) == [0])
    let alerts = run.alerts.map { alert in
      let hour = (alert.window.start.microseconds / 1_000_000 - 10 * Int64(Self.day)) / 3600
      return "\(hour) \(alert.transition.state) \(alert.summary)"
    }
    #expect(
      alerts == [
        "7 firing -100%, not -50%", "8 resolved 0%, not -50%", "10 firing -66.67%, not -50%",
        "11 resolved 100%, not -50%", "12 firing 116.7%, not 100%", "14 resolved 0%, not -50%",
        "15 firing -100%, not -50%",
      ]
    )
  }

  @Test func withoutARhythmItIsUndecided() throws {
    let world = try Self.world(Self.rule, reference: [Self.event(0), Self.event(0)])
    let run = world.run([Self.hour(1, 5) + Self.hour(4, 3)])
    #expect(run.windows.map(\.records).reduce(0, +) == 8 && run.alerts.isEmpty)
    #expect(run.windows.count { $0.undecided.contains { $0.rule == 0 } } == 4)
  }
}
