internal import RealModule

/// Evidently's definitions: `evidently/legacy/calculations/stattests`, which its newer API calls.
///
/// Which test is taken depends on the reference's size alone (`registry._get_default_stattest`): up
/// to 1,000 values a test with a p-value, beyond that a distance. Missing and infinite values are
/// dropped before anything else, and a field without any value raises an error. Quirks kept: whole
/// numbers with at most 10 values in the current sample are categories, as the newer API infers
/// them; a category that the reference lacks makes the chi-square p-value 0; the Jensen–Shannon
/// distance has natural logarithms (largest value 0.83); PSI has edges that move with the current
/// sample, and fills zeros without normalizing again.
enum Evidently: ToolDefinition {
  static let title = "Evidently 0.7.23"

  private static let driftShare = 0.5

  static func judge(_ field: PairedValues) -> [ToolStatistic] {
    guard !field.hasEmptySide else {
      let note = "Evidently raises ValueError: an empty column was provided"
      return [ToolStatistic("none", nil, .below, nil, note: note)]
    }
    if isText(field) {
      let note = "Evidently takes this for text and trains a classifier"
      return [ToolStatistic("text content drift", nil, .above, nil, note: note)]
    }
    return [chosen(field, isNumeric: !isCategorical(field)), populationStability(field)]
  }

  static func judge(_ fields: [ToolStatistic]) -> ToolVerdict? {
    let drifted = fields.count { $0.hasDrifted == true }
    let share = fields.isEmpty ? 0 : Double(drifted) / Double(fields.count)
    let fails = fields.contains { $0.value == nil }
    return ToolVerdict(
      driftedFields: drifted,
      fields: fields.count,
      hasDrifted: fails ? nil : share >= driftShare,
      explanation: fails
        ? "not known: leave out what has no value with --exclude"
        : "share of drifted columns >= \(driftShare)"
    )
  }

  private static func chosen(_ field: PairedValues, isNumeric: Bool) -> ToolStatistic {
    let distinct = field.counts.count
    let isSmall = field.totals.reference <= 1000
    if isNumeric, distinct > 5 {
      return isSmall ? kolmogorovSmirnov(field) : wasserstein(field)
    }
    guard isSmall else { return jensenShannon(field) }
    return distinct > 2 ? chiSquare(field) : proportions(field)
  }

  private static func isCategorical(_ field: PairedValues) -> Bool {
    field.numbers == nil || field.isIntegerColumn(\.current) && field.distinct(\.current) <= 10
  }

  /// Strings that are mostly different in the current sample.
  private static func isText(_ field: PairedValues) -> Bool {
    field.numbers == nil && 2 * field.distinct(\.current) > Int(field.totals.current)
  }

  private static func kolmogorovSmirnov(_ field: PairedValues) -> ToolStatistic {
    ToolStatistic("K-S p_value", field.kolmogorovSmirnov.pValue, .atMost, 0.05)
  }

  private static func wasserstein(_ field: PairedValues) -> ToolStatistic {
    let norm = max(field.moments(of: \.reference).deviation, 0.001)
    let value = field.wasserstein.map { $0 / norm }
    return ToolStatistic("Wasserstein distance (normed)", value, .atLeast, 0.1)
  }

  private static func jensenShannon(_ field: PairedValues) -> ToolStatistic {
    let distance = JensenShannon.distance(
      reference: field.counts.map(\.reference),
      current: field.counts.map(\.current)
    )
    let natural = distance.map { $0 * Double.log(2).squareRoot() }
    return ToolStatistic("Jensen-Shannon distance", natural, .atLeast, 0.1)
  }

  private static func chiSquare(_ field: PairedValues) -> ToolStatistic {
    let scale = Double(field.totals.current) / Double(field.totals.reference)
    let fit = PairedValues.goodnessOfFit(
      field.counts.map { (Double($0.reference) * scale, Double($0.current)) }
    )
    return ToolStatistic("chi-square p_value", fit.pValue, .below, 0.05)
  }

  /// The pooled z-test of the share of the second of at most two values.
  private static func proportions(_ field: PairedValues) -> ToolStatistic {
    let name = "Z-test p_value"
    guard field.counts.count == 2 else { return ToolStatistic(name, 1, .below, 0.05) }
    let (m, n) = (Double(field.totals.reference), Double(field.totals.current))
    let (r, c) = (Double(field.counts[1].reference), Double(field.counts[1].current))
    let pooled = (r + c) / (m + n)
    let z = (r / m - c / n) / (pooled * (1 - pooled) * (1 / m + 1 / n)).squareRoot()
    return ToolStatistic(name, .erfc(abs(z) / 2.0.squareRoot()), .below, 0.05)
  }

  /// PSI, for those who chose it; zeros are filled, and what is filled is not normalized again.
  private static func populationStability(_ field: PairedValues) -> ToolStatistic {
    let name = "PSI"
    var bins = field.counts
    if !isCategorical(field), field.distinct(\.reference) > 20 {
      guard let range = field.range, let edges = pooledEdges(field, range) else {
        return ToolStatistic(name, nil, .atLeast, 0.1, note: "numpy cannot make the bins")
      }
      bins = field.histogram(edges)
    }
    let p = filled(bins.map { Double($0.reference) / Double(field.totals.reference) })
    let q = filled(bins.map { Double($0.current) / Double(field.totals.current) })
    let sum = zip(p, q).reduce(0) { $0 + ($1.0 - $1.1) * .log($1.0 / $1.1) }
    return ToolStatistic(name, sum, .atLeast, 0.1)
  }

  private static func pooledEdges(
    _ field: PairedValues,
    _ range: ClosedRange<Double>
  ) -> [Double]? {
    let width = Histogram.sturgesWidth(
      span: range.upperBound - range.lowerBound,
      count: Double(field.totals.reference) + Double(field.totals.current)
    )
    let isWhole = field.isIntegerColumn(\.reference) && field.isIntegerColumn(\.current)
    return Histogram.edges(range, width: width, isWhole: isWhole)
  }

  /// Zeros become 0.0001, or a millionth of the smallest share where that is not above 0.0001.
  private static func filled(_ shares: [Double]) -> [Double] {
    let least = shares.filter { $0 > 0 }.min() ?? 0
    let filling = least <= 0.0001 ? least / 1_000_000 : 0.0001
    return shares.map { $0 == 0 ? filling : $0 }
  }
}
