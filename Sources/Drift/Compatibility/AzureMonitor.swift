internal import RealModule
internal import Sketches

/// Azure Machine Learning's data drift signal: `azureml-assets`, component
/// `data_drift_signal_monitor` 0.3, folder `data_drift_compute_metrics`.
///
/// The Wasserstein distance in sample standard deviations of the baseline for numbers, the
/// Jensen–Shannon distance (base 2) for categories, both with threshold 0.5; the signal fails with
/// the first metric above. Quirks kept: whole numbers are categories where less than 5 % of the
/// baseline's rows are different ones (`is_categorical`); PSI adds 1 to each count and divides by
/// the rows all the same. Azure first drops every row with a missing value in any column; here each
/// field loses its own.
enum AzureMonitor: ToolDefinition {
  static let title = "Azure ML model monitoring 0.3"

  private static let threshold = 0.5

  static func judge(_ field: PairedValues) -> [ToolStatistic] {
    let isCategorical = isCategorical(field)
    let name = isCategorical ? "JensenShannonDistance" : "NormalizedWassersteinDistance"
    guard !field.hasEmptySide else {
      let note = "Azure's component fails without rows"
      return [ToolStatistic(name, nil, .above, threshold, note: note)]
    }
    let chosen = isCategorical ? jensenShannon(field) : wasserstein(field)
    let bins = isCategorical ? field.counts : dualHistogram(field)
    var statistics = [ToolStatistic(name, chosen, .above, threshold)]
    if chosen == nil { statistics[0].note = "Azure's component fails: no standard deviation" }
    if let bins {
      let psi = populationStability(field, bins)
      statistics.append(ToolStatistic("PopulationStabilityIndex", psi, .above, threshold))
    }
    return statistics
  }

  static func judge(_ fields: [ToolStatistic]) -> ToolVerdict? {
    let drifted = fields.count { $0.hasDrifted == true }
    return ToolVerdict(
      driftedFields: drifted,
      fields: fields.count,
      hasDrifted: fields.contains { $0.value == nil } ? nil : drifted > 0,
      explanation: "the signal fails with the first metric above its threshold"
    )
  }

  private static func isCategorical(_ field: PairedValues) -> Bool {
    guard field.numbers != nil else { return true }
    guard field.isWhole(\.reference), field.isWhole(\.current) else { return false }
    let completeness = field.referenceCompleteness
    // a missing value is one value more
    let distinct = field.distinct(\.reference) + (completeness.missing > 0 ? 1 : 0)
    return Double(distinct) / Double(completeness.records) < 0.05
  }

  private static func jensenShannon(_ field: PairedValues) -> Double? {
    JensenShannon.distance(
      reference: field.counts.map(\.reference),
      current: field.counts.map(\.current)
    )
  }

  private static func wasserstein(_ field: PairedValues) -> Double? {
    guard let deviation = field.moments(of: \.reference).sampleDeviation else { return nil }
    return field.wasserstein.map { $0 / max(deviation, 0.001) }
  }

  /// Bins of equal width over both samples, as many as Sturges's rule gives the smaller one.
  ///
  /// As `RDD.histogram`: a position is divided by the width where edges are even to 1e-10, else
  /// looked up among them; what rounding leaves beyond the last edge is dropped.
  private static func dualHistogram(_ field: PairedValues) -> [PairCount]? {
    guard let range = field.range, range.lowerBound < range.upperBound else { return nil }
    let smaller = Double(min(field.totals.reference, field.totals.current))
    let count = Int((.log2(smaller) + 1).rounded(.up))
    let width = (range.upperBound - range.lowerBound) / Double(count)
    guard width.isFinite else { return nil }
    let edges = (0...count).map { range.lowerBound + Double($0) * width }
    let steps = zip(edges, edges.dropFirst()).map { $1 - $0 }
    guard (steps.max() ?? 0) - (steps.min() ?? 0) < 1e-10 else { return field.histogram(edges) }
    let even = (edges[count] - edges[0]) / Double(count)
    var bins = [PairCount](repeating: PairCount(), count: count)
    for (number, values) in zip(field.numbers ?? [], field.counts) where number <= edges[count] {
      let bin = min(count - 1, Int((number - edges[0]) / even))
      bins[bin] = bins[bin] + values
    }
    return bins
  }

  private static func populationStability(
    _ field: PairedValues,
    _ bins: [PairCount]
  ) -> Double {
    bins.reduce(0) { sum, bin in
      let p = Double(bin.reference + 1) / Double(field.totals.reference)
      let q = Double(bin.current + 1) / Double(field.totals.current)
      return sum + (q - p) * .log(q / p)
    }
  }
}
