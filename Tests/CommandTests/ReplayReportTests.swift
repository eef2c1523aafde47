import Foundation
import TestSupport
import Testing

/// `leeway replay --report`: what each rule's alerts did.
@Suite(.ownThreads) struct ReplayReportTests {
  private static let rules = """
    version: 1
    rules:
      - { name: High, expect: mean(x) < 100, for: 2 of 2 windows, severity: critical }
      - { name: Enough, expect: mean(x) < 100, min_records: 201 }
    """

  /// x is 1,000 in hours 26, 28 and 29 of ten.
  private static func bench() throws -> MonitorBench {
    var bench = try MonitorBench()
    try bench.learn(PlainStream.reference)
    bench.rules = [try bench.folder.write(rules, to: "rules.yaml")]
    return bench
  }

  private static let lines = PlainStream.lines(hours: 24..<34, seed: 5) { record in
    let hour = ((record.members["t"].flatMap { Int($0) } ?? 0) - PlainStream.start) / 3_600_000
    if [26, 28, 29].contains(hour) { record.members["x"] = "1000" }
  }

  @Test func itCountsAlertsAndTimes() throws {
    // pending from the end of 26 to that of 29, and firing for one hour more
    let run = try Self.bench().replay(Self.lines, arguments: ["--report", "text"])
    #expect(
      run.output == """
        10h of events

        rule           severity  alerts  per day  first                 pending  firing  undecided
        High           critical       1      2.4  2023-11-16T04:00:00Z  3h       1h              0
        Enough         warning        0        0  -                     -        -              10
        IntegrityHeld  critical       0        0  -                     -        -               0

        """
    )
  }

  @Test func programsReadIt() throws {
    let run = try Self.bench().replay(Self.lines, arguments: ["--report", "json"])
    let high =
      #"{"rule":"High","severity":"critical","alerts":1,"alerts_per_day":2.4,"#
      + #""first_firing":"2023-11-16T04:00:00Z","seconds_pending":10800,"seconds_firing":3600,"#
      + #""undecided":0}"#
    #expect(run.output.hasPrefix(#"{"seconds":36000,"rules":[\#(high),"#))
  }
}
