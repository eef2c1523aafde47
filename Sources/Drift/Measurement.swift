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
  /// What `value` may be off by, in its own unit, because the reference is compressed.
  public var bound: Double?
  /// How the p-value was found: `exact`, `asymptotic`, `chi-squared`.
  public var method: String?
  /// The plain distance a lower bound was taken from.
  public var distance: Double?
  /// What the value would be on average without any drift.
  public var expectation: Double?

  /// A number without a p-value.
  public init(_ value: Double?) { self.value = value }
}
