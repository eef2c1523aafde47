public import Sketches

// What a plan's rules ask to be kept of a window, beside what every window keeps.

extension Plan {
  /// What is kept of the records as such only where it is asked for.
  public struct StreamSketches: OptionSet, Sendable {
    /// Bits of the set.
    public let rawValue: UInt8
    /// How many values the identifying field has, and how many repeat.
    public static let identifiers = StreamSketches(rawValue: 1)
    /// How long events took to the broker.
    public static let lags = StreamSketches(rawValue: 2)

    /// A set of its bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
  }

  /// What its rules ask of a field.
  ///
  /// - Parameters:
  ///   - field: Position among the plan's.
  ///   - segmentField: By whose segments the rules judge; nil for those of all records.
  /// - Returns: None where the counters that every window has are enough.
  public func sketches(of field: Int, by segmentField: Int? = nil) -> FieldSummary.Sketches {
    var sketches: FieldSummary.Sketches = []
    for rule in rules where rule.by == segmentField {
      for test in rule.tests {
        let isAsked = test.field.map { $0 == field } ?? rule.fields?.contains(field) ?? false
        if isAsked { sketches.formUnion(test.metric.state.fieldSketches) }
      }
    }
    return sketches
  }

  /// Two fields that are looked at together, by their positions.
  public struct FieldPair: Hashable, Sendable {
    /// The earlier one.
    public let first: Int
    /// The later one.
    public let second: Int

    /// Two fields, whichever is named first.
    public init(_ one: Int, _ other: Int) { (first, second) = (min(one, other), max(one, other)) }
  }

  /// The pairs that its rules look at, each once.
  public var pairs: [FieldPair] {
    var pairs: [FieldPair] = []
    for test in rules.flatMap(\.tests) {
      guard let field = test.field, let partner = test.partner else { continue }
      let pair = FieldPair(field, partner.field)
      if !pairs.contains(pair) { pairs.append(pair) }
    }
    return pairs
  }

  /// What its rules ask of the stream.
  public var streamSketches: StreamSketches {
    rules.flatMap(\.tests).reduce(into: []) {
      $0.formUnion($1.metric.state.streamSketches)
    }
  }
}

extension Plan {
  /// What a window's record says of the stream beside its counts: what rules ask to be kept.
  public var streamStatistics: [Statistic] {
    let used = rules.flatMap(\.tests)
    return Catalog.metrics.filter { $0.level == .stream && !$0.isStandard }.flatMap { metric in
      let asked = used.filter { $0.metric == metric }.map(\.argument)
      return (asked.contains(nil) ? [Statistic(metric)] : [])
        + metric.arguments.sorted(asked.compactMap(\.self))
        .map { Statistic(metric, argument: $0) }
    }
  }
}

extension Metric.State {
  fileprivate var fieldSketches: FieldSummary.Sketches {
    switch self {
    case .distinct: .distinct
    case .lengths: .lengths
    case .areas: .fractions
    default: []
    }
  }

  fileprivate var streamSketches: Plan.StreamSketches {
    switch self {
    case .identifiers: .identifiers
    case .lags: .lags
    default: []
    }
  }
}
