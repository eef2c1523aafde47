import TestSupport
import Testing

@testable import Rules

/// What binds to what, and that a condition reads back as it was written.
@Suite struct ConditionParserTests {
  static func parse(_ text: String) throws -> Formula<ComparisonSyntax> {
    try FormulaParser.parse(Array(text.unicodeScalars), test: ComparisonSyntax.parse)
  }

  /// The structure, with each comparison shortened to the name of its metric.
  static func outline(_ formula: Formula<ComparisonSyntax>) -> String {
    switch formula {
    case .comparison(let test): test.call.name
    case .not(let part): "!\(outline(part))"
    case .all(let parts): "(" + parts.map(outline).joined(separator: " & ") + ")"
    case .any(let parts): "(" + parts.map(outline).joined(separator: " | ") + ")"
    }
  }

  @Test(arguments: [
    ("a > 1", "a"),
    ("a > 1 and b > 1 and c > 1", "(a & b & c)"),
    ("a > 1 or b > 1 and c > 1", "(a | (b & c))"),
    ("a > 1 and b > 1 or c > 1", "((a & b) | c)"),
    ("(a > 1 or b > 1) and c > 1", "((a | b) & c)"),
    ("not a > 1 and b > 1", "(!a & b)"),
    ("not (a > 1 and b > 1)", "!(a & b)"),
    ("not not a > 1", "!!a"),
    ("((a > 1))", "a"),
    ("a > 1 and (b > 1 and c > 1)", "(a & (b & c))"),
    ("1 < a < 2 or b > 1", "((a & a) | b)"),
  ])
  func binds(text: String, outline: String) throws {
    #expect(Self.outline(try Self.parse(text)) == outline)
  }

  @Test func aRangeIsTwoComparisonsWithOneText() throws {
    guard case .all(let parts) = try Self.parse("0.5%  <=  missing(amount)  < 0.02") else {
      Issue.record("no conjunction")
      return
    }
    #expect(parts.map(\.description) == ["missing(amount) >= 0.5%", "missing(amount) < 0.02"])
    #expect(Set(parts.flatMap(\.tests).map(\.text)) == ["0.5% <= missing(amount) < 0.02"])
  }

  @Test(arguments: [
    ("psi(payload.age) < 1", "payload.age"),
    ("psi(my-field) < 1", "my-field"),
    ("psi($header.x) < 1", "$header.x"),
    ("psi(größe) < 1", "größe"),
    ("psi(and) < 1", "and"),
    ("psi(\"my field\") < 1", "my field"),
    ("psi('my \"field\"') < 1", "my \"field\""),
    ("psi(\"a\\\"b\\\\c\\.d\") < 1", "a\"b\\c\\.d"),
  ])
  func readsFieldNames(text: String, name: String) throws {
    #expect(try Self.parse(text).tests.first?.call.arguments.first?.text == name)
  }

  @Test(arguments: ["psi(x)<-5", "psi(x) < -5", "psi(x)  <  -5.0e0"])
  func readsSignsAndExponents(text: String) throws {
    #expect(try Self.parse(text).tests.first?.quantity == Quantity(number: -5))
  }

  @Test func describesWhatItReadsBack() throws {
    for seed in 0..<300 as Range<UInt64> {
      var generator = SplitMix64(seed: seed)
      let text = Self.randomCondition(depth: 4, using: &generator)
      let parsed = try Self.parse(text)
      let again = try Self.parse(parsed.description)
      #expect(again.description == parsed.description, "seed \(seed): \(text)")
      #expect(Self.outline(again) == Self.outline(parsed), "seed \(seed): \(text)")
    }
  }

  static func randomCondition(depth: Int, using generator: inout SplitMix64) -> String {
    let part = { (generator: inout SplitMix64) in
      randomCondition(depth: depth - 1, using: &generator)
    }
    switch depth == 0 ? 0 : Int.random(in: 0...4, using: &generator) {
    case 1: return "(\(part(&generator)) and \(part(&generator)))"
    case 2: return "\(part(&generator)) or \(part(&generator))"
    case 3: return "not (\(part(&generator)))"
    case 4: return "(\(part(&generator)) or \(part(&generator)) and \(part(&generator)))"
    default:
      let calls = ["psi(age)", "missing(amount, null)", "rate", "psi(\"a \\\"b\")"]
      let quantities = ["0.2", "-1", "-50%", "5%", "1h30m", "10/s", "1e-3"]
      let call = calls.randomElement(using: &generator) ?? ""
      let relation = Relation.allCases.randomElement(using: &generator) ?? .less
      return "\(call) \(relation.rawValue) \(quantities.randomElement(using: &generator) ?? "")"
    }
  }
}
