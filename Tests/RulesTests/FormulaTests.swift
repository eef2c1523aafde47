import Testing

@testable import Rules

/// Kleene's strong three-valued logic.
@Suite struct FormulaTests {
  static let verdicts = Verdict.allCases

  @Test(arguments: verdicts, verdicts)
  func truthTables(left: Verdict, right: Verdict) {
    let all = Formula.all([.comparison(left), .comparison(right)])
    let any = Formula.any([.comparison(left), .comparison(right)])
    let both: Verdict =
      left == .fail || right == .fail ? .fail : left == .pass && right == .pass ? .pass : .undecided
    let either: Verdict =
      left == .pass || right == .pass ? .pass : left == .fail && right == .fail ? .fail : .undecided
    #expect(all.verdict(\.self) == both)
    #expect(any.verdict(\.self) == either)
    // De Morgan
    let negated = Formula.any([.not(.comparison(left)), .not(.comparison(right))])
    #expect(Formula.not(all).verdict(\.self) == negated.verdict(\.self))
  }

  @Test func negationKeepsTheUndecided() {
    #expect(Verdict.allCases.map(\.negated) == [.pass, .undecided, .fail])
  }

  @Test func testsStandInTextOrder() {
    let formula = Formula.any([
      .all([.comparison(1), .not(.comparison(2))]), .comparison(3), .not(.any([.comparison(4)])),
    ])
    #expect(formula.tests == [1, 2, 3, 4])
  }

  @Test func compactMapTriesEveryTest() {
    var tried: [Int] = []
    let formula = Formula.all([.comparison(1), .any([.comparison(2), .comparison(3)])])
    let mapped: Formula<Int>? = formula.compactMap { test in
      tried.append(test)
      return test == 1 ? nil : test
    }
    #expect(mapped == nil)
    #expect(tried == [1, 2, 3])
    #expect(formula.compactMap { $0 } == formula)
  }

  @Test(arguments: [
    (Relation.less, [true, false, false]), (.lessOrEqual, [true, true, false]),
    (.greater, [false, false, true]), (.greaterOrEqual, [false, true, true]),
    (.equal, [false, true, false]), (.unequal, [true, false, true]),
  ])
  func relationsCompare(relation: Relation, expected: [Bool]) {
    #expect([1, 2, 3].map { relation.holds($0, 2) } == expected)
    #expect([1, 2, 3].map { relation.mirrored.holds(2, $0) } == expected)
  }
}
