import Records
import Rules
import TestSupport
import Testing
import Windowing

@testable import Monitoring

/// Rules that were edited between two runs: those that are still there keep their past.
@Suite struct EditedRulesTests {
  private static func world(_ rules: [String], triggers: [String] = []) throws -> World {
    let triggers = triggers.isEmpty ? "" : "\ntriggers: [\(triggers.joined(separator: ", "))]"
    return try Hourly.world(
      rules: "version: 1\nrules: [\(rules.joined(separator: ", "))]\(triggers)"
    )
  }

  private static let low = "{ name: Low, each: features, expect: mean < 50 }"
  private static let slow = "{ name: Slow, expect: mean(x) < 50, for: 3h }"
  private static let many = "{ name: Many, expect: count() >= 5 }"
  private static let again = "{ name: Again, when: firing(Low), cooldown: 2h }"
  private static let once = "{ name: Once, when: firing(Many) }"

  /// A log evaluator that was given events of these hours.
  private func run(_ world: World, _ hours: [Double]) -> LogEvaluator {
    var evaluator = LogStage.evaluator(world)
    for record in records(world, hours) { _ = evaluator.take(record, at: evaluator.offset) }
    return evaluator
  }

  private func records(_ world: World, _ hours: [Double], from place: SourcePlace = .beginning)
    -> [[UInt8]]
  {
    var collector = Collector(plan: world.plan, references: world.references)
    let handle = collector.assign(topic: 0, partition: 0, from: place)
    collector.setTrust(.broker, handle)
    collector.ingest(hours.map { Hourly.event($0, value: 90, model: "1") }, handle: handle)
    return Commits(world).records(collector.takeDelta(), UInt64(place.offset) + 1)
  }

  private func alerts(_ evaluator: LogEvaluator, _ world: World) -> [String] {
    let entries = evaluator.evaluator.state.book.entries
    return entries.keys.sorted().map { subject in
      let state = entries[subject]?.state.map { "\($0)" } ?? "inactive"
      return "\(world.plan.rules[subject.rule].name) \(state)"
    }
  }

  @Test func stateIsKeptByName() throws {
    let before = try Self.world(
      [Self.low, Self.slow, Self.many],
      triggers: [Self.again, Self.once]
    )
    let evaluator = run(before, [0.1, 1.1, 2.1])
    #expect(
      alerts(evaluator, before) == [
        "Low firing", "Slow firing", "Many firing", "IntegrityHeld inactive",
      ]
    )
    let after = try Self.world(
      ["{ name: New, expect: count() >= 1 }", Self.many, Self.low],
      triggers: ["{ name: Other, when: firing(New) }", Self.again]
    )
    var successor = LogStage.evaluator(after)
    #expect(try successor.restore(evaluator.snapshot()) == .whole)
    #expect(
      alerts(successor, after) == ["Many firing", "Low firing", "IntegrityHeld inactive"]
    )
    let (old, new) = (evaluator.evaluator.state, successor.evaluator.state)
    #expect(new.governor.states.map(\.hasAsked) == [false, true])
    #expect(new.governor.states[1] == old.governor.states[0])
    #expect(new.governor.firing.keys.map(\.rule).sorted() == [1, 2])
    #expect(new.panes == old.panes && new.tally == old.tally && new.sources == old.sources)
    let (low, oldLow) = (AlertSubject(rule: 2, field: 0, version: ModelVersion("1")), 0)
    let kept = old.book.entries.first { $0.key.rule == oldLow }?.value
    #expect(new.book.entries[low] == kept && kept?.failures.count == 2)
    // From now on it is the new rules' own.
    var third = LogStage.evaluator(after)
    #expect(try third.restore(successor.snapshot()) == .whole)
    #expect(third.snapshot() == successor.snapshot())
  }

  @Test func rulesInAnotherOrderAreTheSameRules() throws {
    let before = try Self.world([Self.low, Self.many], triggers: [Self.again, Self.once])
    let after = try Self.world([Self.many, Self.low], triggers: [Self.once, Self.again])
    let (first, second) = (run(before, [0.1, 1.1, 2.1]), run(after, [0.1, 1.1, 2.1]))
    var successor = LogStage.evaluator(after)
    #expect(try successor.restore(first.snapshot()) == .whole)
    #expect(successor.snapshot() == second.snapshot())
  }
}
