public import Drift
public import Sketches

/// What became of the records that one window read.
public struct StreamTotals: Equatable, Sendable {
  /// Records that entered the statistics.
  public var accepted: UInt64
  /// Records that came after their window was closed.
  public var late: UInt64
  /// Records that could not be decoded or held no usable time.
  public var rejected: UInt64
  /// Records that `where` left out, and tombstones.
  public var filtered: UInt64
  /// Accepted records that hold a field which the reference lacks.
  public var unexpected: UInt64
  /// Places where the log of deltas contradicts itself: records lost or counted twice.
  public var violations: UInt64
  /// Records that the reference's rhythm lets expect; nil when it has none.
  public var expected: Double?
  /// Length of the window.
  public var window: Duration
  /// Values of the identifying field of each model version; none where nobody asked.
  public var identifiers: [DistinctSketch] = []
  /// Age of the newest event by the clock, in seconds; in windows none.
  public var freshness = Measurement(nil)
  /// How long events took to the broker; nil where nobody asked.
  public var lags: LagCounts?

  /// The totals of one window.
  public init(
    accepted: UInt64,
    late: UInt64 = 0,
    rejected: UInt64 = 0,
    filtered: UInt64 = 0,
    unexpected: UInt64 = 0,
    violations: UInt64 = 0,
    expected: Double? = nil,
    window: Duration
  ) {
    self.accepted = accepted
    self.late = late
    self.rejected = rejected
    self.filtered = filtered
    self.unexpected = unexpected
    self.violations = violations
    self.expected = expected
    self.window = window
  }

  /// All records read: each is exactly one of accepted, late, rejected, filtered.
  public var read: UInt64 {
    [late, rejected, filtered].reduce(into: accepted) { $0.add($1) }
  }
}
