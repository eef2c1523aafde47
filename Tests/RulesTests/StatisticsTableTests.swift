import Drift
import Sketches
import Testing

@testable import Rules

/// What records and reports hold of fields.
@Suite struct StatisticsTableTests {
  private static func plan(_ condition: String) throws -> Plan {
    try #require(Fixtures.check(rules: [Fixtures.rule(condition)]).plan)
  }

  private static let standard = Catalog.metrics.filter { $0.isOfField && $0.isStandard }

  @Test func recordsHoldTheStandardMetrics() throws {
    let plan = try Self.plan("psi(amount) < 0.2")
    #expect(plan.statistics == Self.standard.map { Statistic($0) })
    #expect(
      Self.standard.map(\.name).prefix(4) == ["ks", "psi", "js_distance", "total_variation"]
    )
    #expect(plan.depth == .distances)
  }

  @Test func recordsHoldWhatRulesUse() throws {
    let plan = try Self.plan(
      "wasserstein(amount) < 3 and quantile(amount, p99.9) < 9 and ks(amount, p) > 0.001 "
        + "and kuiper(amount, p) > 0.001 and missing(amount, null) < 1% "
        + "and quantile(age, p99.9) < 9 and adwin(quantile(age, p2.5)) < 1"
    )
    let added = plan.statistics.map(\.name).filter { name in
      !Self.standard.contains { $0.name == name }
    }
    #expect(
      added == ["kuiper", "wasserstein", "quantile(p2.5)", "quantile(p99.9)", "missing(null)"]
    )
    let percentiles = ["p2.5", "p99.9"].compactMap(Percentile.init)
    #expect(plan.depth == .sums(percentiles: percentiles))
    #expect(try Self.plan("median_shift(amount) < 1").depth == .sums())
    #expect(try Self.plan("kuiper(amount) < 1").depth == .distances)
  }

  private static func field(_ reference: [UInt64], _ current: [UInt64]) -> FieldComparison {
    func completeness(_ counts: [UInt64]) -> Completeness {
      var completeness = Completeness()
      completeness.recordValue(count: counts.reduce(0, +))
      return completeness
    }
    return FieldComparison(
      isNumeric: false,
      referenceCompleteness: completeness(reference),
      currentCompleteness: completeness(current),
      edges: [],
      categories: ["a"],
      referenceBins: reference,
      currentBins: current
    )
  }

  @Test func pValuesAreCorrectedOverTheFieldsThatHaveOne() throws {
    let fields = [
      Self.field([500, 500], [50, 50]), Self.field([500, 500], [80, 20]),
      Self.field([500, 500], [0, 0]), Self.field([500, 500], [60, 40]),
    ]
    let metric = try #require(Catalog.metric(named: "chi_squared"))
    let table = StatisticsTable(
      fields,
      [Statistic(metric)],
      confidence: .standard(fields: fields.count)
    )
    let measured = fields.indices.map { table[$0][0].measurement }
    #expect(measured[2].pValue == nil && measured[2].adjusted == nil)
    for index in [0, 1, 3] {
      let plain = try #require(measured[index].pValue)
      let adjusted = try #require(measured[index].adjusted)
      #expect(abs(adjusted.bonferroni.value - min(1, 3 * plain)) < 1e-12)
      #expect(adjusted.benjaminiHochberg.value <= adjusted.holm.value)
      #expect(adjusted.holm.value <= adjusted.bonferroni.value)
    }
  }
}
