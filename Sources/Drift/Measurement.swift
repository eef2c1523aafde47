/// What a statistic says of one field in one window, with what is needed to trust it.
public struct Measurement: Equatable, Sendable {
  /// The number rules compare; nil when there is too little data to say anything.
  public var value: Double?
  /// For a lower bound: the largest value that this many records could have given.
  ///
  /// A comparison that could not have failed even then is undecided, not passed.
  public var ceiling: Double?
  /// Probability of a value at least this large without any drift.
  public var pValue: Double?
  /// Natural logarithm of `pValue`, where that may be too small for a double.
  public var logPValue: Double?
  /// The smallest p-value that ties off the reference's points leave possible.
  public var leastPValue: Double?
  /// The p-value corrected over all fields.
  public var adjusted: AdjustedTail?
  /// What `value` may be off by, in its own unit: the reference is compressed, or values lie off
  /// its points.
  public var bound: Double?
  /// Where `bound` is above 0: what the value is at least.
  public var lower: Double?
  /// Where `bound` is above 0: what the value is at most; infinite when nothing is known.
  public var upper: Double?
  /// How the p-value was found: `exact`, `asymptotic`, `chi-squared`, `student`, `interpolated`.
  public var method: String?
  /// Of the law that gave the p-value.
  public var degreesOfFreedom: Double?
  /// The plain distance a lower bound was taken from.
  public var distance: Double?
  /// What the value would be on average without any drift.
  public var expectation: Double?

  /// A number without a p-value.
  public init(_ value: Double?) { self.value = value }
}
