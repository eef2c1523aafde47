import Rules
import Testing

/// Conditions that come to the same whatever the data: rules that never fire, or always do.
@Suite struct ReachTests {
  private static func says(_ condition: String) -> [String] {
    Fixtures.check(rules: [Fixtures.rule(condition)]).diagnostics.map(\.summary)
  }

  @Test(arguments: [
    ("missing(amount) <= 100%", 32, "a share is between 0 and 100%: this always holds"),
    ("ks(amount, p) >= 0", 30, "a p-value is between 0 and 1: this always holds"),
    ("psi(amount) < 100", 27, "'psi' is between 0 and 92: this always holds"),
    ("count >= 0", 22, "'count' is never below 0: this always holds"),
    ("count_change >= -1", 29, "nothing shrinks by more than 100%: this always holds"),
    (
      "correlation_change(amount, age) <= 2", 48,
      "'correlation_change' is between 0 and 2: this always holds"
    ),
    ("wasserstein(amount) != -1", 36, "'wasserstein' is never below 0: this always holds"),
  ])
  func neverFires(condition: String, column: Int, message: String) {
    let said = Self.says(condition).filter { !$0.contains("profile it anew") }
    #expect(said == ["a.yaml:4:\(column): warning: \(message), so 'R' never fires"])
  }

  @Test(arguments: [
    ("psi(amount) < 0", 27, "'psi' is between 0 and 92: this never holds"),
    ("missing(amount) > 100%", 31, "a share is between 0 and 100%: this never holds"),
    ("not ks(amount) <= 1", 31, "a distance is between 0 and 1: this always holds"),
    ("rate < 0/s", 20, "'rate' is never below 0: this never holds"),
    ("event_lag == -1s", 26, nil),
  ])
  func alwaysFires(condition: String, column: Int, message: String?) {
    let said = Self.says(condition)
    guard let message else { return #expect(said.count == 1 && said[0].contains("error")) }
    #expect(
      said == [
        "a.yaml:4:\(column): warning: \(message), so 'R' fires in every window and never resolves"
      ]
    )
  }

  @Test("of several comparisons each that says nothing is named, with what comes of all")
  func several() {
    #expect(
      Self.says("psi(amount) < 0.2 and missing(age) <= 100%") == [
        "a.yaml:4:51: warning: a share is between 0 and 100%: this always holds"
      ]
    )
    #expect(
      Self.says("psi(amount) < 0.2 or missing(age) >= 0") == [
        "a.yaml:4:50: warning: a share is between 0 and 100%: this always holds, "
          + "so 'R' never fires"
      ]
    )
  }

  @Test("comparisons of one metric are looked at together")
  func together() {
    #expect(
      Self.says("psi(amount) > 0.5 and psi(amount) < 0.3") == [
        "a.yaml:4:35: warning: these comparisons never hold together, "
          + "so 'R' fires in every window and never resolves; write 'or' where one is enough"
      ]
    )
    #expect(
      Self.says("mean(amount) > 5 or not mean(amount) > 8") == [
        "a.yaml:4:37: warning: these comparisons leave nothing out, so 'R' never fires; "
          + "write 'and' where both shall hold"
      ]
    )
    #expect(
      Self.says("5 < mean(amount) < 3") == [
        "a.yaml:4:17: warning: these comparisons never hold together, "
          + "so 'R' fires in every window and never resolves; write 'or' where one is enough"
      ]
    )
  }

  @Test(
    "what the data decides is left alone",
    arguments: [
      "0 <= psi(amount) < 0.2", "psi(amount) > 0.5 and psi(age) < 0.3",
      "mean(amount) > 5 or mean(amount) < 3", "missing(amount) < 100%", "missing(amount) == 100%",
      "psi(amount) > 0.3 and psi(amount, previous) < 0.3", "count > 0", "drift(amount) <= 0",
      "missing(amount, null) > 5% or missing(amount, empty) < 5%", "-50% < count_change <= 300%",
      "quantile(amount, p50) > 5 or quantile(amount, p90) <= 5",
    ]
  )
  func open(condition: String) {
    let said = Self.says(condition).filter { !$0.contains("unknown metric") }
    #expect(said.isEmpty, "\(said)")
  }

  @Test("a rule of very many comparisons is taken at its word, quickly")
  func many() {
    let parts = (1...9).map { threshold in
      let tests = ["mean", "std", "psi"].map { "\($0)(amount) > \(threshold)" }
      return "(\(tests.joined(separator: " or ")))"
    }
    #expect(Self.says(parts.joined(separator: " and ")).isEmpty)
  }

  @Test("rule files by themselves are looked at, too")
  func alone() {
    let text = Fixtures.rule("missing(x) <= 100%")
    let diagnostics = RuleFile.read(SourceText(file: "r.yaml", text: text)).diagnostics
    #expect(
      diagnostics.map(\.summary) == [
        "r.yaml:4:27: warning: a share is between 0 and 100%: this always holds, "
          + "so 'R' never fires"
      ]
    )
  }
}
