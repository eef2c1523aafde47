public import Drift

/// What was seen of one comparison.
public struct Observation: Equatable, Sendable {
  /// The measured value and what belongs to it.
  public var measurement: Measurement
  /// The n that `min_records` is compared with.
  public var records: UInt64
  /// The same n of the records that stand in the reference's place; nil for the reference's own.
  public var baselineRecords: UInt64?
  /// The n at which a lower bound could exceed its threshold; nil when it can, or never could.
  public var recordsToDecide: UInt64?

  /// An observation.
  public init(
    measurement: Measurement,
    records: UInt64,
    baselineRecords: UInt64? = nil,
    recordsToDecide: UInt64? = nil
  ) {
    self.measurement = measurement
    self.records = records
    self.baselineRecords = baselineRecords
    self.recordsToDecide = recordsToDecide
  }

  /// Whether the window, and what stands in the reference's place, have so many records.
  public func hasEnough(_ minRecords: UInt64) -> Bool {
    min(records, baselineRecords ?? .max) >= minRecords
  }
}

extension Comparison {
  /// Measures a field.
  ///
  /// What a lower bound needs is only asked for when it is undecided: the search costs.
  public func observe(_ field: FieldComparison, confidence: Confidence) -> Observation {
    let measurement =
      values?.share(of: field)
      ?? metric.measure(field, confidence: confidence, argument: argument)
    let isOpen = isLowerBound && verdict(measurement) == .undecided
    return Observation(
      measurement: measurement,
      records: metric.records(of: field),
      baselineRecords: baseline == .reference ? nil : metric.baselineRecords(of: field),
      recordsToDecide: isOpen
        ? metric.recordsToDecide(field, confidence: confidence, threshold: threshold) : nil
    )
  }

  /// Measures two fields together.
  ///
  /// - Parameters:
  ///   - current: Their correlation in the window.
  ///   - reference: That of the reference.
  ///   - records: Of the window, in which both have a value.
  /// - Returns: What was seen.
  public func observe(
    _ current: RankCorrelation?,
    reference: RankCorrelation?,
    records: UInt64
  ) -> Observation {
    let measurement = metric.measure(current, reference: reference)
    return Observation(measurement: measurement, records: records)
  }

  /// Measures the stream.
  public func observe(_ totals: StreamTotals) -> Observation {
    Observation(
      measurement: metric.measure(totals, argument: argument),
      records: metric.records(of: totals)
    )
  }
}

/// What a condition says of one window, and the comparison that explains it.
public struct Judgement: Equatable, Sendable {
  /// One comparison and what came of it.
  public struct Evidence: Equatable, Sendable {
    /// The comparison.
    public var comparison: Comparison
    /// What was seen.
    public var observation: Observation
    /// What it says.
    public var verdict: Verdict
    /// The n that would decide, when that is known and the comparison is undecided.
    public var recordsNeeded: UInt64?
  }

  /// Whether the condition holds.
  public var verdict: Verdict
  /// When it fails, the first failing comparison in text order among the parts that failed; when
  /// it is undecided, the first undecided one; else the first.
  public var evidence: Evidence?
  /// When undecided: the n that would decide all that is open, as far as it is known.
  public var recordsNeeded: UInt64?

  /// Judges a condition.
  ///
  /// - Parameters:
  ///   - condition: What shall hold.
  ///   - minRecords: A comparison seen on fewer records, or with fewer in the reference's place, is
  ///     undecided.
  ///   - observe: Asked once for each comparison, in text order.
  public init(
    of condition: Condition,
    minRecords: UInt64 = 0,
    observe: (Comparison) -> Observation
  ) {
    let judged: Formula<Evidence> = condition.map { comparison in
      Evidence(comparison, observe(comparison), minRecords: minRecords)
    }
    verdict = judged.verdict(\.verdict)
    evidence = verdict == .pass ? judged.tests.first : judged.decisive(for: verdict)
    guard verdict == .undecided else { return }
    recordsNeeded = judged.tests.compactMap(\.recordsNeeded).max()
  }
}

extension Judgement.Evidence {
  init(_ comparison: Comparison, _ observation: Observation, minRecords: UInt64) {
    self.comparison = comparison
    self.observation = observation
    let hasEnough = observation.hasEnough(minRecords)
    verdict = hasEnough ? comparison.verdict(observation.measurement) : .undecided
    guard verdict == .undecided else { return }
    // of what it is compared with there will never be more
    guard observation.baselineRecords ?? .max >= minRecords else { return }
    let least = observation.records < minRecords ? minRecords : 0
    let needed = max(observation.recordsToDecide ?? 0, least)
    recordsNeeded = needed > 0 ? needed : nil
  }
}

extension Formula<Judgement.Evidence> {
  /// The first comparison that the verdict rests on.
  ///
  /// Under `not` a comparison that holds is what fails. A part that did not come to the verdict
  /// does not explain it: in `(a or b) and c`, a failing `a` is no evidence where `b` holds.
  func decisive(for wanted: Verdict) -> Judgement.Evidence? {
    guard verdict(\.verdict) == wanted else { return nil }
    switch self {
    case .comparison(let evidence): return evidence
    case .not(let part): return part.decisive(for: wanted.negated)
    case .all(let parts), .any(let parts):
      return parts.lazy.compactMap { $0.decisive(for: wanted) }.first
    }
  }
}
