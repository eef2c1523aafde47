import Rules
import Testing
import Windowing

/// `min_records` and `at_most` of a window: what they mean, and what is said of wrong ones.
@Suite struct WaitingWindowTests {
  private static func monitor(_ window: String, more: String = "") -> String {
    Fixtures.monitor.replacing("window: 1h", with: "window: \(window)\(more)")
  }

  private static func windows(
    _ window: String,
    lateness: String = "",
    rules: String...
  ) throws -> [WindowSpecification] {
    let result = Fixtures.check(monitor: monitor(window, more: lateness), rules: rules)
    return try #require(result.plan, "\(result.report)").windows
  }

  private static func hours(_ count: Int) -> Duration { .seconds(count * 3_600) }

  @Test func aMonitorAFileAndARuleMayHaveThem() throws {
    let windows = try Self.windows(
      "{ size: 1h, min_records: 500, at_most: 24h }",
      rules: """
        version: 1
        window: { min_records: 100, size: 2h, align: 1h, at_most: 1d }
        rules:
          - { name: A, expect: count > 1 }
          - { name: B, expect: count > 1, window: { size: 60m, min_records: 500, at_most: 1d } }
          - { name: C, expect: count > 1, window: { size: 1h, min_records: 501, at_most: 1d } }
        """
    )
    #expect(
      windows == [
        WindowSpecification(size: Self.hours(1), minRecords: 500, atMost: Self.hours(24)),
        WindowSpecification(
          size: Self.hours(2),
          align: Self.hours(1),
          minRecords: 100,
          atMost: Self.hours(24)
        ),
        WindowSpecification(size: Self.hours(1), minRecords: 501, atMost: Self.hours(24)),
      ]
    )
  }

  @Test func withoutALongestTheyWaitForAsManyPanesAsMayBeOpen() throws {
    let window = "{ size: 1h, min_records: 500 }"
    #expect(try Self.windows(window).map(\.longest) == [Self.hours(1_000)])
    let late = try Self.windows(window, lateness: "\nlateness: 90m")
    #expect(late.map(\.longest) == [Self.hours(998)])
    let rule = "version: 1\nrules: [{ name: A, expect: count > 1, window: 15m }]"
    let fine = try Self.windows(window, rules: rule)
    #expect(fine.map(\.longest) == [Self.hours(250), .seconds(900)])
    let day = try Self.windows("{ size: 20h, min_records: 500 }", rules: rule)
    #expect(day.map(\.longest) == [Self.hours(240), .seconds(900)])
    let years = try Self.windows("{ size: 36500d, min_records: 1 }")
    #expect(years.map(\.longest) == [Self.hours(2 * 36_500 * 24)])
  }

  @Test func theirMembersStandInTheCanonicalPlanOfSuchWindowsOnly() throws {
    func json(_ window: String) throws -> String {
      let plan = try #require(Fixtures.check(monitor: Self.monitor(window), rules: []).plan)
      return String(decoding: plan.canonicalJSON, as: UTF8.self)
    }
    #expect(
      try json("{ size: 1h }").contains(
        #""windows":[{"size":3600000000,"every":3600000000,"align":0}],"#
      )
    )
    let waiting = try json("{ size: 1h, min_records: 500, at_most: 1d }")
    #expect(
      waiting.contains(
        #""windows":[{"size":3600000000,"every":3600000000,"align":0,"min_records":500,"#
          + #""at_most":86400000000}],"#
      )
    )
    #expect(try json("{ at_most: 24h, size: 60m, min_records: 500 }") == waiting)
    // A longest that is written out is the same window.
    #expect(
      try json("{ size: 1h, min_records: 500, at_most: 1000h }")
        == json("{ size: 1h, min_records: 500 }")
    )
  }

  private static func says(_ column: Int, _ line: String, _ mark: String, _ text: String) -> Wrong {
    Wrong(
      line,
      "monitor.yaml:10:\(column): error: \(text)\nwindow: \(line)\n"
        + String(repeating: " ", count: column - 1) + mark
    )
  }

  private static let wrongs: [Wrong] = [
    says(
      44,
      "{ size: 1h, min_records: 9, every: 30m }",
      "^~~",
      "windows with 'min_records' cannot overlap; "
        + "leave out 'every': each begins where the last one ended"
    ),
    says(
      44,
      "{ size: 1h, min_records: 9, every: 1h }",
      "^~",
      "windows with 'min_records' cannot overlap; "
        + "leave out 'every': each begins where the last one ended"
    ),
    says(
      30,
      "{ size: 1h, at_most: 24h }",
      "^~~",
      "'at_most' is of windows with 'min_records' only; without it, each lasts its size"
    ),
    says(
      46,
      "{ size: 1h, min_records: 9, at_most: 90m }",
      "^~~",
      "'at_most' is a multiple of the window's size, by which it grows; such as 2h or 3h"
    ),
    says(
      46,
      "{ size: 1h, min_records: 9, at_most: 1h }",
      "^~",
      "'at_most' is a multiple of the window's size, by which it grows; such as 2h or 3h"
    ),
    says(
      46,
      "{ size: 1h, min_records: 9, at_most: 8h30m }",
      "^~~~~",
      "'at_most' is a multiple of the window's size, by which it grows; such as 8h or 9h"
    ),
    says(
      34,
      "{ size: 1h, min_records: 0 }",
      "^",
      "'min_records' needs a number from 1 to 1000000000, but has '0'"
    ),
    says(
      34,
      "{ size: 1h, min_records: 1000000001 }",
      "^~~~~~~~~~",
      "'min_records' needs a number from 1 to 1000000000, but has '1000000001'"
    ),
    says(
      34,
      "{ size: 1h, min_records: -5 }",
      "^~",
      "'min_records' needs a whole number, but has '-5'"
    ),
    says(
      34,
      "{ size: 1h, min_records: 1h }",
      "^~",
      "'min_records' needs a whole number, but has '1h'"
    ),
    says(
      46,
      "{ size: 1h, min_records: 9, at_most: 24 }",
      "^~",
      "'at_most' needs a duration such as 90s, 5m, 1h30m or 7d, but has '24'; "
        + "a number needs a unit; did you mean 24s?"
    ),
    says(
      46,
      "{ size: 1h, min_records: 9, at_most: 36501d }",
      "^~~~~~",
      "'at_most' is at most 36500d, a hundred years, but has '36501d'"
    ),
    says(
      17,
      "{ size: 0, min_records: 9 }",
      "^",
      "'size' needs a duration such as 90s, 5m, 1h30m or 7d, but has '0'; it is above zero"
    ),
    says(
      21,
      "{ size: 1h, min_record: 9 }",
      "^~~~~~~~~~",
      "unknown key 'min_record' in 'window'; did you mean 'min_records'?"
    ),
    says(
      17,
      "{ size: 0s, min_records: 9 }",
      "^~",
      "a window's size is more than nothing"
    ),
  ]

  @Test(arguments: wrongs)
  func says(wrong: Wrong) {
    #expect(Fixtures.report(monitor: Self.monitor(wrong.source)) == wrong.report)
  }

  @Test func aRulesOwnIsCheckedInItsFile() {
    let rules = """
      version: 1
      rules:
        - { name: A, expect: count > 1, window: { size: 5m, min_records: 9, at_most: 7m } }
      """
    #expect(
      Fixtures.report(rules: rules).hasPrefix(
        "a.yaml:3:80: error: 'at_most' is a multiple of the window's size, by which it grows; "
          + "such as 10m or 15m\n"
      )
    )
  }

  @Test func tooManyPanesAreTooManyForThemToo() {
    let long = Fixtures.report(
      monitor: Self.monitor("{ size: 1m, min_records: 9, at_most: 30h }")
    )
    #expect(
      long.hasPrefix(
        "monitor.yaml:10:17: warning: a window of up to 1d6h is kept in 1800 panes of 1m, "
          + "which takes much memory; 1m is the greatest common divisor of all windows; "
          + "choose sizes nearer together, or a shorter 'at_most'\n"
      )
    )
    let longer = Fixtures.report(
      monitor: Self.monitor("{ size: 1m, min_records: 9, at_most: 30d }")
    )
    #expect(longer.contains("error: a window of up to 30d is kept in 43200 panes of 1m"))
  }
}
