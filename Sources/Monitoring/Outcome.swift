public import Drift
public import Rules
public import Sketches
public import Windowing

/// What the evaluator wants written.
public enum Outcome: Sendable {
  /// A closed window of one model version, or a gap.
  case window(WindowResult)
  /// An alert that changed its state.
  case alert(Alert)
  /// A request to train the model anew.
  case retrain(RetrainRequest)
  /// A request that was due, and was not made.
  case refused(RetrainRefusal)
  /// A request that nobody has answered in time.
  case expired(RetrainExpiry)
  /// What a new reference has made of the alerts of a request.
  case verdict(RetrainVerdict)
}

/// A rule that too few records left undecided: neither passed nor failed.
public struct Undecided: Equatable, Sendable {
  /// Position of the rule in the plan.
  public var rule: Int
  /// Position of the field in the plan; nil for a rule that judges no field one by one.
  public var field: Int?
  /// The segment judged; nil for all records.
  public var segment: Int?
  /// The number of records that would decide; nil when no number is known to do.
  public var recordsNeeded: UInt64?
}

/// How two fields go together in a window and in the reference.
public struct PairResult: Equatable, Sendable {
  /// Records in which both have a value.
  public var records: UInt64
  /// Of those records; nil when either field is constant.
  public var current: RankCorrelation?
  /// Of the reference; nil when it is not known.
  public var reference: RankCorrelation?
}

/// A closed window's records of one model version, compared with its reference.
public struct WindowResult: Sendable {
  /// Which window.
  public var window: Window
  /// The model that scored the records; nil where the stream names none, or the window is empty.
  public var version: ModelVersion?
  /// The segment that the records belong to, among the plan's; nil for all records.
  public var segment: Int?
  /// Accepted records.
  public var records: UInt64 = 0
  /// Records read, of all versions and whatever became of them; on the first version only.
  public var read: UInt64 = 0
  /// Accepted records that held a field that no reference knows.
  public var unexpected: UInt64 = 0
  /// Records read but not accepted; stands on the window's first version only, so that the
  /// records of a window add up.
  public var accounting = Accounting()
  /// One comparison per judged field, in the plan's order; empty in a gap.
  public var fields: [FieldComparison] = []
  /// Position in the plan of the prediction whose ranks the reference knows; nil where it knows
  /// none, and in segments.
  public var prediction: Int?
  /// What was counted of each of these fields.
  public var counted: [FieldSummary] = []
  /// By position in the plan, the fields that a rule compares with the previous window.
  public var previous: [Int: FieldComparison] = [:]
  /// The same of those that a rule compares with another model version, by that version.
  public var versus: [ModelVersion: [Int: FieldComparison]] = [:]
  /// Values of the identifying field; nil where no rule asks.
  public var identifiers: DistinctSketch?
  /// How long the records took from their time to the broker's; nil where no rule asks.
  public var lags: LagCounts?
  /// Other sizes of window that have this very one, too, by position in the plan: what their rules
  /// compare with the previous window or another version is among the above.
  public var alike: [Int] = []
  /// Records that the reference's rhythm lets expect, of all versions together.
  ///
  /// On the first one only; nil where it has none, and where the stream was not read for all of the
  /// window's time.
  public var expected: Double?
  /// How fields go together, for each of the plan's pairs; empty in a gap.
  public var pairs: [PairResult] = []
  /// Where deltas of this time did not fit together, whatever the version.
  public var violations: [Violation] = []
  /// Where the records stand.
  public var covers: [OffsetCover] = []
  /// Rules that could not be judged on this model version.
  public var undecided: [Undecided] = []
  /// Whether rules were judged; not at the end of a file on what one or two clocks say.
  public var isJudged = true
  /// Number of empty windows that this record stands for; 0 for a window.
  public var skippedWindows: UInt64 = 0
}

extension WindowResult {
  /// The fields that rules compare with something, by position in the plan; of the reference all.
  public func comparisons(with baseline: Baseline) -> [Int: FieldComparison] {
    switch baseline {
    case .reference: Dictionary(uniqueKeysWithValues: zip(fields.indices, fields))
    case .previous: previous
    case .version(let version): versus[ModelVersion(version)] ?? [:]
    }
  }
}
