/// Writes the text format of Prometheus, 0.0.4.
struct MetricsText {
  /// What a metric is.
  enum Kind: String {
    case counter, gauge, histogram
  }

  /// A sample's labels, in order.
  typealias Labels = KeyValuePairs<String, String>

  private(set) var text = ""

  /// Writes a metric with its samples; one without samples is left out.
  mutating func metric(
    _ name: String,
    _ kind: Kind,
    _ help: String,
    _ samples: [(labels: Labels, value: Double)]
  ) {
    guard !samples.isEmpty else { return }
    begin(name, kind, help)
    for sample in samples { write(name, sample.labels, sample.value) }
  }

  /// Writes a metric with one sample; one that is not known is left out.
  mutating func metric(_ name: String, _ kind: Kind, _ help: String, _ value: Double?) {
    guard let value else { return }
    let none: Labels = [:]
    metric(name, kind, help, [(none, value)])
  }

  /// Writes a histogram with the samples of each of its sets of labels.
  mutating func histogram(
    _ name: String,
    _ help: String,
    _ samples: [(labels: Labels, value: DurationHistogram)]
  ) {
    guard !samples.isEmpty else { return }
    begin(name, .histogram, help)
    for (labels, histogram) in samples {
      let own = labels.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }
      var total: UInt64 = 0
      for (index, count) in histogram.counts.enumerated() {
        total += count
        let bound = index < histogram.bounds.count ? Self.number(histogram.bounds[index]) : "+Inf"
        let all = (own + ["le=\"\(bound)\""]).joined(separator: ",")
        text += "\(name)_bucket{\(all)} \(total)\n"
      }
      let all = own.isEmpty ? "" : "{\(own.joined(separator: ","))}"
      text += "\(name)_sum\(all) \(Self.number(histogram.sum))\n"
      text += "\(name)_count\(all) \(total)\n"
    }
  }

  private mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
  }

  private mutating func write(_ name: String, _ labels: Labels, _ value: Double) {
    let pairs = labels.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
    text += name + (pairs.isEmpty ? "" : "{\(pairs)}") + " \(Self.number(value))\n"
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
