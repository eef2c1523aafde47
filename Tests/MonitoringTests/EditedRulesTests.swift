import Records
import Rules
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// Rules that another version of the monitor has, too: they keep their past.
@Suite struct EditedRulesTests {
  private static func world(_ rules: [String], triggers: [String] = []) throws -> World {
    let triggers = triggers.isEmpty ? "" : "\ntriggers: [\(triggers.joined(separator: ", "))]"
    return try Hourly.world(
      rules: "version: 1\nrules: [\(rules.joined(separator: ", "))]\(triggers)"
    )
  }

  private static let low = "{ name: Low, each: features, expect: mean < 50 }"
  private static let slow = "{ name: Slow, expect: mean(x) < 50, for: 2h }"
  private static let many = "{ name: Many, expect: count() >= 5 }"
  private static let again = "{ name: Again, when: firing(Low), cooldown: 2h }"
  private static let once = "{ name: Once, when: firing(Many) }"

  private static func line(_ judged: Judged) -> String? {
    guard case .alert(let alert) = judged.outcome else { return nil }
    let rule = judged.version.plan.rules[alert.transition.subject.rule].name
    return "\(judged.version.number) \(rule) \(alert.transition.state)"
  }

  private func alerts(_ chain: VersionChain) -> [String] {
    let entries = chain.evaluator.state.book.entries
    return entries.keys.sorted().map { subject in
      let state = entries[subject]?.state.map { "\($0)" } ?? "inactive"
      return "\(chain.version.plan.rules[subject.rule].name) \(state)"
    }
  }

  private static let events = [0.1, 1.1, 2.1].map { Hourly.event($0, value: 90, model: "1") }

  @Test func stateIsKeptByName() throws {
    let before = try Self.world(
      [Self.low, Self.slow, Self.many],
      triggers: [Self.again, Self.once]
    )
    let after = try Self.world(
      ["{ name: New, expect: count() >= 1 }", Self.many, Self.low],
      triggers: ["{ name: Other, when: firing(New) }", Self.again]
    )
    var scene = VersionScene([before.version(), after.version(4)])
    _ = scene.fold(Self.events)
    let old = scene.chain.evaluator.state
    #expect(
      alerts(scene.chain) == [
        "Low firing", "Slow firing", "Many firing", "IntegrityHeld inactive",
      ]
    )
    // Heard of while hour 2 is open: it judges from hour 3 on.
    scene.count(known: 5)
    let judged = scene.fold([Hourly.event(3.1, value: 90, model: "1")])
    #expect(judged.compactMap(Self.line) == ["-1 Slow resolved"])
    #expect(scene.chain.version.number == 4)
    #expect(
      alerts(scene.chain) == ["Many firing", "Low firing", "IntegrityHeld inactive"]
    )
    let new = scene.chain.evaluator.state
    #expect(new.governor.states.map(\.hasAsked) == [false, true])
    #expect(new.governor.states[1].lastAsked.map(Hourly.hour) == 3)
    #expect(new.governor.firing.keys.map(\.rule).sorted() == [1, 2])
    let (low, oldLow) = (AlertSubject(rule: 2, field: 0, version: ModelVersion("1")), 0)
    let kept = old.book.entries.first { $0.key.rule == oldLow }?.value
    #expect(new.book.entries[low]?.first == kept?.first)
    #expect(new.book.entries[low]?.failures.count == 3)
  }

  /// An alert about one model version is not the stream's: where its rule judges that, it ends.
  @Test func whatIsOfTheStreamNowGoesOnWithNoVersionsAlert() throws {
    let before = try Self.world(["{ name: Rule, expect: mean(x) < 50 and count() >= 1 }"])
    let after = try Self.world(["{ name: Rule, expect: count() >= 5 }"])
    var scene = VersionScene([before.version(), after.version(4)])
    #expect(scene.fold(Self.events).compactMap(Self.line) == ["-1 Rule firing"])
    scene.count(known: 5)
    let judged = scene.fold([3.1, 4.1].map { Hourly.event($0, value: 90, model: "1") })
    #expect(judged.compactMap(Self.line) == ["-1 Rule resolved", "4 Rule firing"])
    #expect(alerts(scene.chain) == ["Rule firing", "IntegrityHeld inactive"])
  }

  @Test func rulesInAnotherOrderAreTheSameRules() throws {
    let before = try Self.world([Self.low, Self.many], triggers: [Self.again, Self.once])
    let after = try Self.world([Self.many, Self.low], triggers: [Self.once, Self.again])
    var (switched, only) = (
      VersionScene([before.version(), after.version(4)]), VersionScene([after.version()])
    )
    for scene in [0, 1] {
      var one = scene == 0 ? switched : only
      one.count(known: scene == 0 ? 5 : 0)
      _ = one.fold([])
      _ = one.fold(Self.events)
      if scene == 0 { switched = one } else { only = one }
    }
    #expect(switched.chain.version.number == 4)
    #expect(switched.chain.evaluator.state.book == only.chain.evaluator.state.book)
    #expect(
      switched.chain.evaluator.state.governor.states == only.chain.evaluator.state.governor.states
    )
  }
}
