/// Writes the text format of Prometheus, 0.0.4.
struct MetricsText {
  private(set) var text = ""

  /// Writes a metric with its samples, each with the values of the family's labels; one without
  /// samples is left out.
  mutating func metric(_ family: MetricFamily, _ samples: [(labels: [String], value: Double)]) {
    guard !samples.isEmpty else { return }
    begin(family)
    for sample in samples {
      text += family.rawValue + Self.braced(Self.pairs(family, sample.labels))
      text += " \(Self.number(sample.value))\n"
    }
  }

  /// Writes a metric with one sample; one that is not known is left out.
  mutating func metric(_ family: MetricFamily, _ value: Double?) {
    guard let value else { return }
    metric(family, [([], value)])
  }

  /// Writes a histogram with the samples of each of its sets of labels.
  mutating func histogram(
    _ family: MetricFamily,
    _ samples: [(labels: [String], value: DurationHistogram)]
  ) {
    guard !samples.isEmpty else { return }
    begin(family)
    let name = family.rawValue
    for (labels, histogram) in samples {
      let own = Self.pairs(family, labels)
      var total: UInt64 = 0
      for (index, count) in histogram.counts.enumerated() {
        total += count
        let bound = index < histogram.bounds.count ? Self.number(histogram.bounds[index]) : "+Inf"
        text += "\(name)_bucket\(Self.braced(own + ["le=\"\(bound)\""])) \(total)\n"
      }
      text += "\(name)_sum\(Self.braced(own)) \(Self.number(histogram.sum))\n"
      text += "\(name)_count\(Self.braced(own)) \(total)\n"
    }
  }

  private mutating func begin(_ family: MetricFamily) {
    let name = family.rawValue
    text += "# HELP \(name) \(family.help)\n# TYPE \(name) \(family.kind.rawValue)\n"
  }

  private static func pairs(_ family: MetricFamily, _ values: [String]) -> [String] {
    zip(family.labels, values).map { "\($0)=\"\(escaped($1))\"" }
  }

  private static func braced(_ pairs: [String]) -> String {
    pairs.isEmpty ? "" : "{\(pairs.joined(separator: ","))}"
  }

  private static func escaped(_ value: String) -> String {
    value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
  }

  private static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
    return value.magnitude < 0x1p53 && value == value.rounded() ? "\(Int64(value))" : "\(value)"
  }
}
