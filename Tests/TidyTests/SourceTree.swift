import Foundation

/// The repository's Swift files, read once.
struct SourceTree {
  struct File {
    /// Relative to the repository.
    let path: String
    let lines: [String]

    /// The room: the folder below `Sources` or `Tests`.
    var room: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
  }

  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  let files: [File]

  /// Reads every Swift file below the folders.
  init(_ folders: [String]) throws {
    var files: [File] = []
    for folder in folders {
      let base = Self.root.appending(path: folder)
      let walker = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil)
      for case let url as URL in walker ?? .init() where url.pathExtension == "swift" {
        guard !url.path().contains("/.build/") else { continue }
        let text = try String(contentsOf: url, encoding: .utf8)
        let path = url.path().replacing(Self.root.path(), with: "")
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        files.append(File(path: path, lines: lines.map(String.init)))
      }
    }
    self.files = files.sorted { $0.path < $1.path }
  }
}
