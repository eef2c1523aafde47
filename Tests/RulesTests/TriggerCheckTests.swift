import TestSupport
import Testing
import Windowing

@testable import Rules

/// What a check says of triggers whose keys do not go together.
@Suite struct TriggerCheckTests {
  private static let rules = """
    version: 1
    rules: [{ name: R, expect: count > 1, window: 1h }]
    triggers:
    """

  private func report(_ trigger: String) -> String {
    Fixtures.report(rules: "\(Self.rules)\n  - { name: T, \(trigger) }")
  }

  @Test(arguments: [
    "when: firing(R)", "every: 30d", "when: firing(R), every: 30d, cooldown: 7d",
    "when: firing(R), cooldown: 7d, at_most: 2 per 30d, answer_within: 2d",
    "when: firing(R), every: 1d, at_most: 2 per 30d", "every: 1d, at_most: 2 per 3d, cooldown: 1d",
  ])
  func goesTogether(trigger: String) { #expect(report(trigger) == "") }

  @Test(arguments: [
    ("firing(R) >= 0", "a number of alerts is never below 0: 'firing(R) >= 0' always holds"),
    ("firing(R) < 0", "a number of alerts is never below 0: 'firing(R) < 0' never holds"),
  ])
  func whatSaysNothingIsToldOf(condition: String, message: String) {
    let found = Fixtures.check(rules: ["\(Self.rules)\n  - { name: T, when: \(condition) }"])
    #expect(found.diagnostics.map(\.summary) == ["a.yaml:4:29: warning: \(message)"])
  }

  @Test func aShareHasItsRange() {
    let rules = """
      version: 1
      rules: [{ name: R, each: features, expect: psi < 1 }]
      triggers: [{ name: T, when: firing(R) > 100% of features }]
      """
    #expect(
      Fixtures.check(rules: [rules]).diagnostics.map(\.summary) == [
        "a.yaml:3:36: warning: a share of features is never below 0% or above 100%: "
          + "'firing(R) > 100% of features' never holds"
      ]
    )
  }

  @Test func oneOfWhenAndEveryMustBeThere() {
    #expect(
      report("cooldown: 7d") == """
        a.yaml:4:5: error: a trigger lacks 'when' or 'every': one of them, or both
          - { name: T, cooldown: 7d }
            ^
        """
    )
  }

  @Test(arguments: [
    (
      "when: firing(R), every: 30m",
      "40: error: every 30m is shorter than the windows after which it can ask; they come every 1h"
    ),
    (
      "every: 1d, cooldown: 7d",
      "23: warning: the cooldown of 7d is longer: what is due every 1d is refused until it is over"
    ),
    (
      "every: 1d, settle: 2 windows",
      "35: warning: 'settle' waits for what fires, and there is no 'when'"
    ),
    (
      "when: firing(R), cooldown: 15d, at_most: 2 per 30d",
      "57: warning: 'at_most' is never reached: with cooldown: 15d there are no more requests than "
        + "that; leave it out, or the cooldown"
    ),
    (
      "every: 10d, at_most: 3 per 30d",
      "37: warning: 'at_most' is never reached: with every: 10d there are no more requests than "
        + "that; leave it out, or the every"
    ),
    (
      "when: firing(R), answer_within: 1h",
      "48: warning: a request is over with the next window: it keeps no other one away; windows "
        + "come every 1h"
    ),
    (
      "when: firing(R), dry_run: true, answer_within: 2d",
      "63: warning: nobody answers what is only said: a dry run is never in flight"
    ),
    (
      "every: 5000d",
      "23: warning: the records of 5000d are more than is remembered: a request names those of the "
        + "last 416d16h; windows with a greater common divisor are remembered longer"
    ),
    (
      "every: 0s", "23: error: 'every' needs a time above zero"
    ),
    (
      "every: 1d, at_most: 2 a month",
      "36: error: 'at_most' needs requests per time, such as '2 per 30d', but has '2 a month'"
    ),
    (
      "every: 1d, at_most: +2 per 30d",
      "36: error: 'at_most' needs requests per time, such as '2 per 30d', but has '+2 per 30d'"
    ),
    (
      "when: firing(R), settle: +2 windows",
      "41: error: 'settle' needs a number of windows such as '2 windows', but has '+2 windows'"
    ),
    (
      "when: firing(R), settle: -0 windows",
      "41: error: 'settle' needs a number of windows such as '2 windows', but has '-0 windows'"
    ),
  ])
  func doesNotGoTogether(trigger: String, said: String) {
    let first = report(trigger).split(separator: "\n", omittingEmptySubsequences: false).first
    #expect(first.map { String($0) } == "a.yaml:4:\(said)")
  }

  /// The identity of what was there before stays; new keys are part of it.
  @Test func newKeysAreWrittenWhereTheyAre() throws {
    func json(_ trigger: String) throws -> String {
      let rules = "\(Self.rules)\n  - { name: T, \(trigger) }"
      let plan = try #require(Fixtures.check(rules: [rules]).plan)
      return String(decoding: plan.canonicalJSON, as: UTF8.self)
    }
    #expect(
      try json("when: firing(R)").contains(
        #""triggers":[{"name":"T","when":{"rule":0,"group":null,"relation":">=","threshold":1},"#
          + #""settle":0,"cooldown":null,"min_records":0,"dry_run":false}]"#
      )
    )
    #expect(
      try json("every: 2d, at_most: 3 per 30d, answer_within: 1d").contains(
        #""triggers":[{"name":"T","settle":0,"cooldown":null,"min_records":0,"dry_run":false,"#
          + #""at_most":[3,2592000000000],"every":172800000000,"answer_within":86400000000}]"#
      )
    )
  }
}
