import Drift
import Foundation
import Sketches
import Testing

@testable import Rules

/// The one list of metrics.
@Suite struct CatalogTests {
  @Test func listsEachMetricOnce() {
    let names = Catalog.metrics.map(\.name)
    #expect(
      names == [
        "ks", "kuiper", "wasserstein", "normalized_wasserstein", "energy", "mann_whitney",
        "cramer_von_mises", "anderson_darling", "quantile", "median_shift", "psi", "js_distance",
        "js_divergence", "kl", "hellinger", "total_variation", "l_infinity", "chi_squared",
        "g_test", "cramers_v", "fisher", "drift", "natural", "excess_drift", "missing",
        "missing_change", "excess_missing_change", "type_mismatch", "type_mismatch_change",
        "unseen", "unseen_change", "out_of_range", "out_of_range_change", "outliers",
        "outliers_change", "mean", "std", "mean_shift", "std_ratio", "welch_t", "distinct",
        "uniqueness", "constant", "length", "correlation_change", "count", "rate", "count_change",
        "unexpected_fields", "rejected_share", "late_share", "duplicates", "event_lag", "freshness",
        "integrity_violations", "adwin", "page_hinkley", "cusum",
      ]
    )
    for metric in Catalog.metrics {
      #expect(Catalog.metric(named: metric.name) == metric)
      #expect(!metric.summary.isEmpty && !metric.definition.isEmpty)
      #expect(!metric.summary.contains("\n"))
    }
    #expect(Catalog.metric(named: "nonsense") == nil)
  }

  @Test func lowerBoundsAreThoseThatSpendABudget() {
    #expect(
      Catalog.metrics.filter(\.isLowerBound).map(\.name) == [
        "drift", "excess_drift", "missing_change", "excess_missing_change",
        "type_mismatch_change", "unseen_change", "out_of_range_change", "outliers_change",
      ]
    )
  }

  /// 1,000 reference values in two bins, and a window of 60 values, 30 nulls and 10 mismatches.
  static let field: FieldComparison = {
    var reference = Completeness()
    reference.recordValue(count: 1000)
    var current = Completeness()
    current.recordValue(count: 60)
    current.recordMissing(.null, count: 20)
    current.recordMissing(.absent, count: 10)
    current.recordMismatch(count: 10)
    return FieldComparison(
      isNumeric: false,
      referenceCompleteness: reference,
      currentCompleteness: current,
      edges: [],
      categories: ["a"],
      referenceBins: [1000, 0],
      currentBins: [15, 45]
    )
  }()

  @Test(
    arguments: [
      ("missing", nil, 0.3), ("missing", "null", 0.2), ("missing", "absent", 0.1),
      ("missing", "empty", 0), ("type_mismatch", nil, 0.1), ("unseen", nil, 0.75),
      ("total_variation", nil, 0.75),
    ] as [(String, String?, Double)]
  )
  func measuresFields(name: String, argument: String?, value: Double) throws {
    let metric = try #require(Catalog.metric(named: name))
    let confidence = Confidence(delta: 0.01)
    let measured = metric.measure(Self.field, confidence: confidence, argument: argument)
    #expect(measured.value == value)
  }

  @Test func naturalVariationIsTakenOffLowerBounds() throws {
    var field = Self.field
    let confidence = Confidence(delta: 0.01)
    for (plain, excess, natural) in [
      ("drift", "excess_drift", 0.125), ("missing_change", "excess_missing_change", 0.0625),
    ] {
      let lower = try #require(Catalog.metric(named: plain))
      let beyond = try #require(Catalog.metric(named: excess))
      field.natural = NaturalVariation(drift: 0.125, missing: 0.0625)
      let whole = lower.measure(field, confidence: confidence)
      let part = beyond.measure(field, confidence: confidence)
      let (wholeValue, partValue) = (try #require(whole.value), try #require(part.value))
      #expect(wholeValue > natural)
      #expect(partValue == wholeValue - natural)
      #expect(
        lower.recordsToDecide(field, confidence: confidence, threshold: 0.25 + natural)
          == beyond.recordsToDecide(field, confidence: confidence, threshold: 0.25)
      )
    }
  }

  @Test func sharesOfRecordsCountRecordsAndAllElseValues() throws {
    let missing = try #require(Catalog.metric(named: "missing"))
    let psi = try #require(Catalog.metric(named: "psi"))
    #expect(missing.records(of: Self.field) == 100)
    #expect(psi.records(of: Self.field) == 60)
  }

  @Test(arguments: [
    ("count", 80), ("rate", 0.8), ("unexpected_fields", 0.1), ("rejected_share", 0.05),
    ("late_share", 0.1), ("count_change", -0.36),
  ])
  func measuresStreams(name: String, value: Double) throws {
    let totals = StreamTotals(
      accepted: 80,
      late: 10,
      rejected: 5,
      filtered: 5,
      unexpected: 8,
      expected: 125,
      window: .seconds(100)
    )
    #expect(try #require(Catalog.metric(named: name)).measure(totals).value == value)
  }

  @Test(arguments: [
    ("count", 3), ("rate", 3), ("unexpected_fields", 3), ("rejected_share", 900),
    ("late_share", 900), ("count_change", 12),
  ])
  func minRecordsIsComparedWithWhatTheShareIsTakenOf(name: String, records: UInt64) throws {
    let totals = StreamTotals(
      accepted: 3,
      late: 400,
      rejected: 490,
      filtered: 7,
      unexpected: 3,
      expected: 12.9,
      window: .seconds(100)
    )
    let metric = try #require(Catalog.metric(named: name))
    let comparison = Comparison(metric: metric, relation: .less, threshold: 1, text: name)
    #expect(comparison.observe(totals).records == records)
  }

  @Test func anEmptyWindowHasARateButNoShares() throws {
    let empty = StreamTotals(
      accepted: 0,
      late: 0,
      rejected: 0,
      filtered: 0,
      unexpected: 0,
      window: .seconds(100)
    )
    #expect(try #require(Catalog.metric(named: "rate")).measure(empty).value == 0)
    #expect(try #require(Catalog.metric(named: "late_share")).measure(empty).value == nil)
  }

  @Test(
    arguments: [
      (0, 4, -1), (2, 4, -0.5), (4, 4, 0), (6, 4, 0.5), (1, 0.25, 3), (0, 0, nil), (3, 0, nil),
      (3, nil, nil),
    ] as [(UInt64, Double?, Double?)]
  )
  func theChangeOfTheCountIsUndecidedWhereNothingIsExpected(
    accepted: UInt64,
    expected: Double?,
    change: Double?
  ) throws {
    let totals = StreamTotals(
      accepted: accepted,
      late: 1,
      rejected: 2,
      filtered: 3,
      unexpected: 0,
      expected: expected,
      window: .seconds(100)
    )
    let metric = try #require(Catalog.metric(named: "count_change"))
    #expect(metric.measure(totals).value == change)
    let comparison = Comparison(metric: metric, relation: .greater, threshold: -0.5, text: "")
    let verdict = comparison.verdict(metric.measure(totals))
    #expect(verdict == change.map { $0 > -0.5 ? .pass : .fail } ?? .undecided)
  }

  @Test func anImpossiblyLargeExpectationIsNoError() throws {
    let totals = StreamTotals(
      accepted: 1,
      late: 0,
      rejected: 0,
      filtered: 0,
      unexpected: 0,
      expected: 1e300,
      window: .seconds(1)
    )
    let metric = try #require(Catalog.metric(named: "count_change"))
    #expect(metric.records(of: totals) == .max && metric.measure(totals).value == -1)
  }

  @Test func aMetricOfTheStreamIsNotMeasuredOfAField() throws {
    let rate = try #require(Catalog.metric(named: "rate"))
    #expect(rate.measure(Self.field, confidence: Confidence(delta: 0.01)).value == nil)
  }

  @Test func anUndecidedLowerBoundSaysHowManyValuesItTakes() throws {
    let metric = try #require(Catalog.metric(named: "drift"))
    let comparison = Comparison(
      metric: metric,
      relation: .less,
      threshold: 0.6,
      text: "drift < 0.6"
    )
    var field = Self.field
    field.currentCompleteness = Completeness()
    field.currentCompleteness.recordValue(count: 4)
    field.currentBins = [4, 0]
    let observation = comparison.observe(field, confidence: Confidence(delta: 0.01))
    let judgement = Judgement(of: .comparison(comparison)) { _ in observation }
    #expect(judgement.verdict == .undecided)
    let needed = try #require(judgement.recordsNeeded)
    #expect(needed > 4 && needed < 100)
  }

  @Test func everyTestHasItsPValueAsAnArgument() throws {
    let tests = Catalog.metrics.filter { $0.arguments.contains("p") }.map(\.name)
    #expect(
      tests == [
        "ks", "kuiper", "mann_whitney", "cramer_von_mises", "anderson_darling", "psi",
        "chi_squared", "g_test", "fisher", "welch_t",
      ]
    )
    let metric = try #require(Catalog.metric(named: "chi_squared"))
    let confidence = Confidence(delta: 0.01)
    let plain = metric.measure(Self.field, confidence: confidence)
    let tail = metric.measure(Self.field, confidence: confidence, argument: "p")
    #expect(plain.pValue != nil && tail.value == plain.pValue)
  }

  @Test func theMetricReferenceIsThatOfTheCatalog() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../rules/README.md")
    let written = try String(contentsOf: file, encoding: .utf8)
    #expect(written == Catalog.document, "leeway schema metrics > rules/README.md")
  }
}
