/// Tests joined by `and`, `or` and `not`.
public indirect enum Formula<Test> {
  /// One test.
  case comparison(Test)
  /// Every part holds.
  case all([Formula])
  /// At least one part holds.
  case any([Formula])
  /// The part does not hold.
  case not(Formula)

  /// The tests, in text order.
  public var tests: [Test] {
    switch self {
    case .comparison(let test): [test]
    case .all(let parts), .any(let parts): parts.flatMap(\.tests)
    case .not(let part): part.tests
    }
  }

  /// The tests, in text order, each with whether an odd number of `not` stands before it.
  public var signedTests: [(test: Test, isNegated: Bool)] {
    switch self {
    case .comparison(let test): [(test, false)]
    case .all(let parts), .any(let parts): parts.flatMap(\.signedTests)
    case .not(let part): part.signedTests.map { ($0.test, !$0.isNegated) }
    }
  }

  /// Replaces every test, in text order.
  func map<Other>(_ transform: (Test) -> Other) -> Formula<Other> {
    switch self {
    case .comparison(let test): .comparison(transform(test))
    case .not(let part): .not(part.map(transform))
    case .all(let parts): .all(parts.map { $0.map(transform) })
    case .any(let parts): .any(parts.map { $0.map(transform) })
    }
  }

  /// Replaces every test, in text order; nil when one cannot be.
  ///
  /// Every test is tried, also after one that failed: each may have something to say.
  func compactMap<Other>(_ transform: (Test) -> Other?) -> Formula<Other>? {
    map(transform).unwrapped()
  }

  /// Kleene's strong three-valued logic: the undecided decides nothing, and need not.
  public func verdict(_ judge: (Test) -> Verdict) -> Verdict {
    switch self {
    case .comparison(let test): judge(test)
    case .all(let parts): parts.map { $0.verdict(judge) }.min() ?? .pass
    case .any(let parts): parts.map { $0.verdict(judge) }.max() ?? .fail
    case .not(let part): part.verdict(judge).negated
    }
  }
}

extension Formula {
  private func unwrapped<Wrapped>() -> Formula<Wrapped>? where Test == Wrapped? {
    switch self {
    case .comparison(let test): return test.map { .comparison($0) }
    case .not(let part): return part.unwrapped().map { .not($0) }
    case .all(let parts):
      let found = parts.compactMap { $0.unwrapped() }
      return found.count == parts.count ? .all(found) : nil
    case .any(let parts):
      let found = parts.compactMap { $0.unwrapped() }
      return found.count == parts.count ? .any(found) : nil
    }
  }
}

extension Formula: Sendable where Test: Sendable {}
extension Formula: Equatable where Test: Equatable {}

extension Formula: CustomStringConvertible where Test: CustomStringConvertible {
  /// The formula as its parser reads it back.
  public var description: String { text(within: 0) }

  /// Parentheses where the surroundings bind more strongly: 0 none, 1 or, 2 and, 3 not.
  private func text(within surroundings: Int) -> String {
    let (strength, text) =
      switch self {
      case .comparison(let test): (4, test.description)
      case .not(let part): (3, "not " + part.text(within: 3))
      case .all(let parts): (2, parts.map { $0.text(within: 3) }.joined(separator: " and "))
      case .any(let parts): (1, parts.map { $0.text(within: 2) }.joined(separator: " or "))
      }
    return strength < surroundings ? "(\(text))" : text
  }
}

/// What a condition says of a window.
public enum Verdict: Int, Comparable, Sendable, CaseIterable {
  /// It does not hold.
  case fail
  /// There is too little data to say.
  case undecided
  /// It holds.
  case pass

  /// The verdict of the opposite condition.
  public var negated: Verdict {
    switch self {
    case .fail: .pass
    case .undecided: .undecided
    case .pass: .fail
    }
  }

  /// Orders as Kleene's logic does: fail, undecided, pass.
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
