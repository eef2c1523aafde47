import Monitoring
import Reference
@testable import Service
import TestSupport
import Testing

/// What no writer wrote is left out, and said.
@Suite struct LeftOutTests {
  @Test func moreIsNewsAndWhatARestoreBringsIsNot() throws {
    let profile = try Rows(HostileStream.reference).learn(time: "at").profile
    let version = MonitorVersion(plan: try HostilePlan.load(), references: References(profile))
    var evaluator = LogEvaluator(versions: [version], lineage: 1, offset: 0)
    var notes = LeftOutNotes()
    #expect(evaluator.take([1, 2, 3], at: 0).isEmpty)
    #expect(notes.news(of: evaluator, "partials") == nil)
    #expect(notes.news(of: evaluator, "partials") == nil)
    #expect(evaluator.take([4, 5], at: 1).isEmpty)
    #expect(
      notes.news(of: evaluator, "partials")
        == "partials: 2 records are no deltas, 0 commits are not whole, 0 stand there again and 0 "
        + "are of another reference; they were left out"
    )
    #expect(notes.news(of: nil, "partials") == nil)
    #expect(notes.news(of: evaluator, "partials") == nil)
  }
}
