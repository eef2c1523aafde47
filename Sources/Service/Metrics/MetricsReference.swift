/// The reference of what `/metrics` holds, as Markdown.
public enum MetricsReference {
  /// A row for each metric.
  public static var table: String {
    let rows = MetricFamily.allCases.map { family in
      let labels = family.labels.map { "`\($0)`" }.joined(separator: ", ")
      return "| `\(family.rawValue)` | \(family.kind.rawValue) | \(labels) | \(family.help) |\n"
    }
    return "| metric | type | labels | |\n|---|---|---|---|\n" + rows.joined()
  }
}
