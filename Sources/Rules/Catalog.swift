/// The one list of metrics: parser, checker, explanations and reference documents come from it.
public enum Catalog {
  /// Metrics of one chapter of the documents.
  struct Chapter: Sendable {
    /// What they have in common.
    var title: String
    /// What to know of all of them.
    var introduction: String
    /// In the order in which documents list them.
    var metrics: [Metric]
  }

  static let chapters = [
    line, bins, bounds, shares, moments, values, pairs, stream, series,
  ]

  /// Every metric, in the order in which documents list them.
  public static let metrics: [Metric] = chapters.flatMap(\.metrics)

  /// The metric of a name.
  public static func metric(named name: String) -> Metric? { byName[name] }

  private static let byName = Dictionary(
    metrics.map { ($0.name, $0) },
    uniquingKeysWith: { first, _ in first }
  )
}
