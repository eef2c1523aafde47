import Foundation
import Records
import Testing

@testable import Monitoring

/// What rules ask of their alerts' life, from events to alerts.
@Suite struct AlertLifeRuleTests {
  /// One event in each of these hours, in the last so many; a nil hour has none.
  private static func run(
    _ rule: String,
    _ values: [Int?],
    last: Int = 1
  ) throws -> [String] {
    let rules = "version: 1\nrules: [{ name: R, \(rule) }]"
    let world = try Hourly.world(rules: rules)
    let lines = values.enumerated().compactMap { hour, value in
      value.map { Hourly.event(Double(hour) + 0.5, value: $0) }
    }
    return world.run([lines + Array(repeating: lines[lines.count - 1], count: last - 1)]).text
      .filter { $0.contains("io.leeway.alert.v1") }
  }

  /// Hour, state, and whatever of the event is asked for.
  private static func brief(_ events: [String], _ members: String...) throws -> [String] {
    try events.map { event in
      let start = try #require(text(event, "window_start")?.dropFirst(11).prefix(2))
      return ([String(start)] + (["state"] + members).map { text(event, $0) ?? "-" })
        .joined(separator: " ")
    }
  }

  /// A member's text; numbers as they are written.
  private static func text(_ event: String, _ name: String) -> String? {
    guard let range = event.range(of: "\"\(name)\":") else { return nil }
    let rest = event[range.upperBound...]
    guard rest.first == "\"" else { return String(rest.prefix { $0 != "," && $0 != "}" }) }
    return String(rest.dropFirst().prefix { $0 != "\"" })
  }

  @Test func whenSaysWhatShallNotHold() throws {
    let events = try Self.run("when: mean(x) > 50 or mean(x) < 2", [10, 60, 10, 1, 10])
    #expect(
      try Self.brief(events, "summary") == [
        "14 firing expected not mean(x) > 50", "15 resolved expected not mean(x) > 50",
        "16 firing expected not mean(x) < 2", "17 resolved expected not mean(x) > 50",
      ]
    )
  }

  @Test func clearIsALevelOfItsOwn() throws {
    let rule = "expect: mean(x) < 50, clear: mean(x) < 20"
    let events = try Self.run(rule, [10, 60, 40, 30, 10, 40])
    #expect(try Self.brief(events) == ["14 firing", "17 resolved"])
  }

  @Test func aMetricThatOnlyClearNamesIsKept() throws {
    let rule = "expect: mean(x) < 50, clear: 'mean(x) < 50 and distinct(x) > 0'"
    #expect(try Self.brief(Self.run(rule, [10, 60, 10])) == ["14 firing", "15 resolved"])
  }

  @Test func anAlertThatIsSaidAgainHasAnIdOfItsOwn() throws {
    let rule = "expect: mean(x) < 50, repeat: 2h"
    let events = try Self.run(rule, [60, 60, 60, nil, 60, 10], last: 3)
    // an hour without a value cannot be judged, and is no reason to be silent
    #expect(
      try Self.brief(events, "repeat") == [
        "13 firing -", "15 firing 1", "17 firing 2", "18 resolved -",
      ]
    )
    #expect(Set(events.map { Self.text($0, "id") }).count == 4)
    #expect(Set(events.map { Self.text($0, "alert") }).count == 1)
  }

  @Test func whatCannotBeJudgedCanBeAnAlert() throws {
    let ignoring = "expect: mean(x) < 50"
    #expect(try Self.run(ignoring, [10, nil, nil, 10]).isEmpty)
    let events = try Self.run(
      ignoring + ", undecided: alert, for: 2 of 2 windows",
      [10, nil, nil, 10]
    )
    #expect(
      try Self.brief(events, "value", "summary") == [
        "14 pending null too few records to judge mean(x) < 50",
        "15 firing null too few records to judge mean(x) < 50",
        "16 resolved 10 expected mean(x) < 50",
      ]
    )
    let few = ignoring + ", min_records: 2, undecided: alert"
    #expect(try Self.brief(Self.run(few, [10]), "value") == ["13 firing 10"])
  }

  @Test func theRunbooksAddressNamesWhatItIsAbout() throws {
    let rule = "expect: mean(x) < 50, runbook: 'https://wiki/{rule}#{field}'"
    let events = try Self.run(rule, [60])
    #expect(events.map { Self.text($0, "runbook") } == ["https://wiki/R#x"])
  }
}
