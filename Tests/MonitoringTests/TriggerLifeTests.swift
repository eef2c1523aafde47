import Testing

@testable import Monitoring

/// Triggers that come and go with versions, and requests that others might be taken for.
@Suite struct TriggerLifeTests {
  private typealias Script = TrainingScript

  private static func rules(
    _ triggers: String...,
    also rule: String = "{ name: Slow, expect: ks(x) < 0.6, for: 2 of 2 windows }"
  ) -> String {
    """
    version: 1
    rules: [{ name: Stable, expect: ks(x) < 0.6 }, \(rule)]
    triggers: [\(triggers.map { "{ \($0) }" }.joined(separator: ", "))]
    """
  }

  private static let retrain = "name: Retrain, when: firing(Stable)"

  @Test func theRequestsOfATriggerThatIsGoneEnd() throws {
    let (old, new) = (Self.rules(Self.retrain), Self.rules("name: Other, when: firing(Slow)"))
    let open = try Script.script(rules: old, then: new, [.high(2), .published, .high(4)])
    #expect(open.lines == ["1h drift: 10 of 0-1", "2h expired, of 1h"])
    let answered = try Script.script(
      rules: old,
      then: new,
      [.high(2), .completed(), .published, .high(4)]
    )
    #expect(answered.lines == ["1h drift: 10 of 0-1", "2h undecided in 0, 1 left"])
    let kept = try Script.script(rules: old, then: old, [.high(2), .published, .high(4)])
    #expect(kept.lines == ["1h drift: 10 of 0-1"])
  }

  /// The version that judges has never heard of it.
  @Test func whatIsAskedOfATriggerThatWaitsIsAnsweredWhenItsVersionJudges() throws {
    let three = "name: Three, when: firing(Slow)"
    let script = try Script.script(
      rules: Self.rules(Self.retrain),
      then: Self.rules(Self.retrain, three),
      [.normal(3), .asked("Three"), .published, .asked("Three"), .asked(), .high(5)]
    )
    #expect(script.lines == ["2h asked: 10 of 1-2", "4h asked: 10 of 3-4"])
  }

  /// Somebody asks while one of two alerts fires; the other one is news.
  @Test func anAskBeforeTheConditionHoldsStandsForNoDrift() throws {
    let both = Self.rules("name: Retrain, when: firing(Stable) and firing(Slow)")
    let script = try Script.script(
      rules: both,
      then: both,
      [.normal(1), .high(2), .asked(), .high(2)]
    )
    #expect(script.lines == ["2h asked: 10 of 1-2", "3h drift: 20 of 1-3"])
  }

  /// Windows of two sizes end together: the schedule and a drift ask for the same records.
  @Test func aScheduleAndADriftAreTwoRequests() throws {
    let rules = Self.rules(
      "name: Retrain, when: firing(Wide) or firing(Filled), every: 2h",
      also: "{ name: Wide, expect: ks(x) < 0.6, window: { size: 2h } }, "
        + "{ name: Filled, expect: count > 0 }"
    )
    let script = try Script.script(rules: rules, then: rules, [.empty(), .high(3)])
    #expect(script.lines == ["3h schedule: 20 of 1-3", "3h drift: 20 of 1-3"])
    #expect(Set(script.requests).count == 2)
  }

  /// Where no record has a model version, what was trained has one all the same.
  @Test func anAnswerNamesAModelThatNoRecordNames() throws {
    let script = try Script.script(
      rules: Self.rules(Self.retrain),
      then: Self.rules(Self.retrain),
      hasModels: false,
      [.normal(1), .high(2), .completed(model: "8"), .high(2), .published, .high(4), .normal(1)]
    )
    #expect(script.lines == ["2h drift: 10 of 1-2", "6h resolved in 1"])
  }
}
