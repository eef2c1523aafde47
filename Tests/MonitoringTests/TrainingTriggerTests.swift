import Foundation
import Records
import Reference
import Rules
import Testing
import Windowing

@testable import Monitoring

/// What a trigger asks, what it refuses, and what comes of it.
@Suite struct TrainingTriggerTests {
  private typealias Script = TrainingScript

  @Test func aScheduleAsksWithTheRecordsOfItsTime() throws {
    #expect(
      try Script.run("every: 3h", [.normal(8)]) == [
        "3h schedule: 30 of 0-3", "6h schedule: 30 of 3-6",
      ]
    )
  }

  @Test func aDriftBeginsTheScheduleAnew() throws {
    #expect(
      try Script.run("when: firing(Stable), every: 4h", [.normal(2), .high(2), .normal(7)]) == [
        "3h drift: 10 of 2-3", "7h schedule: 40 of 3-7",
      ]
    )
  }

  /// A drift that goes on was asked about; one that begins anew was not.
  @Test func aCooldownRefusesWhatBeginsAnew() throws {
    #expect(
      try Script.run(
        "when: firing(Stable), cooldown: 5h",
        [
          .high(2), .normal(1), .high(4), .normal(2),
        ]
      ) == [
        "1h drift: 10 of 0-1", "4h drift refused: cooldown until 6h", "6h drift: 30 of 3-6",
      ]
    )
  }

  /// Windows that cannot be judged keep an alert, and are no news of it.
  @Test func anAlertThatIsOnlyLeftOverIsNotAskedAboutAgain() throws {
    #expect(
      try Script.run(
        "when: firing(Stable), cooldown: 2h",
        [
          .high(2), .empty(6), .high(2), .normal(1),
        ]
      ) == ["1h drift: 10 of 0-1", "3h drift: 20 of 0-2", "9h drift: 30 of 0-2, 8-9"]
    )
    // The schedule asks what it always did.
    #expect(
      try Script.run(
        "when: firing(Stable), cooldown: 2h, every: 4h",
        [
          .high(2), .empty(7), .high(1),
        ]
      ) == ["1h drift: 10 of 0-1", "3h drift: 20 of 0-2", "7h schedule refused: min_records of 0"]
    )
  }

  @Test func noMoreThanSoManyAreMade() throws {
    #expect(
      try Script.run(
        "when: firing(Stable), at_most: 2 per 6h",
        [
          .high(1), .normal(1), .high(1), .normal(1), .high(4), .normal(2),
        ]
      ) == [
        "1h drift: 10 of 0-1", "3h drift: 10 of 2-3", "5h drift refused: at_most until 7h",
        "7h drift: 30 of 4-7",
      ]
    )
  }

  @Test func tooFewRecordsAreSaidOnce() throws {
    #expect(
      try Script.run("when: firing(Stable), min_records: 25", [.high(4), .normal(1)]) == [
        "1h drift refused: min_records of 10", "3h drift: 30 of 0-3",
      ]
    )
  }

  /// An alert that stays, of few records or of a drift whose verdict is awaited, silences nothing.
  @Test func aDriftThatIsRefusedHoldsBackNoSchedule() throws {
    #expect(
      try Script.run(
        "when: firing(Stable), every: 5h, min_records: 25",
        hold: "1 of 9 windows",
        [.high(1), .normal(10)]
      ) == [
        "1h drift refused: min_records of 10", "5h schedule: 50 of 0-5", "10h schedule: 50 of 5-10",
      ]
    )
    #expect(
      try Script.run(
        "when: firing(Stable), every: 5h, cooldown: 1h",
        [.high(2), .completed(), .high(5)]
      ) == ["1h drift: 10 of 0-1", "2h drift refused: in_flight", "6h schedule: 50 of 1-6"]
    )
    // What stands against both is said once.
    #expect(
      try Script.run(
        "when: firing(Stable), every: 5h, answer_within: 99h, cooldown: 1h",
        [.high(8)]
      ) == ["1h drift: 10 of 0-1", "2h drift refused: in_flight until 100h"]
    )
  }

  @Test func aRequestInFlightKeepsOthersAwayUntilItIsAnswered() throws {
    let trigger = "when: firing(Stable), cooldown: 1h, answer_within: 9h"
    let locked = try Script.run(trigger, [.high(4), .completed(false), .high(2), .normal(1)])
    #expect(
      locked == [
        "1h drift: 10 of 0-1", "2h drift refused: in_flight until 10h", "4h drift: 40 of 0-4",
      ]
    )
  }

  @Test func aRequestThatNobodyAnswersExpires() throws {
    let trigger = "when: firing(Stable), cooldown: 1h, answer_within: 3h"
    #expect(
      try Script.run(trigger, [.high(5), .completed(true, request: "nobody's"), .normal(1)]) == [
        "1h drift: 10 of 0-1", "2h drift refused: in_flight until 4h", "4h expired, of 1h",
        "4h drift: 40 of 0-4",
      ]
    )
  }

  @Test func aCompletionOfAnExpiredRequestChangesNothing() throws {
    let trigger = "when: firing(Stable), answer_within: 2h"
    let script = try Script.script(trigger, [.high(4), .completed(), .published, .high(6)])
    #expect(script.lines == ["1h drift: 10 of 0-1", "3h expired, of 1h"])
  }

  @Test func aDryRunIsNeverInFlight() throws {
    let trigger = "when: firing(Stable), cooldown: 1h, answer_within: 9h, dry_run: true"
    #expect(
      try Script.run(trigger, [.high(3), .normal(1)]) == [
        "1h drift: 10 of 0-1", "2h drift: 20 of 0-2", "3h drift: 30 of 0-3",
      ]
    )
  }

  // MARK: Asking

  @Test func whoeverAsksIsAnsweredAtOnce() throws {
    #expect(
      try Script.run("when: firing(Stable), min_records: 15", [.normal(5), .asked(), .normal(2)])
        == ["4h asked: 20 of 2-4"]
    )
    #expect(
      try Script.run("when: firing(Stable), every: 9h", [.normal(5), .asked(), .normal(2)])
        == ["4h asked: 40 of 0-4"]
    )
  }

  /// What fires is what is asked about, and need not be asked about again.
  @Test func whoeverAsksWhileSomethingFiresIsGivenThat() throws {
    #expect(
      try Script.run(
        "when: firing(Stable), settle: 3 windows",
        [
          .normal(1), .high(3), .asked(), .high(4), .normal(1),
        ]
      ) == ["3h asked: 20 of 1-3"]
    )
  }

  @Test func whoeverAsksWaitsForNoCooldownButForTheLock() throws {
    #expect(
      try Script.run(
        "when: firing(Stable), cooldown: 99h, at_most: 2 per 99h",
        [
          .high(2), .asked(), .high(1), .asked(), .high(1),
        ]
      ) == [
        "1h drift: 10 of 0-1", "1h asked: 10 of 0-1", "2h asked refused: at_most until 100h",
      ]
    )
    #expect(
      try Script.run(
        "when: firing(Stable), answer_within: 9h",
        [
          .high(2), .asked(), .asked(), .high(1),
        ]
      ) == [
        "1h drift: 10 of 0-1", "1h asked refused: in_flight until 10h",
        "1h asked refused: in_flight until 10h",
      ]
    )
  }

  @Test func anAskBeforeAnyWindowWaitsAndOneOfNobodysTriggerIsNotHeard() throws {
    #expect(
      try Script.run("when: firing(Stable)", [.normal(1), .asked(), .asked("Other"), .normal(3)])
        == ["1h asked: 10 of 0-1"]
    )
  }

  /// Before the first delta nobody was there to hear it.
  @Test func whatWasSaidBeforeTheMonitorRanIsNotHeard() throws {
    #expect(try Script.run("when: firing(Stable)", [.asked(), .normal(4)]) == [])
  }

  // MARK: Verdicts

  private static let trigger = "when: firing(Stable), answer_within: 99h"

  @Test func aNewReferenceThatFitsResolves() throws {
    let script = try Script.script(
      Self.trigger,
      [
        .normal(1), .high(2), .completed(), .high(2), .published, .high(4), .normal(1),
      ]
    )
    #expect(script.lines == ["2h drift: 10 of 1-2", "6h resolved in 1"])
    let verdict = try #require(script.judged.last { $0.record.output == .retraining }?.record.value)
    let text = String(decoding: verdict, as: UTF8.self)
    #expect(text.contains("\"type\":\"io.leeway.retrain.verdict.v1\""))
    #expect(text.contains("\"request\":\"\(script.requests[0])\",\"verdict\":\"resolved\""))
    #expect(text.contains("\"fields\":[],\"unresolved\":[]"))
  }

  @Test func aNewReferenceThatDoesNotFitPersists() throws {
    #expect(
      try Script.run(
        Self.trigger,
        [
          .normal(1), .high(2), .completed(), .normal(1), .published, .normal(4),
        ]
      ) == ["2h drift: 10 of 1-2", "5h persists in 1, 1 left", "5h drift: 10 of 4-5"]
    )
  }

  /// Two windows of three must fail under the new reference, whatever failed under the old one.
  @Test func theRulesOwnForDecides() throws {
    #expect(
      try Script.run(
        Self.trigger,
        hold: "2 of 3 windows",
        [
          .high(4), .completed(), .published, .high(1), .normal(3),
        ]
      ) == ["2h drift: 20 of 0-2", "7h persists in 3, 1 left"]
    )
  }

  @Test func withoutWindowsThatDecideItIsUndecided() throws {
    #expect(
      try Script.run(
        Self.trigger,
        [
          .high(2), .completed(), .published, .empty(12), .high(1),
        ]
      ).last == "13h undecided in 11, 1 left"
    )
  }

  /// There is nothing to be resolved: the new reference judges, and that is all there is to say.
  @Test func aScheduledRequestIsResolvedByItsReference() throws {
    #expect(
      try Script.run(
        "every: 3h, answer_within: 99h",
        [
          .normal(4), .completed(), .published, .high(2),
        ]
      ) == ["3h schedule: 30 of 0-3", "5h resolved in 1"]
    )
  }

  @Test func onlyTheReferenceThatWasNamedCounts() throws {
    let steps: [Script.Step] = [
      .high(2), .completed(reference: "sha256:other"), .published, .high(4),
    ]
    #expect(try Script.run(Self.trigger, steps) == ["1h drift: 10 of 0-1"])
    let new = try Script.world(Self.trigger, hold: "1 windows", Script.highReference)
    let digest = new.references.standard.digest
    #expect(
      try Script.run(
        Self.trigger,
        [
          .high(2), .completed(reference: digest), .published, .high(4),
        ]
      ).count == 2
    )
  }

  /// The first word counts: the second neither ends nor begins anything.
  @Test func aSecondCompletionSaysNothing() throws {
    #expect(
      try Script.run(
        Self.trigger,
        [
          .high(2), .completed(), .completed(false), .published, .high(3), .completed(), .high(2),
        ]
      ) == ["1h drift: 10 of 0-1", "3h resolved in 1"]
    )
    #expect(
      try Script.run(
        Self.trigger,
        [
          .high(2), .completed(false), .completed(), .published, .high(4),
        ]
      ) == ["1h drift: 10 of 0-1"]
    )
  }

  /// What another version had for a reference all along is none that the answer has brought.
  @Test func anAnswerForAnotherVersionWaitsForTheReferenceOfThat() throws {
    #expect(
      try Script.run(
        Self.trigger,
        [
          .normal(1), .high(2), .completed(model: "2"), .high(14), .published, .model("2"),
          .high(4),
        ]
      ) == ["2h drift: 10 of 1-2", "18h resolved in 1"]
    )
  }

  // MARK: Until there is a verdict

  private static let again = "when: firing(Stable), cooldown: 2h, answer_within: 99h"

  /// The new version is on its way: the old reference has nothing more to say.
  @Test func whatWasAnsweredIsNotAskedAboutAgainBeforeItIsJudged() throws {
    #expect(
      try Script.run(
        Self.again,
        [
          .high(2), .completed(), .high(4), .published, .high(4), .normal(1),
        ]
      ) == ["1h drift: 10 of 0-1", "3h drift refused: in_flight", "7h resolved in 1"]
    )
  }

  /// Nor while the new reference has not said enough.
  @Test func aTrialUnderTheNewReferenceIsWaitedFor() throws {
    #expect(
      try Script.run(
        "when: firing(Stable), cooldown: 3h",
        hold: "2 of 3 windows",
        [
          .high(4), .completed(), .published, .high(1), .normal(3),
        ]
      ) == [
        "2h drift: 20 of 0-2", "5h drift refused: in_flight", "7h persists in 3, 1 left",
        "7h drift: 60 of 0-4, 5-7",
      ]
    )
  }

  /// Ten windows more than `for` takes, from the answer on: then nothing new is coming, it seems.
  @Test func whoeverPublishesNoReferenceIsAskedAgainInTime() throws {
    #expect(
      try Script.run(
        Self.again,
        [
          .high(2), .completed(), .high(13), .published, .high(2),
        ]
      ) == [
        "1h drift: 10 of 0-1", "3h drift refused: in_flight", "13h drift: 130 of 0-13",
        "16h resolved in 1",
      ]
    )
  }

  /// The last of 15 windows that wait for records may come after as many days.
  @Test(arguments: [("{ size: 1h }", 15), ("{ size: 1h, min_records: 500, at_most: 24h }", 360)])
  func whatIsWaitedForMayTakeAsLongAsItsWindows(_ window: String, hours: Int) throws {
    let plan = try TrainingScript.world(
      Self.again,
      hold: "3 of 5 windows",
      window: window,
      TrainingScript.reference
    ).plan
    let start = Timestamp(microseconds: 0)
    var request = OpenRequest(
      id: "a",
      made: start,
      version: nil,
      references: ByVersion(standard: "sha256:"),
      trials: []
    )
    #expect(!request.isAwaited(at: start, plan.rules, plan))
    request.completion = TrainingCompletion(request: "a", hasSucceeded: true)
    #expect(request.isAwaited(at: start, plan.rules, plan))
    request.since = start
    for hour in [hours - 1, hours] {
      let time = Timestamp(microseconds: Int64(hour) * 3_600_000_000)
      #expect(request.isAwaited(at: time, plan.rules, plan) == (hour < hours))
    }
  }

  /// Windows of a year, as many as a century has hours: nobody waits so long, and nothing ends.
  @Test func aVerdictMayTakeLongerThanCanBeCounted() throws {
    let plan = try TrainingScript.world(
      Self.again,
      hold: "1 windows, keep_firing_for: 36500d",
      window: "{ size: 1h, min_records: 500, at_most: 9000h }",
      TrainingScript.reference
    ).plan
    var request = OpenRequest(
      id: "a",
      made: Timestamp(microseconds: 0),
      version: nil,
      references: ByVersion(standard: "sha256:"),
      trials: []
    )
    request.completion = TrainingCompletion(request: "a", hasSucceeded: true)
    request.since = Timestamp(microseconds: 0)
    let end = Timestamp(microseconds: .max / 4)
    #expect(request.isAwaited(at: end, plan.rules, plan))
  }

  @Test func whoeverAsksWaitsForNoVerdict() throws {
    #expect(
      try Script.run(
        Self.again,
        [
          .high(2), .completed(), .high(2), .asked(), .high(1),
        ]
      ) == ["1h drift: 10 of 0-1", "3h drift refused: in_flight", "3h asked: 30 of 0-3"]
    )
  }

  /// A reference whose hours have nothing in common leaves the rule undecided for ever: the alert
  /// ends, nothing more is asked, and nobody can say what the training was good for.
  @Test func anAlertThatANewReferenceCannotJudgeEnds() throws {
    let script = try Script.script(
      Self.again,
      expect: "excess_drift(x) < 0.15",
      [
        .high(3), .completed(), .published, .high(14),
      ]
    )
    #expect(
      script.lines == [
        "1h drift: 10 of 0-1", "3h drift refused: in_flight", "14h undecided in 11, 1 left",
      ]
    )
    let alerts = script.judged.compactMap { judged in
      guard case .alert(let alert) = judged.outcome else { return nil as String? }
      return "\(Hourly.hour(alert.window.end))h \(judged.version.number) "
        + "\(alert.transition.state): \(alert.summary)"
    }
    #expect(alerts.count == 2)
    #expect(alerts.first?.hasPrefix("1h -1 firing: ") ?? false)
    #expect(
      alerts.last == "4h 50 resolved: it cannot be judged under this reference: no window could be "
        + "as far from it as the rule asks"
    )
  }

  // MARK: Too many requests

  /// What nobody has answered goes first, and it is said.
  @Test func whatIsForgottenIsSaid() throws {
    let trigger = "when: firing(Stable), cooldown: 1h"
    #expect(
      try Script.run(trigger, [.high(19)]).suffix(4) == [
        "17h expired, of 1h", "17h drift: 170 of 0-17", "18h expired, of 2h",
        "18h drift: 180 of 0-18",
      ]
    )
    let answered = (0..<15).flatMap { _ in [Script.Step.asked(), .high(1), .completed()] }
    let quiet = "when: firing(Stable), cooldown: 99h"
    let more = [Script.Step.asked(), .high(1)]
    #expect(
      try Script.run(quiet, [.high(2), .completed()] + answered + more).suffix(2) == [
        "16h undecided in 0, 1 left", "16h asked: 160 of 0-16",
      ]
    )
    #expect(
      try Script.run(quiet, [.high(2)] + answered + more).suffix(2) == [
        "16h expired, of 1h", "16h asked: 160 of 0-16",
      ]
    )
  }
}
