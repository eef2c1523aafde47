import Testing

/// The code's own rules, and that each of them can fail.
@Suite struct HouseRulesTests {
  private static let rules: [(name: String, check: @Sendable (SourceTree.File) -> [String])] = [
    ("file length", { HouseRules.tooLong($0) }),
    ("line width", { HouseRules.tooWide($0) }),
    ("function length", { HouseRules.longFunctions($0) }),
    ("banned words", { HouseRules.bannedWords($0) }),
    ("unsafe", { HouseRules.strayUnsafe($0) }),
  ]

  @Test(arguments: 0..<5)
  func theTreeKeepsTheRule(number: Int) throws {
    let tree = try SourceTree(["Sources", "Tests"])
    #expect(tree.files.count > 50)
    let violations = tree.files.flatMap(Self.rules[number].check)
    #expect(violations == [], "\(Self.rules[number].name)")
  }

  @Test func medianFileIsShort() throws {
    let lengths = try SourceTree(["Sources"]).files.map(\.lines.count).sorted()
    #expect(lengths[lengths.count / 2] < 130)
  }

  @Test func eachRuleCanFail() {
    let body = (0..<80).map { "    line(\($0))" }
    let bad: [[String]] = [
      Array(repeating: "", count: 602),
      [String(repeating: "x", count: 101)],
      ["  func long() {"] + body + ["  }"],
      ["let now = Date()"],
      ["  unsafe pointer.pointee = 1"],
    ]
    for (rule, lines) in zip(Self.rules, bad) {
      let file = SourceTree.File(path: "Sources/Drift/Bad.swift", lines: lines)
      #expect(rule.check(file).count == 1, "\(rule.name)")
    }
  }
}
