import Foundation
import Records
import Rules
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// `explains` in alerts: the share of the prediction's shift, against numpy and scipy.
@Suite("What a field explains of the prediction's shift")
struct ExplainedShiftTests {
  private struct Golden: Decodable {
    struct Row: Decodable {
      let x, noise, score: Double?
      let city: String?

      func line(hour: Int, _ index: Int) -> String {
        let number = { (value: Double?) in value.map { "\($0)" } ?? "null" }
        let city = city.map { "\"\($0)\"" } ?? "null"
        return "{\"at\":\(1_600_002_000 + hour * 3_600 + index),\"x\":\(number(x)),"
          + "\"city\":\(city),\"noise\":\(number(noise)),\"score\":\(number(score))}"
      }
    }
    struct Window: Decodable {
      let rows: [Row]
      let explains: [String: Double?]
    }
    let reference: [Row]
    let windows: [Window]

    static func load() throws -> Golden {
      let file = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../Golden/explained.json")
      return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    }

    var referenceLines: [String] { reference.enumerated().map { $1.line(hour: 0, $0) } }
    var streamLines: [String] {
      windows.enumerated().flatMap { hour, window in
        window.rows.enumerated().map { $1.line(hour: hour + 1, $0) }
      }
    }
  }

  private static func world(
    _ golden: Golden,
    fields: String = "time: at, prediction: score",
    prediction: String? = "score",
    segments: String = "",
    rule: String = "each: [x, city, noise, score], expect: psi > 99"
  ) throws -> World {
    let monitor = """
      version: 1
      monitor: shop
      source: { topics: [orders] }
      fields: { \(fields) }
      reference: reference.json
      window: 1h
      \(segments)
      """
    let rules = "version: 1\nrules: [{ name: R, repeat: 1h, \(rule) }]"
    return try World(
      monitor: monitor,
      rules: [rules],
      reference: golden.referenceLines,
      prediction: prediction
    )
  }

  /// Alerts by window, then by field.
  private static func explained(_ world: World, _ lines: [String]) -> [[String: Double?]] {
    let alerts = world.run([lines]).alerts
    let windows = Dictionary(grouping: alerts, by: \.window.start).sorted { $0.key < $1.key }
    return windows.map { _, own in
      Dictionary(
        uniqueKeysWithValues: own.map { alert in
          (alert.transition.subject.field.map { world.plan.fields[$0].name } ?? "", alert.explains)
        }
      )
    }
  }

  @Test func theShareIsThatOfNumpy() throws {
    let golden = try Golden.load()
    let found = Self.explained(try Self.world(golden), golden.streamLines)
    #expect(found.count == golden.windows.count)
    for (found, window) in zip(found, golden.windows) {
      #expect(Set(found.keys) == ["x", "city", "noise", "score"])
      #expect(found["score"] == .some(nil), "a prediction explains itself")
      for (field, expected) in window.explains {
        let share = try #require(found[field])
        #expect((share == nil) == (expected == nil), "\(field)")
        if let share, let expected { #expect(abs(share - expected) < 1e-12, "\(field)") }
      }
    }
  }

  @Test func theRecordHasItWhereItIsKnown() throws {
    let golden = try Golden.load()
    let world = try Self.world(golden, rule: "each: [x], expect: psi > 99")
    let texts = world.run([golden.streamLines]).text.filter { $0.contains("alert.v1") }
    let values = try texts.map { text in
      let share = text.firstMatch(of: /"group_rank":1,"explains":([0-9.]+),/)
      return try share.map { try #require(Double($0.1)) }
    }
    #expect(values.count == 4 && values.map { $0 == nil } == [false, false, false, true])
    #expect(texts.filter { $0.contains("explains") }.count == 3)
    #expect(abs(try #require(values[0]) - 0.9434362080230886) < 1e-12)
  }

  @Test func withoutAKnownPredictionNothingIsSaid() throws {
    let golden = try Golden.load()
    let noRanks = try Self.world(golden, prediction: nil)
    let noRole = try Self.world(golden, fields: "time: at")
    let another = try Self.world(golden, fields: "time: at, prediction: noise")
    let segments = try Self.world(
      golden,
      segments: "segments: [city]",
      rule: "each: [x], by: city, expect: psi > 99"
    )
    for world in [noRanks, noRole, another, segments] {
      let alerts = world.run([golden.streamLines]).alerts
      #expect(!alerts.isEmpty && alerts.allSatisfy { $0.explains == nil })
    }
  }

  @Test func anAlertOfTheStreamExplainsNothing() throws {
    let golden = try Golden.load()
    let world = try Self.world(golden, rule: "expect: count > 9999")
    let alerts = world.run([golden.streamLines]).alerts
    #expect(alerts.count == 4 && alerts.allSatisfy { $0.explains == nil })
  }
}
