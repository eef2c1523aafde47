internal import Foundation

/// Finds files of tests.
public enum TestFiles {
  /// How their names end.
  public static let suffix = ".test.yaml"

  /// The files that are meant by paths: of a folder all files of tests below it, sorted.
  ///
  /// - Throws: `InputError` for a path that leads to nothing, and for a folder without any.
  public static func find(_ paths: [String]) throws(InputError) -> [String] {
    var files: [String] = []
    for path in paths {
      guard let status = FileStatus(path: path) else { throw InputError("\(path): no such file") }
      let found = status.kind == .directory ? below(path) : [path]
      guard !found.isEmpty else {
        throw InputError("\(path): there is no file *\(suffix) below it")
      }
      files += found.filter { !files.contains($0) }
    }
    return files
  }

  private static func below(_ folder: String) -> [String] {
    let names = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    let root = folder.hasSuffix("/") ? folder : folder + "/"
    return names.filter { $0.hasSuffix(suffix) }.sorted().map { root + $0 }
  }
}
