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
      let target = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
      guard let attributes = try? FileManager.default.attributesOfItem(atPath: target) else {
        throw InputError("\(path): no such file")
      }
      let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
      let found = isFolder ? below(path) : [path]
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
