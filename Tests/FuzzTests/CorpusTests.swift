import Foundation
import Testing

/// What fuzzing begins with, and what it has found: read again by every run of the suite.
@Suite struct CorpusTests {
  private static let corpus = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Corpus")

  private static func files(_ target: FuzzTarget) throws -> [(name: String, bytes: [UInt8])] {
    let folder = corpus.appending(path: target.name)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
    return try names.sorted().map { name in
      (name, [UInt8](try Data(contentsOf: folder.appending(path: name))))
    }
  }

  @Test(arguments: FuzzTarget.all.map(\.name))
  func whatIsKeptIsReadWithoutAFinding(name: String) throws {
    let target = try #require(FuzzTarget.all.first { $0.name == name })
    var taken = 0
    let seeds = try target.seeds().enumerated().map { ("seed \($0)", $1) }
    for (name, bytes) in try Self.files(target) + seeds {
      do { if try target.take(bytes) { taken += 1 } } catch {
        Issue.record("\(target.name), \(name): \(error)")
      }
    }
    #expect(taken > 0, "nothing gets past the first check of \(target.name)")
    // Empty and single bytes come first to whoever makes bytes up.
    for bytes in [[]] + (0...255).map({ [UInt8($0)] }) { _ = try target.take(bytes) }
  }

  @Test func eachFolderIsOfATargetAndSmall() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Self.corpus.path())
    let names = Set(FuzzTarget.all.map(\.name))
    #expect(names.count == FuzzTarget.all.count)
    #expect(Set(folders).subtracting(names) == [])
    for target in FuzzTarget.all {
      let bytes = try Self.files(target).reduce(0) { $0 + $1.bytes.count }
      #expect(bytes < 64_000, "\(target.name)")
    }
  }
}
