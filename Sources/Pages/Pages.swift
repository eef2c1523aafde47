/// The files of the dashboard, which the program holds itself: it finds them wherever it is
/// started.
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

  /// What a report's head begins with.
  public static let reportHead = PackageResources.report_head_html

  /// The style of a report: the dashboard's, and what is other on paper.
  public static let reportStyle =
    PackageResources.dashboard_css + PackageResources.report_css

  private static let all: [String: Page] = [
    "/": Page(type: "text/html; charset=utf-8", bytes: PackageResources.index_html),
    "/dashboard.css": Page(type: "text/css; charset=utf-8", bytes: PackageResources.dashboard_css),
    "/icon.svg": Page(type: "image/svg+xml", bytes: PackageResources.icon_svg),
    "/charts.js": script(PackageResources.charts_js),
    "/client.js": script(PackageResources.client_js),
    "/dashboard.js": script(PackageResources.dashboard_js),
    "/elements.js": script(PackageResources.elements_js),
    "/field.js": script(PackageResources.field_js),
    "/heatmap.js": script(PackageResources.heatmap_js),
    "/overview.js": script(PackageResources.overview_js),
    "/timeline.js": script(PackageResources.timeline_js),
    "/triggers.js": script(PackageResources.triggers_js),
  ]

  private static func script(_ bytes: [UInt8]) -> Page {
    Page(type: "text/javascript; charset=utf-8", bytes: bytes)
  }
}
