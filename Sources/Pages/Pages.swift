/// The files of the dashboard, which the program holds itself: it finds them wherever it is started.
public enum Pages {
  /// A file.
  public struct Page: Sendable {
    /// Its media type.
    public let type: String
    /// All of it.
    public let bytes: [UInt8]
  }

  /// The file at a path; nil for any other path, however it is written.
  public static func page(_ path: String) -> Page? { all[path] }

  /// The paths of all files.
  public static var paths: [String] { all.keys.sorted() }

  private static let all: [String: Page] = [
    "/": Page(type: "text/html; charset=utf-8", bytes: PackageResources.index_html)
  ]
}
