@testable import Rules
import Testing

/// Generators as they are written, and what is read of them.
@Suite struct ValueSyntaxTests {
  private func parse(_ text: String) throws -> ValueGenerator {
    try ValueSyntax.parse(Array(text.unicodeScalars))
  }

  @Test func generatorsAreRead() throws {
    #expect(try parse("normal(20, 1.5)") == .normal(mean: .fixed(20), deviation: .fixed(1.5)))
    #expect(
      try parse("lognormal(ramp(1, 2), 0)")
        == .lognormal(mean: .ramp(from: 1, to: 2), deviation: .fixed(0))
    )
    #expect(try parse("uniform(-1, 50%)") == .uniform(low: .fixed(-1), high: .fixed(0.5)))
    #expect(try parse("uniform(0s, 1h30m)") == .uniform(low: .fixed(0), high: .fixed(5400)))
    #expect(try parse("counter()") == .counter(start: 1, step: 1))
    #expect(try parse("counter(10, -2)") == .counter(start: 10, step: -2))
    let values: [TestValue] = [.number(1), .text("a-b"), .text("x y"), .boolean(true), .null]
    #expect(try parse("sequence(1, a-b, 'x y', true, null)") == .sequence(values))
    #expect(try parse("null(5%, normal(0, 1))") == .null(0.05, try parse("normal(0, 1)")))
    #expect(try parse("absent(1)") == .absent(1, nil))
  }

  @Test(arguments: [
    "choice(a 70%, b 30%)", "choice(a: 0.7, b: 0.3)", "choice(a 7, b 3)",
    "choice(\"a\" 70 %, b: 30%)",
  ])
  func weightsAreReadHoweverTheyAreWritten(text: String) throws {
    guard case .choice(let choices) = try parse(text) else {
      Issue.record("no choice")
      return
    }
    #expect(choices.map(\.value) == [.text("a"), .text("b")])
    #expect(choices.map { ($0.weight * 1e9).rounded() } == [7e8, 3e8])
  }

  @Test func choicesWithoutWeightsAreAllAlike() throws {
    let expected = [TestValue.number(1), .number(2), .text("3")].map {
      ValueGenerator.Weighted(value: $0, weight: 1 / 3)
    }
    #expect(try parse("choice(1, 2, \"3\")") == .choice(expected))
  }

  @Test func onlyCallsAreMeantAsGenerators() {
    func isMeant(_ text: String) -> Bool { ValueSyntax.isMeant(by: Array(text.unicodeScalars)) }
    #expect(isMeant("normal(1, 2)") && isMeant("x("))
    for text in ["", "(", "a (b)", "5m", "2024-01-01", "a b(c)", "plain"] {
      #expect(!isMeant(text), "\(text)")
    }
  }
}
