import Drift
import Testing

@testable import Rules

/// Which comparison an alert names, and what too little data means.
@Suite struct JudgementTests {
  /// Compares the metric with 1, so that a value of 0 passes `<` and 2 fails.
  static func comparison(_ name: String, _ relation: Relation = .less) throws -> Condition {
    let metric = try #require(Catalog.metric(named: name))
    return .comparison(
      Comparison(
        metric: metric,
        relation: relation,
        threshold: 1,
        text: "\(name) \(relation.rawValue) 1"
      )
    )
  }

  static func judge(
    _ condition: Condition,
    _ values: [String: Double],
    minRecords: UInt64 = 0,
    records: UInt64 = 100
  ) -> Judgement {
    Judgement(of: condition, minRecords: minRecords) { comparison in
      Observation(measurement: Measurement(values[comparison.metric.name]), records: records)
    }
  }

  static func name(_ judgement: Judgement) -> String? { judgement.evidence?.comparison.metric.name }

  @Test func theFirstFailureIsTheEvidence() throws {
    let condition = Condition.all([
      try Self.comparison("psi"), try Self.comparison("ks"), try Self.comparison("mean"),
    ])
    let judgement = Self.judge(condition, ["psi": 0, "ks": 2, "mean": 2])
    #expect(judgement.verdict == .fail)
    #expect(Self.name(judgement) == "ks")
    #expect(judgement.evidence?.observation.measurement.value == 2)
    let passing = Self.judge(condition, ["psi": 0, "ks": 0, "mean": 0])
    #expect(passing.verdict == .pass)
    #expect(Self.name(passing) == "psi")
  }

  @Test func underNotWhatHoldsIsTheEvidence() throws {
    let condition = Condition.not(
      .any([try Self.comparison("psi"), try Self.comparison("ks")])
    )
    let judgement = Self.judge(condition, ["psi": 2, "ks": 0])
    #expect(judgement.verdict == .fail)
    #expect(Self.name(judgement) == "ks")
    #expect(judgement.evidence?.verdict == .pass)
  }

  @Test func aPartThatHoldsExplainsNoFailure() throws {
    let condition = Condition.all([
      .any([try Self.comparison("psi"), try Self.comparison("ks")]), try Self.comparison("mean"),
    ])
    #expect(Self.name(Self.judge(condition, ["psi": 2, "ks": 0, "mean": 2])) == "mean")
    #expect(Self.name(Self.judge(condition, ["psi": 2, "ks": 2, "mean": 2])) == "psi")
  }

  @Test func theUndecidedNeitherPassesNorHidesAFailure() throws {
    let condition = Condition.all([try Self.comparison("psi"), try Self.comparison("ks")])
    let open = Self.judge(condition, ["ks": 0])
    #expect(open.verdict == .undecided)
    #expect(Self.name(open) == "psi")
    let failing = Self.judge(condition, ["ks": 2])
    #expect(failing.verdict == .fail)
    #expect(Self.name(failing) == "ks")
  }

  @Test func tooFewRecordsAreUndecidedAndSayHowManyItTakes() throws {
    let condition = try Self.comparison("psi")
    let judgement = Self.judge(condition, ["psi": 2], minRecords: 500, records: 499)
    #expect(judgement.verdict == .undecided)
    #expect(judgement.recordsNeeded == 500)
    #expect(Self.judge(condition, ["psi": 2], minRecords: 500, records: 500).verdict == .fail)
    #expect(Self.judge(condition, ["psi": 2], minRecords: 500, records: 500).recordsNeeded == nil)
  }

  @Test(arguments: [
    (Relation.less, 0.0, 0.5, Verdict.undecided), (.less, 0, 1, .undecided), (.less, 0, 1.5, .pass),
    (.less, 1, 1, .fail), (.lessOrEqual, 0, 1, .undecided), (.lessOrEqual, 0, 1.5, .pass),
    (.greater, 0, 0.5, .undecided), (.greater, 0, 1.5, .fail), (.greater, 1.2, 1.5, .pass),
    (.greaterOrEqual, 0, 0.5, .undecided), (.greaterOrEqual, 1, 1, .pass),
  ])
  func aLowerBoundThatCouldNotHaveFailedIsUndecided(
    relation: Relation,
    value: Double,
    ceiling: Double,
    expected: Verdict
  ) throws {
    guard case .comparison(let comparison) = try Self.comparison("drift", relation) else {
      Issue.record("no comparison")
      return
    }
    var measurement = Measurement(value)
    measurement.ceiling = ceiling
    #expect(comparison.verdict(measurement) == expected)
    // Kleene: the opposite relation gives the opposite verdict
    let opposites: [Relation: Relation] = [
      .less: .greaterOrEqual, .lessOrEqual: .greater, .greater: .lessOrEqual,
      .greaterOrEqual: .less,
    ]
    var opposite = comparison
    opposite.relation = try #require(opposites[relation])
    #expect(opposite.verdict(measurement) == expected.negated)
  }

  @Test func aPlainStatisticKnowsNoCeiling() throws {
    guard case .comparison(let comparison) = try Self.comparison("psi") else {
      Issue.record("no comparison")
      return
    }
    var measurement = Measurement(0)
    measurement.ceiling = 0.5
    #expect(comparison.verdict(measurement) == .pass)
    #expect(comparison.verdict(Measurement(nil)) == .undecided)
  }

  @Test func theMostDemandingComparisonSaysHowManyRecordsItTakes() throws {
    let condition = Condition.all([try Self.comparison("drift"), try Self.comparison("ks")])
    let judgement = Judgement(of: condition, minRecords: 50) { comparison in
      Observation(
        measurement: Measurement(nil),
        records: 10,
        recordsToDecide: comparison.metric.isLowerBound ? 2000 : nil
      )
    }
    #expect(judgement.recordsNeeded == 2000)
  }

  @Test func firingCountsAndShares() throws {
    func holds(_ firing: Int, of group: Int?, _ relation: Relation, _ threshold: Double) -> Bool {
      FiringComparison(
        rule: 0,
        group: group.map { Array(0..<$0) },
        relation: relation,
        threshold: threshold,
        text: ""
      ).holds(firing: firing)
    }
    #expect(holds(3, of: 10, .greaterOrEqual, 0.3))
    #expect(!holds(2, of: 10, .greaterOrEqual, 0.3))
    #expect(holds(3, of: nil, .greaterOrEqual, 3))
    #expect(!holds(0, of: 0, .greaterOrEqual, 0.3))
    // every percentage is reached by exactly so many of a hundred
    for percent in 1...100 {
      let threshold = try #require(Quantity("\(percent)%")).value
      #expect(holds(percent, of: 100, .greaterOrEqual, threshold))
      #expect(!holds(percent - 1, of: 100, .greaterOrEqual, threshold))
    }
  }
}
