public import Drift
public import Records
internal import Sketches

/// Something that a rule can compare: an entry of the catalog.
public struct Metric: Sendable {
  /// What a metric is measured of.
  public enum Level: Equatable, Sendable {
    /// One field: of one kind, or of any (nil).
    case field(FieldKind?)
    /// The stream as a whole.
    case stream
    /// The values of another metric, window by window.
    case series

    /// Whether a metric of this level is measured of fields of a kind.
    public func covers(_ kind: FieldKind) -> Bool {
      switch self {
      case .field(let only): only == nil || only == kind
      case .stream, .series: false
      }
    }
  }

  /// What a metric's values are, and so what they can be compared with.
  public enum Unit: String, Sendable, CaseIterable {
    /// A part of all, 0 ... 1: compared with `1%` or `0.01`.
    case share
    /// A distance of two distributions, 0 ... 1: compared with `0.1` or `10%`.
    case distance
    /// A number without a unit.
    case number
    /// How many records.
    case count
    /// Records per second: compared with `10/s`.
    case rate
    /// Seconds: compared with `5m`.
    case duration
    /// By what part something grew, below 0 where it shrank: compared with `-50%` or `-0.5`.
    case change
    /// Whatever the field is measured in.
    case field
  }

  /// Which of a window's records a metric of the stream takes its number from.
  enum Base: Sendable {
    case accepted, read, expected
  }

  enum Evaluation: Sendable {
    case field(@Sendable (FieldComparison, Confidence, String?) -> Measurement)
    case pair(@Sendable (RankCorrelation?, RankCorrelation?) -> Measurement)
    case stream(@Sendable (StreamTotals, String?) -> Measurement)
    case series(Detector.Kind)
  }

  /// As rules name it.
  public let name: String
  /// What it is measured of.
  public let level: Level
  /// What its values are.
  public let unit: Unit
  /// What it takes behind the field.
  public let arguments: Arguments
  /// One line for people.
  public let summary: String
  /// The formula.
  public let definition: String
  /// Which integers it is computed from.
  let state: State
  /// What its values may be off by.
  let bound: String
  /// What it is tested against.
  let source: String
  /// Whether every window's record has it; the others are there when a rule uses them.
  public let isStandard: Bool
  /// Whether its n is all records, also those without a usable value.
  public let countsRecords: Bool
  /// What its values can be at all; infinite where nothing bounds them.
  public internal(set) var range: ClosedRange<Double>
  /// Whether it also compares a window with other records than the reference's: the previous
  /// window's, or another model version's.
  public internal(set) var takesBaseline = false
  /// Whether its values are those of the window alone, whatever the reference.
  public internal(set) var isOfWindowAlone = false
  /// Of which records of the stream its n is.
  let base: Base
  let evaluation: Evaluation
  private let decision: (@Sendable (FieldComparison, Confidence, Double) -> UInt64?)?
  private var shift: (@Sendable (FieldComparison, Confidence, Double, UInt64) -> Double?)?

  /// A metric of a field whose number is compared as it is.
  init(
    field name: String,
    of kind: FieldKind? = nil,
    unit: Unit,
    arguments: Arguments = .none,
    isStandard: Bool = false,
    isTest: Bool = false,
    countsRecords: Bool = false,
    summary: String,
    definition: String,
    state: State,
    bound: String = "exact",
    source: String,
    measure: @escaping @Sendable (FieldComparison, String?) -> Measurement
  ) {
    self.name = name
    level = .field(kind)
    self.unit = unit
    range = unit.range
    self.arguments = isTest ? .words([Self.pValueArgument]) : arguments
    self.summary = summary
    self.definition = definition
    (self.state, self.bound, self.source) = (state, bound, source)
    self.isStandard = isStandard
    self.countsRecords = countsRecords
    base = .accepted
    evaluation = .field { comparison, _, argument in
      guard isTest, argument == Self.pValueArgument else { return measure(comparison, argument) }
      var measurement = measure(comparison, nil)
      (measurement.value, measurement.bound) = (measurement.pValue, nil)
      return measurement
    }
    decision = nil
  }

  /// Behind the field: against the previous window instead of the reference.
  static let previousArgument = "previous"

  /// Behind the field, with a model version: against that one's records of the same window.
  static let versusArgument = "versus"

  /// The same, which also compares a window with the previous one, and model versions.
  var alsoAgainstBaselines: Metric {
    var metric = self
    metric.takesBaseline = true
    return metric
  }

  /// The same, which looks at the window alone.
  var ofWindowAlone: Metric {
    var metric = self
    metric.isOfWindowAlone = true
    return metric
  }

  /// Behind a test's field: its p-value instead of its statistic.
  static let pValueArgument = "p"

  /// A lower confidence bound: a test, which spends some of the budget.
  init(
    lowerBound name: String,
    of kind: FieldKind? = nil,
    unit: Unit,
    countsRecords: Bool = false,
    summary: String,
    definition: String,
    state: State,
    bound: String,
    source: String,
    measure: @escaping @Sendable (FieldComparison, Confidence) -> Measurement,
    recordsToDecide: @escaping @Sendable (FieldComparison, Confidence, Double) -> UInt64?,
    shiftToExceed: @escaping @Sendable (FieldComparison, Confidence, Double, UInt64) -> Double?
  ) {
    self.name = name
    level = .field(kind)
    self.unit = unit
    range = unit.range
    arguments = .none
    self.summary = summary
    self.definition = definition
    (self.state, self.bound, self.source) = (state, bound, source)
    isStandard = true
    self.countsRecords = countsRecords
    base = .accepted
    evaluation = .field { comparison, confidence, _ in measure(comparison, confidence) }
    (decision, shift) = (recordsToDecide, shiftToExceed)
  }

  /// A metric of two numeric fields together.
  ///
  /// - Parameters:
  ///   - name: As rules name it.
  ///   - summary: One line for people.
  ///   - definition: The formula.
  ///   - source: What it is tested against.
  ///   - measure: Given what the window's records show, and what is known of the reference.
  init(
    pair name: String,
    summary: String,
    definition: String,
    source: String,
    measure: @escaping @Sendable (RankCorrelation?, RankCorrelation?) -> Measurement
  ) {
    self.name = name
    level = .field(.numeric)
    unit = .number
    range = unit.range
    arguments = .none
    self.summary = summary
    self.definition = definition
    (state, bound) = (.pairs, "none stated; ranks are those of the reference's points, in 16 bits")
    self.source = source
    isStandard = false
    countsRecords = false
    base = .accepted
    evaluation = .pair(measure)
    decision = nil
  }

  /// A metric of the whole stream.
  init(
    stream name: String,
    unit: Unit,
    arguments: Arguments = .none,
    base: Base = .accepted,
    isStandard: Bool = true,
    summary: String,
    definition: String,
    state: State = .stream,
    bound: String = "exact",
    source: String = "counting",
    measure: @escaping @Sendable (StreamTotals, String?) -> Measurement
  ) {
    self.name = name
    level = .stream
    self.unit = unit
    range = unit.range
    self.arguments = arguments
    self.summary = summary
    self.definition = definition
    (self.state, self.bound, self.source) = (state, bound, source)
    self.isStandard = isStandard
    countsRecords = true
    isOfWindowAlone = base != .expected
    self.base = base
    evaluation = .stream(measure)
    decision = nil
  }

  /// A detector on the series of another metric: 1 in a window in which it signals, else 0.
  init(
    detector kind: Detector.Kind,
    name: String,
    summary: String,
    definition: String,
    source: String
  ) {
    self.name = name
    level = .series
    unit = .number
    range = 0...1
    arguments = .none
    self.summary = summary
    self.definition = definition
    (state, bound, self.source) = (.series, "exact", source)
    isStandard = false
    countsRecords = false
    base = .accepted
    evaluation = .series(kind)
    decision = nil
  }

  /// Whether it is a lower confidence bound: a test, which spends some of the budget.
  public var isLowerBound: Bool { decision != nil }

  /// Whether it is measured of a field.
  public var isOfField: Bool {
    if case .field = level { true } else { false }
  }

  /// Whether it is judged by the clock, not by windows.
  public var isOfClock: Bool { state == .clock }

  /// Whether it is a function of the counts over bins, or categories, alone.
  public var isOfBins: Bool { state == .bins }

  /// Whether what became of the records, as every window's record says it, is enough for it.
  public var isOfTotals: Bool {
    state == .stream && base != .expected && name != "unexpected_fields"
  }

  /// Whether it is measured of two fields together.
  public var takesPartner: Bool { state == .pairs }

  /// Whether it is measured of one field alone.
  public var isOfOneField: Bool { isOfField && !takesPartner }

  /// The detector that it is, on the series of another metric.
  public var detector: Detector.Kind? {
    if case .series(let kind) = evaluation { kind } else { nil }
  }

  /// Measures a field in a window; a metric of the stream has no value there.
  public func measure(
    _ comparison: FieldComparison,
    confidence: Confidence,
    argument: String? = nil
  ) -> Measurement {
    guard case .field(let measure) = evaluation else { return Measurement(nil) }
    return measure(comparison, confidence, argument)
  }

  /// Measures two fields together.
  ///
  /// - Parameters:
  ///   - current: Their correlation in the window.
  ///   - reference: That of the reference.
  /// - Returns: A metric of anything else has no value here.
  public func measure(
    _ current: RankCorrelation?,
    reference: RankCorrelation?
  ) -> Measurement {
    guard case .pair(let measure) = evaluation else { return Measurement(nil) }
    return measure(current, reference)
  }

  /// Measures a window of the stream; a metric of a field has no value there.
  public func measure(_ totals: StreamTotals, argument: String? = nil) -> Measurement {
    guard case .stream(let measure) = evaluation else { return Measurement(nil) }
    return measure(totals, argument)
  }

  /// Whether what it is computed from was kept of a field: some is only where a rule asks for it.
  func isKept(of comparison: FieldComparison) -> Bool {
    switch state {
    case .distinct: comparison.distinct != nil
    case .lengths: comparison.lengths != nil
    default: true
    }
  }

  /// How many values of the field a lower bound needs to be able to exceed the threshold.
  ///
  /// - Returns: nil when no number would do, or when the metric is no lower bound.
  public func recordsToDecide(
    _ comparison: FieldComparison,
    confidence: Confidence,
    threshold: Double
  ) -> UInt64? {
    decision?(comparison, confidence, threshold)
  }

  /// How far a window must be from the reference for a lower bound to exceed a threshold.
  ///
  /// - Parameters:
  ///   - comparison: Of the reference with a window like it.
  ///   - confidence: Of the bound.
  ///   - threshold: 0 for the smallest shift that is seen at all.
  ///   - count: The n of the window.
  /// - Returns: A distance, or the rise of a share; nil when none would do, or when it is no lower
  ///   bound.
  public func shiftToExceed(
    _ comparison: FieldComparison,
    confidence: Confidence,
    threshold: Double,
    count: UInt64
  ) -> Double? {
    shift?(comparison, confidence, threshold, count)
  }

  /// The n that `min_records` is compared with: records for shares of records, else values.
  public func records(of comparison: FieldComparison) -> UInt64 {
    countsRecords ? comparison.currentCompleteness.records : comparison.currentCount
  }

  /// The same n of the records in the reference's place.
  public func baselineRecords(of comparison: FieldComparison) -> UInt64 {
    countsRecords ? comparison.referenceCompleteness.records : comparison.referenceCount
  }

  /// The n that `min_records` is compared with: what the share is taken of, else what was accepted.
  ///
  /// A window whose every record is rejected, late or missing has accepted none, and is the one to
  /// judge.
  public func records(of totals: StreamTotals) -> UInt64 {
    guard !isOfClock else { return .max }
    return switch base {
    case .accepted: totals.accepted
    case .read: totals.read
    case .expected: totals.expected.map { UInt64(exactly: $0.rounded(.down)) ?? .max } ?? 0
    }
  }
}

extension Metric: Equatable {
  /// Equal by name: the catalog holds each name once.
  public static func == (left: Self, right: Self) -> Bool { left.name == right.name }
}

extension Metric.Unit {
  /// With its article, for messages.
  var phrase: String {
    switch self {
    case .share: "a share"
    case .distance: "a distance"
    case .number: "a plain number"
    case .count: "a number of records"
    case .rate: "a rate"
    case .duration: "a duration"
    case .change: "a change"
    case .field: "in the field's own unit"
    }
  }

  /// What to compare it with.
  var example: String {
    switch self {
    case .share: "write a percentage or a number, such as 1% or 0.01"
    case .distance: "write a number between 0 and 1, such as 0.1"
    case .number: "write a plain number, such as 0.2"
    case .count: "write a plain number, such as 100"
    case .rate: "write records per second, such as 10/s"
    case .duration: "write a duration, such as 5m"
    case .change: "write a percentage or a number, such as -50% or -0.5"
    case .field: "write a plain number"
    }
  }

  func accepts(_ kind: Quantity.Kind) -> Bool {
    switch self {
    case .share, .distance, .change: kind == .number || kind == .percentage
    case .number, .count, .field: kind == .number
    case .rate: kind == .rate
    case .duration: kind == .duration
    }
  }
}
