import Foundation
import Testing

/// The mutations of `make mutations`: one for each promise of the README, none out of date.
@Suite struct MutationTests {
  /// One patch: what it says above its diff, and the diff.
  private struct Mutation {
    let file: String
    /// The number its file name begins with.
    let number: Int?
    /// What follows `Promise: ` and `Test: `; "" where that does not stand there exactly once.
    let promise: String
    let test: String
    let diff: ArraySlice<Substring>

    init(_ url: URL) throws {
      let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
      let start = lines.firstIndex { $0.hasPrefix("diff ") } ?? lines.endIndex
      func header(_ name: String) -> String {
        let found = lines[..<start].filter { $0.hasPrefix("\(name): ") }
        return found.count == 1 ? String(found[0].dropFirst(name.count + 2)) : ""
      }
      file = url.lastPathComponent
      number = file.split(separator: "-").first.flatMap { Int($0) }
      (promise, test) = (header("Promise"), header("Test"))
      diff = lines[start...]
    }
  }

  private static func mutations() throws -> [Mutation] {
    let files = try FileManager.default.contentsOfDirectory(
      at: SourceTree.root.appending(path: "Tests/Mutations"),
      includingPropertiesForKeys: nil
    )
    return try files.filter { $0.pathExtension == "patch" }.map(Mutation.init)
  }

  /// The README's promises, each on one line with its number.
  private static func promises() throws -> [String] {
    let readme = SourceTree.root.appending(path: "README.md")
    let text = try String(contentsOf: readme, encoding: .utf8)
    let section = text.components(separatedBy: "\n## What is promised\n").last ?? ""
    let list = section.components(separatedBy: "\n## ")[0]
    return list.replacing("\n   ", with: " ").split(separator: "\n").map(String.init)
      .filter { $0.contains(/^\d+\.\s/) }
  }

  @Test func eachPromiseHasOneMutationAndEachMutationItsPromise() throws {
    let promises = try Self.promises()
    let mutations = try Self.mutations()
    #expect(promises.count >= 9)
    #expect(mutations.compactMap(\.number).sorted() == Array(1...max(1, promises.count)))
    for mutation in mutations {
      #expect(mutation.promise.split(separator: " ").count > 4, "\(mutation.file)")
      let promise = promises.first { $0.hasPrefix(mutation.promise) }
      #expect(promise?.hasPrefix("\(mutation.number ?? 0). ") == true, "\(mutation.file)")
    }
  }

  @Test func eachMutationIsSmallAndOfOneSource() throws {
    for mutation in try Self.mutations() {
      let changes = mutation.diff.filter { $0.hasPrefix("-") || $0.hasPrefix("+") }
      #expect((3...6).contains(changes.count), "\(mutation.file)")
      let files = changes.prefix(2).map { $0.dropFirst(4) }
      #expect(files.first?.hasPrefix("a/Sources/") == true, "\(mutation.file)")
      #expect(files.first?.dropFirst(2) == files.last?.dropFirst(2), "\(mutation.file)")
    }
  }

  @Test func eachMutationNamesOneTest() throws {
    let tree = try SourceTree(["Tests"])
    for mutation in try Self.mutations() {
      let names = mutation.test.split(separator: "/").map(String.init)
      try #require(names.count == 2, "\(mutation.file)")
      let suites = tree.files.filter { file in
        file.lines.contains { $0.contains("struct \(names[0]) {") }
      }
      let functions = suites.flatMap(\.lines).filter { $0.contains("func \(names[1])(") }
      #expect(suites.count == 1 && functions.count == 1, "\(mutation.file): \(mutation.test)")
    }
  }

  @Test func eachMutationStillFitsTheCode() throws {
    for mutation in try Self.mutations() {
      let errors = Pipe()
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = ["git", "apply", "--check", "Tests/Mutations/\(mutation.file)"]
      process.currentDirectoryURL = SourceTree.root
      process.standardError = errors
      try process.run()
      let said = try errors.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0, "\(String(decoding: said, as: UTF8.self))")
    }
  }
}
