import Foundation
import Testing

/// What the threat model says is held by tests that are there.
@Suite struct ThreatModelTests {
  private static func lines() throws -> [Substring] {
    let page = SourceTree.root.appending(path: "deploy/threat-model.md")
    return try String(contentsOf: page, encoding: .utf8).split(separator: "\n")
  }

  @Test func eachLineNamesATestThatIsThere() throws {
    let tree = try SourceTree(["Tests"])
    let rows = try Self.lines().filter {
      $0.hasPrefix("| ") && !$0.hasPrefix("| reach | held by |")
    }
    #expect(rows.count > 30)
    for row in rows {
      let names = row.matches(of: /`(\w+Tests)\/(\w+)`/)
      #expect(!names.isEmpty, "no test holds: \(row)")
      for name in names {
        let suites = tree.files.filter { file in
          file.lines.contains { $0.contains("struct \(name.1) {") }
        }
        let tests = suites.flatMap(\.lines).filter { $0.contains("func \(name.2)(") }
        #expect(suites.count == 1 && tests.count == 1, "\(name.1)/\(name.2)")
      }
    }
  }

  @Test func itIsOnePage() throws { #expect(try Self.lines().count < 100) }
}
