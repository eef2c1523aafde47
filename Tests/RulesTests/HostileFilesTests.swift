import TestSupport
import Testing

@testable import Rules

/// Whatever a file holds, the checker answers.
@Suite struct HostileFilesTests {
  static let fragments = [
    "[", "]", "{", "}", ":", ": ", "- ", "\n", "\n  ", "\t", "\"", "'", "|\n", ">-\n", "#", "&a ",
    "*a ", "!", "!!str ", "? ", "%", "---\n", "...\n", "~", "\\", "\\x", "\u{0}", "\u{1F600}", "é",
    "e\u{301}", "\u{2028}", "\u{85}", "\r", "{{", "}}", "{field}", "<", ">=", "and ", "not ", "(",
    ")", "1e308", "99999999999999999999", "-1", "0s", "1000d", "<<", "null",
  ]

  /// Changes a text in a few places: cut, doubled, swapped, or with a fragment put in.
  static func mutate(_ text: String, using generator: inout SplitMix64) -> String {
    var scalars = Array(text.unicodeScalars)
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      let start = Int.random(in: 0...scalars.count, using: &generator)
      let end = Int.random(in: start...min(scalars.count, start + 12), using: &generator)
      switch Int.random(in: 0..<4, using: &generator) {
      case 0: scalars.removeSubrange(start..<end)
      case 1: scalars.insert(contentsOf: scalars[start..<end], at: start)
      case 2: scalars.replaceSubrange(start..<end, with: scalars[start..<end].reversed())
      default:
        let fragment = fragments.randomElement(using: &generator) ?? ""
        scalars.insert(contentsOf: fragment.unicodeScalars, at: start)
      }
    }
    return String(scalars: scalars)
  }

  @Test func mutatedFilesNeverCrash() {
    for seed in 0..<1500 as Range<UInt64> {
      var generator = SplitMix64(seed: seed)
      let result = Checker.check(
        monitor: SourceText(
          file: "monitor.yaml",
          text: Self.mutate(DesignFilesTests.monitor, using: &generator)
        ),
        rules: [
          SourceText(file: "a", text: Self.mutate(DesignFilesTests.rules, using: &generator)),
          SourceText(file: "b", text: Self.mutate(CanonicalPlanTests.rules, using: &generator)),
        ],
        schema: DesignFilesTests.schema
      )
      #expect((result.plan == nil) == result.diagnostics.hasErrors, "seed \(seed)")
      #expect(result.report.isEmpty == result.diagnostics.isEmpty)
      #expect(result.plan?.canonicalJSON.isEmpty != true)
    }
  }

  @Test func mutatedConditionsNeverCrash() {
    for seed in 0..<3000 as Range<UInt64> {
      var generator = SplitMix64(seed: seed)
      let condition = ConditionParserTests.randomCondition(depth: 3, using: &generator)
      let mutated = Array(Self.mutate(condition, using: &generator).unicodeScalars)
      do throws(SyntaxError) {
        _ = try FormulaParser.parse(mutated, test: ComparisonSyntax.parse)
      } catch {
        #expect(error.range.upperBound <= max(1, mutated.count), "seed \(seed)")
      }
      _ = try? FormulaParser.parse(mutated, test: FiringSyntax.parse)
      _ = Template.parse(mutated)
    }
  }

  @Test func aFileOfMoreThanAMebibyteIsRefused() {
    let text = "version: 1\n#" + String(repeating: "x", count: 1 << 20)
    #expect(
      Fixtures.report(rules: text) == """
        a.yaml:1:1: error: the file is larger than 1 MiB
        version: 1
        ^
        """
    )
  }

  @Test(.timeLimit(.minutes(1)))
  func aBombOfAliasesIsNotFollowed() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<40 {
      let items = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(items)]\n"
    }
    #expect(Fixtures.report(rules: text + "? *a39\n: x").contains("aliases are not supported"))
  }

  @Test func aMarkOfByteOrderHidesNoAlias() {
    let text = "a: &a0 [x]\nb:\n  ? x\n  : [\n\u{FEFF}*a0 ]\n"
    #expect(Fixtures.report(rules: text).contains("a.yaml:5:2: error: aliases are not supported"))
  }

  @Test(.timeLimit(.minutes(1)))
  func manyErrorsAreSaidOnlyAsFarAsTheyHelp() {
    let wrong = (0..<5_000).map { "  - { name: R\($0), expect: psi(agee\($0)) < 1, foo: 1 }\n" }
    let result = Fixtures.check(rules: ["version: 1\nrules:\n" + wrong.joined()])
    #expect(result.diagnostics.count == 200)
    #expect(result.plan == nil)
  }

  @Test(.timeLimit(.minutes(1)))
  func aLargeValidFileIsReadInReasonableTime() throws {
    let rules = (0..<3_000).map { "  - { name: R\($0), each: features, expect: psi < \($0) }\n" }
    let result = Fixtures.check(rules: ["version: 1\nrules:\n" + rules.joined()])
    #expect(try #require(result.plan).writtenRules.count == 3_000)
  }

  @Test func textsOfFewBytesAreRead() {
    for text in ["a", "a:", "[]", "'", "\"", "{", "-", "? x", "&a", "*a", "a: 1\nb: 2"] {
      #expect(Fixtures.check(rules: [text]).diagnostics.hasErrors)
    }
  }
}
