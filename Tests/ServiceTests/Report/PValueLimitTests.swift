import Foundation
import Monitoring
@testable import Service
import TestSupport
import Testing

/// What a rule asks of a p-value is a limit of the p-value, and of nothing else.
@Suite(.serialized, .ownThreads) struct PValueLimitTests {
  private static let rules = HostileStream.rules.replacing(
    "  - name: Stable\n",
    with: "  - { name: Tested, each: [amount], expect: ks(p) > 0.0001 }\n  - name: Stable\n"
  )

  @Test func aReportCountsPValuesBeyondTheirLimit() throws {
    let bench = try ReportBench(rules: Self.rules)
    let book = try bench.book()
    let key = ReportPopulation.Key(size: "1h", version: "1")
    let population = try #require(book.populations[key])
    let field = try #require(population.fields.first { $0.name == "amount" })
    let series = Dictionary(
      uniqueKeysWithValues: zip(population.statistics, field.series).map { ($0, $1) }
    )
    let tests = try bench.data(.windows)
      .filter {
        $0["window_size"] as? String == key.size && $0["model_version"] as? String == key.version
      }
      .flatMap { $0["fields"] as? [[String: Any]] ?? [] }
      .filter { $0["field"] as? String == "amount" }
      .compactMap { ($0["statistics"] as? [String: [String: Any]])?["ks"]?["p_value"] as? Double }
    #expect(tests.count > 3)
    let beyond = tests.count { !($0 > 0.0001) }
    #expect(series["ks(p)"]??.count == tests.count && series["ks(p)"]??.beyond == beyond)
    // The distance has no limit, and is never beyond it.
    #expect(series["ks"]??.beyond == 0 && series["ks"]??.worst == nil)
  }

  @Test func theBoardShowsPValuesUnderTheirOwnName() throws {
    let lines = HostileStream.lines(seed: 31, count: 3_000)
    let live = try LiveBoard(rules: Self.rules, [lines])
    live.end()
    let overview = try live.json("/api/v1/fields")
    let statistics = try #require(overview["statistics"] as? [String])
    #expect(statistics.contains("ks(p)") && !statistics.contains("psi(p)"))
    let field = try live.json("/api/v1/fields?field=amount&version=1")
    let thresholds = try #require(field["thresholds"] as? [[String: Any]])
    let named = thresholds.filter { $0["rule"] as? String == "Tested" }
    #expect(named.map { $0["statistic"] as? String } == ["ks(p)"])
    let series = try #require(field["series"] as? [String: [String: Any]])
    let tests = try #require(series["ks"]?["p_values"] as? [Any]).map { $0 as? Double }
    #expect(tests.compactMap(\.self).count > 3)
    #expect((series["ks(p)"]?["values"] as? [Any])?.map { $0 as? Double } == tests)
    #expect(series["psi(p)"] == nil && series["ks(p)"]?["p_values"] == nil)
    let answer = try live.json("/api/v1/windows?version=1&statistic=ks(p)")
    let fields = try #require(answer["fields"] as? [[String: Any]])
    let amount = try #require(fields.first { $0["field"] as? String == "amount" })
    #expect((amount["values"] as? [Any])?.map { $0 as? Double } == tests)
  }
}
