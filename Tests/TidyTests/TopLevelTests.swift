import Foundation
import Testing

/// What lies at the top of the repository is what a newcomer should see there.
@Suite struct TopLevelTests {
  /// What is committed, and below it what a build or a command of the README leaves behind.
  private static let known: Set<String> = [
    "Package.swift", "Makefile", "README.md", "CHANGELOG.md", "Sources", "Tests", "rules", "deploy",
    "Package.resolved", "out",
  ]

  @Test func nothingElseLiesThere() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: SourceTree.root.path())
      .filter { !$0.hasPrefix(".") }
    #expect(names.count >= 8)
    #expect(Set(names).subtracting(Self.known) == [])
  }
}
