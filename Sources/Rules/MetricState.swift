extension Metric {
  /// Which of a window's integers a metric is computed from.
  enum State: String, Sendable {
    /// Counters, of which the largest differences are enough.
    case counters = "counters at the reference's points and in the gaps between them"
    /// Counters, of which a pass along the line makes sums.
    case line = "the same counters, summed along the line"
    /// The same, and sums of values for what lies outside the reference's range.
    case lineAndMoments = "the same counters, summed along the line, and the integer sums"
    /// The same, and where values lie in the gaps.
    case areas = """
      the same counters, summed along the line, sums of where values lie in their gaps, and the \
      integer sums
      """
    /// Counters by bin.
    case bins = "the same counters, added up by bin, or a counter per category"
    /// Sums.
    case moments = "integer sums of values and squares"
    /// Counts.
    case completeness = "counts of values, missing by kind, and mismatched"
    /// Nothing.
    case profile = "none: learned with the reference"
    /// The smallest hashes.
    case distinct = "the 1,024 smallest hashes of the values, each with its count"
    /// Sums of lengths.
    case lengths = "number, sum, smallest and largest of the lengths"
    /// The smallest hashes of the identifying field.
    case identifiers = "the 1,024 smallest hashes of the identifying field, each with its count"
    /// Counters of lags.
    case lags = "a counter for each sixteenth of each power of two of milliseconds"
    /// The newest event.
    case clock = "the newest event time of each partition, and the collectors' clock"
    /// Sums over pairs of fields.
    case pairs = "integer sums, squares and products of the reference's ranks of both values"
    /// Counts of the stream.
    case stream = "counts of records by what became of them"

    /// Sums over windows.
    case series = "a few sums for each rule, field and model version, kept from window to window"

    /// Whether it takes the pass along the line.
    var needsSums: Bool { [.line, .lineAndMoments, .areas].contains(self) }
  }
}
