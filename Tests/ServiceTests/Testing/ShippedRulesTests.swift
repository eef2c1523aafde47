import Foundation
import Rules
import Testing

/// Every rule that comes with the program has a test that it fires in, one that it is silent in,
/// and one in which it resolves.
@Suite struct ShippedRulesTests {
  private static let folder = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "rules")

  /// The files below `rules/` whose names end so, by their paths.
  private static func files(_ suffix: String) throws -> [String: SourceText] {
    let names =
      FileManager.default.enumerator(atPath: folder.path())?
      .compactMap { $0 as? String } ?? []
    var files: [String: SourceText] = [:]
    for name in names where name.hasSuffix(suffix) {
      let text = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      files[name] = SourceText(file: name, text: text)
    }
    return files
  }

  private static func tests(_ source: SourceText) throws -> [RuleTest] {
    let (file, problems) = TestFile.read(source)
    #expect(problems.isEmpty, "\(problems)")
    return try #require(file).tests
  }

  /// Whether an expectation lists a rule as firing; nil where it says nothing of alerts.
  private static func lists(_ rule: String, _ expectation: TestExpectation) -> Bool? {
    guard let alerts = expectation.alerts else { return nil }
    return alerts.contains { alert in
      let state = alert.values[.state]?.value ?? "firing"
      return alert.values[.rule]?.value == rule && state == "firing"
    }
  }

  @Test func everyRuleIsCovered() throws {
    let tests = try Self.files(".test.yaml")
    let rules = try Self.files(".yaml").filter { !$0.key.hasSuffix(".test.yaml") }
    #expect(rules.count >= 12)
    for (name, source) in rules {
      let file = try #require(RuleFile.read(source).file)
      let own = try #require(
        tests[name.dropLast(".yaml".count) + ".test.yaml"],
        "\(name) has no tests"
      )
      let written = try Self.tests(own)
      let isSilent = written.contains { test in
        test.expectations.allSatisfy { $0.isThroughout && $0.alerts?.isEmpty == true }
      }
      #expect(isSilent, "\(name): no test of silence")
      for rule in file.rules.map(\.name.value) {
        let episodes = written.map { $0.expectations.compactMap { Self.lists(rule, $0) } }
        #expect(episodes.contains { $0.contains(true) }, "\(rule) never fires")
        let resolves = episodes.contains { lists in
          lists.firstIndex(of: true).map { lists[$0...].contains(false) } ?? false
        }
        #expect(resolves, "\(rule) never resolves")
      }
      for trigger in file.triggers.map(\.name.value) {
        let lists = written.flatMap(\.expectations).compactMap(\.triggers)
        #expect(lists.contains { $0.contains { $0.name.value == trigger } }, "\(trigger)")
        #expect(lists.contains { $0.isEmpty }, "\(trigger) is asked for in all of them")
      }
    }
  }

  @Test func theGalleryHasItsPage() throws {
    let page = try String(
      contentsOf: Self.folder.appending(path: "gallery/README.md"),
      encoding: .utf8
    )
    let names = try Self.files(".yaml").keys.filter { $0.hasPrefix("gallery/") }
    #expect(names.count >= 18)
    for name in names {
      #expect(page.contains("](\(name.dropFirst("gallery/".count)))"), "\(name)")
    }
  }
}
