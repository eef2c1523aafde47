import Drift
import TestSupport
import Testing

@testable import Monitoring

/// What windows' records hold of fields, and rules that use what they do not hold otherwise.
@Suite struct StatisticsRecordTests {
  private static let rule = """
    version: 1
    rules:
      - name: Near
        expect: wasserstein(x) < 20 and quantile(x, p99.9) < 200 and quantile(x, p2.5) > 3
          and mann_whitney(x, p) > 0
        severity: warning
    """

  /// 0 to 99 in the reference, 30 to 129 in the window.
  private static func run(_ world: World) throws -> (run: World.Run, window: String) {
    let lines = (0..<400).map { Hourly.event(Double($0) / 200, value: $0 % 100 + 30, model: "1") }
    let run = world.run([lines])
    return (run, try #require(run.text.first { $0.contains("io.leeway.window.v1") }))
  }

  @Test func recordsHoldTheStandardStatistics() throws {
    let window = try Self.run(try Hourly.world()).window
    #expect(window.contains("\"ks\":") && window.contains("\"adjusted\":{\"bonferroni\":"))
    #expect(!window.contains("\"wasserstein\":") && !window.contains("\"quantile"))
  }

  @Test func recordsHoldWhatRulesUse() throws {
    let (run, window) = try Self.run(try Hourly.world(rules: Self.rule))
    for name in ["wasserstein", "quantile(p99.9)", "mann_whitney"] {
      #expect(window.contains("\"\(name)\":{\"value\":"), "\(name)")
    }
    // each of 30 ... 129 is there twice: the fifth is 32
    #expect(window.contains("\"quantile(p2.5)\":{\"value\":32,"))
    let moved = Wasserstein.measure(run.windows[0].fields[0])
    let value = try #require(moved.value)
    #expect(abs(value - 30) < 1e-6 && (moved.bound ?? 1) < 1e-6)
    let alert = try #require(run.text.first { $0.contains("io.leeway.alert.v1") })
    #expect(alert.contains("\"statistic\":\"wasserstein\""))
  }
}
