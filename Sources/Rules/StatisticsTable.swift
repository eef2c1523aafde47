public import Drift
internal import Records

/// A metric of fields as records show it: with an argument or without.
public struct Statistic: Equatable, Sendable {
  /// What is measured.
  public var metric: Metric
  /// The other field, of a metric of two fields together.
  public var partner: String?
  /// What of it, such as the percentile of `quantile`.
  public var argument: String?
  /// What the window's records are compared with.
  public var baseline: Baseline

  /// A metric as it is, or one of its kinds.
  public init(
    _ metric: Metric,
    partner: String? = nil,
    argument: String? = nil,
    baseline: Baseline = .reference
  ) {
    self.metric = metric
    self.partner = partner
    self.argument = argument
    self.baseline = baseline
  }

  /// As records name it: `ks`, `quantile(p99)`, `ks(previous)`, `ks(versus 2)`.
  public var name: String {
    [partner, baseline.argument, argument].compactMap(\.self)
      .reduce(metric.name) { Self.name($0, of: $1) }
  }

  /// What the p-value beside a statistic of a record is called: `ks(p)`, `ks(previous, p)`.
  ///
  /// - Parameter name: The statistic's.
  /// - Returns: The name of a test of the p-value.
  public static func pValue(of name: String) -> String {
    self.name(name, of: Metric.pValueArgument)
  }

  private static func name(_ name: String, of argument: String) -> String {
    name.hasSuffix(")") ? "\(name.dropLast()), \(argument))" : "\(name)(\(argument))"
  }
}

extension Plan {
  /// What every window's record holds of its fields.
  ///
  /// Each standard metric, and whatever else of the catalog a rule uses, in the catalog's order; a
  /// p-value stands beside its statistic.
  public var statistics: [Statistic] {
    let used = rules.flatMap(\.tests).filter { $0.baseline == .reference }
    return Catalog.metrics.filter(\.isOfOneField).flatMap { metric in
      let tests = used.filter { $0.metric == metric }
      let plain =
        metric.isStandard
        || tests.contains { $0.argument == nil || $0.argument == Metric.pValueArgument }
      let arguments = tests.compactMap(\.argument).filter { $0 != Metric.pValueArgument }
      return (plain ? [Statistic(metric)] : [])
        + metric.arguments.sorted(arguments).map { Statistic(metric, argument: $0) }
    }
  }
}

extension Plan {
  /// How much of a window's comparisons its rules and records take.
  public var depth: LineComparison.Depth {
    let used = statistics + baselines.flatMap { statistics(against: $0, of: windows.indices) }
    guard used.contains(where: { $0.metric.state.needsSums }) else { return .distances }
    return .sums(percentiles: used.compactMap(\.argument).compactMap(Percentile.init))
  }
}

/// The statistics of all fields of a window, their p-values corrected over the fields.
public struct StatisticsTable: Sendable {
  private var rows: [[(statistic: Statistic, measurement: Measurement)]]

  /// Measures every field.
  ///
  /// - Parameters:
  ///   - fields: What to compare.
  ///   - statistics: Those that cover a field's kind are measured, in this order.
  ///   - confidence: Of lower bounds.
  public init(_ fields: [FieldComparison], _ statistics: [Statistic], confidence: Confidence) {
    var measured = fields.map { field in
      statistics.map { $0.measure(field, confidence: confidence) }
    }
    for column in statistics.indices {
      let adjusted = MultipleTesting.adjusted(measured.map { $0[column]?.logPValue })
      for row in fields.indices { measured[row][column]?.adjusted = adjusted[row] }
    }
    rows = measured.map { row in
      zip(statistics, row).compactMap { statistic, measurement in
        measurement.map { (statistic, $0) }
      }
    }
  }

  /// The statistics of one field.
  public subscript(field: Int) -> [(statistic: Statistic, measurement: Measurement)] {
    rows[field]
  }
}

extension Statistic {
  /// What it says of a field; nil where it does not cover its kind, or what it takes was not kept.
  fileprivate func measure(_ field: FieldComparison, confidence: Confidence) -> Measurement? {
    guard metric.level.covers(field.kind), metric.isKept(of: field) else { return nil }
    return metric.measure(field, confidence: confidence, argument: argument)
  }
}

extension FieldComparison {
  fileprivate var kind: FieldKind { isNumeric ? .numeric : .categorical }
}
